/** The first stage: paths that somebody named → everything that stands there, packages and pages. */
import { basename, dirname, extname, relative, resolve, sep } from 'node:path';
import { unbuiltAmong } from './builders.ts';
import { reasonOf, UserError } from './errors.ts';
import type { Io } from './io.ts';
import type { Gap, Tree } from './model.ts';
import { PAGES, SOURCES } from './readers/extensions.ts';
import { type Memory, remembered } from './readers/memory.ts';
import { isLockFile, isProject, type ReadRequest, readLockFile, readProject } from './readers/read.ts';
import { type Selection, walk } from './readers/walk.ts';
import { unlocked } from './unlocked.ts';
import type { WebLoad } from './web.ts';

export interface ReadAllRequest extends ReadRequest {
  /** What to look at; both where undefined. */
  only?: 'deps' | 'web' | undefined;
  /** Where the scanned folder is served, as an absolute URL. */
  site?: string | undefined;
  ownOrigins?: readonly string[];
  /** What the policy says about files. */
  selection?: Selection;
  /** A folder of bodies to compare integrity with. */
  mirror?: string | undefined;
  /** More extensions of pages, without the dot. */
  extensions?: readonly string[];
  /** What file names are relative to, where not to what the paths have in common. */
  root?: string;
  /** Of lock files that were read before, in this world or in another. */
  memory?: Memory;
}

export interface Reading {
  /** What people call it: the root's own name, else the folder's. */
  project: string;
  /** What file names are relative to: the named directory, or the current one where several paths are named. */
  root: string;
  /** Of lock files, and one of all packages that pages load. */
  trees: Tree[];
  loads: WebLoad[];
  gaps: Gap[];
  pages: number;
  /** Folders that were not looked into, relative to the root. */
  excluded: string[];
  /** What people may want to know beside. */
  notes: string[];
}

/**
 * Reads each path. Throws UserError where a named input cannot be read; what a folder holds beside its own lock
 * file and cannot be read is a gap.
 */
export async function readAll(io: Io, request: ReadAllRequest): Promise<Reading> {
  const { paths, only } = request;
  const typed = paths.length === 0 ? ['.'] : [...new Set(paths)];
  const targets = typed.map((path) => resolve(io.cwd, path));
  const [first = io.cwd] = targets;
  const usual = targets.length > 1 ? io.cwd : io.kind(first) === 'directory' ? first : dirname(first);
  const root = request.root ?? usual;
  const reading: Reading = {
    project: '',
    root,
    trees: [],
    loads: [],
    gaps: [],
    pages: 0,
    excluded: [],
    notes: [],
  };
  const web = { pages: [] as string[], sources: [] as string[] };
  const manifests: string[] = [];
  for (const [i, target] of targets.entries()) {
    const kind = io.kind(target);
    if (kind === undefined)
      throw new UserError('does not exist', {
        where: typed[i],
        hint: 'name a folder, a lock file or a page',
      });
    const files = kind === 'directory' ? found(io, target, request, reading) : [target];
    const named = kind === 'directory' ? undefined : extensionOf(target);
    const pages = files.filter((file) => isPage(file, request));
    if (only !== 'deps') {
      for (const file of pages) web.pages.push(nameOf(root, file));
      for (const file of files) if (SOURCES.has(extensionOf(file))) web.sources.push(nameOf(root, file));
    }
    const isWeb = named !== undefined && (isPage(target, request) || SOURCES.has(named));
    if (only !== 'web' && !isWeb) await readPackages(io, target, files, pages.length > 0, request, reading);
    if (only !== 'web') manifests.push(...files.filter((file) => basename(file) === 'package.json'));
  }
  reading.gaps.push(...unlocked(io, root, manifests, reading.trees));
  const [tree] = reading.trees;
  reading.project = (targets.length === 1 && tree?.root.name) || basename(root) || root;
  if (only !== 'deps') await readWeb(io, web, request, reading);
  return reading;
}

/** Whose policy and .npmrc hold: the folder that is scanned or in which the named file lies. */
export function folderOf(io: Io, paths: readonly string[]): string {
  if (paths.length !== 1) return io.cwd;
  const target = resolve(io.cwd, paths[0] ?? '.');
  return io.kind(target) === 'file' ? dirname(target) : target;
}

