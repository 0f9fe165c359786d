/** What a commit is about to hold, and what it changes: out of the index, whatever the work tree says. */
import { resolve } from 'node:path';
import { UserError } from '../errors.ts';
import type { Git } from '../io/git.ts';
import type { Io } from '../io.ts';
import { kindOf } from './base.ts';
import { type Blobs, blobsOf, readerOf } from './blobs.ts';
import { type Difference, type Listed, readDifferences, readStage, readTree } from './listing.ts';
import type { Snapshot, SnapshotFile } from './snapshot.ts';

export interface Staged {
  /** What is to be committed. */
  head: Snapshot;
  /** What it comes after: the last commit, of a merge each parent; none for the first commit. */
  bases: Snapshot[];
  /** The files that differ from each of `bases`, deleted ones left out. */
  changed: Set<string>;
  /** For people. */
  label: string;
}

/** Two commits instead of the last one and the index, as names. */
export interface Range {
  from: string;
  to: string;
}

/** What readers may want beside the files that changed. */
const SETTINGS =
  /(?:^|\/)(?:package\.json|pnpm-workspace\.yaml|\.yarnrc\.yml|\.npmrc|vakt\.yml|sri-lock\.json|\.gitignore)$/;

/**
 * The index beside the last commit, and beside the other parents while a merge is being concluded; or the end of a
 * range beside where it forked from its start. `wanted` are the files that will be read. Throws UserError where git
 * fails, and for a range that it does not know.
 */
export function stagedIn(
  git: Git,
  io: Io,
  root: string,
  range: Range | undefined,
  wanted: (path: string) => boolean,
): Staged {
  const blobs = blobsOf(git);
  const { listed, parents, label } = range === undefined ? fromIndex(git, io) : fromRange(git, range);
  const here = listed.filter(({ path }) => !path.includes('node_modules/'));
  const likely = here.filter(({ path }) => SETTINGS.test(path)).map(({ oid }) => oid);
  const changed = changedIn(here, parents);
  for (const { path, oid } of here) if (changed.has(path) && wanted(path)) likely.push(oid);
  for (const parent of parents)
    for (const { path, before } of parent)
      if (wanted(path) && kindOf(before.mode) === 'file') likely.push(before.oid);
  return {
    head: snapshotOf(root, blobs, here, likely),
    bases: parents.map((parent) => snapshotOf(root, blobs, undo(here, parent), likely)),
    changed,
    label,
  };
}

interface Sides {
  listed: Listed[];
  /** How the listed files differ from each parent. */
  parents: Difference[][];
  label: string;
}

function fromIndex(git: Git, io: Io): Sides {
  const listed = readStage(must(git, ['ls-files', '--stage', '--full-name', '-z', ':/']));
  const against = (commit: string): Difference[] =>
    readDifferences(must(git, ['diff-index', '--cached', '-z', '--no-renames', commit, '--', ':/']));
  const { status, stdout } = git(['rev-parse', 'HEAD^{commit}', '--git-path', 'MERGE_HEAD']);
  // Before the first commit there is nothing.
  if (status !== 0) return { listed, parents: [], label: 'nothing' };
  const [head = '', mark = ''] = stdout.toString('utf8').split('\n');
  const parents = [head, ...mergedInto(io, mark)];
  return { listed, parents: parents.map(against), label: `HEAD (${head.slice(0, 12)})` };
}

/** The commits that a merge in progress brings in. */
function mergedInto(io: Io, mark: string): string[] {
  const file = resolve(io.cwd, mark);
  if (io.kind(file) !== 'file') return [];
  return io
    .readFile(file, 64 * 1024)
    .toString('latin1')
    .split('\n')
    .filter((line) => /^[0-9a-f]{40,64}$/.test(line));
}

function fromRange(git: Git, { from, to }: Range): Sides {
  const [start, end] = [from, to].map((name) => {
    const { status, stdout } = git(['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
    if (status === 0 && !name.startsWith('-')) return stdout.toString('latin1').trim();
    throw new UserError(`git knows no commit "${name}"`, {
      where: 'PRE_COMMIT_FROM_REF and PRE_COMMIT_TO_REF',
      hint: 'name two commits that are in this clone',
    });
  }) as [string, string];
  const fork = git(['merge-base', start, end]);
  const base = fork.status === 0 ? (fork.stdout.toString('latin1').split('\n')[0] ?? start) : start;
  const listed = readTree(must(git, ['ls-tree', '-r', '-z', '--full-tree', end]));
  const differences = readDifferences(must(git, ['diff-tree', '-r', '-z', '--no-renames', base, end]));
  return { listed, parents: [differences], label: `${from} (${base.slice(0, 12)})` };
}

function must(git: Git, args: readonly string[]): Buffer {
  const { status, stdout, complaint } = git(args);
  if (status === 0) return stdout;
  throw new UserError(`git ${args[0]} fails: ${complaint}`, { hint: 'git status says more' });
}

/** What all parents have otherwise: what one of them has as it is now, came with it. */
function changedIn(listed: readonly Listed[], parents: readonly Difference[][]): Set<string> {
  const present = (path: string): boolean => there.has(path);
  const there = new Set(listed.filter(({ mode }) => kindOf(mode) === 'file').map(({ path }) => path));
  const [first, ...others] = parents.map((parent) => new Set(parent.map(({ path }) => path)));
  if (first === undefined) return there;
  return new Set([...first].filter((path) => present(path) && others.every((other) => other.has(path))));
}

/** The files before the differences. */
function undo(listed: readonly Listed[], differences: readonly Difference[]): Listed[] {
  const files = new Map(listed.map((one) => [one.path, one]));
  for (const { path, before } of differences) {
    if (kindOf(before.mode) === undefined) files.delete(path);
    else files.set(path, { ...before, path });
  }
  return [...files.values()];
}

function snapshotOf(
  root: string,
  blobs: Blobs,
  listed: readonly Listed[],
  likely: readonly string[],
): Snapshot {
  const files = new Map<string, SnapshotFile>();
  const oids = new Map<string, string>();
  for (const { mode, oid, path } of listed) {
    const kind = kindOf(mode);
    if (kind === undefined) continue;
    files.set(path, { kind, same: false });
    oids.set(path, oid);
  }
  return { root, files, read: readerOf(blobs, oids, likely) };
}
