/** npm's own idea of versions and ranges. */
import semver from 'semver';

/** Whether the version lies in the range; prereleases count as versions like any other. False for what is none. */
export function satisfies(version: string, range: string): boolean {
  return semver.satisfies(version, range, { includePrerelease: true, loose: true });
}

/** Read once: planning holds many versions against the same few ranges. */
const ranges = new Map<string, semver.Range | undefined>();
/** A bound for ranges of hostile files; no honest project comes near it. */
const RANGES_LIMIT = 10_000;

/** Whether npm would install the version for the range: prereleases only where the range names one. */
export function inRange(version: string, range: string): boolean {
  return readRange(range)?.test(version) ?? false;
}

function readRange(text: string): semver.Range | undefined {
  let range = ranges.get(text);
  if (range === undefined && !ranges.has(text)) {
    if (ranges.size >= RANGES_LIMIT) ranges.clear();
    range = semver.validRange(text, true) === null ? undefined : new semver.Range(text, true);
    ranges.set(text, range);
  }
  return range;
}

/** Whether the text is a range (or a version); dist-tags, addresses and paths are none. */
export function isRange(text: string): boolean {
  return readRange(text) !== undefined;
}
