/** A copy of a tree that steps can be tried on. */
import type { EdgeType, Source, Tree, TreeNode } from '../model.ts';
import { isRange } from '../semver.ts';
import type { Override } from './types.ts';

export interface Place {
  key: string;
  /** The real name. */
  name: string;
  /** The name it is installed under. */
  as: string;
  version: string;
  source: Source;
  importer: boolean;
  edges: Link[];
  /** Just put here: what it asks for is not written down yet. */
  fresh: boolean;
  /** Who asks for it. */
  dependents: Link[];
  /** Its number in the graph while that is copied. */
  at: number;
}

export interface Link {
  from: Place;
  name: string;
  spec: string;
  type: EdgeType;
  /** The lock file has no range, only what answers it (pnpm, but for what the project itself asks for). */
  bare?: boolean;
  to: Place | undefined;
}

export interface Graph {
  places: Map<string, Place>;
  importers: Place[];
  /** Whether one place answers all who can live with it, as npm does it; else each request is answered by itself. */
  shares: boolean;
  /** Whether any package stands in another's tarball. */
  bundles: boolean;
  /** Versions that package.json forces, by the steps taken so far. */
  overrides: Override[];
  /** In the lock file although nobody asks for them: whatever keeps them there keeps them. */
  strays: ReadonlySet<Place>;
}

/**
 * The graph of a tree; a link and what it leads to are one place, known by the folder. With `only`, the part that
 * matters when nothing is known of what new versions ask for: packages of these names, who asks for them, importers.
 */
export function graphOf(tree: Tree, shares: boolean, only?: ReadonlySet<string>): Graph {
  const all = [tree.root, ...tree.nodes];
  const nodes = only === undefined ? all : all.filter((node) => matters(node, only));
  const places = new Map<string, Place>();
  const placeOf = new Map<TreeNode, Place>();
  const byEdges = new Map<TreeNode['edges'], Place>();
  for (const node of nodes) {
    const shared = byEdges.get(node.edges);
    const place = shared ?? newPlace(node.key, node.name, node.alias ?? node.name, node);
    if (shared !== undefined && !node.key.includes('node_modules/')) place.key = node.key;
    placeOf.set(node, place);
    places.set(node.key, place);
    byEdges.set(node.edges, place);
  }
  const linked = new Set<Place>();
  for (const node of nodes) {
    const from = placeOf.get(node);
    if (from === undefined || linked.has(from)) continue;
    linked.add(from);
    for (const { name, spec, type, to } of node.edges) {
      const place = to === undefined ? undefined : placeOf.get(to);
      if (place === undefined && only !== undefined) continue;
      const bare = tree.manager === 'pnpm' && !from.importer;
      link(from, { name, spec: shares ? spec : rangeOnly(spec), type, bare }, place);
    }
  }
  const importers = [...new Set(places.values())].filter(({ importer }) => importer);
  const live = reachable(importers);
  const strays = new Set([...places.values()].filter((place) => !live.has(place)));
  const bundles = nodes.some(({ source }) => source === 'bundled');
  return { places, importers, shares, bundles, overrides: [], strays };
}

// Yarn 2 and later write `npm:^1.0.0` for a range, npm writes `npm:name@^1.0.0` for an alias.
function rangeOnly(spec: string): string {
  const rest = spec.startsWith('npm:') ? spec.slice('npm:'.length) : spec;
  return !rest.includes('@') && isRange(rest) ? rest : spec;
}

function matters({ importer, name, edges }: TreeNode, only: ReadonlySet<string>): boolean {
  return importer || only.has(name) || edges.some(({ to }) => to !== undefined && only.has(to.name));
}

/** A place that nobody asks for yet. */
export function newPlace(
  key: string,
  name: string,
  as: string,
  { version, source, importer }: Pick<Place, 'version' | 'source' | 'importer'>,
): Place {
  return { key, name, as, version, source, importer, edges: [], fresh: false, dependents: [], at: -1 };
}

/** Lets `from` ask for `to`. */
export function link(
  from: Place,
  asked: Pick<Link, 'name' | 'spec' | 'type' | 'bare'>,
  to: Place | undefined,
): Link {
  const made: Link = { from, name: asked.name, spec: asked.spec, type: asked.type, to };
  if (asked.bare) made.bare = true;
  from.edges.push(made);
  to?.dependents.push(made);
  return made;
}

/** Points a link elsewhere. */
export function relink(one: Link, to: Place | undefined): void {
  if (one.to !== undefined) leave(one, one.to);
  one.to = to;
  to?.dependents.push(one);
}

/** Takes out what no importer asks for any more. */
export function prune(graph: Graph): void {
  const live = reachable([...graph.importers, ...graph.strays]);
  for (const [key, place] of graph.places) {
    if (live.has(place)) continue;
    graph.places.delete(key);
    for (const one of place.edges) if (one.to !== undefined) leave(one, one.to);
  }
}

function leave(one: Link, { dependents }: Place): void {
  const at = dependents.indexOf(one);
  if (at !== -1) dependents.splice(at, 1);
}

function reachable(from: Iterable<Place>): Set<Place> {
  const live = new Set(from);
  for (const place of live) for (const { to } of place.edges) if (to !== undefined) live.add(to);
  return live;
}

/** What `require` from a place finds: the nearest `node_modules` up the folders. */
export function visible(graph: Graph, from: Place, name: string): Place | undefined {
  for (let at = from.key; ; at = outside(at)) {
    const found = graph.places.get(`${at === '' ? '' : `${at}/`}node_modules/${name}`);
    if (found !== undefined) return found;
    if (at === '') return undefined;
  }
}

function outside(key: string): string {
  const installed = key.lastIndexOf('node_modules/');
  if (installed === 0) return '';
  const slash = key.lastIndexOf('/');
  if (installed > 0) return key.slice(0, installed - 1);
  return slash === -1 ? '' : key.slice(0, slash);
}

/** An independent copy. */
export function copyGraph(graph: Graph): Graph {
  const originals: Place[] = [];
  const copies: Place[] = [];
  const places = new Map<string, Place>();
  for (const place of graph.places.values()) place.at = -1;
  for (const [key, place] of graph.places) {
    const known = copies[place.at];
    if (known !== undefined) {
      places.set(key, known);
      continue;
    }
    place.at = copies.length;
    const copy = newPlace(place.key, place.name, place.as, place);
    originals.push(place);
    copies.push(copy);
    places.set(key, copy);
  }
  const same = (place: Place) => (originals[place.at] === place ? copies[place.at] : undefined) ?? place;
  for (const [i, copy] of copies.entries()) {
    for (const one of originals[i]?.edges ?? []) link(copy, one, one.to && same(one.to));
  }
  return {
    places,
    importers: graph.importers.map(same),
    shares: graph.shares,
    bundles: graph.bundles,
    overrides: [...graph.overrides],
    strays: new Set([...graph.strays].map(same)),
  };
}
