/**
 * Reads what npm installs, or would install: from a lock file by our own reader, else from node_modules or through
 * the registry by npm's own tree builder, which is loaded only then.
 */
import * as path from 'node:path';
import { reasonOf, UserError } from '../../errors.ts';
import type { Io } from '../../io.ts';
import type { Gap, Location, Tree } from '../../model.ts';
import { isObject, type JsonDocument, type JsonObject, parseJson } from '../json.ts';
import { openProject } from '../manifests.ts';
import { type Built, buildTree } from './build.ts';
import { addUnlockedMembers, setDrift } from './drift.ts';
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
  if (io.kind(absolute) === 'directory') return await readFolder(io, absolute, options);
  if (path.basename(absolute) === 'package.json')
    return await readFolder(io, path.dirname(absolute), options);
  return await readLock(io, absolute, options);
}

async function readFolder(io: Io, folder: string, options: NpmOptions): Promise<Tree> {
  const [lock, ignored] = NPM_LOCK_FILES.filter((name) => io.kind(path.join(folder, name)) !== undefined);
  if (lock !== undefined) {
    if (ignored !== undefined) {
      options.progress?.(`${nameOf(folder, options)}: reading ${lock}; like npm, not ${ignored} beside it`);
    }
    return await readLock(io, path.join(folder, lock), options);
  }
  const hasManifest = io.kind(path.join(folder, 'package.json')) === 'file';
  if (isPopulated(io, path.join(folder, 'node_modules'))) return await readInstalled(io, folder, options);
  if (hasManifest) return await resolveManifest(io, folder, options);
  throw new UserError('holds no lock file of npm, pnpm, Yarn or Bun, no package.json and no page', {
    where: nameOf(folder, options),
    hint: 'name the folder of a project, its lock file, or pages',
  });
}

// Tools keep caches in node_modules of projects that have nothing installed.
function isPopulated(io: Io, folder: string): boolean {
  return (
    io.kind(folder) === 'directory' &&
    io.list(folder).some(({ name, kind }) => kind !== 'file' && !name.startsWith('.'))
  );
}

async function readInstalled(io: Io, folder: string, options: NpmOptions): Promise<Tree> {
  const file = nameOf(path.join(folder, 'node_modules'), options);
  options.progress?.(`no lock file: reading what is installed in ${file}`);
  const { lockOfInstalled } = await import('./arborist.ts');
  try {
    const document = parseJson(await lockOfInstalled(folder), file);
    return readDocument(io, { ...document, locate: startOf(file) }, folder, 'node_modules', options).tree;
  } catch (error) {
    throw explained(
      error,
      'the installed packages cannot be read',
      file,
      'run `npm install`, then try again',
    );
  }
}

async function resolveManifest(io: Io, folder: string, options: NpmOptions): Promise<Tree> {
  const file = nameOf(path.join(folder, 'package.json'), options);
  const hint = 'run `npm install --package-lock-only` to write a lock file';
  const manifest = parseJson(read(io, path.join(folder, 'package.json'), file), file);
  if (isObject(manifest.value) && asksNothing(manifest.value)) {
    const text = JSON.stringify({ lockfileVersion: 3, packages: { '': manifest.value } });
    const nothing = { ...parseJson(text, file), locate: startOf(file) };
    return readDocument(io, nothing, folder, 'package.json', options).tree;
  }
  if (options.offline) {
    throw new UserError('has no lock file beside it, and its dependencies cannot be resolved offline', {
      where: file,
      hint: `${hint}, or leave out --offline`,
    });
  }
  options.progress?.(`no lock file: resolving ${file} through the registry (this can take a while)`);
  const { lockOfIdeal } = await import('./arborist.ts');
  try {
    const document = parseJson(await lockOfIdeal(folder, io), file);
    const { tree } = readDocument(
      io,
      { ...document, locate: startOf(file) },
      folder,
      'package.json',
      options,
    );
    return { ...tree, locate: (node) => manifest.locate(askedIn(manifest.value, node.alias ?? node.name)) };
  } catch (error) {
    throw explained(error, 'its dependencies cannot be resolved through the registry', file, hint);
  }
}

// Then there is nothing to lock, and npm would write a lock file with nothing in it.
function asksNothing(manifest: JsonObject): boolean {
  return [...DEPENDENCIES, 'workspaces'].every((field) => {
    const asked = manifest[field];
    return asked === undefined || (isObject(asked) && Object.keys(asked).length === 0);
  });
}

const DEPENDENCIES = ['dependencies', 'optionalDependencies', 'devDependencies', 'peerDependencies'];

// The place in package.json that asks for a package; its start for what nobody there asks for.
function askedIn(manifest: JsonObject, name: string): string[] {
  for (const field of DEPENDENCIES) {
    const map = manifest[field];
    if (isObject(map) && Object.hasOwn(map, name)) return [field, name];
  }
  return [];
}

function startOf(file: string): () => Location {
  return () => ({ file, line: 1, column: 1, offset: 0 });
}

// Arborist fails with errors of its own and of the network: all are about what the person has, none is our bug.
function explained(error: unknown, what: string, where: string, hint: string): UserError {
  if (error instanceof UserError) return error;
  const reason = reasonOf(error).split('\n')[0]?.trim();
  return new UserError(`${what}: ${reason}`, { where, hint, cause: error });
}

async function readLock(io: Io, file: string, options: NpmOptions): Promise<Tree> {
  const name = nameOf(file, options);
  const document = parseJson(read(io, file, name), name);
  const folder = projectFolder(file);
  const built = readDocument(io, document, folder, path.basename(file, '.json').replace(/^\./, ''), options);
  // What is installed may lack what was left out on purpose (npm install --omit=dev): only lock files can be out of sync.
  if (folder === path.dirname(file)) {
    await setDrift(built);
    // Without patterns no folder is looked at.
    if (built.importers[0]?.manifest?.value.workspaces !== undefined)
      addUnlockedMembers(built, openProject(io, options.root, file, 'npm'));
  }
  return built.tree;
}

function readDocument(
  io: Io,
  document: JsonDocument,
  folder: string,
  format: string,
  options: NpmOptions,
): Built {
  const table = readTable(document);
  const gaps: Gap[] = [];
  const manifests = manifestReader(io, folder, options, gaps);
  const built = buildTree(table, `${format} v${table.version}`, manifests, path.basename(folder));
  built.tree.gaps.push(...gaps);
  return built;
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
