/** The way out of one problem: what to update, install or force, and how much of a change that is. */
import type { Graph, Link, Place } from './graph.ts';
import type { Choice } from './knowledge.ts';
import { type Problem, placesOf } from './problems.ts';
import { isAbove, isMajor } from './ranges.ts';
import { choose, merge, nothing, type Solution, solve } from './solve.ts';
import type { Install, Override, StepKind } from './types.ts';
import type { Work } from './work.ts';

export interface Way extends Pick<Solution, 'updates' | 'installs'> {
  kind: StepKind;
  major: boolean;
  /** By name and dependent. */
  overrides: Map<string, Override>;
  concerns: Problem[];
}

/** What solves a problem as things stand; undefined where nothing does. */
export function wayOf(work: Work, problem: Problem): Way | undefined {
  if (!work.ways.has(problem)) work.ways.set(problem, findWay(work, problem));
  return work.ways.get(problem);
}

function findWay(work: Work, problem: Problem): Way | undefined {
  const found = solutionOf(work, problem);
  if (found === undefined || found.fixed.length > 0) return undefined;
  const { updates, installs, stuck } = found;
  const overrides = stuck.length === 0 ? [] : overridesFor(work, problem, stuck);
  if (overrides === undefined) return undefined;
  const major =
    [...installs.values()].some((one) => isMajorInstall(work.graph, one)) ||
    overrides.some((one) => forces(work.graph, one).some(({ version }) => isMajor(version, one.to)));
  const way = { kind: kindOf(problem, found), major, updates, installs, concerns: [problem] };
  return { ...way, overrides: new Map(overrides.map((one) => [`${one.name}\0${one.below ?? ''}`, one])) };
}

/** Several ways as one. */
export function together(ways: readonly Way[]): Pick<Way, 'updates' | 'installs' | 'overrides' | 'concerns'> {
  const whole = { ...nothing(), overrides: new Map<string, Override>(), concerns: [] as Problem[] };
  for (const { updates, installs, overrides, concerns } of ways) {
    merge(whole, { updates, installs });
    whole.concerns.push(...concerns);
    for (const [key, one] of overrides) {
      const before = whole.overrides.get(key);
      if (before === undefined || isAbove(one.to, before.to)) whole.overrides.set(key, one);
    }
  }
  return whole;
}

/** What solving a problem takes; undefined where no version is better, or package.json's overrides decide. */
export function solutionOf(work: Work, problem: Problem): Solution | undefined {
  const accept = targetsOf(work, problem);
  if (accept === undefined || isOverridden(work, problem)) return undefined;
  return solve(work.graph, work.known, placesOf(work.graph, problem), accept);
}

/** Whether the project's own `overrides` speak of the package. */
export function isOverridden({ settings, tree }: Work, { name }: Problem): boolean {
  return settings.overridden?.(tree).has(name) === true;
}

/** Which versions are good enough: those free of everything, else those with the fewest of the same advisories. */
export function targetsOf(
  { known }: Work,
  { name, version }: Problem,
): ((to: string) => boolean) | undefined {
  const now = known.hits(name, version);
  let fewest = now.length;
  for (const { text } of known.above(name, version)) {
    const hits = known.hits(name, text);
    if (hits.length < fewest && hits.every((id) => now.includes(id))) fewest = hits.length;
  }
  if (fewest === now.length) return undefined;
  return (to) => {
    const hits = known.hits(name, to);
    return hits.length <= fewest && hits.every((id) => now.includes(id));
  };
}

function kindOf({ name }: Problem, { installs, stuck }: Solution): StepKind {
  if (stuck.length > 0) return 'override';
  if (installs.size === 0) return 'update';
  return [...installs.values()].every((one) => one.name === name) ? 'install' : 'parent';
}

function isMajorInstall(graph: Graph, { importer, as, to }: Install): boolean {
  const owner = graph.importers.find(({ key }) => key === importer);
  const current = owner?.edges.find(({ name }) => name === as)?.to?.version;
  return current !== undefined && isMajor(current, to);
}

// Everywhere if nobody needs an older version, else below each dependent that does not move.
function overridesFor(work: Work, problem: Problem, stuck: readonly Link[]): Override[] | undefined {
  const { graph, known } = work;
  const { name, version } = problem;
  const accept = targetsOf(work, problem);
  // Without the registry's word nobody knows what its dependents would bring: perhaps a later version than this.
  if (!known.isKnown(name)) return undefined;
  if (stuck.some(({ from }) => from.importer)) return undefined;
  const all = [...graph.places.values()].filter(
    (place) => place.name === name && place.source === 'registry',
  );
  const everywhere = all.every((place) => place.as === name && isHit(work, place) && !isDirect(place));
  const below = new Set(everywhere ? [undefined] : stuck.map(({ from }) => from.as));
  const overrides: Override[] = [];
  for (const one of below) {
    // Whoever else it speaks of may have a later version already: never a downgrade.
    const floor = highest(forces(graph, { name, below: one }), version);
    const good = ({ text }: Choice) => accept?.(text) === true;
    const to = accept?.(floor) ? floor : choose(known, name, floor, good).choice?.text;
    if (to === undefined) return undefined;
    overrides.push({ name, to, below: one });
  }
  return overrides;
}

// The places that an override speaks of.
function forces({ places }: Graph, { name, below }: Pick<Override, 'name' | 'below'>): Place[] {
  return [...places.values()].filter(
    (place) =>
      place.as === name &&
      place.source === 'registry' &&
      (below === undefined || place.dependents.some(({ from }) => from.as === below)),
  );
}

function highest(places: readonly Place[], start: string): string {
  let best = start;
  for (const { version } of places) if (isAbove(version, best)) best = version;
  return best;
}

function isHit({ known }: Work, { name, version }: Place): boolean {
  return known.hits(name, version).length > 0;
}

function isDirect({ dependents }: Place): boolean {
  return dependents.some(({ from }) => from.importer);
}
