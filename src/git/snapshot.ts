/** Another state of a repository than the one on the disk, for readers that know only the disk. */
import { join, relative, sep } from 'node:path';
import { UserError } from '../errors.ts';
import type { Entry, Io } from '../io.ts';

/** One file of a snapshot. */
export interface SnapshotFile {
  kind: 'file' | 'link';
  /** The disk has the same content: it is read from there. */
  same: boolean;
}

/** The port that a change is judged through: what a base (or the index) holds, from git or from an API. */
export interface Snapshot {
  /** The repository's folder, absolute. */
  root: string;
  /** Every file, by its path below the root, with `/`. */
  files: ReadonlyMap<string, SnapshotFile>;
  /** The content of a file that is not the same as on the disk. Throws UserError where there is none. */
  read(path: string): Buffer;
}

/** A world in which the repository's folder is as in the snapshot, and everything outside as it is. */
export function snapshotIo(io: Io, snapshot: Snapshot): Io {
  const { root, files } = snapshot;
  let made: Map<string, Map<string, Entry>> | undefined;
  const folders = (): Map<string, Map<string, Entry>> => {
    made ??= foldersOf(files);
    return made;
  };
  const inside = (file: string): string | undefined => pathIn(root, file);
  return {
    ...io,
    snapshot: true,
    kind(file) {
      const path = inside(file);
      if (path === undefined) return io.kind(file);
      const found = files.get(path);
      if (found !== undefined) return found.same ? io.kind(file) : found.kind === 'file' ? 'file' : 'other';
      return folders().has(path) ? 'directory' : undefined;
    },
    list(directory) {
      const path = inside(directory);
      return path === undefined ? io.list(directory) : [...(folders().get(path)?.values() ?? [])];
    },
    readFile(file, limit) {
      const path = inside(file);
      const found = path === undefined ? undefined : files.get(path);
      if (path === undefined || found?.same === true) return io.readFile(file, limit);
      const why =
        found === undefined ? 'does not exist' : found.kind === 'link' ? 'is a symbolic link' : undefined;
      if (why !== undefined) throw new UserError(why, { where: file, hint: 'check the path' });
      const content = snapshot.read(path);
      if (limit === undefined || content.length <= limit) return content;
      throw new UserError(`has ${content.length} bytes; vakt reads at most ${limit}`, { where: file });
    },
  };
}

/** The path below a root with `/`, empty for the root itself; undefined outside, and for git's own folder. */
export function pathIn(root: string, file: string): string | undefined {
  const path = relative(root, file).split(sep).join('/');
  const isOutside = path === '..' || path.startsWith('../') || /^[A-Za-z]:/.test(path);
  // The search for a policy ends where a .git is; no reader looks further into it.
  return isOutside || path === '.git' || path.startsWith('.git/') ? undefined : path;
}

/** What each folder holds; the root is ``. */
function foldersOf(files: Snapshot['files']): Map<string, Map<string, Entry>> {
  const folders = new Map<string, Map<string, Entry>>([['', new Map()]]);
  const folder = (path: string): Map<string, Entry> => {
    let found = folders.get(path);
    if (found === undefined) {
      found = new Map();
      folders.set(path, found);
      add(path, { name: '', kind: 'directory' });
    }
    return found;
  };
  const add = (path: string, entry: Entry): void => {
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    folder(path.slice(0, Math.max(0, slash))).set(name, { ...entry, name });
  };
  for (const [path, { kind }] of files)
    add(path, kind === 'file' ? { name: '', kind } : { name: '', kind: 'other', link: true });
  return folders;
}

/** A world in which these files, by absolute path, are as another one has them. */
export function withFilesOf(io: Io, other: Io, isOther: (file: string) => boolean): Io {
  const of = (file: string): Io => (isOther(file) ? other : io);
  return {
    ...io,
    kind: (file) => of(file).kind(file),
    readFile: (file, limit, room) => of(file).readFile(file, limit, room),
  };
}

/** The file of a repository as an absolute path. */
export function fileIn(root: string, path: string): string {
  return join(root, ...path.split('/'));
}
