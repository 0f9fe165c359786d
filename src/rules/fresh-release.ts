import { plural } from '../plain.ts';
import { arrivals, DAY, day } from './past.ts';
import { defineRule, nameAt, placesOf } from './rule.ts';

export default defineRule({
  id: 'fresh-release',
  title: 'Published so recently that nobody can have looked at it',
  needs: ['histories', 'changed', 'fixes', 'options', 'now'],
  *check({ histories, changed, fixes, options, now }) {
    const { days, except } = options['fresh-release'];
    for (const { subject, release } of arrivals({ histories, changed }, except)) {
      if (release.published === undefined || fixes.has(subject)) continue;
      const age = now.getTime() - release.published.getTime();
      if (age >= days * DAY) continue;
      yield {
        severity: 'moderate',
        message: `${nameAt(subject)} was published ${when(age)} ${day(release.published)}${age < -DAY ? ", which lies ahead of this machine's clock" : ''}: most malicious releases are found within ${plural(days, 'day')}`,
        package: subject,
        places: placesOf(subject),
        identity: [nameAt(subject), subject.tree.file],
        evidence: {
          published: release.published.toISOString(),
          ...(release.publisher !== undefined && { publisher: release.publisher }),
        },
        fix: `stay with the version before until ${day(new Date(release.published.getTime() + days * DAY))}`,
      };
    }
  },
});

// Clocks differ: what lies a day ahead is no slip.
function when(age: number): string {
  if (age < -DAY) return 'on';
  if (age >= 2 * DAY) return `${Math.floor(age / DAY)} days ago, on`;
  return `${plural(Math.max(0, Math.floor(age / 3_600_000)), 'hour')} ago, on`;
}
