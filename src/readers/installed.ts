/** Licences of installed packages: lock files other than npm's name none, node_modules does. */
import { dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { choiceOf, licenseOf } from '../license-text.ts';
import type { Tree } from '../model.ts';

/** More packages than any project installs; a walk through a hostile folder ends. */
const PACKAGE_LIMIT = 200_000;
const DEPTH_LIMIT = 64;
const MANIFEST_LIMIT = 1024 * 1024;

/** Where managers keep packages of one version behind links: `.pnpm/b@1.0.0/node_modules/b`. */
const STORES: ReadonlySet<string> = new Set(['.pnpm', '.bun', '.store']);

/**
 * Completes the nodes that have no licence from the packages installed beside their lock files, by name and version.
 * What is not installed, or cannot be read, stays as it is.
 */
export function addInstalledLicenses(io: Io, root: string, trees: readonly Tree[]): void {
  for (const tree of trees) {
    const wanted = tree.nodes.filter(({ license, version }) => license === undefined && version !== '');
    if (tree.manager === 'cdn' || wanted.length === 0) continue;
    const folder = dirname(join(root, tree.file));
    const members = tree.nodes.filter(({ importer }) => importer).map(({ key, resolved }) => resolved ?? key);
    const found = new Map<string, string>();
    const walk: Walk = { io, found, left: PACKAGE_LIMIT };
    for (const place of new Set(['', ...members.filter(isWithin)])) {
      readFolder(walk, join(folder, place, 'node_modules'), 0);
    }
    for (const node of wanted) {
      const license = found.get(`${node.name}@${node.version}`);
      if (license !== undefined) node.license = license;
    }
  }
}

interface Walk {
  io: Io;
  /** By `name@version`. */
  found: Map<string, string>;
  left: number;
}

function isWithin(path: string): boolean {
  return !path.startsWith('/') && !path.includes(':') && !path.split(/[\\/]/).includes('..');
}

/** A node_modules folder. Links are not followed: what they point to is met in its own place. */
function readFolder(walk: Walk, folder: string, depth: number): void {
  if (depth > DEPTH_LIMIT || walk.io.kind(folder) !== 'directory') return;
  for (const { name, kind, link } of walk.io.list(folder)) {
    if (kind !== 'directory' || link === true) continue;
    const path = join(folder, name);
    if (STORES.has(name)) readStore(walk, path, depth + 1);
    else if (name.startsWith('@')) readFolder(walk, path, depth + 1);
    else if (!name.startsWith('.')) readPackage(walk, path, depth + 1);
  }
}

function readStore(walk: Walk, store: string, depth: number): void {
  for (const { name, kind, link } of walk.io.list(store)) {
    if (kind !== 'directory' || link === true) continue;
    readFolder(walk, join(store, name, 'node_modules'), depth + 1);
    // Yarn's store has the files of one package in `package`.
    if (walk.io.kind(join(store, name, 'package')) === 'directory') {
      readPackage(walk, join(store, name, 'package'), depth + 1);
    }
  }
}

function readPackage(walk: Walk, folder: string, depth: number): void {
  if (walk.left-- <= 0) return;
  const file = join(folder, 'package.json');
  if (walk.io.kind(file) === 'file') {
    const { name, version, license, licenses } = manifestOf(walk.io, file);
    const text = licenseOf(license) ?? choiceOf(licenses);
    if (typeof name === 'string' && typeof version === 'string' && text !== undefined) {
      walk.found.set(`${name}@${version}`, text);
    }
  }
  readFolder(walk, join(folder, 'node_modules'), depth + 1);
}

function manifestOf(io: Io, file: string): Record<string, unknown> {
  try {
    const data: unknown = JSON.parse(
      io
        .readFile(file, MANIFEST_LIMIT)
        .toString('utf8')
        .replace(/^\ufeff/, ''),
    );
    return typeof data === 'object' && data !== null ? { ...data } : {};
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof UserError) return {};
    throw error;
  }
}
