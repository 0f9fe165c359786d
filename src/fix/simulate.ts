/**
 * What a command would make of a tree, as npm's tree builder decides it: nothing goes down, nothing moves without
 * need, a new dependency takes what it sees if that will do.
 * https://docs.npmjs.com/cli/v11/commands/npm-update, https://docs.npmjs.com/cli/v11/configuring-npm/package-json#overrides
 */
import { asksFor } from './asks.ts';
import { type Graph, type Link, link, newPlace, type Place, prune, relink, visible } from './graph.ts';
import type { Knowledge } from './knowledge.ts';
import { answers, isAbove, ownPicks, styleOf, updatePick, wanted } from './ranges.ts';
import type { Install, Override, PublishedVersion } from './types.ts';

/** How often moved packages may move others; npm's own trees settle in two or three rounds. */
const ROUNDS = 6;
const PREFIXES = { exact: '', tilde: '~', caret: '^' };

/** A bound for the new packages that one step may bring. */
const NEW_LIMIT = 2000;

/** `npm update <names>`. */
export function applyUpdate(graph: Graph, known: Knowledge, names: ReadonlySet<string>): void {
  for (let round = 0; round < ROUNDS; round++) {
    let moved = false;
    for (const place of [...graph.places.values()]) {
      if (!names.has(place.as) || place.dependents.length === 0) continue;
      moved = (graph.shares ? moveShared : moveEach)(graph, known, place) || moved;
    }
    if (!moved) return;
    prune(graph);
  }
}

function moveShared(graph: Graph, known: Knowledge, place: Place): boolean {
  const to = updatePick(known, place);
  if (to === undefined) return false;
  moveTo(graph, known, place, to);
  return true;
}

function moveEach(graph: Graph, known: Knowledge, place: Place): boolean {
  const picks = ownPicks(known, place);
  if (picks === undefined) return false;
  const versions = new Set(picks.values());
  const [only] = versions;
  if (only !== undefined && versions.size === 1 && picks.size === place.dependents.length) {
    moveTo(graph, known, place, only);
    return true;
  }
  for (const [one, version] of picks) {
    const made = create(graph, one.from, { name: place.name, as: place.as, version });
    relink(one, made);
    settleOne(graph, known, made);
  }
  return true;
}

/** `npm install <name>@<version> …` for one importer or several. */
export function applyInstalls(graph: Graph, known: Knowledge, installs: readonly Install[]): void {
  for (const { importer, as, name, to } of installs) {
    const owner = graph.importers.find(({ key }) => key === importer);
    const one = owner?.edges.find((edge) => edge.name === as && edge.type !== 'workspace');
    if (owner === undefined || one === undefined) continue;
    const place = one.to;
    const range = `${PREFIXES[styleOf(one.spec)]}${to}`;
    one.spec = as === name ? range : `npm:${name}@${range}`;
    if (place === undefined || place.source !== 'registry') {
      relink(one, create(graph, owner, { name, as, version: to }));
    } else replace(graph, known, place, to, one);
  }
  settle(graph, known);
}

/** `npm pkg set overrides.<name>=<version>`, then `npm install`. */
export function applyOverrides(graph: Graph, known: Knowledge, overrides: readonly Override[]): void {
  graph.overrides.push(...overrides);
  for (const { name, to, below } of overrides) {
    for (const place of [...graph.places.values()]) {
      if (place.as !== name || place.source !== 'registry' || place.version === to) continue;
      const forced = place.dependents.filter(({ from }) => below === undefined || from.as === below);
      if (forced.length === 0) continue;
      for (const one of forced) Object.assign(one, { spec: to, bare: false });
      if (forced.length === place.dependents.length) moveTo(graph, known, place, to);
      else {
        for (const one of forced)
          relink(one, create(graph, one.from, { name: place.name, as: name, version: to }));
      }
    }
  }
  settle(graph, known);
}

