/** The pipeline: read → enrich → judge → report. */

import { type Change, changedPackages, factsBefore, readBefore } from './change.ts';
import { NOTHING_ASKED } from './enrich.ts';
import { judgesLicenses, licenseGaps, localFacts } from './facts.ts';
import type { Step } from './fix/types.ts';
import { toPackages } from './inventory.ts';
import type { Io } from './io.ts';
import { verdictOf } from './judge.ts';
import { judgeAll, skippedBy } from './judge-all.ts';
import type { Finding, Gap, Package, Tree } from './model.ts';
import type { Connection } from './online.ts';
import type { Acceptance, PathsOf } from './policy/accept.ts';
import { isOn, type Policy } from './policy/policy.ts';
import { type ReadAllRequest, type Reading, readAll } from './read.ts';
import { hostsFor } from './registry-hosts.ts';
import type { Offer, Report } from './report/report.ts';
import type { Facts } from './rules/rule.ts';
import { type Advice, adviseOn } from './sources/advisories/advise.ts';
import type { Privacy } from './sources/advisories/registry-package.ts';
import { allPaths, shortestPaths, waysThrough } from './ways.ts';

export interface ScanRequest extends ReadAllRequest {
  policy: Policy;
  /** Advisory database; where undefined, VAKT_DB or the one in the cache folder. */
  db: string | undefined;
  /** Ask the registries for advisories even where there is a database. */
  askRegistry: boolean;
  /** Ask GitHub for advisories beside the database. */
  askGitHub?: boolean;
  /** Plan also for what the first screen folds away: planning takes as long as the rest of a small scan. */
  planFolded: boolean;
  /** Work out the edits of pages by which findings would be gone. */
  offers?: boolean;
  /** Leave out packages that only development needs. */
  omitDev?: boolean;
  /** Ask the registry what is published, so that advice names only what exists, and about the past of packages. */
  online: boolean;
  /** Ask it about all packages. */
  deep?: boolean;
  /** Opens the network; undefined where none may be used. */
  open: Connection['open'];
  /** Where the project is read from, if not from the disk. */
  files?: Io;
  /** What the project is compared with, where a change is judged. */
  change?: Change;
  /** What could not be learnt before. */
  gaps?: readonly Gap[];
  /** The rules to run, where not all that the policy has. */
  rules?: readonly string[];
}

/**
 * Judges what stands at the paths. Throws UserError where nothing could be read, a named input is unreadable, or
 * the database is damaged; whatever else could not be learnt is a gap of the report.
 */
export async function scan(io: Io, request: ScanRequest): Promise<Report> {
  const { policy, change } = request;
  const files = request.files ?? io;
  const settings = change?.settings ?? files;
  const memory = change === undefined ? {} : { memory: new Map() };
  const asked = { ...request, ...memory, ownOrigins: policy.ownOrigins, selection: policy };
  const reading = await readAll(files, asked);
  const { project, root, trees, loads } = reading;
  const earlier = change === undefined ? undefined : await readBefore(change, asked, reading);
  if (judgesLicenses(policy)) {
    const { addInstalledLicenses } = await import('./readers/installed.ts');
    addInstalledLicenses(io, root, trees);
    if (earlier !== undefined) addInstalledLicenses(io, root, earlier.trees);
  }
  const packagesOf = packagesIn(request.omitDev === true);
  const packages = packagesOf(trees);
  const before = earlier && { ...earlier, packages: packagesOf(earlier.trees) };
  const changed = before && changedPackages(packages, before);
  const subjects = change?.brief === true ? [...(changed ?? [])] : packages;
  const privacy: Privacy = { privateHosts: new Set(policy.registries), internal: policy.internal };
  const lockFiles = trees.filter(({ manager }) => manager !== 'cdn').map(({ file }) => file);
  const { open: connect } = request;
  const open = connect && (() => connect(lockFiles));
  const advice = await adviseOn(io, subjects, {
    open,
    registry: request.askRegistry,
    github: request.askGitHub === true,
    db: request.db,
    privacy,
    maxAgeHours: policy.require.maxAgeHours,
  });
  try {
    const registryHosts = isOn(policy, 'lock-host')
      ? await hostsFor(settings, root, packages, lockFiles)
      : new Set<string>();
    const { allowedHosts } = policy;
    const { advisories } = advice;
    const known = {
      advisories,
      registryHosts,
      allowedHosts,
      ...NOTHING_ASKED,
      options: policy.options,
      now: io.now(),
    };
    const local = await localFacts(files, root, { trees, packages }, policy, {
      settings,
      changed,
      base: before,
    });
    const difference = { base: before, changed, ruling: change?.ruling ?? [] };
    const facts: Facts = { ...known, ...local, trees, packages, loads, ...difference };
    const stood = change && before && factsBefore(change, before, { root, policy, known });
    const { findings, past } = await judgeAll(
      { facts, stood },
      { ...request, open },
      { privacy, recordsOf: advice.recordsOf, learn: advice.learn },
    );
    const ways = waysThrough();
    const judged = await sort(findings, policy, allPaths(ways), known.now);
    const old = judged.open.filter(({ added }) => added === false);
    const isCounted = change?.all === false;
    if (isCounted) judged.open = judged.open.filter(({ added }) => added !== false);
    const gaps = [
      ...(request.gaps ?? []),
      ...(before?.gaps ?? []),
      ...trees.flatMap((tree) => tree.gaps),
      ...reading.gaps,
      ...advice.gaps,
      ...licenseGaps(packages, policy, past),
      ...past.gaps,
    ];
    const told = gaps.map((gap) => requiredBy(policy, gap));
    return {
      project,
      policy: { name: policy.name, from: policy.from },
      ...verdictOf(judged.open, told),
      coverage: {
        files: trees.map((tree) => fileLine(tree, packages)),
        packages: subjects.length,
        pages: reading.pages,
        notes: reading.notes,
        excluded: reading.excluded,
        ...advice.coverage,
        ...(past.coverage !== undefined && { registry: past.coverage }),
      },
      ...(change !== undefined && { change: { base: change.base, before: old.length } }),
      ...(isCounted && { stood: old }),
      findings: judged.open,
      accepted: judged.accepted,
      staleIgnores: judged.stale,
      steps: await plan(io, { ...request, open }, advice, { root, trees, packages, judged }),
      gaps: told,
      skipped: skippedBy(policy, past, change !== undefined),
      inventory: { packages, loads },
      offers: request.offers === true ? await offersOf(io, request, reading) : [],
      pathsTo: shortestPaths(ways),
    };
  } finally {
    advice.close();
  }
}

