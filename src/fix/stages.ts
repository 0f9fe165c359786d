/** The stages of a plan: each looks for one kind of step and takes those that help. */
import { copyGraph, type Graph } from './graph.ts';
import { moversIn } from './movers.ts';
import { movesOf } from './moves.ts';
import { compare, type Problem, placesOf } from './problems.ts';
import { styleOf } from './ranges.ts';
import { isRoot } from './say.ts';
import { applyInstalls, applyOverrides, applyUpdate } from './simulate.ts';
import type { Install, StepKind } from './types.ts';
import { isOverridden, solutionOf, targetsOf, together, type Way, wayOf } from './ways.ts';
import { blockedNote, cut, titleOf } from './words.ts';
import { attemptParts, type Part, type Work } from './work.ts';

/** What helps within the ranges of all who ask: one command. */
export function updateStage(work: Work, problems: readonly Problem[]): void {
  const all = waysFor(work, problems, ({ kind }) => kind === 'update');
  const holders = holdersOf(work.graph, together(all).updates);
  const early = all.filter(
    (way) => way.updates.size === 1 || ![...way.updates].some((name) => holders.has(name)),
  );
  const ways = sayable(work, early.length > 0 ? early : all);
  const { updates, concerns } = together(ways);
  if (updates.size === 0) return;
  // What only follows its dependents need not be named, unless it would stay.
  const leading = new Set<string>();
  for (const way of ways) {
    for (const name of way.updates)
      if (way.updates.size === 1 || name !== way.concerns[0]?.name) leading.add(name);
  }
  const enough = leading.size < updates.size && clearedBy(work, leading) >= clearedBy(work, updates);
  attemptParts(work, [updatePart(work, enough ? leading : updates, updates)], concerns);
}

// The ways that can be said to the manager; one that cannot must not keep the others from it.
function sayable(work: Work, ways: readonly Way[]): readonly Way[] {
  const { words, where, graph } = work;
  const movers = moversIn(work, graph, together(ways).updates);
  const mute = new Set<string>();
  for (const one of movers) if (words.update(where, [one], []) === undefined) mute.add(one.as);
  return mute.size === 0 ? ways : ways.filter((way) => ![...way.updates].some((name) => mute.has(name)));
}

// npm keeps a package back while a dependent of its own nested copy moves (npm 11), so those go in a second command.
function holdersOf({ places }: Graph, names: ReadonlySet<string>): Set<string> {
  const holders = new Set<string>();
  for (const [key, place] of places) {
    const end = key.length - `/node_modules/${place.as}`.length;
    const holder = end > 0 && names.has(place.as) ? places.get(key.slice(0, end)) : undefined;
    if (holder !== undefined && names.has(holder.as)) holders.add(holder.as);
  }
  return holders;
}

function clearedBy(work: Work, names: ReadonlySet<string>): number {
  const after = copyGraph(work.graph);
  applyUpdate(after, work.known, names);
  return compare(work.graph, after, work.open, work.known).cleared.length;
}

/** All that one kind of step solves without a major change, each command once. */
export function gatherStage(work: Work, kind: StepKind, problems: readonly Problem[]): void {
  const ways = waysFor(work, problems, (way) => way.kind === kind && !way.major);
  if (ways.length > 0) take(work, kind, ways);
}

/** What only a major change solves: one step for each set of packages that has to change together. */
export function majorStage(work: Work, problems: readonly Problem[]): void {
  const sets = new Map<string, Way[]>();
  for (const way of waysFor(work, problems, () => true)) {
    const overridden = [...way.overrides.values()].map(({ name }) => name);
    const id = [...way.installs.keys(), ...overridden].sort().join('\n');
    sets.set(id, [...(sets.get(id) ?? []), way]);
  }
  for (const set of sets.values()) {
    // An earlier set may have solved it, or moved what it stands on.
    const concerns = set.flatMap((way) => way.concerns).filter((problem) => work.open.includes(problem));
    const ways = waysFor(work, concerns, () => true);
    const [first] = ways;
    if (first !== undefined) take(work, first.kind, ways);
  }
}

function waysFor(work: Work, problems: readonly Problem[], wanted: (way: Way) => boolean): Way[] {
  const ways: Way[] = [];
  for (const problem of problems) {
    const way = wayOf(work, problem);
    if (way !== undefined && wanted(way)) ways.push(way);
  }
  return ways;
}

function take(work: Work, kind: StepKind, ways: readonly Way[]): void {
  const { updates, installs, overrides, concerns } = together(ways);
  const parts = installParts(work, kind, [...installs.values()]);
  if (overrides.size > 0) {
    const list = [...overrides.values()];
    parts.push({
      kind: 'override',
      command: work.words.override(work.where, list, work.graph.overrides),
      manifest: inFolder(work.where.folder, 'package.json'),
      names: list.map(({ name }) => name),
      apply(graph) {
        applyOverrides(graph, work.known, list);
        // The command of npm ends in an update of the same names; an install moves nothing else.
        if (graph.shares) applyUpdate(graph, work.known, new Set(list.map(({ name }) => name)));
      },
      attempt: { force: list, command: { update: [...new Set(list.map(({ name }) => name))].sort() } },
    });
  }
  // Some packages move only when they are told to, after what held them back has moved.
  if (updates.size > 0) {
    const base = copyGraph(work.graph);
    for (const part of parts) part.apply(base);
    const last = updatePart(work, updates, updates, base);
    if (last.command !== undefined || parts.length === 0) parts.push(last);
  }
  attemptParts(work, parts, concerns);
}

