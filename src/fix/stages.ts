/** The stages of a plan: each looks for one kind of step and takes those that help. */
import { copyGraph, type Graph } from './graph.ts';
import { movesOf } from './moves.ts';
import { compare, type Problem, placesOf } from './problems.ts';
import { applyInstalls, applyOverrides, applyUpdate } from './simulate.ts';
import type { Install, StepKind } from './types.ts';
import { isOverridden, solutionOf, targetsOf, together, type Way, wayOf } from './ways.ts';
import { blockedNote, cut, titleOf } from './words.ts';
import { attemptParts, type Part, type Work } from './work.ts';

/** How often an update may make room for another that goes into the same command. */
const ROUNDS = 3;

/** What helps within the ranges of all who ask: one command. */
export function updateStage(work: Work, problems: readonly Problem[]): void {
  const names = new Set<string>();
  const own = new Set<string>();
  const solved = new Set<Problem>();
  let probe = { ...work, open: [...problems] };
  for (let round = 0; round < ROUNDS; round++) {
    const ways = waysFor(probe, probe.open, ({ kind }) => kind === 'update');
    const before = names.size;
    for (const { updates, concerns } of ways) {
      for (const problem of concerns) solved.add(problem);
      for (const name of updates) {
        names.add(name);
        if (updates.size === 1 || name !== concerns[0]?.name) own.add(name);
      }
    }
    if (names.size === before) break;
    probe = { ...probe, ...after(work, problems, names) };
  }
  if (names.size === 0) return;
  const concerns = problems.filter((problem) => solved.has(problem));
  // What only follows its dependents need not be named, unless it would stay.
  const shorter =
    own.size < names.size && after(work, problems, own).cleared >= after(work, problems, names).cleared;
  attemptParts(work, [updatePart(work, shorter ? own : names, names)], concerns);
}

function after(
  work: Work,
  problems: readonly Problem[],
  names: ReadonlySet<string>,
): Pick<Work, 'graph' | 'open' | 'ways'> & { cleared: number } {
  const graph = copyGraph(work.graph);
  applyUpdate(graph, work.known, names);
  const { cleared, remaining } = compare(work.graph, graph, problems, work.known);
  return { graph, open: remaining, ways: new Map(), cleared: cleared.length };
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
      command: work.words.override(work.folder, list),
      manifest: inFolder(work.folder, 'package.json'),
      names: list.map(({ name }) => name),
      apply(graph) {
        applyOverrides(graph, work.known, list);
        applyUpdate(graph, work.known, new Set(list.map(({ name }) => name)));
      },
    });
  }
  // Some packages move only when they are told to, after what held them back has moved.
  if (updates.size > 0) parts.push(updatePart(work, updates));
  attemptParts(work, parts, concerns);
}

function installParts(work: Work, kind: StepKind, installs: readonly Install[]): Part[] {
  const groups = new Map<string, Install[]>();
  for (const one of [...installs].sort((a, b) => Number(a.type === 'dev') - Number(b.type === 'dev'))) {
    const id = work.words.group(one);
    groups.set(id, [...(groups.get(id) ?? []), one]);
  }
  return [...groups.values()].map((group) => ({
    kind: kind === 'install' ? 'install' : 'parent',
    command: work.words.install(work.folder, group),
    manifest: inFolder(work.folder, group[0]?.importer ?? '', 'package.json'),
    names: group.map(({ as }) => as),
    apply: (graph: Graph) => applyInstalls(graph, work.known, group),
  }));
}

function updatePart(work: Work, names: ReadonlySet<string>, told = names): Part {
  return {
    kind: 'update',
    command: work.words.update(work.folder, [...names].sort()),
    manifest: work.tree.file,
    names: told,
    apply: (graph) => applyUpdate(graph, work.known, names),
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
    const moves = movesOf(work, work.graph, {
      names,
      findings: problems.flatMap(({ findings }) => findings),
      free: true,
    });
    work.steps.push({
      kind: 'none',
      title: titleOf('none', false, moves),
      command: '',
      manifest: work.tree.file,
      moves,
      clears: [],
      leaves: problems.flatMap(({ findings }) => findings),
      major: false,
      notes: [reason],
    });
  }
  work.open = [];
}

function reasonFor(work: Work, problem: Problem): string {
  const { name, findings } = problem;
  if (isOverridden(work, problem))
    return '"overrides" of package.json decide on the version: change them there';
  if (targetsOf(work, problem) === undefined) {
    if (findings.some(({ advisory }) => advisory?.malware)) return 'no clean version above it: remove it';
    return 'no version is free of these: replace it, or accept the risk until one is';
  }
  const found = solutionOf(work, problem);
  if (found?.blocked !== undefined) return blockedNote(name, found.blocked);
  const holders = (found?.fixed ?? []).filter(({ source }) => source === 'bundled');
  if (holders.length > 0) return 'inside the tarball of another package, which has to bring a newer one';
  const { unchecked } = work.settings;
  if (unchecked !== undefined || !work.known.isKnown(name)) {
    return cut(`fixed, but which dependents let it in is unchecked: ${unchecked ?? 'no answer'}`);
  }
  return 'fixed, but what asks for it does not let the fix in: replace that';
}

function inFolder(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('/');
}
