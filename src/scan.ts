/** The pipeline: read → enrich → judge → report. */

import { pathsTo, toPackages } from './inventory.ts';
import type { Io } from './io.ts';
import { judge, verdictOf } from './judge.ts';
import type { Gap, Issue, Package } from './model.ts';
import { isOn, type Policy } from './policy/policy.ts';
import { type ReadRequest, readTrees } from './readers/read.ts';
import type { Report } from './report/report.ts';
import { RULES } from './rules/index.ts';
import type { Facts } from './rules/rule.ts';
import { adviseOn } from './sources/advisories/advise.ts';

export interface ScanRequest extends ReadRequest {
  policy: Policy;
  /** Advisory database; where undefined, VAKT_DB or the one in the cache folder. */
  db: string | undefined;
}

/** At most this many ways to a package are told. */
const PATHS = 10;

/**
 * Judges what stands at the paths. Throws UserError where nothing could be read, a named input is unreadable, or
 * the database is damaged; whatever else could not be learnt is a gap of the report.
 */
export async function scan(io: Io, request: ScanRequest): Promise<Report> {
  const { project, trees } = await readTrees(io, request);
  const packages = trees.flatMap(toPackages).filter(({ importer }) => !importer);
  const { advisories, coverage, gaps } = adviseOn(io, packages, request.db);
  const { policy } = request;
  const registryHosts = await registriesFor(io, request, packages);
  const facts: Facts = { trees, packages, advisories, registryHosts };
  const findings = judge(check(facts, policy), policy);
  const open = [...trees.flatMap((tree) => tree.gaps), ...gaps].map((gap) => requiredBy(policy, gap));
  return {
    project,
    policy: { name: policy.name, from: policy.from },
    ...verdictOf(findings, open),
    coverage: {
      files: trees.map((tree) => ({
        file: tree.file,
        format: tree.format,
        packages: packages.filter((one) => one.tree === tree).length,
      })),
      packages: packages.length,
      ...coverage,
    },
    findings,
    gaps: open,
    skipped: RULES.filter(({ id }) => !isOn(policy, id)).map(({ id }) => ({
      rule: id,
      reason: 'off in the policy',
    })),
    pathsTo: pathFinder(packages),
  };
}

function* check(facts: Facts, policy: Policy): Iterable<Issue> {
  for (const rule of RULES) {
    if (isOn(policy, rule.id)) yield* rule.check(facts);
  }
}

function requiredBy(policy: Policy, gap: Gap): Gap {
  const { files, advisories } = policy.require;
  const required = (gap.fact === 'files' && files) || (gap.fact === 'advisories' && advisories);
  return required ? { ...gap, required } : gap;
}

function pathFinder(packages: readonly Package[]): Report['pathsTo'] {
  const owner = new Map(packages.flatMap((one) => one.nodes.map((node) => [node, one] as const)));
  return (subject) => {
    const found: Package[][] = [];
    for (const node of subject.nodes) {
      for (const path of pathsTo(subject.tree, node, PATHS)) {
        found.push(path.flatMap((step) => owner.get(step) ?? []));
      }
    }
    return found.sort((a, b) => a.length - b.length).slice(0, PATHS);
  };
}
