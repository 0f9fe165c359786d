import { defineRule, nameAt, placesOf } from './rule.ts';

export default defineRule({
  id: 'single-maintainer',
  title: 'One account alone can publish it',
  needs: ['histories'],
  *check({ histories }) {
    for (const [subject, { maintainers }] of histories) {
      const [only] = maintainers;
      if (subject.direct !== true || maintainers.length !== 1 || only === undefined) continue;
      yield {
        severity: 'info',
        message: `only ${only} can publish ${nameAt(subject)}: one stolen or lost account decides what comes next`,
        package: subject,
        evidence: { maintainers: [only] },
        places: placesOf(subject),
        identity: [subject.name, subject.tree.file],
      };
    }
  },
});
