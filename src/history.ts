/** "Were we hit?": each version of the lock files that git holds, judged by what is known today. */
import { dirname } from 'node:path';
import { NOTHING_ASKED } from './enrich.ts';
import { reasonOf, UserError } from './errors.ts';
import { rootOf } from './git/base.ts';
import { type Blobs, blobsOf } from './git/blobs.ts';
import { type Commit, type LockLog, lockLog, type Touch } from './git/log.ts';
import { fileIn, snapshotIo } from './git/snapshot.ts';
import { toPackages } from './inventory.ts';
import { gitIn } from './io/git.ts';
import type { Io } from './io.ts';
import { judge, verdictOf } from './judge.ts';
import type { Finding, Gap, Package, Verdict } from './model.ts';
import type { Connection } from './online.ts';
import type { Policy } from './policy/policy.ts';
import { readLockFile } from './readers/read.ts';
import { isShipped } from './readers/walk.ts';
import { RULES } from './rules/index.ts';
import type { Facts } from './rules/rule.ts';
import { type AdvisorySource, adviseOn } from './sources/advisories/advise.ts';

export interface HistoryRequest {
  /** The folder whose lock files are meant, absolute. */
  folder: string;
  since: Date;
  policy: Policy;
  /** Malware alone; else also what the policy blocks for advisories. */
  malwareOnly: boolean;
  db: string | undefined;
  open: Connection['open'];
}

/** A time in which a version was locked on the branch; without `from` since before the history that was looked at,
 * without `until` still. */
export interface Window {
  from?: Commit;
  until?: Commit;
}

/** One version in one lock file that should not have been there. */
export interface Hit {
  finding: Finding;
  name: string;
  version: string;
  file: string;
  windows: Window[];
  /** Commits of merged branches that held it. */
  branches: Commit[];
}

export interface History {
  since: Date;
  hits: Hit[];
  /** Versions of lock files that were read, in how many commits. */
  versions: number;
  commits: number;
  files: string[];
  packages: number;
  advisories: AdvisorySource;
  gaps: Gap[];
  verdict: Verdict;
  exitCode: number;
}

/** Rules that say something about a version by itself. */
const ABOUT_VERSIONS = ['malware', 'known-vulnerability'];

/** Goes through the commits since a time. Throws UserError outside a git repository, and as the advisories do. */
export async function history(io: Io, request: HistoryRequest): Promise<History> {
  const { folder, since, policy } = request;
  const git = gitIn(folder, io.env, true);
  const root = rootOf(git, folder);
  const log = shippedOf(lockLog(git, since), policy);
  const gaps: Gap[] = [];
  const seen = await readVersions(io, root, blobsOf(git), log, gaps);
  const advice = await adviseOn(io, [...seen.packages.values()], {
    open: request.open,
    registry: false,
    db: request.db,
    privacy: { privateHosts: new Set(policy.registries), internal: policy.internal },
    maxAgeHours: policy.require.maxAgeHours,
  });
  advice.close();
  const rules = request.malwareOnly ? ['malware'] : ABOUT_VERSIONS;
  const facts = factsOf(advice.advisories, policy, io.now());
  const issues = RULES.filter(({ id }) => rules.includes(id)).flatMap((rule) => [...rule.check(facts)]);
  const findings = judge(issues, policy).filter(
    ({ level, rule }) => level === 'block' || (level === 'todo' && rule === 'malware'),
  );
  const hits = findings.flatMap((finding) => hitsOf(finding, log, seen));
  if (log.isShallow) gaps.push(shallowGap());
  const known = [...gaps, ...advice.gaps].map((gap) => requiredBy(policy, gap));
  const commits = new Set([...log.main, ...log.side].map(({ commit }) => commit.id));
  return {
    since,
    hits,
    versions: seen.versions.size,
    commits: commits.size,
    files: [...new Set([...log.now.keys(), ...[...log.main, ...log.side].map(({ path }) => path)])].sort(),
    packages: seen.packages.size,
    advisories: advice.coverage.advisories,
    gaps: known,
    ...verdictOf(
      hits.map(({ finding }) => finding),
      known,
    ),
  };
}

/** All that is known of a version by itself. */
function factsOf(advisories: Facts['advisories'], { options }: Policy, now: Date): Facts {
  const nothing = { trees: [], packages: [], loads: [], allowedHosts: [], ruling: [], protections: [] };
  return {
    ...nothing,
    ...NOTHING_ASKED,
    options,
    now,
    advisories,
    registryHosts: new Set(),
    base: undefined,
    changed: undefined,
    licenses: () => undefined,
    internal: new Map(),
    replacements: new Map(),
    popular: new Map(),
  };
}

function requiredBy({ require: { files, advisories } }: Policy, gap: Gap): Gap {
  const required = (gap.fact === 'files' && files) || (gap.fact === 'advisories' && advisories);
  return required ? { ...gap, required } : gap;
}

