import { knownRepository } from '../repository.ts';
import { insteadOf } from './archived-repository.ts';
import { healthOf } from './health.ts';
import { known } from './past.ts';
import { defineRule, nameAt, placesOf } from './rule.ts';

export default defineRule({
  id: 'unmaintained',
  title: 'Nobody looks after it, and there is something to look after',
  needs: ['histories', 'repositories', 'advisories', 'replacements', 'options', 'now'],
  *check({ histories, repositories, advisories, replacements, options, now }) {
    for (const { subject, history, release } of known({ histories })) {
      const repository = knownRepository(history.repository, repositories);
      // Other rules say these, and say them better.
      if (release.deprecated !== undefined || repository?.archived === true || repository?.disabled === true)
        continue;
      const known = advisories.get(subject) ?? [];
      const health = healthOf(history, repository, known, now, options.unmaintained);
      if (health.verdict !== 'stale' && health.verdict !== 'abandoned') continue;
      yield {
        severity: subject.direct === true && health.open.length > 0 ? 'moderate' : 'low',
        message: `${nameAt(subject)} is ${health.verdict}: ${health.reasons.join('; ')}`,
        package: subject,
        places: placesOf(subject),
        identity: [subject.name, subject.tree.file],
        fix: insteadOf(subject, replacements),
      };
    }
  },
});
