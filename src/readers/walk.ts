/** The files below a folder that a scan may be about: what git ignores and what is not shipped stays out. */
import { isAbsolute, join, relative, sep } from 'node:path';
import ignore from 'ignore';
import type { Io } from '../io.ts';

/** Folders whose content is not what a project ships, by the map's default; each that is met is told. */
const NOT_SHIPPED =
  /^(?:tests?|__tests__|test-.*|fixtures?|__fixtures__|examples?|coverage|storybook-static|playwright-report)$/;
/** Folders that are never looked into. */
const NEVER = new Set(['node_modules', '.git', '.hg', '.svn', '.yarn', '.pnpm-store']);
/** More files than any project has; a bound against endless folders. */
const FILES = 200_000;
const DEPTH = 64;

export interface Walk {
  /** Relative to the folder, with `/`, sorted within each folder. */
  files: string[];
  /** Folders left out because they are not shipped, relative to the folder. */
  excluded: string[];
  /** Folders that could not be listed, relative to the folder. */
  unreadable: string[];
  /** Links to what is wanted or to folders, relative to the folder, that lead out of it. */
  leading: string[];
  /** Set where the bound was met: not everything was looked at. */
  cut: boolean;
}

type Ignores = { folder: string; rules: ReturnType<typeof ignore> }[];

/** What a policy says about files: patterns as in .gitignore, relative to the walked folder. */
export interface Selection {
  /** Looked at although folders of that name are not shipped. */
  include: readonly string[];
  /** Not looked at, and told. */
  exclude: readonly string[];
}

/** Walks `root`. `.gitignore` files hold as in git; links are not followed. */
export function walk(io: Io, root: string, wanted: (name: string) => boolean, selection: Selection): Walk {
  const included = ignore().add([...selection.include]);
  const excluded = ignore().add([...selection.exclude]);
  const found: Walk = { files: [], excluded: [], unreadable: [], leading: [], cut: false };
  const visit = (folder: string, depth: number, above: Ignores): void => {
    const entries = listOf(io, join(root, folder));
    if (entries === undefined) {
      found.unreadable.push(folder === '' ? '.' : folder);
      return;
    }
    const ignores = withOwn(io, root, folder, entries, above);
    for (const { name, kind, link } of entries) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (found.cut) continue;
      if (link) {
        const counts = kind === 'directory' ? !NEVER.has(name) : kind === 'file' && wanted(name);
        const asked = kind === 'directory' ? `${path}/` : path;
        if (counts && !isIgnored(ignores, asked) && !excluded.ignores(asked) && leadsOut(io, root, path))
          found.leading.push(path);
        continue;
      }
      if (kind === 'file' && wanted(name) && !isIgnored(ignores, path) && !excluded.ignores(path)) {
        found.files.push(path);
      }
      if (found.files.length >= FILES) found.cut = true;
      if (kind !== 'directory' || NEVER.has(name) || isIgnored(ignores, `${path}/`)) continue;
      const isShipped = !NOT_SHIPPED.test(name) || included.ignores(`${path}/`);
      if (!isShipped || excluded.ignores(`${path}/`)) found.excluded.push(path);
      else if (depth < DEPTH) visit(path, depth + 1, ignores);
      else found.cut = true;
    }
  };
  visit('', 0, []);
  return found;
}

/** Whether a walk from the root would come to this file, `.gitignore` apart. */
export function isShipped(path: string, selection: Selection): boolean {
  const included = ignore().add([...selection.include]);
  const excluded = ignore().add([...selection.exclude]);
  const parts = path.split('/');
  for (let i = 1; i < parts.length; i++) {
    const [name = '', folder] = [parts[i - 1], `${parts.slice(0, i).join('/')}/`];
    if (NEVER.has(name) || (NOT_SHIPPED.test(name) && !included.ignores(folder))) return false;
  }
  return !excluded.ignores(path);
}

// Within the folder the walk comes to the target itself.
function leadsOut(io: Io, root: string, path: string): boolean {
  try {
    const way = relative(io.real(root), io.real(join(root, path)));
    return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
  } catch {
    return false;
  }
}

function listOf(io: Io, folder: string): ReturnType<Io['list']> | undefined {
  try {
    return io.list(folder).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return undefined;
  }
}

function withOwn(
  io: Io,
  root: string,
  folder: string,
  entries: ReturnType<Io['list']>,
  above: Ignores,
): Ignores {
  if (!entries.some(({ name, kind }) => name === '.gitignore' && kind === 'file')) return above;
  try {
    const text = io.readFile(join(root, folder, '.gitignore'), 1024 * 1024).toString('utf8');
    return [...above, { folder: folder === '' ? '' : `${folder}/`, rules: ignore().add(text) }];
  } catch {
    return above;
  }
}

// The nearest .gitignore that says anything about the path decides (gitignore(5)).
function isIgnored(ignores: Ignores, path: string): boolean {
  for (const { folder, rules } of [...ignores].reverse()) {
    const { ignored, unignored } = rules.test(path.slice(folder.length));
    if (ignored || unignored) return ignored;
  }
  return false;
}
