/** Lock files and project folders → trees, by whichever reader knows them. */
import { basename, join } from 'node:path';
import type { Io } from '../io.ts';
import type { Tree } from '../model.ts';
import { LOCK_FILES } from './extensions.ts';
import { NPM_LOCK_FILES, readNpm } from './npm/index.ts';

export interface ReadRequest {
  /** Directories or files, relative to the current directory; that directory itself where empty. */
  paths: readonly string[];
  offline: boolean;
  /** Told at once what is going to take time. */
  progress: (what: string) => void;
}

interface ReadOptions {
  /** What file names are relative to. */
  root: string;
  offline: boolean;
  progress: (what: string) => void;
}

type Reader = (io: Io, file: string, options: { root: string }) => Promise<Tree>;

/** Lock files of other managers than npm, and who reads them; each reader is loaded only for its own. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['pnpm-lock.yaml', async (...args) => (await import('./pnpm/read.ts')).readPnpm(...args)],
  ['yarn.lock', async (...args) => (await import('./yarn/read.ts')).readYarn(...args)],
  ['bun.lock', async (...args) => (await import('./bun/read.ts')).readBun(...args)],
  ['bun.lockb', async (...args) => (await import('./bun/read.ts')).readBun(...args)],
]);

/** Whether a file of this name is a lock file. */
export function isLockFile(file: string): boolean {
  return LOCK_FILES.has(basename(file));
}

/** Whether a folder holds anything of a package manager. */
export function isProject(io: Io, folder: string): boolean {
  const names = [...LOCK_FILES, 'package.json', 'node_modules'];
  return names.some((name) => io.kind(join(folder, name)) !== undefined);
}

/** Reads a lock file. Throws UserError where it cannot be read. */
export async function readLockFile(io: Io, file: string, options: ReadOptions): Promise<Tree> {
  const read = READERS.get(basename(file)) ?? readNpm;
  return await read(io, file, options);
}

/** Reads what a folder holds: its lock files of every manager, else what is installed or would be. Throws UserError. */
export async function readProject(io: Io, folder: string, options: ReadOptions): Promise<Tree[]> {
  const others = [...READERS.keys()].filter((name) => io.kind(join(folder, name)) === 'file');
  const wanted = others.filter((name) => name !== 'bun.lockb' || !others.includes('bun.lock'));
  const hasNpm = NPM_LOCK_FILES.some((name) => io.kind(join(folder, name)) === 'file');
  const trees: Tree[] = [];
  if (hasNpm || wanted.length === 0) trees.push(await readNpm(io, folder, options));
  for (const name of wanted) trees.push(await readLockFile(io, join(folder, name), options));
  tellRivals(trees);
  return trees;
}

/** Which of several managers' lock files is installed from, no file says: all are judged, and it is told. */
function tellRivals(trees: readonly Tree[]): void {
  const [first, ...rest] = trees;
  if (first === undefined || rest.length === 0) return;
  const files = trees.map(({ file }) => file).join(', ');
  first.gaps.push({
    source: 'lock files',
    fact: 'manager',
    reason: `${files} stand side by side: all are judged, keep the one that you install from`,
    required: false,
  });
}
