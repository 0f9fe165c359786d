/** One YAML document of a pnpm-lock.yaml, turned into nodes and edges. */
import { UserError } from '../../errors.ts';
import type { EdgeType, TreeNode } from '../../model.ts';
import { newNode } from '../reach.ts';
import { type TextFile, where } from '../text.ts';
import { isMap, mapAt, textAt, type YamlMap, type YamlValue } from '../yaml/value.ts';
import { parseDependencyPath, suffixStart, targetKey } from './key.ts';
import { originOf } from './origin.ts';

/** What all documents of one file share. */
export interface Context {
  lock: TextFile;
  major: number;
  /** Ids of the project's own packages: paths from the lock file's folder. */
  folders: ReadonlySet<string>;
  registries: ReadonlyMap<string, string>;
  /** In front of every key: two documents may hold the same package. */
  prefix: string;
  /** Where each node stands. */
  places: Map<TreeNode, number>;
}

/** The nodes of one document. */
export interface Packages {
  nodes: TreeNode[];
  /** The node that a dependency means; undefined for links and for what the document does not hold. */
  find(name: string, reference: string): TreeNode | undefined;
  /** Names of dependencies that the document does not hold. */
  missing: Set<string>;
  /** Packages that carry others in their own archive. */
  bundling: TreeNode[];
}

/** Reads `packages` and, since 9.0, `snapshots`. `link` finds the node of a `link:` reference. Throws UserError. */
export function readPackages(
  document: YamlMap,
  context: Context,
  link: (name: string, reference: string, at: number) => TreeNode,
): Packages {
  const entries = section(document, 'packages', context);
  const snapshots = context.major >= 7 ? section(document, 'snapshots', context) : entries;
  const byKey = new Map<string, TreeNode>();
  const found: Packages = {
    nodes: [],
    missing: new Set(),
    bundling: [],
    find: (name, reference) => byKey.get(targetKey(name, reference, context.major) ?? ''),
  };
  const used = new Set<string>();
  const idOf = (key: string) => (context.major >= 6 ? key.slice(0, suffixStart(key)) : key);
  for (const [key, snapshot] of snapshots) {
    const id = idOf(key);
    used.add(id);
    addNode(key, id, asEntry(entries.get(id) ?? entries.get(key), snapshot), context, byKey, found);
  }
  // Only a damaged file lists a package without a place; it is judged all the same.
  for (const [key, entry] of entries) {
    if (snapshots !== entries && !used.has(key) && !byKey.has(key))
      addNode(key, key, asEntry(entry, ''), context, byKey, found);
  }
  for (const [key, snapshot] of snapshots) {
    const node = byKey.get(key);
    const id = idOf(key);
    if (node)
      addEdges(
        node,
        asEntry(entries.get(id) ?? entries.get(key), snapshot),
        asEntry(snapshot, ''),
        found,
        link,
      );
  }
  return found;
}

function section(document: YamlMap, name: string, context: Context): Map<string, YamlValue> {
  const value = document.entries.get(name);
  if (value === undefined || value === '') return new Map();
  if (isMap(value)) return value.entries;
  throw new UserError(`"${name}" is no table`, {
    where: where(context.lock, document.at),
    hint: 'restore the file from git, or write it anew: pnpm install --lockfile-only',
  });
}

function asEntry(first: YamlValue | undefined, second: YamlValue): YamlMap | undefined {
  if (isMap(first)) return first;
  return isMap(second) ? second : undefined;
}

function addNode(
  key: string,
  id: string,
  entry: YamlMap | undefined,
  context: Context,
  byKey: Map<string, TreeNode>,
  found: Packages,
): void {
  const path = parseDependencyPath(id, context.major);
  const name = path?.name ?? textAt(entry, 'name');
  if (path === undefined || name === undefined || name === '') throw invalidKey(key, entry, context);
  const { source, resolved, integrity } = originOf(path, entry, context.folders, context.registries);
  // A folder may be called like a package.
  const prefix = context.prefix === '' && context.folders.has(key) ? 'package:' : context.prefix;
  const node = newNode(`${prefix}${key}`, name, path.version ?? textAt(entry, 'version') ?? '', source);
  if (source === 'registry' && key.startsWith('(patch_hash=', suffixStart(key))) node.source = 'patch';
  if (resolved !== undefined) node.resolved = resolved;
  if (integrity !== undefined) node.integrity = integrity;
  const deprecated = textAt(entry, 'deprecated');
  if (deprecated !== undefined && deprecated !== 'false') node.deprecated = deprecated;
  // Since 9.0 the file no longer says whether a package has something to build.
  if (context.major < 7) node.installScript = textAt(entry, 'requiresBuild') === 'true';
  node.scope = flaggedScope(entry);
  if (entry && (entry.entries.has('bundledDependencies') || entry.entries.has('bundleDependencies'))) {
    found.bundling.push(node);
  }
  if (entry) context.places.set(node, entry.at);
  byKey.set(key, node);
  found.nodes.push(node);
}

// The flags of files before 9.0, for packages that no importer of a damaged file reaches.
function flaggedScope(entry: YamlMap | undefined): TreeNode['scope'] {
  if (textAt(entry, 'dev') === 'true') return 'dev';
  return textAt(entry, 'optional') === 'true' ? 'optional' : 'prod';
}

function invalidKey(key: string, entry: YamlMap | undefined, { lock }: Context): UserError {
  const at = entry?.at ?? Math.max(0, lock.text.indexOf(key));
  return new UserError(`invalid dependency path: "${key}"`, {
    where: where(lock, at),
    hint: 'restore the file from git, or write it anew: pnpm install --lockfile-only',
  });
}

function addEdges(
  node: TreeNode,
  entry: YamlMap | undefined,
  snapshot: YamlMap | undefined,
  found: Packages,
  link: (name: string, reference: string, at: number) => TreeNode,
): void {
  const peers = mapAt(entry, 'peerDependencies')?.entries;
  const meta = mapAt(entry, 'peerDependenciesMeta');
  const resolved = new Set<string>();
  for (const group of ['dependencies', 'optionalDependencies'] as const) {
    for (const [name, reference] of mapAt(snapshot, group)?.entries ?? []) {
      if (typeof reference !== 'string' || resolved.has(name)) continue;
      resolved.add(name);
      const range = peers?.get(name);
      const to = reference.startsWith('link:')
        ? link(name, reference, snapshot?.at ?? 0)
        : found.find(name, reference);
      if (to === undefined) found.missing.add(`${name}@${reference}`);
      const type =
        range === undefined ? (group === 'dependencies' ? 'prod' : 'optional') : peerType(meta, name);
      const spec = typeof range === 'string' ? range : reference.slice(0, suffixStart(reference));
      node.edges.push(to === undefined ? { name, spec, type } : { name, spec, type, to });
    }
  }
  for (const [name, range] of peers ?? []) {
    if (typeof range !== 'string' || resolved.has(name)) continue;
    node.edges.push({ name, spec: range, type: peerType(meta, name) });
  }
}

function peerType(meta: YamlMap | undefined, name: string): EdgeType {
  return textAt(mapAt(meta, name), 'optional') === 'true' ? 'peerOptional' : 'peer';
}
