/** The state that a change began from, out of git: no checkout, no second work tree. */
import { resolve, sep } from 'node:path';
import { UserError } from '../errors.ts';
import type { Git } from '../io/git.ts';
import { blobsOf, readerOf } from './blobs.ts';
import { readDifferences, readStage } from './listing.ts';
import type { Snapshot, SnapshotFile } from './snapshot.ts';

export interface GitBase {
  snapshot: Snapshot;
  /** For people: `main (1a2b3c4d5e6f)`. */
  label: string;
  /** What limits the comparison. */
  note: string | undefined;
}

/** What keeps a base from being read; the run is then incomplete. */
export interface NoBase {
  missing: string;
}

/**
 * The state of `folder`'s repository that the work tree began from: the merge base of HEAD and `ref`, as a pull
 * request has it; `ref` itself where the history at hand has none. A clone that lacks the commit asks `origin` for it
 * alone, unless offline. Throws UserError outside a repository and for a name that git does not know.
 */
export function baseOf(git: Git, folder: string, ref: string, offline: boolean): GitBase | NoBase {
  checkName(ref);
  const root = rootOf(git, folder);
  const commit = commitOf(git, ref) ?? fetchCommit(git, ref, offline);
  if (commit === undefined) return missing(git, ref, offline);
  const fork = git(['merge-base', commit, 'HEAD']);
  const [base = ''] = fork.stdout.toString('latin1').split('\n');
  const found = fork.status === 0 && base !== '' ? base : commit;
  const note =
    found === base
      ? undefined
      : `the history at hand has no merge base with ${ref}: compared with ${ref} itself`;
  return { snapshot: snapshotOf(git, root, found), label: `${ref} (${found.slice(0, 12)})`, note };
}

/** Where a command of git runs. */
export interface Place {
  /** The repository's folder, as a part of the command's own path. */
  root: string;
  /** The commit; undefined before the first one. */
  head: string | undefined;
  /** The file that names the commits which a merge in progress brings in, absolute or relative to the command's folder. */
  merging: string;
}

/** The repository's folder, as a part of `folder`'s own path. Throws UserError where there is no work tree. */
export function rootOf(git: Git, folder: string): string {
  return placeIn(git, folder).root;
}

/** The repository that `folder` is in, by one question. Throws UserError where there is no work tree. */
export function placeIn(git: Git, folder: string): Place {
  const asked = ['--is-inside-work-tree', '--show-prefix', '--git-path', 'MERGE_HEAD', 'HEAD^{commit}'];
  const { stdout, complaint } = git(['rev-parse', ...asked]);
  // Names of folders may hold line ends. Without a commit git fails after it has said the rest.
  const [inside, ...lines] = stdout.toString('utf8').replace(/\n$/, '').split('\n');
  const [merging = '', head = ''] = lines.splice(-2);
  if (inside !== 'true') {
    const message = `is no work tree of git: ${inside === 'false' ? 'it has none' : complaint}`;
    throw new UserError(message, {
      where: folder,
      hint: 'run it in a checkout; vakt scan by itself needs none',
    });
  }
  const prefix = lines.join('\n');
  const below = `/${folder.split(sep).join('/')}/`;
  if (!below.endsWith(`/${prefix}`)) {
    throw new UserError('is reached through a link that leads into another folder of a repository', {
      where: folder,
      hint: 'run vakt in the folder itself',
    });
  }
  const up = prefix.split('/').filter(Boolean);
  return {
    root: resolve(folder, ...up.map(() => '..')),
    head: /^[0-9a-f]{40,64}$/.test(head) ? head : undefined,
    merging,
  };
}

// A name goes to git as an argument: it must be no option and no second name.
function checkName(ref: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: names of commits hold none
  if (!/^[-+]|[\x00-\x20\x7f:]|\.\./.test(ref) && ref.length <= 1024) return;
  throw new UserError(`"${ref}" is no name of a commit`, {
    where: '--changed-since',
    hint: 'a branch, a tag or a commit id, such as origin/main',
  });
}

function commitOf(git: Git, ref: string): string | undefined {
  const { status, stdout } = git(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]);
  return status === 0 ? stdout.toString('latin1').trim() : undefined;
}

/** Asks origin for one commit: by its id, or by the branch or tag. */
function fetchCommit(git: Git, ref: string, offline: boolean): string | undefined {
  if (offline) return undefined;
  const name = ref.replace(/^(?:refs\/remotes\/)?origin\//, '');
  const asked = git([
    'fetch',
    '--quiet',
    '--depth=1',
    '--no-tags',
    '--no-recurse-submodules',
    'origin',
    name,
  ]);
  return asked.status === 0 ? commitOf(git, 'FETCH_HEAD') : undefined;
}

function missing(git: Git, ref: string, offline: boolean): NoBase {
  const isId = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(ref);
  const isShallow = git(['rev-parse', '--is-shallow-repository']).stdout.toString('latin1').trim() === 'true';
  const hasOrigin = git(['remote', 'get-url', 'origin']).status === 0;
  // A full clone knows its branches: what it does not know was mistyped.
  if (!isShallow && !isId && !(offline && hasOrigin)) {
    throw new UserError(`git knows no commit "${ref}"`, {
      where: '--changed-since',
      hint: 'git fetch origin, then name a branch such as origin/main',
    });
  }
  const hint = `git fetch --depth=1 origin ${ref.replace(/^origin\//, '')}`;
  const why = offline ? 'and vakt is offline' : 'and origin does not give it';
  return { missing: `this clone does not have ${ref}, ${why}: ${hint}` };
}

/** What readers want of a change: the rest is code. */
const LIKELY = /\.(?:json|ya?ml|lock|x?html?|npmrc|yarnrc|gitignore)$/i;

/** The commit's files; those that the work tree has unchanged are read from the disk. */
function snapshotOf(git: Git, root: string, commit: string): Snapshot {
  const staged = git(['ls-files', '--stage', '--full-name', '-z', ':/']);
  const different = git(['diff-index', '-z', '--no-renames', '--ignore-submodules=none', commit, '--', ':/']);
  if (staged.status !== 0 || different.status !== 0) {
    const { complaint } = staged.status === 0 ? different : staged;
    throw new UserError(`git cannot list the files: ${complaint}`, {
      where: root,
      hint: 'git status says more',
    });
  }
  const files = new Map<string, SnapshotFile>();
  for (const { mode, path } of readStage(staged.stdout)) {
    const kind = kindOf(mode);
    if (kind !== undefined) files.set(path, { kind, same: true });
  }
  const oids = new Map<string, string>();
  for (const { before, path } of readDifferences(different.stdout)) {
    const kind = kindOf(before.mode);
    files.delete(path);
    if (kind === undefined) continue;
    files.set(path, { kind, same: false });
    oids.set(path, before.oid);
  }
  const likely = [...oids].filter(([path]) => LIKELY.test(path)).map(([, oid]) => oid);
  return { root, files, read: readerOf(blobsOf(git), oids, likely) };
}

/** What a mode of git means to readers; undefined for a submodule, which is a repository of its own, and for nothing. */
export function kindOf(mode: string): SnapshotFile['kind'] | undefined {
  if (mode === '120000') return 'link';
  return mode.startsWith('100') ? 'file' : undefined;
}
