/**
 * The package.json files around a lock file: what the project asks for. Lock files of Yarn and pnpm are only
 * half of the story without them.
 */
import * as path from 'node:path';
import { reasonOf } from '../errors.ts';
import type { Entry, Io } from '../io.ts';
import type { Gap, Location } from '../model.ts';
import { canMatchBelow, matchesGlobs, parseGlobs } from './globs.ts';
import { isObject, texts } from './objects.ts';
import { readText, relativePath, type TextFile } from './text.ts';

export const GROUPS = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
] as const;
export type Group = (typeof GROUPS)[number];

/** The parts of one package.json that readers need. */
export interface Manifest {
  /** Relative to the scanned root. */
  file: string;
  name: string | undefined;
  version: string | undefined;
  groups: Record<Group, Map<string, string>>;
  /** Yarn's overrides, as written. */
  resolutions: Map<string, string>;
  /** The selectors and values of `pnpm.overrides` and `overrides`, as far as they are plain text. */
  overrides: Map<string, string>;
  /** Globs of the workspace members. */
  workspaces: string[];
  /** Bun's catalogs: catalog → package → range; the unnamed one is ''. */
  catalogs: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Where a dependency is declared, for a finding. */
  locate(group: Group, name: string): Location;
}

/** The folder of a lock file and the packages of its project. Every answer is remembered. */
export interface Project {
  /** The manifest of the package in `id`, a path from the lock file's folder (`.` is that folder). */
  manifest(id: string): Manifest | undefined;
  /** The folders below with a package.json that the globs mean, as paths from the lock file's folder, sorted. */
  members(patterns: Iterable<string>): string[];
  /** An existing file of the lock file's folder. */
  file(name: string): string | undefined;
  /** Manifests that could not be read, and their folders. */
  gaps: Gap[];
  unreadable: Set<string>;
}

/** No workspace comes near this many folders; a wider search is cut off and told. */
const FOLDERS = 20_000;
const MANIFEST_LIMIT = 8 * 1024 * 1024;

/** Opens the folder of a lock file. Nothing outside `root`, behind a link or in a node_modules is looked at. */
export function openProject(io: Io, root: string, lockFilePath: string, reader: string): Project {
  const top = path.resolve(io.cwd, root);
  const folder = path.dirname(path.resolve(io.cwd, lockFilePath));
  const base = relativePath(top, folder).split('/').filter(Boolean);
  const lists = new Map<string, Map<string, Entry>>();
  const manifests = new Map<string, Manifest | undefined>();
  const gaps: Gap[] = [];
  const unreadable = new Set<string>();

  function list(segments: string[]): Map<string, Entry> {
    const key = segments.join('/');
    let entries = lists.get(key);
    if (entries === undefined) {
      entries = new Map(listOrNothing(io, path.join(top, ...segments)).map((entry) => [entry.name, entry]));
      lists.set(key, entries);
    }
    return entries;
  }

  function isFolder(segments: string[]): boolean {
    // The way to the lock file itself is the user's own choice, links included.
    for (let i = base.length; i < segments.length; i++) {
      const name = segments[i] ?? '';
      const entry = list(segments.slice(0, i)).get(name);
      if (entry?.kind !== 'directory' || entry.link || name === 'node_modules') return false;
    }
    return true;
  }

  function read(id: string): Manifest | undefined {
    const segments = resolveSegments(base, id);
    if (segments === undefined || !isFolder(segments)) return undefined;
    if (list(segments).get('package.json')?.kind !== 'file') return undefined;
    const file = path.join(top, ...segments, 'package.json');
    try {
      return parseManifest(readText(io, file, top, 'settle the conflict by hand', MANIFEST_LIMIT));
    } catch (error) {
      const reason = `${relativePath(top, file)} ${reasonOf(error)}`;
      gaps.push({ source: reader, fact: 'drift', reason, required: false });
      unreadable.add(id);
      return undefined;
    }
  }

  return {
    gaps,
    unreadable,
    manifest(id) {
      if (!manifests.has(id)) manifests.set(id, read(id));
      return manifests.get(id);
    },
    file: (name) => (list(base).get(name)?.kind === 'file' ? path.join(top, ...base, name) : undefined),
    members(patterns) {
      const { found, cut } = findMembers(base, [...patterns], list);
      const reason = `the workspace globs cover more than ${FOLDERS} folders; the rest was not searched`;
      if (cut) gaps.push({ source: reader, fact: 'drift', reason, required: false });
      return found;
    },
  };
}

function findMembers(
  base: string[],
  patterns: string[],
  list: (segments: string[]) => Map<string, Entry>,
): { found: string[]; cut: boolean } {
  const globs = parseGlobs(patterns);
  const found: string[] = [];
  const open: string[][] = [[]];
  let folders = 0;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (++folders > FOLDERS) return { found: found.sort(), cut: true };
    const entries = list([...base, ...at]);
    if (entries.get('package.json')?.kind === 'file' && matchesGlobs(globs, at)) found.push(at.join('/'));
    if (!canMatchBelow(globs, at)) continue;
    for (const { name, kind, link } of entries.values()) {
      if (kind === 'directory' && !link && name !== 'node_modules' && name !== '.git')
        open.push([...at, name]);
    }
  }
  return { found: found.filter((id) => id !== '').sort(), cut: false };
}

// The segments of base/id from the root, or undefined when they leave it.
function resolveSegments(base: string[], id: string): string[] | undefined {
  const segments = [...base];
  for (const part of id.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') segments.push(part);
    else if (segments.pop() === undefined) return undefined;
  }
  return segments;
}

function listOrNothing(io: Io, folder: string): Entry[] {
  try {
    return io.list(folder);
  } catch {
    return [];
  }
}

function parseManifest(source: TextFile): Manifest {
  const json: unknown = JSON.parse(source.text);
  if (!isObject(json)) throw new Error('is no JSON object');
  const workspaces = isObject(json.workspaces) ? json.workspaces.packages : json.workspaces;
  return {
    file: source.file,
    name: asText(json.name),
    version: asText(json.version),
    groups: {
      dependencies: texts(json.dependencies),
      devDependencies: texts(json.devDependencies),
      optionalDependencies: texts(json.optionalDependencies),
      peerDependencies: texts(json.peerDependencies),
    },
    resolutions: texts(json.resolutions),
    overrides: new Map([
      ...texts(json.overrides),
      ...texts(isObject(json.pnpm) ? json.pnpm.overrides : undefined),
    ]),
    catalogs: catalogsOf(isObject(json.workspaces) ? { ...json, ...json.workspaces } : json),
    workspaces: Array.isArray(workspaces) ? workspaces.filter((glob) => typeof glob === 'string') : [],
    locate: (group, name) => source.locate(findDeclaration(source.text, group, name)),
  };
}

/** `catalog` and `catalogs` of a package.json or a bun.lock. https://bun.sh/docs/pm/catalogs */
export function catalogsOf(json: Record<string, unknown>): Map<string, ReadonlyMap<string, string>> {
  const catalogs = new Map<string, ReadonlyMap<string, string>>([['', texts(json.catalog)]]);
  for (const [name, catalog] of Object.entries(isObject(json.catalogs) ? json.catalogs : {}))
    catalogs.set(name, texts(catalog));
  return catalogs;
}

// The first `"name"` after the first `"group"`; a declaration written with escapes falls back to the group.
function findDeclaration(text: string, group: Group, name: string): number {
  const groupAt = Math.max(0, text.indexOf(JSON.stringify(group)));
  const at = text.indexOf(JSON.stringify(name), groupAt);
  return at === -1 ? groupAt : at;
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
