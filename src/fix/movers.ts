/** What an update within ranges moves, as a manager has to know it. */

import { parseVersion } from '../sources/advisories/version.ts';
import { copyGraph, type Graph, type Link, type Place } from './graph.ts';
import { answers } from './ranges.ts';
import { isRoot, type Mover } from './say.ts';
import { applyUpdate } from './simulate.ts';
import type { Work } from './work.ts';

/** Higher than any number of a real version. */
const TOP = 999_999_999;

/** The named packages of a graph, and where an update of all of them takes each. */
export function moversIn(work: Work, graph: Graph, names: Iterable<string>): Mover[] {
  const { known, words } = work;
  const wanted = new Set(names);
  const byName = new Map<string, Place[]>();
  for (const place of new Set(graph.places.values())) {
    if (!wanted.has(place.as) || place.importer) continue;
    byName.set(place.as, [...(byName.get(place.as) ?? []), place]);
  }
  const after = copyGraph(graph);
  // npm needs to know no more than the name.
  if (!words.shares) applyUpdate(after, known, wanted);
  const versions = versionsIn(after, wanted);
  const movers: Mover[] = [];
  for (const [as, places] of byName) {
    const name = places[0]?.name ?? as;
    const [to, ...others] = versions.get(as) ?? [];
    const forced =
      to === undefined || others.length > 0 ? undefined : forcedTo(work, after, { as, name, to });
    const moved = places.flatMap(({ dependents }) => dependents).filter((one) => moves(one, after));
    const root = moved.some(({ from }) => from.importer && isRoot(from.key));
    const inner = !root || moved.some(({ from }) => !(from.importer && isRoot(from.key)));
    movers.push({ as, name, root, inner, to: forced });
  }
  return movers.sort((a, b) => (a.as < b.as ? -1 : 1));
}

/**
 * The version itself where the registry knows it. Else what an update would take, the highest from there on, if that
 * is in the range of all who ask: the first fix may bring old versions of what it asks for.
 */
function forcedTo(
  { known }: Work,
  after: Graph,
  { as, name, to }: { as: string; name: string; to: string },
): string | undefined {
  if (known.isKnown(name)) return to;
  const version = parseVersion(to);
  if (version === undefined || version.pre.length > 0) return undefined;
  const { major, minor } = version;
  const top = major > 0 ? `${major}.${TOP}.${TOP}` : `0.${minor}.${TOP}`;
  for (const place of after.places.values()) {
    if (place.as !== as || place.importer) continue;
    for (const one of place.dependents)
      if (!answers({ ...place, version: top }, as, one.spec)) return undefined;
  }
  const ask = known.askFor(name, to);
  return ask === to ? `^${to}` : ask;
}

function versionsIn({ places }: Graph, names: ReadonlySet<string>): Map<string, Set<string>> {
  const versions = new Map<string, Set<string>>();
  for (const { as, version, importer } of places.values()) {
    if (!names.has(as) || importer) continue;
    versions.set(as, (versions.get(as) ?? new Set()).add(version));
  }
  return versions;
}

// Whoever moves itself asks anew.
function moves({ from, name, to }: Link, after: Graph): boolean {
  const now = after.places.get(from.key);
  if (now === undefined || now.version !== from.version) return false;
  return now.edges.find((one) => one.name === name)?.to?.version !== to?.version;
}
