/** The state of planning one tree, and how a step is tried on it. */
import type { Finding, Package, Tree } from '../model.ts';
import { copyGraph, type Graph, graphOf } from './graph.ts';
import type { Knowledge } from './knowledge.ts';
import { movesOf } from './moves.ts';
import { compare, type Problem, problemsOf } from './problems.ts';
import { isRoot, type Where, type Words } from './say.ts';
import type { Attempt, FixSettings, PlanRequest, ReleaseAge, Step, StepKind } from './types.ts';
import type { Way } from './ways.ts';
import { cut, notesOf, type Sureness, titleOf } from './words.ts';

export interface Work {
  tree: Tree;
  where: Where;
  words: Words;
  known: Knowledge;
  settings: FixSettings;
  /** What keeps new releases out. */
  age: ReleaseAge | undefined;
  now: Date;
  packages: readonly Package[];
  /** The tree as the steps so far leave it. */
  graph: Graph;
  open: Problem[];
  /** What would solve a problem in the graph as it is; undefined: nothing would. */
  ways: Map<Problem, Way | undefined>;
  steps: Step[];
  /** What each step was made of. */
  made: Map<Step, Made>;
  /** Commands that npm's resolver found to clear nothing. */
  failed: Set<string>;
}

export interface Made {
  parts: readonly Part[];
  concerns: readonly Problem[];
}

/** A part of a step: one command. */
export interface Part {
  kind: StepKind;
  /** Undefined where the command cannot be said to the package manager. */
  command: string | undefined;
  manifest: string;
  /** The names, as installed, that it is about. */
  names: Iterable<string>;
  apply(graph: Graph): void;
  /** The same for npm's resolver; undefined with other managers. */
  attempt: Attempt | undefined;
}

/** The start of a plan for one tree. */
export function workOn(tree: Tree, words: Words, known: Knowledge, request: PlanRequest): Work {
  const slash = tree.file.lastIndexOf('/');
  const { settings, now, findings, packages } = request;
  const open = problemsOf(tree, findings);
  const only = settings.unchecked === undefined ? undefined : new Set(open.map(({ name }) => name));
  const importers = [tree.root, ...tree.nodes].filter(({ importer }) => importer);
  return {
    tree,
    where: {
      folder: (slash === -1 ? '' : tree.file.slice(0, slash)).replace(/(?:^|\/)node_modules$/, ''),
      members: importers.some(({ key }) => !isRoot(key)),
      direct: new Set(importers.flatMap(({ edges }) => edges.map(({ name }) => name))),
      format: tree.format,
      version: settings.managerVersion?.(tree),
      forces: (settings.overridden?.(tree).size ?? 0) > 0,
    },
    words,
    known,
    settings,
    age: settings.releaseAge?.(tree),
    now,
    packages: packages.filter((one) => one.tree === tree),
    graph: graphOf(tree, words.shares, only),
    open,
    ways: new Map(),
    steps: [],
    made: new Map(),
    failed: new Set(),
  };
}

/** Tries the parts one after the other; each step is as short as it can be and still clear something. */
export function attemptParts(work: Work, parts: readonly Part[], concerns: readonly Problem[]): void {
  let waiting: Part[] = [];
  for (const part of parts) {
    waiting.push(part);
    if (attempt(work, waiting, concerns)) waiting = [];
  }
}

/** Takes the step, if it clears anything. */
function attempt(work: Work, parts: readonly Part[], concerns: readonly Problem[]): boolean {
  if (parts.some(({ command }) => command === undefined) || work.failed.has(commandOf(parts))) return false;
  const after = copyGraph(work.graph);
  for (const part of parts) part.apply(after);
  return takeStep(work, after, { parts, concerns }, false);
}

/** Notes the step from the graph of `work` to `after`; false where it clears nothing. */
export function takeStep(work: Work, after: Graph, made: Made, tried: boolean): boolean {
  const { parts, concerns } = made;
  const { cleared, hopes, remaining, brought } = compare(work.graph, after, work.open, work.known);
  if (cleared.length === 0) return false;
  const kind = kindOf(parts);
  const names = new Set(parts.flatMap((part) => [...part.names]));
  const moves = movesOf(work, after, { names, findings: cleared, free: kind === 'update' });
  const major = moves.some((move) => move.major);
  const leaves = leftOf(concerns, cleared);
  const claim = { count: cleared.length, hopes: hopes.length, of: cleared.length + leaves.length };
  const step: Step = {
    kind,
    title: titleOf(kind, major, moves),
    command: commandOf(parts),
    manifest: parts[0]?.manifest ?? work.tree.file,
    moves,
    clears: cleared,
    tried,
    hopes,
    leaves,
    major,
    notes: [
      ...notesOf(moves, { ...claim, sure: surenessOf(work, tried) }, work),
      ...remarks(leaves.length, brought),
    ],
  };
  work.steps = [...work.steps, step];
  work.made.set(step, made);
  Object.assign(work, { graph: after, open: remaining, ways: new Map() });
  return true;
}

function commandOf(parts: readonly Part[]): string {
  return parts.map(({ command }) => command ?? '').join(' && ');
}

// What moves may take more along than is known offline. Version 1 of npm's lock file lacks what npm places by.
function surenessOf({ tree, words, settings }: Work, tried: boolean): Sureness {
  if (tried) return 'exact';
  return settings.unchecked !== undefined && words.shares && !tree.format.endsWith('1')
    ? 'at least'
    : 'about';
}

// What changes most gives a step its kind.
function kindOf(parts: readonly Part[]): StepKind {
  for (const kind of ['override', 'parent', 'install'] as const) {
    if (parts.some((part) => part.kind === kind)) return kind;
  }
  return 'update';
}

function leftOf(concerns: readonly Problem[], cleared: readonly Finding[]): Finding[] {
  const gone = new Set(cleared);
  return concerns.flatMap(({ findings }) => findings).filter((finding) => !gone.has(finding));
}

function remarks(left: number, brought: readonly string[]): string[] {
  const notes: string[] = [];
  if (left > 0)
    notes.push(
      `${left} more ${left === 1 ? 'finding' : 'findings'} of these packages ${left === 1 ? 'stays' : 'stay'}`,
    );
  const [first, ...more] = brought;
  if (first !== undefined) {
    notes.push(
      cut(
        `brings ${first}${more.length > 0 ? ` and ${more.length} more` : ''}, with advisories of their own`,
      ),
    );
  }
  return notes;
}
