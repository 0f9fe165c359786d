/** Finds what has to move so that a package reaches an acceptable version: itself, or the nearest that asks for it. */
import { inRange } from '../semver.ts';
import { asksFor } from './asks.ts';
import { type Graph, type Link, type Place, visible } from './graph.ts';
import type { Choice, Knowledge } from './knowledge.ts';
import { isIgnored, ownPicks, pickFor, updatePick, wanted } from './ranges.ts';
import type { Install, PublishedVersion } from './types.ts';

export interface Solution {
  /** Names to update within their ranges. */
  updates: Set<string>;
  /** By importer and name. */
  installs: Map<string, Install>;
  /** Who keeps the package back and cannot be moved. */
  stuck: Link[];
  /** Places that no command reaches: in another package's tarball, from git, a folder. */
  fixed: Place[];
  /** From when a version is let in that would help. */
  blocked?: Date | 'for good';
}

interface Search {
  graph: Graph;
  known: Knowledge;
  active: Set<Place>;
  budget: number;
  blocked?: Date | 'for good';
}

type Accept = (version: string) => boolean;

/** How many levels of dependents are climbed; deeper trees exist, but no advice that people follow. */
const DEPTH = 8;
const BUDGET = 400;

/** What to do for places of one package, all of one version. */
export function solve(graph: Graph, known: Knowledge, places: readonly Place[], accept: Accept): Solution {
  const search: Search = { graph, known, active: new Set(), budget: BUDGET };
  const whole = nothing();
  for (const place of places) {
    if (place.source === 'bundled') {
      const found = unbundle(search, place);
      if (found === undefined) whole.fixed.push(place);
      else merge(whole, found);
      continue;
    }
    if (place.source !== 'registry') {
      whole.fixed.push(place);
      continue;
    }
    const within = graph.shares ? updatePick(known, place) : undefined;
    if (within !== undefined && accept(within)) {
      whole.updates.add(place.as);
      continue;
    }
    for (const one of place.dependents) {
      if (isIgnored(one, place)) continue;
      const found = raise(search, one, place, accept, 0);
      if (found === undefined) whole.stuck.push(one);
      else merge(whole, found);
    }
  }
  if (search.blocked !== undefined) whole.blocked = search.blocked;
  return whole;
}

/** The version to install: the smallest that is acceptable, published, let in, and not deprecated if one is not. */
export function choose(
  known: Knowledge,
  name: string,
  current: string,
  accept: (choice: Choice) => boolean,
): { choice?: Choice; blocked?: Date | 'for good' } {
  let deprecated: Choice | undefined;
  let blocked: Date | 'for good' | undefined;
  for (const choice of known.above(name, current)) {
    if (!accept(choice)) continue;
    const until = known.blockedUntil(name, choice);
    if (until !== undefined) blocked ??= until;
    else if (choice.facts?.deprecated) deprecated ??= choice;
    else return { choice };
  }
  if (deprecated !== undefined) return { choice: deprecated };
  return blocked === undefined ? {} : { blocked };
}

// What is in a tarball leaves with a version that packs nothing; what a newer one packs nobody can tell.
function unbundle(search: Search, place: Place): Solution | undefined {
  const { graph, known } = search;
  let holder: Place | undefined = place;
  while (holder?.source === 'bundled') {
    const inner = holder.key.lastIndexOf('/node_modules/');
    holder = inner === -1 ? undefined : graph.places.get(holder.key.slice(0, inner));
  }
  if (holder === undefined) return undefined;
  const { name } = holder;
  const owner = holder;
  return lift(
    search,
    owner,
    (version) => known.facts(name, version)?.bundles === false && noWorse(known, owner, version),
    0,
  );
}

// What lets `one` be answered by an acceptable version: nothing, a newer spec of ours, or a newer dependent.
function raise(search: Search, one: Link, place: Place, accept: Accept, depth: number): Solution | undefined {
  const { known } = search;
  const picked = pickFor(known, one, place);
  if (picked !== undefined && picked !== place.version && accept(picked)) return just(place.as);
  if (one.from.importer) return install(search, one, place, accept);
  const { from } = one;
  const acceptFrom: Accept = (version) => {
    const facts = known.facts(from.name, version);
    return (
      facts !== undefined &&
      noWorse(known, from, version) &&
      asksWell(known, facts, one.name, accept) &&
      suitsPeers(search.graph, from, facts)
    );
  };
  const found = lift(search, from, acceptFrom, depth + 1);
  if (found !== undefined) found.updates.add(place.as);
  return found;
}

