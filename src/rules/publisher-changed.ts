import type { Evidence, Issue } from '../model.ts';
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
      const common = {
        package: subject,
        places: placesOf(subject),
        identity: [nameAt(subject), subject.tree.file],
        fix: 'compare it with the version before, and ask its maintainers where that is unexpected',
      } satisfies Partial<Issue>;
      const { publisher } = release;
      const own = trustIn(release);
      const safer = safest(peers(history, release).slice(0, releases));
      if (safer !== undefined && trustIn(safer) > own) {
        yield {
          ...common,
          severity: own === 0 ? 'high' : 'moderate',
          message: `${nameAt(subject)} ${cameHow(release)}; ${safer.version}${on(safer)} ${CAME[trustIn(safer)]}`,
          evidence: evidence(release, [], safer),
        };
        continue;
      }
      // A workflow that the registry trusts needs no account that could be stolen.
      if (release.trusted === true || publisher === undefined) continue;
      const earlier = before(history, release)
        .filter((one) => one.trusted !== true && one.publisher !== undefined)
        .slice(0, releases);
      const people = [...new Set(earlier.flatMap((one) => one.publisher ?? []))];
      if (earlier.length === 0 || people.includes(publisher)) continue;
      yield {
        ...common,
        severity: 'moderate',
        message: `${nameAt(subject)} was published by ${publisher}${on(release)}, who ${earlier.length === 1 ? 'did not publish the release' : `published none of the ${earlier.length} releases`} before (${few(people)} did)`,
        evidence: evidence(release, people, undefined),
      };
    }
  },
});

/** How a release came to the registry, from least to most that an attacker would need (pnpm's order). */
const CAME = [
  'was published with a token',
  'came from a workflow that the registry trusts',
  'was staged, and approved by a person',
] as const;

function trustIn({ staged, trusted }: PastRelease): 0 | 1 | 2 {
  if (staged === true) return 2;
  return trusted === true ? 1 : 0;
}

/** The latest of those that were published in the safest way. */
function safest(releases: readonly PastRelease[]): PastRelease | undefined {
  let best: PastRelease | undefined;
  for (const one of releases) if (best === undefined || trustIn(one) > trustIn(best)) best = one;
  return best;
}

function cameHow(release: PastRelease): string {
  const { publisher } = release;
  if (publisher === undefined) return 'does not say who published it';
  return `was published by ${publisher} ${trustIn(release) === 0 ? 'with a token' : 'with nobody approving it'}${on(release)}`;
}

function on({ published }: PastRelease): string {
  return published === undefined ? '' : ` on ${day(published)}`;
}

function evidence(
  { published, publisher }: PastRelease,
  publishers: readonly string[],
  safer: PastRelease | undefined,
): Evidence {
  return {
    ...(published !== undefined && { published: published.toISOString() }),
    ...(publisher !== undefined && { publisher }),
    ...(publishers.length > 0 && { publishers: publishers.slice(0, 20) }),
    ...(safer !== undefined && { against: safer.version }),
  };
}
