import { plural } from '../plain.ts';
import { parseVersion } from '../sources/advisories/version.ts';
import { known, newest, yearsBehind } from './past.ts';
import { defineRule, nameAt, placesOf } from './rule.ts';

export default defineRule({
  id: 'outdated',
  title: 'Far behind the newest version',
  needs: ['histories', 'options'],
  *check({ histories, options }) {
    const { majors, years } = options.outdated;
    for (const { subject, history, release } of known({ histories })) {
      const latest = newest(history);
      // What others ask for is theirs to move.
      if (subject.direct !== true || latest === undefined) continue;
      // Nobody should move to what its publisher advises against.
      if (latest.deprecated !== undefined) continue;
      const steps = majorsBehind(release.version, latest.version);
      const time = yearsBehind(release, latest);
      if (steps < majors && time < years) continue;
      const parts = [
        ...(steps > 0 ? [plural(steps, 'major version')] : []),
        ...(time >= 0.1 ? [`${time.toFixed(1)} years`] : []),
      ];
      yield {
        severity: 'low',
        message: `${nameAt(subject)} is ${parts.join(' and ')} behind ${latest.version}`,
        package: subject,
        places: placesOf(subject),
        identity: [subject.name, subject.tree.file],
        evidence: {
          latest: latest.version,
          majors: steps,
          years: Math.round(time * 10) / 10,
          ...(release.published !== undefined && { published: release.published.toISOString() }),
        },
        fixable: true,
        fix: `plan the move to ${subject.name} ${latest.version}`,
      };
    }
  },
});

/** Steps that a caret does not take: below 1.0.0 each minor is one. */
function majorsBehind(current: string, latest: string): number {
  const [from, to] = [parseVersion(current), parseVersion(latest)];
  if (from === undefined || to === undefined) return 0;
  if (to.major > 0) return Math.max(0, to.major - from.major);
  return from.major > 0 ? 0 : Math.max(0, to.minor - from.minor);
}
