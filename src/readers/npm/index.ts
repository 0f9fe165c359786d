/**
 * Reads what npm installs, or would install: from a lock file by our own reader, else from node_modules or through
 * the registry by npm's own tree builder, which is loaded only then.
 */
import * as path from 'node:path';
import { reasonOf, UserError } from '../../errors.ts';
import type { Io } from '../../io.ts';
import type { Gap, Tree } from '../../model.ts';
import { type JsonDocument, parseJson } from '../json.ts';
import { buildTree } from './build.ts';
import { setDrift } from './drift.ts';
import { isInside } from './paths.ts';
import { readTable } from './table.ts';

export interface NpmOptions {
  /** The scanned root: files are named relative to it. */
  root: string;
  /** Told what takes time, and what is read instead of what. */
  progress?: (message: string) => void;
  /** No request may be made. */
  offline?: boolean;
}

/** In npm's own order: a shrinkwrap wins over a lock file beside it. */
export const NPM_LOCK_FILES = ['npm-shrinkwrap.json', 'package-lock.json'] as const;

const HIDDEN_LOCK = 'node_modules/.package-lock.json';

/**
 * The tree of `target`, a directory or a lock file (absolute, or relative to io.cwd). Throws UserError when there is
 * nothing to read, and for every file that cannot be understood.
 */
export async function readNpm(io: Io, target: string, options: NpmOptions): Promise<Tree> {
  const absolute = path.resolve(io.cwd, target);
  if (io.kind(absolute) !== 'directory') return await readLock(io, absolute, options);
  const locks = NPM_LOCK_FILES.filter((name) => io.kind(path.join(absolute, name)) === 'file');
  const [lock, ignored] = locks;
  if (lock !== undefined) {
    if (ignored !== undefined) {
      options.progress?.(
        `${nameOf(absolute, options)}: ${lock} is read; ${ignored} beside it is ignored, as npm does`,
      );
    }
    return await readLock(io, path.join(absolute, lock), options);
  }
  throw new UserError('todo', { where: absolute });
}

async function readLock(io: Io, file: string, options: NpmOptions): Promise<Tree> {
  const name = nameOf(file, options);
  const document = parseJson(read(io, file, name), name);
  const table = readTable(document);
  const folder = projectFolder(file);
  const gaps: Gap[] = [];
  const manifests = manifestReader(io, folder, options, gaps);
  const format = `${path.basename(file, '.json').replace(/^\./, '')} v${table.version}`;
  const built = buildTree(table, format, manifests, path.basename(folder));
  built.tree.gaps.push(...gaps);
  await setDrift(built);
  return built.tree;
}

// The hidden lock file describes the project around its node_modules.
function projectFolder(file: string): string {
  const folder = path.dirname(file);
  return path.join(path.basename(folder), path.basename(file)) === path.normalize(HIDDEN_LOCK)
    ? path.dirname(folder)
    : folder;
}

/** Reads package.json files of the project, each at most once. One that cannot be read is a gap: the lock stands. */
function manifestReader(
  io: Io,
  folder: string,
  options: NpmOptions,
  gaps: Gap[],
): (location: string) => JsonDocument | undefined {
  const known = new Map<string, JsonDocument | undefined>();
  return (location) => {
    if (known.has(location) || !isInside(location)) return known.get(location);
    const file = path.join(folder, location, 'package.json');
    let document: JsonDocument | undefined;
    if (io.kind(file) === 'file') {
      const name = nameOf(file, options);
      try {
        document = parseJson(read(io, file, name), name);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        gaps.push({
          source: 'npm',
          fact: 'drift',
          reason: `${error.where}: ${reasonOf(error)}`,
          required: false,
        });
      }
    }
    known.set(location, document);
    return document;
  };
}

function read(io: Io, file: string, name: string): Buffer {
  try {
    return io.readFile(file);
  } catch (error) {
    if (error instanceof UserError)
      throw new UserError(error.message, { where: name, hint: error.hint, cause: error });
    throw error;
  }
}

/** How a file is called in locations and messages: relative to the scanned root, with `/`. */
function nameOf(file: string, { root }: NpmOptions): string {
  return path.relative(root, file).split(path.sep).join('/') || '.';
}
