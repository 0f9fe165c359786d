/** The pages that people mean by files, folders and globs. */
import { extname, join, relative, resolve, sep } from 'node:path';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { PAGES } from '../readers/extensions.ts';
import { matchesGlobs, parseGlobs } from '../readers/globs.ts';
import { type Selection, walk } from '../readers/walk.ts';

/** One page to work on. */
export interface PageFile {
  /** Absolute. */
  path: string;
  /** Relative to the current folder, with `/`: for people. */
  name: string;
  /** What is served as the site: the folder asked for, else the named one, else the current one. Absolute. */
  root: string;
  /** Relative to `root`, with `/`. */
  below: string;
}

export interface PageFiles {
  files: PageFile[];
  /** What was left out and why, for people. */
  notes: string[];
}

/** Finds them, each once. `served`: the folder that is the site. A file that is named is taken whatever it is called and whoever ignores it. Throws UserError
 * where something named does not exist, or all of it holds no page. */
export function pageFiles(
  io: Io,
  operands: readonly string[],
  extensions: readonly string[],
  selection: Selection,
  served?: string,
): PageFiles {
  const search: Search = { io, selection, notes: [] };
  const wanted = new Set([...PAGES, ...extensions]);
  const isPage = (name: string) => wanted.has(extname(name).slice(1).toLowerCase());
  const found: PageFiles = { files: [], notes: search.notes };
  const known = new Set<string>();
  const add = (path: string, folder: string) => {
    if (known.has(path)) return;
    known.add(path);
    const root = served ?? folder;
    const below = slashed(relative(root, path));
    if (below.startsWith('../'))
      throw new UserError('is not below the root', { where: path, hint: `--root is ${root}` });
    found.files.push({ path, name: slashed(relative(io.cwd, path)), root, below });
  };
  for (const operand of operands) {
    const path = resolve(io.cwd, operand);
    const kind = io.kind(path);
    if (kind === 'file') add(path, io.cwd);
    else if (kind === 'directory')
      for (const file of below(search, path, isPage)) add(join(path, file), path);
    else if (kind === undefined && /[*?{]/.test(operand)) {
      for (const file of globbed(search, operand)) add(file, io.cwd);
    } else {
      const what = kind === undefined ? 'does not exist' : 'is neither a file nor a folder';
      throw new UserError(what, {
        where: operand,
        hint: 'name pages, folders or globs: dist, "dist/**/*.html"',
      });
    }
  }
  if (found.files.length > 0) return found;
  throw new UserError('holds no page', {
    where: operands.join(' '),
    hint: `pages are ${[...PAGES].join(', ')}; --ext names more`,
  });
}

interface Search {
  io: Io;
  /** What the policy says about files. */
  selection: Selection;
  notes: string[];
}

function below(
  { io, selection, notes }: Search,
  folder: string,
  wanted: (name: string) => boolean,
): string[] {
  const { files, excluded, unreadable, leading, cut } = walk(io, folder, wanted, selection);
  for (const one of excluded)
    notes.push(`${slashed(relative(io.cwd, join(folder, one)))} was left out: name it to include it`);
  for (const one of unreadable)
    notes.push(`${slashed(relative(io.cwd, join(folder, one))) || '.'} cannot be listed: make it readable`);
  for (const one of leading)
    notes.push(`${slashed(relative(io.cwd, join(folder, one)))} leads out of the folder: name its target`);
  if (cut)
    throw new UserError('has more files or deeper folders than are looked at', {
      where: folder,
      hint: 'name its parts',
    });
  return files;
}

function globbed(search: Search, operand: string): string[] {
  const { cwd } = search.io;
  const segments = slashed(operand).split('/');
  const magic = segments.findIndex((segment) => /[*?{]/.test(segment));
  const base = resolve(cwd, segments.slice(0, magic).join('/') || (operand.startsWith('/') ? '/' : '.'));
  const globs = parseGlobs([segments.slice(magic).join('/')]);
  const files = below(search, base, () => true).filter((file) => matchesGlobs(globs, file.split('/')));
  return files.map((file) => join(base, file));
}

function slashed(path: string): string {
  return sep === '/' ? path : path.split(sep).join('/');
}
