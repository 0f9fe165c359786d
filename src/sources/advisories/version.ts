/**
 * Versions in the order of SemVer 2.0 §11, as OSV's evaluation wants it: a prerelease sorts before its release
 * and build metadata does not count. Written by hand because it runs for every package of a scan; the tests
 * hold it against the `semver` package, which also sets what is tolerated (its "loose" mode).
 */

export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** Prerelease identifiers; empty for a release. */
  readonly pre: readonly string[];
}

/** A place in the order of versions: just before `version` (so that `version` itself comes after it), or,
 * where `after` is set, just behind it. */
export interface Bound {
  readonly version: Version;
  readonly after: boolean;
}

const IDENTIFIER = '(?:\\d*[a-zA-Z-][a-zA-Z0-9-]*|\\d+)';
const PRERELEASE = `(?:-?(${IDENTIFIER}(?:\\.${IDENTIFIER})*))?`;
const BUILD = '(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?';
const FULL = new RegExp(`^[v=\\s]*(\\d+)\\.(\\d+)\\.(\\d+)${PRERELEASE}${BUILD}$`);
const ODD = new RegExp(
  `^[v=\\s]*(\\d+)(?:\\.(\\d+))?(?:\\.(\\d+))?((?:\\.\\d+)*)(?:-(${IDENTIFIER}(?:\\.${IDENTIFIER})*))?${BUILD}$`,
);
/** The limit of the `semver` package; it also keeps the expressions above from long work. */
const LONGEST = 256;

/** Reads a full version; a leading `v` or `=`, leading zeros and `1.2.3beta` are tolerated. */
export function parseVersion(text: string): Version | undefined {
  if (text.length > LONGEST) return undefined;
  const match = FULL.exec(text.trim());
  return match === null ? undefined : build(match[1], match[2], match[3], match[4]);
}

const USUAL = /^\d{1,15}\.\d{1,15}\.\d{1,15}$/;

/** Whether parseVersion reads a text, without reading it where it is nothing but three numbers. */
export function isVersion(text: string): boolean {
  return USUAL.test(text) || parseVersion(text) !== undefined;
}

/**
 * Reads the bound of a range. Beside full versions it takes `1` and `1.2` (filled with zeros) and versions of
 * four and more parts, which npm cannot publish: `1.2.3.4` is the place just behind `1.2.3`.
 */
export function parseBound(text: string): Bound | undefined {
  const version = parseVersion(text);
  if (version !== undefined) return { version, after: false };
  if (text.length > LONGEST) return undefined;
  const match = ODD.exec(text.trim());
  if (match === null) return undefined;
  const after = /[1-9]/.test(match[4] ?? '');
  const odd = build(match[1], match[2] ?? '0', match[3] ?? '0', after ? undefined : match[5]);
  return odd === undefined ? undefined : { version: odd, after };
}

function build(major = '', minor = '', patch = '', pre: string | undefined): Version | undefined {
  const version = {
    major: Number(major),
    minor: Number(minor),
    patch: Number(patch),
    // A numeral is its value: `00` is `0`.
    pre: pre === undefined ? [] : pre.split('.').map((part) => part.replace(/^0+(?=\d+$)/, '')),
  };
  const largest = Math.max(version.major, version.minor, version.patch);
  return largest <= Number.MAX_SAFE_INTEGER ? version : undefined;
}

/** Negative when `a` comes before `b`, zero when their precedence is equal. */
export function compareVersions(a: Version, b: Version): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch || comparePre(a.pre, b.pre);
}

/** Negative when the place `a` comes before the place `b`. */
export function compareBounds(a: Bound, b: Bound): number {
  return compareVersions(a.version, b.version) || Number(a.after) - Number(b.after);
}

function comparePre(a: readonly string[], b: readonly string[]): number {
  // A release comes after all its prereleases.
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = compareIdentifiers(a[i] ?? '', b[i] ?? '');
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareIdentifiers(a: string, b: string): number {
  const aNumeric = /^\d+$/.test(a);
  const bNumeric = /^\d+$/.test(b);
  if (aNumeric && bNumeric) return compareNumerals(a.replace(/^0+/, ''), b.replace(/^0+/, ''));
  if (aNumeric !== bNumeric) return aNumeric ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

// As text, because a numeral may be larger than any exact number.
function compareNumerals(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** The normal spelling, without build metadata. */
export function formatVersion({ major, minor, patch, pre }: Version): string {
  return `${major}.${minor}.${patch}${pre.length === 0 ? '' : `-${pre.join('.')}`}`;
}
