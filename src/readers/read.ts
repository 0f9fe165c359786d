/** Paths that somebody named → the trees that stand there. */
import { basename, dirname, resolve } from 'node:path';
import type { Io } from '../io.ts';
import type { Tree } from '../model.ts';
import { readNpm } from './npm/index.ts';

export interface ReadRequest {
  /** Directories or lock files, relative to the current directory; that directory itself where empty. */
  paths: readonly string[];
  offline: boolean;
  /** Told at once what is going to take time. */
  progress: (what: string) => void;
}

export interface ReadResult {
  /** What people call it: the root's own name, else the folder's. */
  project: string;
  /** What file names are relative to: the named directory, or the current one where several paths are named. */
  root: string;
  trees: Tree[];
}

/** Reads each path. Throws UserError where one is unreadable: what somebody named has to be read. */
export async function readTrees(io: Io, { paths, offline, progress }: ReadRequest): Promise<ReadResult> {
  const targets = (paths.length === 0 ? ['.'] : [...new Set(paths)]).map((path) => resolve(io.cwd, path));
  const [first = io.cwd] = targets;
  const root = targets.length > 1 ? io.cwd : io.kind(first) === 'directory' ? first : dirname(first);
  const trees: Tree[] = [];
  for (const target of targets) trees.push(await readNpm(io, target, { root, offline, progress }));
  const name = trees.length === 1 ? trees[0]?.root.name : undefined;
  return { project: name || basename(root) || root, root, trees };
}
