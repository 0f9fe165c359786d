import { defineRule, nameAt, placesOf } from './rule.ts';

export default defineRule({
  id: 'dependency-confusion',
  title: 'A name that the policy calls internal comes from a registry that is not yours',
  needs: ['internal'],
  *check({ internal }) {
    for (const [subject, { host, isPublic }] of internal) {
      const whose = isPublic ? 'the public registry' : 'none of your registries';
      yield {
        severity: 'critical',
        message: `${nameAt(subject)} comes from ${host}, ${whose}, and is internal by the policy: anybody can publish that name there`,
        package: subject,
        places: placesOf(subject),
        identity: [subject.name, subject.tree.file],
        fix: "name your registry for it (`@scope:registry=…` in .npmrc), write the lock file anew, and compare what was installed with your own registry's",
      };
    }
  },
});