/** What to do about packages with advisories. Planning loads more code, so only where there is something to plan. */
async function plan(
  io: Io,
  request: ScanRequest,
  { recordsOf, learn }: Advice,
  found: { root: string; trees: Tree[]; packages: Package[]; judged: Acceptance },
): Promise<Step[]> {
  const { open, accepted } = found.judged;
  const findings = open.filter(
    ({ advisory, level }) => advisory !== undefined && (level !== 'fold' || request.planFolded),
  );
  if (findings.length === 0) return [];
  const { stepsFor } = await import('./fix/advise.ts');
  const ids = accepted.flatMap(({ finding: { advisory } }) =>
    advisory === undefined ? [] : [advisory.id, ...advisory.aliases],
  );
  return stepsFor(io, {
    ...found,
    findings,
    recordsOf,
    learn,
    accepted: new Set(ids),
    privacy: { privateHosts: new Set(request.policy.registries), internal: request.policy.internal },
    open: request.online ? request.open : undefined,
  });
}

async function offersOf(io: Io, request: ScanRequest, { root, loads }: Reading): Promise<Offer[]> {
  if (loads.every(({ verdict }) => verdict === undefined)) return [];
  const { offersFor } = await import('./sri-fix/offer.ts');
  const { site, mirror, policy } = request;
  return offersFor(io, loads, { root, site, mirror, ownOrigins: policy.ownOrigins });
}

/** Open and accepted findings. */
async function sort(
  findings: Finding[],
  { ignores }: Policy,
  pathsOf: PathsOf,
  now: Date,
): Promise<Acceptance> {
  if (ignores.length === 0) return { open: findings, accepted: [], stale: [] };
  const { accept } = await import('./policy/accept.ts');
  return accept(findings, ignores, pathsOf, now);
}

function requiredBy(policy: Policy, gap: Gap): Gap {
  const { files, advisories, histories } = policy.require;
  const required =
    (gap.fact === 'files' && files) ||
    (gap.fact === 'advisories' && advisories) ||
    (gap.fact === 'histories' && histories);
  return required ? { ...gap, required } : gap;
}

/** The packages of trees but our own; of a tree that stood before as it stands now they are the same ones. */
function packagesIn(withoutDev: boolean): (trees: readonly Tree[]) => Package[] {
  const known = new Map<Tree, Package[]>();
  return (trees) =>
    trees.flatMap((tree) => {
      const packages =
        known.get(tree) ??
        toPackages(tree).filter(({ importer, scope }) => !importer && !(withoutDev && scope === 'dev'));
      known.set(tree, packages);
      return packages;
    });
}

function fileLine(tree: Tree, packages: readonly Package[]): Report['coverage']['files'][number] {
  const { file, format } = tree;
  return { file, format, packages: packages.filter((one) => one.tree === tree).length };
}
