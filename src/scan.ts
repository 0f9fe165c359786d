/** The pipeline: read → enrich → judge → report. */

import { asks, NOTHING_ASKED, type Past, pastOf } from './enrich.ts';
import { judgesLicenses, licenseGaps, localFacts } from './facts.ts';
import type { Step } from './fix/types.ts';
import { pathFinder, toPackages } from './inventory.ts';
import type { Io } from './io.ts';
import { judge, verdictOf } from './judge.ts';
import type { Finding, Gap, Issue, Package, Tree } from './model.ts';
import type { Connection } from './online.ts';
import type { Acceptance, PathsOf } from './policy/accept.ts';
import { isOn, type Policy } from './policy/policy.ts';
import { type ReadAllRequest, readAll } from './read.ts';
import { type Report, UNASKED } from './report/report.ts';
import { RULES } from './rules/index.ts';
import type { Facts, Rule } from './rules/rule.ts';
import { type Advice, adviseOn } from './sources/advisories/advise.ts';
import type { Privacy } from './sources/advisories/registry-package.ts';

export interface ScanRequest extends ReadAllRequest {
  policy: Policy;
  /** Advisory database; where undefined, VAKT_DB or the one in the cache folder. */
  db: string | undefined;
  /** Ask the registries for advisories even where there is a database. */
  askRegistry: boolean;
  /** Plan also for what the first screen folds away: planning takes as long as the rest of a small scan. */
  planFolded: boolean;
  /** Leave out packages that only development needs. */
  omitDev?: boolean;
  /** Ask the registry what is published, so that advice names only what exists, and about the past of packages. */
  online: boolean;
  /** Ask it about all packages. */
  deep?: boolean;
  /** Opens the network; undefined where none may be used. */
  open: Connection['open'];
}

/** At most this many ways to a package are told. */
const PATHS = 10;
/** More ways than these are not gone through when an ignore speaks of paths. */
const ALL_PATHS = 2000;

/**
 * Judges what stands at the paths. Throws UserError where nothing could be read, a named input is unreadable, or
 * the database is damaged; whatever else could not be learnt is a gap of the report.
 */
