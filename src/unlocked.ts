/** Projects that no lock file speaks of: what they would install nobody has written down. */
import { dirname, posix, relative, sep } from 'node:path';
import type { Io } from './io.ts';
import type { Gap, Tree } from './model.ts';
import { count } from './plain.ts';
import { isObject, parseJson } from './readers/json.ts';
import { isLockFile } from './readers/read.ts';

/** More package.json files are not opened: a repository of templates has hundreds. */
const MOST = 500;
const LIMIT = 1024 * 1024;
const NAMED = 3;

/**
 * One gap for all package.json files (absolute paths) with dependencies beside which no lock file lies and which are
 * no part of a tree. None where there is no tree at all: then the project itself is told about.
 */
export function unlocked(io: Io, root: string, manifests: readonly string[], trees: readonly Tree[]): Gap[] {
  if (trees.length === 0) return [];
  const known = new Set(trees.flatMap(foldersOf));
  const found: string[] = [];
  for (const manifest of manifests.slice(0, MOST)) {
    const folder = dirname(manifest);
    const path = relative(root, folder).split(sep).join('/');
    if (path === '' || known.has(path) || hasLockFile(io, folder) || !asks(io, manifest)) continue;
    found.push(path);
  }
  if (found.length === 0) return [];
  const more = found.length > NAMED ? ` and ${found.length - NAMED} more` : '';
  const have = found.length === 1 ? 'folder has' : 'folders have';
  const reason = `${count(found.length)} ${have} dependencies and no lock file: ${found.slice(0, NAMED).join(', ')}${more}`;
  return [{ source: 'lock files', fact: 'lock file', reason, required: false }];
}

// The folders that a tree is about: the project's own, its members', and those it links to.
function foldersOf({ file, root, nodes }: Tree): string[] {
  const base = posix.dirname(file).replace(/(?:^|\/)node_modules$/, '');
  const folders = [posix.normalize(base || '.').replace(/^\.$/, '')];
  for (const { key, importer, source, resolved } of [root, ...nodes]) {
    if (!importer && source === 'registry') continue;
    for (const path of [key, resolved ?? '']) folders.push(posix.join(base, path.replace(/^[a-z]+:/, '')));
  }
  return folders;
}

function hasLockFile(io: Io, folder: string): boolean {
  try {
    return io.list(folder).some(({ name, kind }) => kind === 'file' && isLockFile(name));
  } catch {
    return false;
  }
}

function asks(io: Io, file: string): boolean {
  try {
    const { value } = parseJson(io.readFile(file, LIMIT), file);
    if (!isObject(value)) return false;
    const { dependencies, devDependencies, optionalDependencies } = value;
    return [dependencies, devDependencies, optionalDependencies].some(
      (table) => isObject(table) && Object.keys(table).length > 0,
    );
  } catch {
    // Whose it is, and whether it is meant to be read, nobody knows.
    return false;
  }
}
