/** What a commit is about to hold, and what it changes: out of the index, whatever the work tree says. */
import { resolve } from 'node:path';
import { UserError } from '../errors.ts';
import type { Git } from '../io/git.ts';
import type { Io } from '../io.ts';
import { kindOf, type Place } from './base.ts';
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
  /** The files that differ from any of `bases`: while a merge is concluded also what one side has already. */
  touched: Set<string>;
  /** What differs and is no file: symbolic links and submodules. */
  notFiles: Map<string, 'symbolic link' | 'submodule'>;
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

export interface StagedRequest {
  range: Range | undefined;
  /** The files that will be read. */
  wanted(path: string): boolean;
  /** What `git diff --cached --raw -z` says, where somebody has asked that already. */
  raw?: Buffer | undefined;
}

/**
 * The index beside the last commit, and beside the other parents while a merge is being concluded; or the end of a
 * range beside where it forked from its start. Throws UserError where git fails, and for a range that it does not know.
 */
export function stagedIn(git: Git, io: Io, place: Place, { range, wanted, raw }: StagedRequest): Staged {
  const { root } = place;
  const blobs = blobsOf(git);
  const { listed, parents, label } =
    range === undefined ? fromIndex(git, io, place, raw) : fromRange(git, range);
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
    touched: parents.length === 0 ? changed : new Set(parents.flat().map(({ path }) => path)),
    notFiles: notFilesIn(here, parents),
    label,
  };
}

interface Sides {
  listed: Listed[];
  /** How the listed files differ from each parent. */
  parents: Difference[][];
  label: string;
}

function fromIndex(git: Git, io: Io, { head, merging }: Place, raw: Buffer | undefined): Sides {
  const listed = readStage(must(git, ['ls-files', '--stage', '--full-name', '-z', ':/']));
  // Before the first commit there is nothing.
  if (head === undefined) return { listed, parents: [], label: 'nothing' };
  const against = (commit: string): Difference[] =>
    readDifferences(must(git, ['diff-index', '--cached', '-z', '--no-renames', commit, '--', ':/']));
  const parents = [
    raw === undefined ? against(head) : readDifferences(raw),
    ...mergedInto(io, merging).map(against),
  ];
  return { listed, parents, label: `HEAD (${head.slice(0, 12)})` };
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

// What git and pre-commit call nothing: a branch that is new, or gone.
const NOTHING = /^(?:0{40}|0{64})$/;

function fromRange(git: Git, { from, to }: Range): Sides {
  if (NOTHING.test(to)) return { listed: [], parents: [[]], label: from };
  const tree = (commit: string): Listed[] =>
    readTree(must(git, ['ls-tree', '-r', '-z', '--full-tree', commit]));
  if (NOTHING.test(from)) {
    const [end] = commitsOf(git, [to]);
    return { listed: tree(end), parents: [], label: 'nothing' };
  }
  const [start, end] = commitsOf(git, [from, to]);
  const fork = git(['merge-base', start, end]);
  const base = fork.status === 0 ? (fork.stdout.toString('latin1').split('\n')[0] ?? start) : start;
  const differences = readDifferences(must(git, ['diff-tree', '-r', '-z', '--no-renames', base, end]));
  return { listed: tree(end), parents: [differences], label: `${from} (${base.slice(0, 12)})` };
}

function commitsOf<T extends string[]>(git: Git, names: readonly [...T]): T {
  return names.map((name) => {
    const { status, stdout } = git(['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
    if (status === 0 && !name.startsWith('-')) return stdout.toString('latin1').trim();
    throw new UserError(`git knows no commit "${name}"`, {
      where: 'PRE_COMMIT_FROM_REF and PRE_COMMIT_TO_REF',
      hint: 'name two commits that are in this clone',
    });
  }) as T;
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

/** Links and submodules that no parent has so. */
function notFilesIn(listed: readonly Listed[], parents: readonly Difference[][]): Staged['notFiles'] {
  const found: Staged['notFiles'] = new Map();
  const others = parents.map((parent) => new Set(parent.map(({ path }) => path)));
  for (const { path, mode } of listed) {
    if (kindOf(mode) === 'file' || !others.every((other) => other.has(path))) continue;
    found.set(path, mode === '120000' ? 'symbolic link' : 'submodule');
  }
  return found;
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
