import { day } from './past.ts';
import { defineRule, nameAt, placesOf } from './rule.ts';

export default defineRule({
  id: 'unpublished',
  title: 'The locked version is no longer published',
  needs: ['histories'],
  *check({ histories }) {
    for (const [subject, history] of histories) {
      const { name, version, tree } = subject;
      if (version === '' || tree.manager === 'cdn' || subject.source !== 'registry') continue;
      if (history.releases.has(version)) continue;
      const once = history.withdrawn.get(version);
      yield {
        severity: 'moderate',
        message:
          once === undefined
            ? `${history.registry} does not know ${nameAt(subject)}: a clean install fails, or takes it from elsewhere`
            : `${nameAt(subject)}, published on ${day(once)}, was withdrawn: a clean install fails, and what was withdrawn may have been harmful`,
        package: subject,
        places: placesOf(subject),
        identity: [nameAt(subject), tree.file],
        fix: `find out why ${name} ${version} went, and move to a version that is there`,
      };
    }
  },
});
