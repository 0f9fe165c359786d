/** npm's own idea of versions and ranges, without the parts that nobody asks. Loaded where it is needed: that takes 5 ms. */
import Range from 'semver/classes/range.js';
import type SemVer from 'semver/classes/semver.js';
import parse from 'semver/functions/parse.js';
import semverSatisfies from 'semver/functions/satisfies.js';
import maxSatisfying from 'semver/ranges/max-satisfying.js';

/** Whether the version lies in the range; prereleases count as versions like any other. False for what is none. */
export function satisfies(version: string, range: string): boolean {
  return semverSatisfies(version, range, { includePrerelease: true, loose: true });
}

/** Read once: planning holds many versions against the same few ranges. */
const ranges = new Map<string, Range | undefined>();
const versions = new Map<string, SemVer | undefined>();
/** A bound for what hostile files ask for; no honest project comes near it. */
const LIMIT = 20_000;

/** Whether npm would install the version for the range: prereleases only where the range names one. */
export function inRange(version: string, range: string): boolean {
  const wanted = readRange(range);
  const found = wanted && read(versions, version, (text) => parse(text, true) ?? undefined);
  return found !== undefined && wanted?.test(found) === true;
}

/** The newest of the versions that npm would install for the range; undefined where none is. */
export function highest(versions: readonly string[], range: string): string | undefined {
  return maxSatisfying([...versions], range, true) ?? undefined;
}

/** Whether the text is a range (or a version); dist-tags, addresses and paths are none. */
export function isRange(text: string): boolean {
  return readRange(text) !== undefined;
}

function readRange(text: string): Range | undefined {
  return read(ranges, text, () => {
    try {
      return new Range(text, true);
    } catch {
      return undefined;
    }
  });
}

function read<T>(known: Map<string, T | undefined>, text: string, make: (text: string) => T | undefined) {
  let value = known.get(text);
  if (value === undefined && !known.has(text)) {
    if (known.size >= LIMIT) known.clear();
    value = make(text);
    known.set(text, value);
  }
  return value;
}

/** One condition of a range: `>=1.2.3`; without an operator, exactly that version. */
export interface Comparator {
  operator: '' | '<' | '<=' | '>' | '>=';
  version: string;
}

/**
 * A range as alternatives of conditions that must all hold; an empty list of conditions leaves nothing out.
 * Undefined for what is no range.
 */
export function alternatives(range: string): Comparator[][] | undefined {
  if (range.length > 4096) return undefined;
  try {
    const { set } = new Range(range, { includePrerelease: true, loose: true });
    return set.map((all) =>
      all
        .filter(({ value }) => value !== '')
        .map(({ operator, semver: { version } }) => ({
          operator: operator === '=' ? '' : (operator ?? ''),
          version,
        })),
    );
  } catch {
    return undefined;
  }
}
