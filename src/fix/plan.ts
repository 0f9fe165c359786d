/** Advice that works: what to type, in which order, and what is gone afterwards. */
import { isBerry, type Manager, type Tree } from '../model.ts';
import { bun } from './bun.ts';
import { type Graph, graphOf } from './graph.ts';
import { type Knowledge, knowledge } from './knowledge.ts';
import { npm } from './npm.ts';
import { pnpm } from './pnpm.ts';
import type { Words } from './say.ts';
import { gatherStage, majorStage, restStage, updateStage } from './stages.ts';
import type { Override, PlanRequest, Step, Trial } from './types.ts';
import { takeStep, type Work, workOn } from './work.ts';
import { berry, classic } from './yarn.ts';

const WORDS: Partial<Record<Manager, Words>> = { npm, pnpm, yarn: classic, bun };

function wordsFor(tree: Tree): Words | undefined {
  return isBerry(tree) ? berry : WORDS[tree.manager];
}

/** How often answers may lead to new questions within a stage: a chain of dependents takes one round a level. */
const ROUNDS = 20;
/** How many packages the registry is asked about for one plan. */
const QUESTIONS = 1000;

/**
 * Steps in the order in which to take them: each clears what it says when those before it were taken. Pure but for
 * `published`, which is asked for the names whose versions matter, and not at all when `settings.unchecked` is set.
 */
export async function planUpdates(request: PlanRequest): Promise<Step[]> {
  const { recordsOf, settings, now } = request;
  const budget = { questions: QUESTIONS };
  const steps: Step[] = [];
  for (const tree of request.trees) {
    const words = wordsFor(tree);
    if (words === undefined || !request.findings.some((one) => one.package?.tree === tree)) continue;
    const known = knowledge(recordsOf, settings, now, settings.releaseAge?.(tree));
    const inquiry = inquirer(request, tree, known, budget);
    const work = workOn(tree, words, known, request);
    const trial = await request.settings.trial?.(tree);
    try {
      for (const stage of stages(work)) await settle(work, stage, inquiry, trial);
    } finally {
      trial?.close();
    }
    steps.push(...work.steps);
  }
  return steps;
}

/** Runs a stage until nobody has a question left; with a trial, step by step from what npm made of the one before. */
async function settle(
  work: Work,
  stage: () => void,
  inquiry: () => Promise<boolean>,
  trial: Trial | undefined,
): Promise<void> {
  for (;;) {
    const { graph, open, steps } = work;
    for (let round = 0; round < ROUNDS; round++) {
      stage();
      // What was taken without knowing is taken back.
      if (!(await inquiry())) break;
      Object.assign(work, { graph, open, steps, ways: new Map() });
    }
    const step = work.steps[steps.length];
    const made = step && work.made.get(step);
    if (trial === undefined || step === undefined || made === undefined) return;
    const {
      graph: { overrides },
    } = work;
    const tree = await trial.run(made.parts.flatMap(({ attempt }) => attempt ?? []));
    if (tree === undefined) return;
    Object.assign(work, { graph, open, steps, ways: new Map() });
    if (tree !== 'fails') {
      if (takeStep(work, provenGraph(tree, overrides), made, true)) continue;
      trial.undo();
    }
    work.failed.add(step.command);
  }
}

// The lock file has what packages ask for, not what package.json forces on them.
function provenGraph(tree: Tree, overrides: readonly Override[]): Graph {
  const graph = graphOf(tree, true);
  for (const { name, below, to } of overrides) {
    for (const place of graph.places.values()) {
      if (place.as !== name || place.version !== to) continue;
      for (const one of place.dependents) if (below === undefined || one.from.as === below) one.spec = to;
    }
  }
  graph.overrides.push(...overrides);
  return graph;
}

// The least change first; what runs in production or blocks before the rest.
function stages(work: Work): (() => void)[] {
  const updates = () => updateStage(work, work.open);
  // Twice: the first makes room for more, which npm would not find in one go.
  const all: (() => void)[] = [updates, updates];
  for (const pressing of [true, false]) {
    const mine = () => work.open.filter((problem) => problem.pressing === pressing);
    all.push(
      () => gatherStage(work, 'install', mine()),
      () => gatherStage(work, 'parent', mine()),
      () => updateStage(work, mine()),
      () => gatherStage(work, 'override', mine()),
      () => majorStage(work, mine()),
    );
  }
  all.push(() => restStage(work));
  return all;
}

/** Asks about what is missing; false where nothing is, or nothing may be asked. */
function inquirer(
  { published, settings }: PlanRequest,
  tree: Tree,
  known: Knowledge,
  budget: { questions: number },
): () => Promise<boolean> {
  return async () => {
    if (settings.unchecked !== undefined) return false;
    const names = [...known.missing].slice(0, budget.questions);
    if (names.length === 0) return false;
    budget.questions -= names.length;
    const answers = await Promise.all(names.map((name) => published(name, tree)));
    for (const [i, name] of names.entries()) known.learn(name, answers[i]);
    return true;
  };
}