/** The target's own lock files, and those further down. */
async function readPackages(
  io: Io,
  target: string,
  files: readonly string[],
  hasPages: boolean,
  request: ReadAllRequest,
  reading: Reading,
): Promise<void> {
  const { trees, gaps } = reading;
  const options = { ...request, root: reading.root };
  const lockFile = (file: string): Promise<readonly Tree[]> =>
    remembered(io, file, request.memory, async (world) => [await readLockFile(world, file, options)]);
  const isFolder = io.kind(target) === 'directory';
  const nested = isFolder ? files.filter((file) => isLockFile(file) && dirname(file) !== target) : [];
  // A folder of pages needs no packages.
  if (!isFolder) trees.push(...(await lockFile(target)));
  else if (isProject(io, target) || (!hasPages && nested.length === 0)) {
    const project = (world: Io): Promise<readonly Tree[]> => readProject(world, target, options);
    trees.push(...(await remembered(io, target, request.memory, project)));
  }
  for (const file of nested) {
    try {
      trees.push(...(await lockFile(file)));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const where = error.where ?? nameOf(reading.root, file);
      gaps.push({
        source: 'lock files',
        fact: 'files',
        reason: `${where}: ${reasonOf(error)}`,
        required: false,
      });
    }
  }
}

async function readWeb(
  io: Io,
  web: { pages: readonly string[]; sources: readonly string[] },
  request: ReadAllRequest,
  reading: Reading,
): Promise<void> {
  if (web.pages.length + web.sources.length === 0) return;
  const [{ readSite, readSources }, { expectationOf, LOCK_FILE, lockFileFor, readLock }] = await Promise.all([
    import('./site.ts'),
    import('./sri-fix/lock.ts'),
  ]);
  const { site, mirror, ownOrigins = [] } = request;
  const { root } = reading;
  const within: Io = {
    ...io,
    readFile: (file, limit, room) => io.readFile(resolve(root, file), limit, room),
  };
  const lock = readLock(io, lockFileFor(io, root));
  const options = {
    ownOrigins,
    ...(lock !== undefined && { expect: expectationOf(lock, LOCK_FILE) }),
    ...(site !== undefined && { site }),
    ...(mirror !== undefined && { mirror: resolve(io.cwd, mirror) }),
  };
  const pages = await readSite(within, web.pages, options);
  const sources = await readSources(within, web.sources, options);
  reading.pages = pages.pages;
  reading.notes.push(...unbuiltAmong(io, root, web.pages));
  // Not one push of them all: a call takes no more than some hundred thousand arguments.
  reading.loads = reading.loads.concat(pages.loads, sources.loads);
  for (const gap of pages.gaps.concat(sources.gaps)) reading.gaps.push(asFileGap(gap));
  const { treeOf } = await import('./web.ts');
  const tree = treeOf({ file: 'pages' }, reading.loads);
  if (tree.nodes.length > 0) reading.trees.push(tree);
}

// A page that could not be read is a file that could not be read.
function asFileGap(gap: Gap): Gap {
  return gap.fact === 'pages' ? { ...gap, fact: 'files' } : gap;
}

function found(io: Io, folder: string, request: ReadAllRequest, reading: Reading): string[] {
  const wanted = (name: string): boolean => {
    const extension = extensionOf(name);
    return (
      isLockFile(name) ||
      name === 'package.json' ||
      PAGES.has(extension) ||
      SOURCES.has(extension) ||
      isPage(name, request)
    );
  };
  const { selection = { include: [], exclude: [] } } = request;
  const { files, excluded, unreadable, leading, cut } = walk(io, folder, wanted, selection);
  for (const path of excluded) reading.excluded.push(nameOf(reading.root, resolve(folder, path)));
  for (const path of unreadable) {
    const where = nameOf(reading.root, resolve(folder, path));
    const reason = `${where}: the folder cannot be listed; make it readable, or name it in .gitignore`;
    reading.gaps.push({ source: 'folders', fact: 'files', reason, required: false });
  }
  for (const path of leading) {
    const where = nameOf(reading.root, resolve(folder, path));
    const reason = `${where}: a link out of the folder, which is not followed; scan its target too, or name it in .gitignore`;
    reading.gaps.push({ source: 'folders', fact: 'files', reason, required: false });
  }
  if (cut) {
    const reason = 'has more files or deeper folders than are looked at; name the parts that matter';
    reading.gaps.push({ source: nameOf(reading.root, folder), fact: 'files', reason, required: false });
  }
  return files.map((path) => resolve(folder, path));
}

function isPage(file: string, { extensions = [] }: ReadAllRequest): boolean {
  const extension = extensionOf(file);
  return PAGES.has(extension) || extensions.includes(extension);
}

function extensionOf(file: string): string {
  return extname(file).slice(1).toLowerCase();
}

function nameOf(root: string, file: string): string {
  return relative(root, file).split(sep).join('/') || '.';
}
