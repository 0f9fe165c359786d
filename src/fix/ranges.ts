/** What the dependents of a place leave it. */
import { aliasTarget, specKind } from '../readers/npm/specifiers.ts';
import { inRange } from '../semver.ts';
import { compareVersions, parseVersion } from '../sources/advisories/version.ts';
import { asksFor } from './asks.ts';
import type { Link, Place } from './graph.ts';
import type { Knowledge } from './knowledge.ts';

/** The registry's name and the range behind a specifier; undefined for git, files, addresses. */
export function wanted(name: string, spec: string): { name: string; range: string } | undefined {
  const alias = aliasTarget(spec);
  if (alias !== undefined) return alias;
  return specKind(spec) === 'registry' ? { name, range: spec } : undefined;
}

/** Whether a place would do for what is asked. What is not of the registry is taken as it is. */
export function answers(place: Place, name: string, spec: string): boolean {
  const want = wanted(name, spec);
  if (want === undefined || place.source !== 'registry' || place.importer) return true;
  return want.name === place.name && inRange(place.version, want.range);
}

/** The version that npm takes for a link when it updates the place behind it; undefined: it stays. */
export function pickFor(known: Knowledge, one: Link, place: Place): string | undefined {
  const want = wanted(one.name, rangeOf(known, one));
  if (want === undefined || want.name !== place.name) return undefined;
  return known.pick(want.name, want.range, place.version);
}

// What the dependent's own manifest says where the lock file does not; without an answer, what is locked alone.
function rangeOf(known: Knowledge, { from, name, spec, bare }: Link): string {
  if (bare !== true) return spec;
  const facts = known.facts(from.name, from.version);
  return (facts && asksFor(facts).get(name)?.spec) ?? spec;
}

/**
 * Where `npm update` takes a place: to the lowest of what its dependents would get, if all of them take that. A peer
 * that is not satisfied today has no say. Undefined: it stays.
 */
export function updatePick(known: Knowledge, place: Place): string | undefined {
  if (place.source !== 'registry' || place.importer) return undefined;
  const voters = place.dependents.filter((one) => !isIgnored(one, place));
  let lowest: string | undefined;
  for (const one of voters) {
    const picked = pickFor(known, one, place);
    if (picked === undefined) return undefined;
    if (lowest === undefined || isAbove(lowest, picked)) lowest = picked;
  }
  if (lowest === undefined || !isAbove(lowest, place.version)) return undefined;
  for (const { name, spec } of voters) {
    if (!inRange(lowest, wanted(name, spec)?.range ?? '')) return undefined;
  }
  return lowest;
}

/**
 * Where a manager that answers each request by itself takes those for a place: for each link its version. Undefined
 * where nothing moves.
 */
export function ownPicks(known: Knowledge, place: Place): ReadonlyMap<Link, string> | undefined {
  if (place.source !== 'registry' || place.importer) return undefined;
  const picks = new Map<Link, string>();
  for (const one of place.dependents) {
    const picked = pickFor(known, one, place);
    if (picked !== undefined && isAbove(picked, place.version)) picks.set(one, picked);
  }
  return picks.size === 0 ? undefined : picks;
}

/** Whether a link is a peer dependency that nobody enforces (legacy-peer-deps, force). */
export function isIgnored(one: Link, place: Place): boolean {
  return one.type.startsWith('peer') && !answers(place, one.name, one.spec);
}

/** How package.json writes what it asks for: npm keeps to it where it is told to. */
export function styleOf(spec: string): 'exact' | 'tilde' | 'caret' {
  const range = aliasTarget(spec)?.range ?? spec;
  if (parseVersion(range) !== undefined) return 'exact';
  return range.startsWith('~') ? 'tilde' : 'caret';
}

/** Whether version `a` comes after `b`; false where either is none. */
export function isAbove(a: string, b: string): boolean {
  const [left, right] = [parseVersion(a), parseVersion(b)];
  return left !== undefined && right !== undefined && compareVersions(left, right) > 0;
}

/** Whether a step from one version to another leaves what a caret allows: 1 to 2, 0.3 to 0.4. */
export function isMajor(from: string, to: string): boolean {
  return !inRange(to, `^${from}`);
}