function installParts(work: Work, kind: StepKind, installs: readonly Install[]): Part[] {
  const groups = new Map<string, Install[]>();
  const asked = work.words.pins ? installs.map((one) => inStyle(work, one)) : [...installs];
  for (const one of asked.sort((a, b) => Number(a.type === 'dev') - Number(b.type === 'dev'))) {
    // Versions that may not exist must not keep the others from being installed.
    const id = `${work.words.group(one)} ${work.known.askFor(one.name, one.to) === one.to}`;
    groups.set(id, [...(groups.get(id) ?? []), one]);
  }
  return [...groups.values()].map((group) => ({
    kind: kind === 'install' ? 'install' : 'parent',
    command: work.words.install(work.where, group),
    manifest: inFolder(work.where.folder, group[0]?.importer ?? '', 'package.json'),
    names: group.map(({ as }) => as),
    apply: (graph: Graph) => applyInstalls(graph, work.known, group),
    attempt: work.words.attempt?.(group),
  }));
}

// The others write into package.json what they are asked for: `^1.2.3` where it has a caret, if what they take for it
// is as good as the version alone.
function inStyle({ known }: Work, one: Install): Install {
  const style = styleOf(one.spec);
  if (one.ask !== one.to || style === 'exact') return { ...one, spec: one.ask };
  const ask = `${style === 'tilde' ? '~' : '^'}${one.to}`;
  const to = known.pick(one.name, ask, '0.0.0');
  const good = to !== undefined && known.hits(one.name, to).length <= known.hits(one.name, one.to).length;
  return good ? { ...one, ask, to } : { ...one, spec: one.ask };
}

/** `base`: what the update starts from, where other parts come before it. */
function updatePart(work: Work, names: ReadonlySet<string>, told = names, base = work.graph): Part {
  const sorted = [...names].sort();
  return {
    kind: 'update',
    command: work.words.update(work.where, moversIn(work, base, sorted), work.graph.overrides),
    manifest: work.tree.file,
    names: told,
    apply: (graph) => applyUpdate(graph, work.known, names),
    attempt: { command: { update: sorted } },
  };
}

/** What no command solves, by reason. */
export function restStage(work: Work): void {
  const reasons = new Map<string, Problem[]>();
  for (const problem of work.open) {
    const reason = reasonFor(work, problem);
    reasons.set(reason, [...(reasons.get(reason) ?? []), problem]);
  }
  for (const [reason, problems] of reasons) {
    const names = new Set(problems.flatMap((problem) => placesOf(work.graph, problem).map(({ as }) => as)));
    const findings = problems.flatMap((problem) => problem.findings);
    const staying = new Set(problems.map(({ name, version }) => `${name}@${version}`));
    const moves = movesOf(work, work.graph, { names, findings, staying, free: true });
    work.steps = [
      ...work.steps,
      {
        kind: 'none',
        title: titleOf('none', false, moves),
        command: '',
        manifest: work.tree.file,
        moves,
        clears: [],
        tried: false,
        hopes: [],
        leaves: findings,
        major: false,
        notes: [reason],
      },
    ];
  }
  work.open = [];
}

function reasonFor(work: Work, problem: Problem): string {
  const { name, findings } = problem;
  if (isOverridden(work, problem))
    return `"${tableOf(work)}" of the project decide on the version: change them there`;
  if (targetsOf(work, problem) === undefined) {
    if (findings.some(({ advisory }) => advisory?.malware)) return 'no clean version above it: remove it';
    return 'no version is free of these: replace it, or accept the risk until one is';
  }
  const found = solutionOf(work, problem);
  if (found?.blocked !== undefined) return blockedNote(name, found.blocked, work.age?.setting ?? '');
  const holders = (found?.fixed ?? []).filter(({ source }) => source === 'bundled');
  if (holders.length > 0) return 'inside the tarball of another package, which has to bring a newer one';
  const { unchecked } = work.settings;
  const way = wayOf(work, problem);
  const byHand = way && work.words.byHand[way.kind];
  if (byHand !== undefined) return byHand;
  if (unchecked !== undefined || !work.known.isKnown(name)) {
    return cut(`unknown without the registry which dependents let the fix in (${unchecked ?? 'no answer'})`);
  }
  return 'fixed, but what asks for it does not let the fix in: replace that';
}

function tableOf({ tree }: Work): string {
  return tree.manager === 'yarn' ? 'resolutions' : 'overrides';
}

function inFolder(...parts: readonly string[]): string {
  return parts.filter((part) => !isRoot(part)).join('/');
}
