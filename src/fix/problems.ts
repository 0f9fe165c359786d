/** What is to be solved: the open findings by package version, and what is left of them after a step. */

import { compareSeverity, type Finding, type Tree } from '../model.ts';
import { isProduction } from '../policy/policy.ts';
import type { Graph, Place } from './graph.ts';
import type { Knowledge } from './knowledge.ts';
import { isAbove } from './ranges.ts';

export interface Problem {
  name: string;
  version: string;
  /** Worst first. */
  findings: Finding[];
  /** Runs in production, or blocks. */
  pressing: boolean;
}

/** The findings of a tree that an update can answer, blocking and worst ones first. */
export function problemsOf(tree: Tree, findings: readonly Finding[]): Problem[] {
  const problems = new Map<string, Problem>();
  for (const finding of findings) {
    const subject = finding.package;
    if (subject?.tree !== tree || finding.advisory === undefined || finding.level === 'off') continue;
    const id = `${subject.name}@${subject.version}`;
    let problem = problems.get(id);
    if (problem === undefined) {
      problem = { name: subject.name, version: subject.version, findings: [], pressing: false };
      problems.set(id, problem);
    }
    problem.findings.push(finding);
    problem.pressing ||= isProduction(finding) || finding.level === 'block';
  }
  const sorted = [...problems.values()];
  for (const { findings: own } of sorted) own.sort(compareFindings);
  return sorted.sort((a, b) => {
    const [first, second] = [a.findings[0], b.findings[0]];
    return first === undefined || second === undefined ? 0 : compareFindings(first, second);
  });
}

function compareFindings(a: Finding, b: Finding): number {
  return (
    Number(b.level === 'block') - Number(a.level === 'block') ||
    Number(isProduction(b)) - Number(isProduction(a)) ||
    compareSeverity(b.severity, a.severity)
  );
}

/** The places of a problem's package. The graph must not change any more. */
export function placesOf(
  graph: Graph,
  { name, version }: Pick<Problem, 'name' | 'version'>,
): readonly Place[] {
  return versionsIn(graph).get(`${name}@${version}`) ?? [];
}

function isNpms({ source, importer }: Place): boolean {
  return !importer && (source === 'registry' || source === 'bundled' || source === 'tarball');
}

/** How `after` stands to `before`: what is gone, and what of it lives on under another version. */
export function compare(
  before: Graph,
  after: Graph,
  problems: readonly Problem[],
  known: Knowledge,
): { cleared: Finding[]; hopes: Finding[]; remaining: Problem[]; brought: string[] } {
  const [was, is] = [versionsIn(before), versionsIn(after)];
  const added = [...is].filter(([id]) => !was.has(id)).flatMap(([, places]) => places);
  const carriers = added.filter(({ name, version }) => known.hits(name, version).length > 0);
  const cleared: Finding[] = [];
  const hopes: Finding[] = [];
  const remaining: Problem[] = [];
  for (const problem of problems) {
    if (is.has(`${problem.name}@${problem.version}`)) {
      remaining.push(problem);
      continue;
    }
    const next = carriers.find(({ name }) => name === problem.name);
    const still = new Set(next === undefined ? [] : known.hits(next.name, next.version));
    const left = problem.findings.filter(({ advisory }) =>
      [advisory?.id ?? '', ...(advisory?.aliases ?? [])].some((id) => still.has(id)),
    );
    const gone = problem.findings.filter((finding) => !left.includes(finding));
    cleared.push(...gone);
    if (added.some((place) => place.name === problem.name && isGuessed(known, place)))
      hopes.push(
        ...gone.filter(({ advisory }) => !advisory?.fixed.some((fix) => isAbove(fix, problem.version))),
      );
    if (left.length > 0) remaining.push({ ...problem, version: next?.version ?? '', findings: left });
  }
  const brought = new Set<string>();
  for (const { name, version } of carriers) {
    const known = remaining.some((one) => one.name === name && one.version === version);
    if (!known) brought.add(`${name}@${version}`);
  }
  return { cleared, hopes, remaining, brought: [...brought] };
}

// Behind a last affected version, and the registry was not asked.
function isGuessed(known: Knowledge, { name, version }: Place): boolean {
  return known.askFor(name, version) !== version;
}

const indexes = new WeakMap<Graph, Map<string, Place[]>>();

function versionsIn(graph: Graph): Map<string, Place[]> {
  let index = indexes.get(graph);
  if (index === undefined) {
    index = new Map();
    for (const place of new Set(graph.places.values())) {
      if (!isNpms(place)) continue;
      const id = `${place.name}@${place.version}`;
      const same = index.get(id);
      if (same === undefined) index.set(id, [place]);
      else same.push(place);
    }
    indexes.set(graph, index);
  }
  return index;
}