export async function scan(io: Io, request: ScanRequest): Promise<Report> {
  const { policy } = request;
  const reading = await readAll(io, { ...request, ownOrigins: policy.ownOrigins, selection: policy });
  const { project, root, trees, loads } = reading;
  if (judgesLicenses(policy)) {
    const { addInstalledLicenses } = await import('./readers/installed.ts');
    addInstalledLicenses(io, root, trees);
  }
  const packages = trees
    .flatMap(toPackages)
    .filter(({ importer, scope }) => !importer && !(request.omitDev === true && scope === 'dev'));
  const privacy: Privacy = { privateHosts: new Set(policy.registries), internal: policy.internal };
  const advice = await adviseOn(io, packages, {
    open: request.open,
    registry: request.askRegistry,
    db: request.db,
    privacy,
    maxAgeHours: policy.require.maxAgeHours,
  });
  try {
    const registryHosts = isOn(policy, 'lock-host') ? await hostsFor(io, root, packages) : new Set<string>();
    const { allowedHosts } = policy;
    const { advisories } = advice;
    const local = await localFacts(io, root, { trees, packages }, policy);
    const before: Facts = {
      trees,
      packages,
      advisories,
      registryHosts,
      loads,
      allowedHosts,
      ...local,
      changed: undefined,
      ...NOTHING_ASKED,
      options: policy.options,
      now: io.now(),
    };
    const { findings, past } = await judgeAll(before, request, { privacy, recordsOf: advice.recordsOf });
    const ways = waysThrough();
    const judged = await sort(findings, policy, allPaths(ways), before.now);
    const gaps = [
      ...trees.flatMap((tree) => tree.gaps),
      ...reading.gaps,
      ...advice.gaps,
      ...licenseGaps(packages, policy),
      ...past.gaps,
    ];
    const open = gaps.map((gap) => requiredBy(policy, gap));
    return {
      project,
      policy: { name: policy.name, from: policy.from },
      ...verdictOf(judged.open, open),
      coverage: {
        files: trees.map((tree) => fileLine(tree, packages)),
        packages: packages.length,
        pages: reading.pages,
        excluded: reading.excluded,
        ...advice.coverage,
        ...(past.coverage !== undefined && { registry: past.coverage }),
      },
      findings: judged.open,
      accepted: judged.accepted,
      staleIgnores: judged.stale,
      steps: await plan(io, request, advice, { root, trees, packages, judged }),
      gaps: open,
      skipped: skippedBy(policy, past, before.changed !== undefined),
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
  { recordsOf }: Advice,
  found: { root: string; trees: Tree[]; packages: Package[]; judged: Acceptance },
): Promise<Step[]> {
  const { open, accepted } = found.judged;
  const findings = open.filter(
    ({ advisory, level }) => advisory !== undefined && (level !== 'fold' || request.planFolded),
  );
  if (recordsOf === undefined || findings.length === 0) return [];
  const { stepsFor } = await import('./fix/advise.ts');
  const ids = accepted.flatMap(({ finding: { advisory } }) =>
    advisory === undefined ? [] : [advisory.id, ...advisory.aliases],
  );
  return stepsFor(io, {
    ...found,
    findings,
    recordsOf,
    accepted: new Set(ids),
    open: request.online ? request.open : undefined,
  });
}

/** Judges by what is at hand, asks the registries about what matters, and judges again what their answers concern. */
async function judgeAll(
  facts: Facts,
  { policy, open, online, deep = false }: ScanRequest,
  { privacy, recordsOf }: { privacy: Privacy; recordsOf: Advice['recordsOf'] },
): Promise<{ findings: Finding[]; past: Past }> {
  const { packages, changed } = facts;
  const first = [...check(RULES, facts, policy)];
  const findings = judge(first, policy);
  const found = new Set<Package>();
  for (const { package: subject } of findings) if (subject !== undefined) found.add(subject);
  const request = { policy, open, online, deep, changed, found, privacy, recordsOf, now: facts.now };
  const past = await pastOf(packages, request);
  if (past.coverage === undefined) return { findings, past };
  const asking = new Set(RULES.filter(asks).map(({ id }) => id));
  const second = check(RULES.filter(asks), { ...facts, ...past }, policy);
  return { findings: judge([...first.filter(({ rule }) => !asking.has(rule)), ...second], policy), past };
}

function skippedBy(policy: Policy, { unasked }: Past, isChange: boolean): Report['skipped'] {
  const skipped: Report['skipped'] = [];
  for (const { id } of RULES) {
    if (!isOn(policy, id)) skipped.push({ rule: id, reason: 'off in the policy' });
    else if (!isOn(policy, id, isChange)) skipped.push({ rule: id, reason: 'judges changes' });
    else if (unasked.includes(id)) skipped.push({ rule: id, reason: UNASKED });
  }
  return skipped;
}

function* check(rules: readonly Rule[], facts: Facts, policy: Policy): Iterable<Issue> {
  for (const rule of rules) {
    if (isOn(policy, rule.id, facts.changed !== undefined)) yield* rule.check(facts);
  }
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

function fileLine(tree: Tree, packages: readonly Package[]): Report['coverage']['files'][number] {
  const { file, format } = tree;
  return { file, format, packages: packages.filter((one) => one.tree === tree).length };
}

type Ways = (tree: Tree) => ReturnType<typeof pathFinder>;

/** Who depends on whom, worked out once for each tree, and only where somebody asks. */
function waysThrough(): Ways {
  const known = new Map<Tree, ReturnType<typeof pathFinder>>();
  return (tree) => {
    const ways = known.get(tree) ?? pathFinder(tree);
    known.set(tree, ways);
    return ways;
  };
}

function allPaths(ways: Ways): PathsOf {
  return ({ package: subject }) => {
    if (subject === undefined) return [];
    const paths = subject.nodes.flatMap((node) => ways(subject.tree)(node, ALL_PATHS));
    return paths.length < ALL_PATHS ? paths : undefined;
  };
}

function shortestPaths(ways: Ways): Report['pathsTo'] {
  return (subject) => {
    const paths = subject.nodes.flatMap((node) => ways(subject.tree)(node, PATHS));
    return paths.sort((a, b) => a.length - b.length).slice(0, PATHS);
  };
}

/** What .npmrc says is read only where a lock file names more than one host: it takes longer than the scan. */
async function hostsFor(io: Io, root: string, packages: readonly Package[]): Promise<ReadonlySet<string>> {
  const usual = new Map<Tree, string>();
  const isMixed = packages.some(({ tree, source, resolved }) => {
    if (source !== 'registry' || resolved === undefined) return false;
    const origin = usual.get(tree);
    if (origin === undefined) usual.set(tree, `${resolved.split('/', 3).join('/')}/`);
    return origin !== undefined && !resolved.startsWith(origin);
  });
  if (!isMixed) return new Set();
  const { readNpmrc } = await import('./npmrc.ts');
  const { registry, publicRegistry, scopes } = await readNpmrc(io, root);
  const hosts = [registry, publicRegistry, ...scopes.values()].map((url) => new URL(url).host);
  return new Set(hosts);
}