// An explicit request takes the place; whoever cannot live with it gets its own again, at its newest.
function replace(graph: Graph, known: Knowledge, place: Place, to: string, request: Link): void {
  if (!graph.shares) {
    relink(request, create(graph, request.from, { name: place.name, as: place.as, version: to }));
    return;
  }
  const others = place.dependents.filter((one) => one !== request);
  const refuse = others.filter(({ name, spec }) => !answers({ ...place, version: to }, name, spec));
  const own = `${request.from.key === '' ? '' : `${request.from.key}/`}node_modules/${place.as}`;
  if (refuse.length > 0 && place.key !== own) {
    relink(request, create(graph, request.from, { name: place.name, as: place.as, version: to }));
    return;
  }
  moveTo(graph, known, place, to);
  for (const one of refuse) relink(one, undefined);
}

function moveTo(graph: Graph, known: Knowledge, place: Place, version: string): void {
  place.version = version;
  const facts = known.facts(place.name, version);
  // Without the registry's word it is taken to ask for what it asked for before.
  if (facts === undefined) return;
  for (const one of place.edges) relink(one, undefined);
  place.edges = [];
  if (graph.bundles && facts.bundles === false) {
    for (const [key, child] of graph.places) {
      if (child.source === 'bundled' && key.startsWith(`${place.key}/`)) graph.places.delete(key);
    }
  }
  ask(graph, place, facts);
  settleOne(graph, known, place);
}

function ask(graph: Graph, place: Place, facts: PublishedVersion): void {
  for (const [name, { spec, type }] of asksFor(facts)) {
    const forced = graph.overrides.findLast(
      (one) => one.name === name && (one.below === undefined || one.below === place.as),
    );
    link(place, { name, spec: forced?.to ?? spec, type }, undefined);
  }
}

function create(graph: Graph, from: Place, made: Pick<Place, 'name' | 'as' | 'version'>): Place {
  const top = `node_modules/${made.as}`;
  let key = graph.places.has(top) && from.key !== '' ? `${from.key}/${top}` : top;
  for (let other = graph.places.get(key); other !== undefined; other = graph.places.get(key)) {
    if (other.name === made.name && other.version === made.version) return other;
    // Where it really goes does not matter here, only that both are there.
    key += '~';
  }
  const { name, as, version } = made;
  const place = newPlace(key, name, as, { version, source: 'registry', importer: false });
  place.fresh = true;
  graph.places.set(key, place);
  return place;
}

/** Answers whatever is asked for and has no answer. */
function settle(graph: Graph, known: Knowledge): void {
  const before = graph.places.size;
  for (let round = 0; round < ROUNDS; round++) {
    let open = false;
    for (const place of [...graph.places.values()]) open = settleOne(graph, known, place) || open;
    if (!open || graph.places.size > before + NEW_LIMIT) break;
  }
  prune(graph);
}

function settleOne(graph: Graph, known: Knowledge, place: Place): boolean {
  let changed = false;
  if (place.fresh) {
    const facts = known.facts(place.name, place.version);
    if (facts !== undefined) ask(graph, place, facts);
    place.fresh = false;
  }
  for (const one of place.edges) {
    if (one.to === undefined && one.type !== 'peerOptional') changed = answer(graph, known, one) || changed;
  }
  return changed;
}

function answer(graph: Graph, known: Knowledge, one: Link): boolean {
  const { from, name, spec } = one;
  const seen = graph.shares ? visible(graph, from, name) : another(graph, name, spec);
  if (seen !== undefined && answers(seen, name, spec)) {
    relink(one, seen);
    return true;
  }
  const want = wanted(name, spec);
  const version = want === undefined ? undefined : known.pick(want.name, want.range, '');
  if (want === undefined || version === undefined) return false;
  if (seen !== undefined && seen.source === 'registry' && isAbove(version, seen.version)) {
    const raised = { ...seen, version };
    if (seen.dependents.every((other) => answers(raised, other.name, other.spec))) {
      moveTo(graph, known, seen, version);
      relink(one, seen);
      return true;
    }
  }
  relink(one, create(graph, from, { name: want.name, as: name, version }));
  return true;
}

// What is in the lock file already may be taken for a new request; that it is not taken nobody can promise.
function another({ places }: Graph, name: string, spec: string): Place | undefined {
  let best: Place | undefined;
  for (const place of places.values()) {
    if (place.as !== name || place.importer || !answers(place, name, spec)) continue;
    if (best === undefined || isAbove(place.version, best.version)) best = place;
  }
  return best;
}