function lift(search: Search, place: Place, accept: Accept, depth: number): Solution | undefined {
  if (place.source !== 'registry' || depth > DEPTH || search.active.has(place)) return undefined;
  if (search.budget-- <= 0) return undefined;
  const { known } = search;
  const within = search.graph.shares ? updatePick(known, place) : ownPick(known, place, accept);
  if (within !== undefined && accept(within)) return just(place.as);
  // No version helps: no need to look at who asks for it.
  if (!known.above(place.name, place.version).some(({ text }) => accept(text))) return undefined;
  search.active.add(place);
  let whole: Solution | undefined = nothing();
  for (const one of place.dependents) {
    if (isIgnored(one, place)) continue;
    const found = raise(search, one, place, accept, depth);
    if (found === undefined) {
      whole = undefined;
      break;
    }
    merge(whole, found);
  }
  search.active.delete(place);
  return whole;
}

// Any of what the dependents would each get, if all of that will do.
function ownPick(known: Knowledge, place: Place, accept: Accept): string | undefined {
  const picks = ownPicks(known, place);
  if (picks === undefined || picks.size < place.dependents.length) return undefined;
  const versions = [...picks.values()];
  return versions.every((version) => accept(version)) ? versions[0] : undefined;
}

function install(search: Search, one: Link, place: Place, accept: Accept): Solution | undefined {
  const want = wanted(one.name, one.spec);
  if (want === undefined || place.source !== 'registry') return undefined;
  const fits = (choice: Choice) =>
    accept(choice.text) && (choice.facts === undefined || suitsPeers(search.graph, place, choice.facts));
  const { choice, blocked } = choose(search.known, want.name, place.version, fits);
  if (blocked !== undefined) search.blocked ??= blocked;
  if (choice === undefined) return undefined;
  const { key, name } = one.from;
  const made: Install = {
    importer: key,
    member: name,
    as: one.name,
    name: want.name,
    type: one.type,
    spec: one.spec,
    to: choice.text,
    ask: choice.ask,
  };
  return { ...nothing(), installs: new Map([[`${key}\0${one.name}`, made]]) };
}

function just(name: string): Solution {
  return { ...nothing(), updates: new Set([name]) };
}

/** A solution that asks for nothing. */
export function nothing(): Solution {
  return { updates: new Set(), installs: new Map(), stuck: [], fixed: [] };
}

/** Adds one solution to another; of two versions for one thing the later holds. */
export function merge(
  into: Pick<Solution, 'updates' | 'installs'>,
  from: Pick<Solution, 'updates' | 'installs'>,
): void {
  for (const name of from.updates) into.updates.add(name);
  for (const [key, made] of from.installs) {
    const before = into.installs.get(key);
    if (before === undefined || inRange(made.to, `>${before.to}`)) into.installs.set(key, made);
  }
}

function noWorse(known: Knowledge, { name, version }: Place, to: string): boolean {
  const before = known.hits(name, version);
  return known.hits(name, to).every((id) => before.includes(id));
}

// Whether a version asks for `name` in a way that npm answers acceptably, or no longer asks for it.
function asksWell(known: Knowledge, facts: PublishedVersion, name: string, accept: Accept): boolean {
  const asked = asksFor(facts).get(name);
  if (asked === undefined) return true;
  const want = wanted(name, asked.spec);
  const picked = want === undefined ? undefined : known.pick(want.name, want.range, '');
  return picked !== undefined && accept(picked);
}

// npm refuses an install (ERESOLVE) whose peers the project's own packages contradict.
function suitsPeers(graph: Graph, place: Place, facts: PublishedVersion): boolean {
  for (const [name, { spec, type }] of asksFor(facts)) {
    if (!type.startsWith('peer')) continue;
    const seen = graph.shares ? visible(graph, place, name) : undefined;
    const range = wanted(name, spec)?.range;
    if (seen === undefined || range === undefined || seen.version === '') continue;
    if (!inRange(seen.version, range)) return false;
  }
  return true;
}