function shallowGap(): Gap {
  const reason = 'the clone is shallow, so older commits are not there: git fetch --unshallow';
  return { source: 'git', fact: 'history', reason, required: true };
}

/** Without what no scan would look at. */
function shippedOf(log: LockLog, policy: Policy): LockLog {
  const shipped = ({ path }: Touch): boolean => isShipped(path, policy);
  const now = new Map([...log.now].filter(([path]) => isShipped(path, policy)));
  return { ...log, main: log.main.filter(shipped), side: log.side.filter(shipped), now };
}

interface Seen {
  /** For each version of a file the keys of its packages. */
  versions: Map<string, ReadonlySet<string>>;
  /** Each package once, however many versions hold it. */
  packages: Map<string, Package>;
  keyOf: Map<Package, string>;
}

const versionOf = (path: string, oid: string): string => `${path}\0${oid}`;

async function readVersions(io: Io, root: string, blobs: Blobs, log: LockLog, gaps: Gap[]): Promise<Seen> {
  const seen: Seen = { versions: new Map(), packages: new Map(), keyOf: new Map() };
  const wanted = new Map<string, { path: string; oid: string; of: string }>();
  const want = (path: string, oid: string | undefined, of: string): void => {
    if (oid !== undefined && !wanted.has(versionOf(path, oid)))
      wanted.set(versionOf(path, oid), { path, oid, of });
  };
  for (const { path, was, oid, commit } of [...log.main, ...log.side]) {
    want(path, was, `before commit ${commit.id.slice(0, 12)}`);
    want(path, oid, `in commit ${commit.id.slice(0, 12)}`);
  }
  for (const [path, oid] of log.now) want(path, oid, 'in HEAD');
  blobs.prepare([...wanted.values()].map(({ oid }) => oid));
  for (const [version, { path, oid, of }] of wanted) {
    const read = (): Buffer => blobs.read(oid, path);
    const world = snapshotIo(io, { root, files: new Map([[path, { kind: 'file', same: false }]]), read });
    const keys = new Set<string>();
    try {
      const file = fileIn(root, path);
      const tree = await readLockFile(world, file, { root, offline: true, progress: () => {} });
      for (const one of toPackages(tree)) if (!one.importer) keys.add(add(seen, one));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const reason = `${error.where ?? path} ${of}: ${reasonOf(error)}`;
      gaps.push({ source: 'git', fact: 'files', reason, required: false });
      continue;
    }
    seen.versions.set(version, keys);
  }
  return seen;
}

function add(seen: Seen, one: Package): string {
  const { tree, purl, source, integrity = '' } = one;
  const key = [tree.file, purl, source, integrity].join('\0');
  if (!seen.packages.has(key)) {
    // Its tree is not kept: thousands of versions of a large lock file would not fit.
    const root = { ...tree.root, edges: [] };
    const start = { file: tree.file, line: 1, column: 1, offset: 0 };
    const bare = { ...tree, root, nodes: [], gaps: [], drift: [], locate: () => start };
    const own: Package = { ...one, nodes: [], tree: bare };
    seen.packages.set(key, own);
    seen.keyOf.set(own, key);
  }
  return key;
}

function hitsOf(finding: Finding, log: LockLog, seen: Seen): Hit[] {
  const subject = finding.package;
  const key = subject === undefined ? undefined : seen.keyOf.get(subject);
  if (subject === undefined || key === undefined) return [];
  const file = subject.tree.file;
  const holds = (oid: string | undefined): boolean =>
    oid !== undefined && seen.versions.get(versionOf(file, oid))?.has(key) === true;
  const main = log.main.filter(({ path }) => path === file);
  const side = log.side.filter(({ path, oid }) => path === file && holds(oid));
  const branches = [...new Map(side.map(({ commit }) => [commit.id, commit])).values()];
  const windows = windowsOf(main, log.now.get(file), holds);
  if (windows.length + branches.length === 0) return [];
  return [{ finding, name: subject.name, version: subject.version, file, windows, branches }];
}

/** From when to when a line of versions held something; `now` where no commit of the line is known. */
function windowsOf(
  line: readonly Touch[],
  now: string | undefined,
  holds: (oid: string | undefined) => boolean,
): Window[] {
  const windows: Window[] = [];
  const [first] = line;
  let open: Window | undefined = holds(first === undefined ? now : first.was) ? {} : undefined;
  for (const { commit, oid } of line) {
    if (open === undefined && holds(oid)) open = { from: commit };
    else if (open !== undefined && !holds(oid)) {
      windows.push({ ...open, until: commit });
      open = undefined;
    }
  }
  return open === undefined ? windows : [...windows, open];
}

/** The folder whose history is meant by a path. */
export function folderOfLock(io: Io, path: string): string {
  return io.kind(path) === 'file' ? dirname(path) : path;
}
