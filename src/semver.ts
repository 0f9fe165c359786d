/** npm's own idea of versions and ranges. Loaded where it is needed: that takes 10 ms. */
import semver from 'semver';

/** Whether the version lies in the range; prereleases count as versions like any other. False for what is none. */
export function satisfies(version: string, range: string): boolean {
  return semver.satisfies(version, range, { includePrerelease: true, loose: true });
}

/** The same as npm decides what may be installed: a prerelease only where the range names one of its version. */
export function satisfiesStrictly(version: string, range: string): boolean {
  return semver.satisfies(version, range, { loose: true });
}

/** Whether npm reads the text as a range, not as a dist-tag. */
export function isRange(text: string): boolean {
  return semver.validRange(text, { loose: true }) !== null;
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
    const { set } = new semver.Range(range, { includePrerelease: true, loose: true });
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
