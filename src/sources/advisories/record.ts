/**
 * What one advisory record says of one npm package, ready to be held against a version. OSV's events are
 * turned into intervals once, when a record is read, so that judging a version is a comparison or two.
 */
import type { Severity } from '../../model.ts';
import { type Bound, compareVersions, parseVersion, type Version } from './version.ts';

/** The versions from `from` on, up to `to`; undefined is open. */
export interface Interval {
  readonly from: Bound | undefined;
  readonly to: Bound | undefined;
  /** `to` is the first version with a fix (not a limit, nor a last affected version). */
  readonly fix: boolean;
}

/** What the tarball of a version hashes to, as a record says. */
export interface PackageHash {
  /** Empty where the record does not say which version is meant. */
  readonly version: string;
  /** As in `integrity`: `sha512-…`. */
  readonly integrity: string;
}

/** One record as it concerns one package. */
export interface AdvisoryRecord {
  readonly id: string;
  /** All other ids of its alias group, sorted. */
  readonly aliases: readonly string[];
  readonly withdrawn: boolean;
  /** Undefined where the record gives none. */
  readonly severity: Severity | undefined;
  /** The record's own words or weakness numbers say that the package was made to harm. */
  readonly malware: boolean;
  readonly title: string;
  /** A page about it, for records whose id has no page of its own; may be empty. */
  readonly reference: string;
  /** Versions named one by one. */
  readonly versions: readonly string[];
  readonly intervals: readonly Interval[];
  readonly hashes: readonly PackageHash[];
}

/** What a package's version is, read once for all records. */
export interface Candidate {
  readonly text: string;
  /** Undefined where it is no version. */
  readonly version: Version | undefined;
}

/** Reads a version as lock files have it. */
export function candidate(text: string): Candidate {
  return { text, version: parseVersion(text) };
}

/**
 * Whether a record means a version: named in `versions` or inside any range.
 * https://ossf.github.io/osv-schema/#evaluation. Something that is no version is only meant by its exact text
 * or by a range that leaves nothing out.
 */
export function affects(record: AdvisoryRecord, { text, version }: Candidate): boolean {
  if (names(record, { text, version })) return true;
  for (const interval of record.intervals) {
    if (version === undefined ? coversAll(interval) : contains(interval, version)) return true;
  }
  return false;
}

/**
 * Whether a record that covers every version, and also names some, is not to be believed for this one: such
 * records came with each large incident, and named the clean versions too.
 */
export function disputes(record: AdvisoryRecord, { text, version }: Candidate): boolean {
  const narrower = record.intervals.filter((interval) => !coversAll(interval));
  if (narrower.length === record.intervals.length) return false;
  if (narrower.length === 0 && record.versions.length === 0) return false;
  if (names(record, { text, version })) return false;
  return version === undefined || !narrower.some((interval) => contains(interval, version));
}

/** Whether an interval leaves no version out. Some databases write `<=99.999.99999` for "all". */
export function coversAll({ from, to }: Interval): boolean {
  if (from !== undefined && compareVersions(from.version, ZERO) > 0) return false;
  return to === undefined || compareVersions(to.version, NINES) >= 0;
}

const ZERO: Version = { major: 0, minor: 0, patch: 0, pre: [] };
const NINES: Version = { major: 99, minor: 999, patch: 9999, pre: [] };

function names(record: AdvisoryRecord, { text, version }: Candidate): boolean {
  for (const named of record.versions) {
    if (named === text) return true;
    if (version === undefined) continue;
    const parsed = parseVersion(named);
    if (parsed !== undefined && compareVersions(parsed, version) === 0) return true;
  }
  return false;
}

/** Whether an interval holds a version. */
export function contains({ from, to }: Interval, version: Version): boolean {
  if (from !== undefined && isBefore(version, from)) return false;
  return to === undefined || isBefore(version, to);
}

function isBefore(version: Version, bound: Bound): boolean {
  const order = compareVersions(version, bound.version);
  return order < 0 || (order === 0 && bound.after);
}
