/** Paths that somebody named → the trees that stand there. */
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import type { Tree } from '../model.ts';
import { NPM_LOCK_FILES, readNpm } from './npm/index.ts';

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

type Reader = (io: Io, file: string, options: { root: string }) => Promise<Tree>;

/** Lock files of other managers than npm, and who reads them; each reader is loaded only for its own. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['pnpm-lock.yaml', async (...args) => (await import('./pnpm/read.ts')).readPnpm(...args)],
  ['yarn.lock', async (...args) => (await import('./yarn/read.ts')).readYarn(...args)],
  ['bun.lock', async (...args) => (await import('./bun/read.ts')).readBun(...args)],
  ['bun.lockb', async (...args) => (await import('./bun/read.ts')).readBun(...args)],
]);

/** Reads each path. Throws UserError where one is unreadable: what somebody named has to be read. */
export async function readTrees(io: Io, request: ReadRequest): Promise<ReadResult> {
  const { paths } = request;
  const targets = (paths.length === 0 ? ['.'] : [...new Set(paths)]).map((path) => resolve(io.cwd, path));
  const [first = io.cwd] = targets;
  const root = targets.length > 1 ? io.cwd : io.kind(first) === 'directory' ? first : dirname(first);
  const trees: Tree[] = [];
  for (const target of targets) trees.push(...(await readTarget(io, target, root, request)));
  const name = targets.length === 1 ? trees[0]?.root.name : undefined;
  return { project: name || basename(root) || root, root, trees };
}

async function readTarget(io: Io, target: string, root: string, request: ReadRequest): Promise<Tree[]> {
  const { offline, progress } = request;
  const kind = io.kind(target);
  if (kind === undefined) throw new UserError('does not exist', { where: nameOf(root, target) });
  if (kind !== 'directory') {
    const read = READERS.get(basename(target));
    return [await (read?.(io, target, { root }) ?? readNpm(io, target, { root, offline, progress }))];
  }
  const others = [...READERS.keys()].filter((name) => io.kind(join(target, name)) === 'file');
  const wanted = others.filter((name) => name !== 'bun.lockb' || !others.includes('bun.lock'));
  const hasNpm = NPM_LOCK_FILES.some((name) => io.kind(join(target, name)) === 'file');
  const trees: Tree[] = [];
  if (hasNpm || wanted.length === 0) trees.push(await readNpm(io, target, { root, offline, progress }));
  for (const name of wanted) {
    const tree = await READERS.get(name)?.(io, join(target, name), { root });
    if (tree !== undefined) trees.push(tree);
  }
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

function nameOf(root: string, file: string): string {
  return relative(root, file).split(sep).join('/') || '.';
}
