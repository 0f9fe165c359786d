/**
 * The slow way to know which records mean a package version: every record against every version, by the
 * specification's pseudocode with semver. It shares no code with src, so that an error there is not repeated.
 */
import semver from 'semver';

interface RawEvent {
  introduced?: string;
  fixed?: string;
  last_affected?: string;
  limit?: string;
}

interface RawAffected {
  package?: { ecosystem: string; name: string };
  versions?: string[];
  ranges?: { type: string; events: RawEvent[] }[];
  database_specific?: { last_known_affected_version_range?: string };
}

export interface RawRecord {
  id: string;
  aliases?: string[];
  withdrawn?: string;
  affected?: RawAffected[];
}

/** Whether a record means a version, which must be one that semver reads. */
export function isVulnerable(record: RawRecord, name: string, version: string): boolean {
  if (record.withdrawn !== undefined) return false;
  return (record.affected ?? []).some(
    (affected) =>
      affected.package?.ecosystem === 'npm' &&
      affected.package.name === name &&
      (includedInVersions(version, affected.versions ?? []) || includedInRanges(version, affected)),
  );
}

function includedInVersions(version: string, versions: string[]): boolean {
  return versions.some(
    (other) => other === version || (semver.valid(other) !== null && semver.eq(other, version)),
  );
}

function includedInRanges(version: string, affected: RawAffected): boolean {
  const known = affected.database_specific?.last_known_affected_version_range;
  for (const { type, events } of affected.ranges ?? []) {
    if (type === 'GIT' || !beforeLimits(version, events)) continue;
    const open = events.every((event) => event.introduced !== undefined);
    if (open && known !== undefined && !semver.satisfies(version, known, { includePrerelease: true }))
      continue;
    let vulnerable = false;
    for (const event of [...events].sort(byVersion)) {
      if (event.introduced !== undefined && atLeast(version, event.introduced)) vulnerable = true;
      else if (event.fixed !== undefined && semver.gte(version, event.fixed)) vulnerable = false;
      else if (event.last_affected !== undefined && semver.gt(version, event.last_affected))
        vulnerable = false;
    }
    if (vulnerable) return true;
  }
  return false;
}

function beforeLimits(version: string, events: RawEvent[]): boolean {
  const limits = events.flatMap(({ limit }) => (limit === undefined ? [] : [limit]));
  return limits.length === 0 || limits.some((limit) => limit === '*' || semver.lt(version, limit));
}

function atLeast(version: string, introduced: string): boolean {
  return introduced === '0' || semver.gte(version, introduced);
}

function byVersion(a: RawEvent, b: RawEvent): number {
  const [x, y] = [versionOf(a), versionOf(b)];
  if (x === '0' || y === '0') return x === y ? 0 : x === '0' ? -1 : 1;
  return semver.compare(x, y);
}

function versionOf(event: RawEvent): string {
  return event.introduced ?? event.fixed ?? event.last_affected ?? event.limit ?? '';
}

/** Every version at which an answer could change, and its neighbours. */
export function boundaries(record: RawRecord): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const affected of record.affected ?? []) {
    const name = affected.package?.name ?? '';
    const versions = found.get(name) ?? new Set(['0.0.0-0', '0.0.0', '1.0.0', '999.0.0']);
    found.set(name, versions);
    const events = (affected.ranges ?? []).flatMap((range) => range.events.map(versionOf));
    const known = affected.database_specific?.last_known_affected_version_range?.replace(/^[<=\s]+/, '');
    for (const version of [
      ...events,
      ...(affected.versions ?? []),
      ...(known === undefined ? [] : [known]),
    ]) {
      const parsed = semver.parse(version);
      if (parsed === null) continue;
      const core = `${parsed.major}.${parsed.minor}`;
      const near = [
        `${core}.${parsed.patch}-0`,
        `${core}.${parsed.patch}-rc.1`,
        `${core}.${parsed.patch + 1}`,
      ];
      const before = parsed.patch > 0 ? [`${core}.${parsed.patch - 1}`] : [];
      for (const next of [version, ...near, ...before, `${core}.${parsed.patch + 1}-0`]) versions.add(next);
    }
  }
  return found;
}

/** The other ids that each id is said to be the same as. */
export function aliasLinks(records: Iterable<RawRecord>): Map<string, Set<string>> {
  const links = new Map<string, Set<string>>();
  for (const { id, aliases, withdrawn } of records) {
    if (withdrawn !== undefined) continue;
    for (const alias of aliases ?? []) {
      links.set(id, (links.get(id) ?? new Set()).add(alias));
      links.set(alias, (links.get(alias) ?? new Set()).add(id));
    }
  }
  return links;
}

/** All ids that links lead to from one, itself included. */
export function flood(links: ReadonlyMap<string, ReadonlySet<string>>, start: string): string[] {
  const group = new Set([start]);
  for (const id of group) for (const next of links.get(id) ?? []) group.add(next);
  return [...group];
}
