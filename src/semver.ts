/** npm's own idea of versions and ranges. */
import semver from 'semver';

/** Whether the version lies in the range; prereleases count as versions like any other. False for what is none. */
export function satisfies(version: string, range: string): boolean {
  return semver.satisfies(version, range, { includePrerelease: true, loose: true });
}
