/** Which packages of an inventory the advisories mean, and which could not be asked about. Pure. */
import type { Advisory, Package } from '../../model.ts';
import { hashVerdict } from './hashes.ts';
import { advisoriesFor, type Match } from './merge.ts';
import { type AdvisoryRecord, candidate } from './record.ts';
import { isPrivate, type Privacy, registryTarball } from './registry-package.ts';
import { isVersion } from './version.ts';

/** Why npm's advisories do not speak of a package. */
type UncheckedReason = 'git' | 'file' | 'link' | 'workspace' | 'tarball' | 'private' | 'invalid version';

export interface Unchecked {
  reason: UncheckedReason;
  count: number;
  /** The first few, as `name@version`. */
  examples: string[];
}

/** An advisory that names the package's version, but means another tarball. */
export interface Exclusion {
  package: Package;
  id: string;
}

export interface Matches {
  /** Only packages that have any. */
  advisories: Map<Package, Advisory[]>;
  /** How many packages were held against the records. */
  checked: number;
  /** In the order of UncheckedReason's first occurrence. */
  notChecked: Unchecked[];
  /** Entries of lock files whose version cannot be compared: npm's packages, and nobody knows which. */
  versionless: Package[];
  excluded: Exclusion[];
}

const EXAMPLES = 5;

/**
 * Finds the advisories of each package. `lookup` gives the records of a name; it is asked once for each name.
 * A package without a readable version is still held against records that leave no version out.
 */
export function matchAdvisories(
  packages: Iterable<Package>,
  lookup: (name: string) => readonly AdvisoryRecord[],
  privacy: Privacy,
): Matches {
  const matches: Matches = {
    advisories: new Map(),
    checked: 0,
    notChecked: [],
    versionless: [],
    excluded: [],
  };
  const known = new Map<string, readonly AdvisoryRecord[]>();
  for (const pack of packages) {
    const subject = subjectOf(pack, privacy);
    if (typeof subject === 'string') {
      leaveOut(matches.notChecked, subject, pack);
      continue;
    }
    if (isVersion(subject.version)) matches.checked++;
    else {
      leaveOut(matches.notChecked, 'invalid version', pack);
      // Of a page it is a finding: unpinned-script.
      if (pack.tree.manager !== 'cdn') matches.versionless.push(pack);
    }
    let records = known.get(subject.name);
    if (records === undefined) {
      records = lookup(subject.name);
      known.set(subject.name, records);
    }
    if (records.length === 0) continue;
    judge(matches, pack, subject.version, advisoriesFor(records, candidate(subject.version)));
  }
  return matches;
}

function judge(matches: Matches, pack: Package, version: string, found: readonly Match[]): void {
  const advisories: Advisory[] = [];
  for (const { advisory, records } of found) {
    if (hashVerdict(records, version, pack.integrity) === 'differs')
      matches.excluded.push({ package: pack, id: advisory.id });
    else advisories.push(advisory);
  }
  if (advisories.length > 0) matches.advisories.set(pack, advisories);
}

/** The name and version under which npm's registry knows the package, or why it does not. */
export function subjectOf(
  pack: Package,
  privacy: Privacy,
): { name: string; version: string } | UncheckedReason {
  if (pack.importer) return 'workspace';
  const { source } = pack;
  if (source === 'git' || source === 'file' || source === 'link' || source === 'workspace') return source;
  if (source === 'portal') return 'link';
  // Mirrors serve npm's packages under URLs of registry shape; only there the URL has to be taken apart.
  const subject = source === 'tarball' ? registryTarball(pack.resolved ?? '') : pack;
  if (subject === undefined) return 'tarball';
  return isPrivate(subject.name, pack.resolved, privacy) ? 'private' : subject;
}

function leaveOut(unchecked: Unchecked[], reason: UncheckedReason, pack: Package): void {
  let entry = unchecked.find((other) => other.reason === reason);
  if (entry === undefined) {
    entry = { reason, count: 0, examples: [] };
    unchecked.push(entry);
  }
  entry.count++;
  if (entry.examples.length < EXAMPLES) entry.examples.push(`${pack.name}@${pack.version}`);
}
