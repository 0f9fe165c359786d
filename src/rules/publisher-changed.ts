import type { Issue } from '../model.ts';
import { plural } from '../plain.ts';
import type { PastRelease } from '../sources/history.ts';
import { arrivals, before, day, few, peers } from './past.ts';
import { defineRule, nameAt, placesOf } from './rule.ts';

export default defineRule({
  id: 'publisher-changed',
  title: 'Published by somebody new',
  needs: ['histories', 'changed', 'options'],
  *check({ histories, changed, options }) {
    const { releases, except } = options['publisher-changed'];
    for (const { subject, history, release } of arrivals({ histories, changed }, except)) {
      // A workflow that the registry trusts needs no account that could be stolen.
      if (release.trusted === true || release.publisher === undefined) continue;
      const common = {
        package: subject,
        places: placesOf(subject),
        identity: [nameAt(subject), subject.tree.file],
        fix: 'compare it with the version before, and ask its maintainers where that is unexpected',
      } satisfies Partial<Issue>;
      const trusted = peers(history, release)
        .slice(0, releases)
        .find((one) => one.trusted === true);
      if (trusted !== undefined) {
        yield {
          ...common,
          severity: 'high',
          message: `${nameAt(subject)} was published by ${release.publisher} with a token${on(release)}; ${trusted.version}${on(trusted)} came from a workflow that the registry trusts`,
        };
        continue;
      }
      const earlier = before(history, release)
        .filter((one) => one.trusted !== true && one.publisher !== undefined)
        .slice(0, releases);
      const people = [...new Set(earlier.map(({ publisher }) => publisher ?? ''))];
      if (earlier.length === 0 || people.includes(release.publisher)) continue;
      yield {
        ...common,
        severity: 'moderate',
        message: `${nameAt(subject)} was published by ${release.publisher}${on(release)}, who published none of the ${plural(earlier.length, 'release')} before (${few(people)} did)`,
      };
    }
  },
});

function on({ published }: PastRelease): string {
  return published === undefined ? '' : ` on ${day(published)}`;
}
