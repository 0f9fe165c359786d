import { dirname, resolve } from 'node:path';
import { placeIn } from '../git/base.ts';
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
 * `vakt hook [files…]`: judges what is staged, or the range that pre-commit names, against what it comes after; of
 * named files those that are not staged as they stand (`pre-commit run --all-files`). Makes no request. 0; 1 where the
 * policy blocks; 2 where what is staged cannot be read. `raw`: what git said of the index, if it was asked already.
 */
export async function run(files: readonly string[], values: Values, io: Io, raw?: Buffer): Promise<number> {
  const git = gitIn(io.cwd, io.env, true);
  const place = placeIn(git, io.cwd);
  const { root } = place;
  const only = values.only as Subject;
  const named = new Set(files.flatMap((file) => pathIn(root, resolve(io.cwd, file)) ?? []));
  const isWanted = (path: string): boolean => isRelevant(path, only) && (named.size === 0 || named.has(path));
  const staged = stagedIn(git, io, place, { range: rangeOf(io.env), wanted: isWanted, raw });
  tellNotFiles(io, staged, isWanted);
  const changed = [...staged.changed].filter(isWanted);
  const standing = [...named].filter(
    (path) => isWanted(path) && !staged.touched.has(path) && staged.head.files.get(path)?.kind === 'file',
  );
  if (values.fix === true) await fix(io, root, [...changed, ...standing].filter(isPage));
  const load = (world: Io): Promise<Policy> => {
    const fetch = fetcher(io, { open: undefined });
    return loadPolicy(world, root, values.policy as string | undefined, fetch);
  };
  const asked = { root, staged, only, db: values.db as string | undefined };
  const ofChange =
    changed.length === 0
      ? { code: EXIT.pass, targets: [] }
      : await judgeFiles(io, changed, { ...asked, judged: await changeOf(io, root, staged, load) });
  if (standing.length === 0) return ofChange.code;
  const world = snapshotIo(io, staged.head);
  const judged = { files: world, policy: await load(world) };
  const asTheyStand = await judgeFiles(io, standing, { ...asked, judged, done: ofChange.targets });
  return EXIT_ORDER.find((code) => code === ofChange.code || code === asTheyStand.code) ?? EXIT.pass;
}

const EXIT_ORDER = [EXIT.usage, EXIT.fail, EXIT.incomplete];

/** Judges what these files stand for; `done` is judged already. */
async function judgeFiles(
  io: Io,
  subjects: readonly string[],
  request: {
    root: string;
    staged: Staged;
    only: Subject;
    db: string | undefined;
    judged: JudgedChange;
    done?: readonly string[];
  },
): Promise<{ code: number; targets: readonly string[] }> {
  const { root, staged, only, db, judged, done = [] } = request;
  const { targets: all, gaps } = targetsOf(subjects, staged, judged.policy, only);
  const targets = all.filter((target) => !done.includes(target));
  if (targets.length === 0) return { code: tellWithout(io, judged, gaps), targets };
  const report = await scan(io, {
    ...judged,
    policy: atHand(judged.policy),
    paths: targets.map((path) => fileIn(root, path)),
    gaps,
    root,
    offline: true,
    progress: () => {},
    db,
    askRegistry: false,
    online: false,
    planFolded: false,
    open: undefined,
    only,
  });
  return { code: tell(io, report), targets };
}

function rangeOf({ PRE_COMMIT_FROM_REF: from, PRE_COMMIT_TO_REF: to }: Io['env']): Range | undefined {
  return from && to ? { from, to } : undefined;
}

/** Nobody reads through a link or into a submodule: what looks like a lock file or a page and is neither is told. */
function tellNotFiles(io: Io, { notFiles }: Staged, isWanted: (path: string) => boolean): void {
  for (const [path, kind] of notFiles)
    if (isWanted(path)) io.err(`vakt: ${oneLine(path)} is staged as a ${kind}, which is not looked into\n`);
}

async function changeOf(
  io: Io,
  root: string,
  { head, bases, label }: Staged,
  load: (world: Io) => Promise<Policy>,
): Promise<JudgedChange> {
  const files = snapshotIo(io, head);
  const settled = { all: false, brief: true, gaps: [] };
  // The first commit is held against nothing, and judged by its own policy: there is no other.
  if (bases.length === 0) {
    const before = [snapshotIo(io, { root: head.root, files: new Map(), read: head.read })];
    const change = { ...settled, base: label, before, settings: files, ruling: [] };
    return { files, policy: await load(files), change };
  }
  return changeAgainst(files, { ...settled, folder: root, snapshots: bases, base: label, load });
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
    if (name === 'vakt.yml' && !/^(?:\.github\/)?vakt\.yml$/.test(path)) {
      const reason = `${path} judges no commit: the policy of the repository's own folder does`;
      gaps.push({ source: 'policy', fact: 'policy', reason, required: false });
    }
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
function locksFor(manifest: string, files: Staged['head']['files']): string[] {
  for (let folder = dirname(manifest); ; folder = dirname(folder)) {
    const found = [...LOCK_FILES].map((name) => (folder === '.' ? name : `${folder}/${name}`));
    const there = found.filter((path) => files.get(path)?.kind === 'file');
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
      [
        '',
        'vakt stops this commit. Type what stands behind $, `git add` what it changed,',
        'and commit again. Or accept it: vakt ignore <advisory> --until 90d --reason …',
        '(which counts from the next commit on: a commit does not judge itself).',
        '',
      ].join('\n'),
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
