import { dirname, resolve } from 'node:path';
import { rootOf } from '../git/base.ts';
import { fileIn, pathIn, snapshotIo } from '../git/snapshot.ts';
import { type Range, type Staged, stagedIn } from '../git/staged.ts';
import { isOfPackages, isPage, isRelevant, type Subject } from '../hook/relevant.ts';
import { gitIn } from '../io/git.ts';
import type { Io } from '../io.ts';
import { EXIT, type Gap } from '../model.ts';
import { oneLine } from '../plain.ts';
import { fetcher } from '../policy/fetcher.ts';
import { loadPolicy } from '../policy/load.ts';
import type { Policy } from '../policy/policy.ts';
import { LOCK_FILES } from '../readers/extensions.ts';
import { isShipped } from '../readers/walk.ts';
import type { Report } from '../report/report.ts';
import { text } from '../report/text.ts';
import { scan } from '../scan.ts';
import { changeAgainst, type JudgedChange } from '../since.ts';
import type { Values } from './commands.ts';
import { lookOf } from './output.ts';

/**
 * `vakt hook [files…]`: judges what is staged, or the range that pre-commit names, against what it comes after. Makes
 * no request. 0; 1 where the policy blocks the change; 2 where what is staged cannot be read.
 */
export async function run(files: readonly string[], values: Values, io: Io): Promise<number> {
  const git = gitIn(io.cwd, io.env, true);
  const root = rootOf(git, io.cwd);
  const only = values.only as Subject;
  const named = new Set(files.flatMap((file) => pathIn(root, resolve(io.cwd, file)) ?? []));
  const isWanted = (path: string): boolean => isRelevant(path, only) && (named.size === 0 || named.has(path));
  const staged = stagedIn(git, io, root, rangeOf(io.env), isWanted);
  const changed = [...staged.changed].filter(isWanted);
  // Named, but nothing of it is staged: `pre-commit run --all-files`. It is judged as it stands.
  const asItStands = changed.length === 0 && named.size > 0;
  const subjects = asItStands
    ? [...named].filter((path) => staged.head.files.get(path)?.kind === 'file')
    : changed;
  if (!subjects.some((path) => isRelevant(path, only))) return EXIT.pass;
  if (values.fix === true) await fix(io, root, subjects.filter(isPage));
  const load = (world: Io): Promise<Policy> => {
    const fetch = fetcher(io, { open: undefined });
    return loadPolicy(world, root, values.policy as string | undefined, fetch);
  };
  const judged = await judgedBy(io, root, staged, asItStands, load);
  const { targets, gaps } = targetsOf(subjects, staged, judged.policy, only);
  if (targets.length === 0) return tellWithout(io, judged, gaps);
  const report = await scan(io, {
    ...judged,
    policy: atHand(judged.policy),
    paths: targets.map((path) => fileIn(root, path)),
    gaps,
    root,
    offline: true,
    progress: () => {},
    db: values.db as string | undefined,
    askRegistry: false,
    online: false,
    planFolded: false,
    open: undefined,
    only,
  });
  return tell(io, report);
}

function rangeOf({ PRE_COMMIT_FROM_REF: from, PRE_COMMIT_TO_REF: to }: Io['env']): Range | undefined {
  return from && to ? { from, to } : undefined;
}

async function judgedBy(
  io: Io,
  root: string,
  { head, bases, label }: Staged,
  asItStands: boolean,
  load: (world: Io) => Promise<Policy>,
): Promise<JudgedChange> {
  const files = snapshotIo(io, head);
  if (asItStands) return { files, policy: await load(files) };
  // The first commit is held against nothing, and judged by its own policy: there is no other.
  if (bases.length === 0) {
    const nothing = snapshotIo(io, { root: head.root, files: new Map(), read: head.read });
    const change = { base: label, before: [nothing], ruling: [], all: false, brief: true, gaps: [] };
    return { files, policy: await load(files), change };
  }
  return changeAgainst(files, {
    folder: root,
    snapshots: bases,
    base: label,
    all: false,
    brief: true,
    gaps: [],
    load,
  });
}

/** Whoever commits has the advisories that are at hand: what is missing is told, and blocks nobody. */
function atHand(policy: Policy): Policy {
  return { ...policy, require: { files: policy.require.files, advisories: false, histories: false } };
}

/** The lock files and pages to read for what was changed; a package.json stands for the lock files that answer it. */
function targetsOf(
  subjects: readonly string[],
  { head }: Staged,
  policy: Policy,
  only: Subject,
): { targets: string[]; gaps: Gap[] } {
  const targets = new Set<string>();
  const gaps: Gap[] = [];
  for (const path of subjects) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (!isShipped(path, policy)) continue;
    if (isPage(name) && only !== 'deps') targets.add(path);
    if (!isOfPackages(name) || only === 'web') continue;
    const locks = LOCK_FILES.has(name) ? [path] : locksFor(path, head.files);
    for (const lock of locks) targets.add(lock);
    if (locks.length > 0) continue;
    const reason = `${path} has no lock file: nobody can tell what it installs`;
    gaps.push({ source: 'lock files', fact: 'packages', reason, required: false });
  }
  return { targets: [...targets].sort(), gaps };
}

/** The lock files of the nearest folder that has some, from the manifest's own upwards. */
function locksFor(manifest: string, files: ReadonlyMap<string, unknown>): string[] {
  for (let folder = dirname(manifest); ; folder = dirname(folder)) {
    const found = [...LOCK_FILES].map((name) => (folder === '.' ? name : `${folder}/${name}`));
    const there = found.filter((path) => files.has(path));
    if (there.length > 0 || folder === '.') return there;
  }
}

/** Nothing where there is nothing to say; else the report, and how to go on. */
function tell(io: Io, report: Report): number {
  const { findings, exitCode, gaps } = report;
  if (exitCode === EXIT.pass && !findings.some(({ level }) => level === 'todo')) {
    for (const { reason } of gaps) io.err(`vakt: ${oneLine(reason)}\n`);
    return exitCode;
  }
  io.out(text(report, { ...lookOf(io, undefined), all: false, now: io.now(), base: '' }));
  if (exitCode !== EXIT.pass) {
    io.out(
      '\nvakt stops this commit. Do what stands behind $, `git add` what it changed, and commit again;\n',
    );
    io.out(
      'or accept it: vakt ignore <advisory or fingerprint> --reason … (a policy counts once it is committed).\n',
    );
  }
  return exitCode;
}

/** What there is to say where nothing has to be read. */
function tellWithout(io: Io, { change }: JudgedChange, gaps: readonly Gap[]): number {
  const said = [...(change?.ruling ?? []).map(({ message }) => message), ...gaps.map(({ reason }) => reason)];
  for (const one of said) io.err(`vakt: ${oneLine(one)}\n`);
  return EXIT.pass;
}

/** Adds integrity in the work tree; what it changed is for its author to look at and to stage. */
async function fix(io: Io, root: string, pages: readonly string[]): Promise<void> {
  if (pages.length === 0) return;
  const { run: sriFix } = await import('./sri-fix.ts');
  await sriFix(
    pages.map((path) => fileIn(root, path)),
    { algorithm: 'sha384', format: 'text' },
    io,
  );
}
