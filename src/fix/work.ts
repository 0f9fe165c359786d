/** The state of planning one tree, and how a step is tried on it. */
import type { Finding, Package, Tree } from '../model.ts';
import { copyGraph, type Graph, graphOf } from './graph.ts';
import type { Knowledge } from './knowledge.ts';
import { movesOf } from './moves.ts';
import { compare, type Problem, problemsOf } from './problems.ts';
import { isRoot, type Where, type Words } from './say.ts';
import type { FixSettings, PlanRequest, Step, StepKind } from './types.ts';
import type { Way } from './ways.ts';
import { cut, notesOf, titleOf } from './words.ts';

export interface Work {
  tree: Tree;
  where: Where;
  words: Words;
  known: Knowledge;
  settings: FixSettings;
  now: Date;
  packages: readonly Package[];
  /** The tree as the steps so far leave it. */
  graph: Graph;
  open: Problem[];
  /** What would solve a problem in the graph as it is; undefined: nothing would. */
  ways: Map<Problem, Way | undefined>;
  steps: Step[];
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
    now,
    packages: packages.filter((one) => one.tree === tree),
    graph: graphOf(tree, words.shares, only),
    open,
    ways: new Map(),
    steps: [],
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
  const commands: string[] = [];
  for (const { command } of parts) {
    if (command === undefined) return false;
    commands.push(command);
  }
  const after = copyGraph(work.graph);
  for (const part of parts) part.apply(after);
  const { cleared, remaining, brought } = compare(work.graph, after, work.open, work.known);
  if (cleared.length === 0) return false;
  const kind = kindOf(parts);
  const names = new Set(parts.flatMap((part) => [...part.names]));
  const moves = movesOf(work, after, { names, findings: cleared, free: kind === 'update' });
  const major = moves.some((move) => move.major);
  const leaves = leftOf(concerns, cleared);
  work.steps.push({
    kind,
    title: titleOf(kind, major, moves),
    command: commands.join(' && '),
    manifest: parts[0]?.manifest ?? work.tree.file,
    moves,
    clears: cleared,
    leaves,
    major,
    notes: [...notesOf(moves, work.known, work.settings, work.now), ...remarks(leaves.length, brought)],
  });
  work.graph = after;
  work.open = remaining;
  work.ways = new Map();
  return true;
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
  if (left > 0) notes.push(`${left} more of these packages' findings stay`);
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
