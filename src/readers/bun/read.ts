/** Reads bun.lock, Bun's lock file in text form (`lockfileVersion` 0 to 2). */
import * as path from 'node:path';
import { UserError } from '../../errors.ts';
import type { Io } from '../../io.ts';
import type { Edge, EdgeType, Gap, Tree, TreeNode } from '../../model.ts';
import { findImpostors } from '../impostors.ts';
import { catalogsOf, openProject, type Project } from '../manifests.ts';
import { isObject, texts } from '../objects.ts';
import { assignScopes, newNode } from '../reach.ts';
import { readText, type TextFile, where } from '../text.ts';
import { findUnanswered } from '../unanswered.ts';
import { catalogOf, findDrift, replacedNames } from './drift.ts';
import { type BunEntry, type BunInfo, readEntry, readInfo } from './entry.ts';
import { parseJsonc } from './jsonc.ts';
import { lastName, parentKey } from './keys.ts';
import { keyOffsets } from './locate.ts';

/** Deeper nesting than any file system takes; what is below is looked for step by step. */
const KEY_LENGTH = 4096;
const CONVERT = 'bun install --save-text-lockfile --frozen-lockfile --lockfile-only';

/** The tree of a bun.lock. Throws UserError with a line, and for the binary bun.lockb. */
export async function readBun(io: Io, lockFilePath: string, { root }: { root: string }): Promise<Tree> {
  if (path.basename(lockFilePath) === 'bun.lockb') {
    throw new UserError('is binary and is not read', {
      where: path.relative(path.resolve(io.cwd, root), path.resolve(io.cwd, lockFilePath)),
      hint: `write the text form beside it: ${CONVERT}`,
    });
  }
  const lock = readText(io, lockFilePath, root, 'bun install');
  const project = openProject(io, root, lockFilePath, 'bun');
  const document = checkVersion(parseJsonc(lock), lock);
  const reading = start(document, lock, project);
  readPackages(document, reading);
  connect(document, reading);
  return await finish(document, reading);
}

interface Member {
  /** Path from the lock file's folder; '' for that folder. */
  id: string;
  node: TreeNode;
  info: BunInfo;
}

interface Reading {
  lock: TextFile;
  project: Project;
  members: Map<string, Member>;
  root: TreeNode;
  entries: BunEntry[];
  byKey: Map<string, TreeNode>;
  /** Offsets by table and key, on demand. */
  offset(table: string, key: string): number;
  missing: Set<string>;
}

function checkVersion(value: unknown, lock: TextFile): Record<string, unknown> {
  if (!isObject(value)) {
    throw new UserError('is no bun.lock', { where: `${lock.file}:1:1`, hint: 'write it anew: bun install' });
  }
  const version = value.lockfileVersion;
  if (version === 0 || version === 1 || version === 2) return value;
  const said =
    version === undefined ? 'has no lockfileVersion' : `has the unknown lockfileVersion ${String(version)}`;
  const hint =
    'vakt reads 0 to 2; an update of vakt may know it, or write it with Bun 1.3: bunx bun@1.3 install --lockfile-only';
  throw new UserError(said, {
    where: where(lock, Math.max(0, lock.text.indexOf('"lockfileVersion"'))),
    hint,
  });
}

function start(document: Record<string, unknown>, lock: TextFile, project: Project): Reading {
  const members = new Map<string, Member>();
  if (!isObject(document.workspaces)) {
    throw new UserError('has no table "workspaces", so nothing says what the project asks for', {
      where: `${lock.file}:1:1`,
      hint: 'write it anew: bun install',
    });
  }
  if (isObject(document.workspaces)) {
    for (const [id, value] of Object.entries(document.workspaces)) {
      const said = isObject(value) ? value : {};
      const manifest = project.manifest(id === '' ? '.' : id);
      const name = typeof said.name === 'string' ? said.name : manifest?.name;
      const version = typeof said.version === 'string' ? said.version : manifest?.version;
      const node = newNode(
        id === '' ? '.' : id,
        name ?? id.slice(id.lastIndexOf('/') + 1),
        version ?? '',
        'workspace',
      );
      node.importer = true;
      members.set(id, { id, node, info: readInfo(value) });
    }
  }
  let root = members.get('')?.node;
  if (root === undefined) {
    root = newNode('.', project.manifest('.')?.name ?? '', '', 'workspace');
    root.importer = true;
  }
  let offsets: Map<string, Map<string, number>> | undefined;
  const offset = (table: string, key: string): number => {
    offsets ??= keyOffsets(lock.text);
    return offsets.get(table)?.get(key) ?? 0;
  };
  return { lock, project, members, root, entries: [], byKey: new Map(), offset, missing: new Set() };
}

function readPackages(document: Record<string, unknown>, reading: Reading): void {
  const { packages } = document;
  if (packages === undefined) return;
  if (!isObject(packages)) throw invalid(reading, 'the table "packages" is none', 'packages');
  const patches = texts(document.patchedDependencies);
  for (const [key, tuple] of Object.entries(packages)) {
    const entry = key.length > KEY_LENGTH ? undefined : readEntry(key, tuple);
    if (entry === undefined) throw invalid(reading, `could not read the package "${key}"`, key);
    const { node, member } = entry;
    const own = member === undefined ? undefined : reading.members.get(member);
    if (own) {
      reading.byKey.set(key, own.node);
      continue;
    }
    if (node.source === 'registry' && patches.has(`${node.name}@${node.version}`)) node.source = 'patch';
    const installedAs = lastName(key);
    if (installedAs !== node.name) node.alias = installedAs;
    reading.byKey.set(key, node);
    reading.entries.push(entry);
  }
}

function invalid(reading: Reading, message: string, key: string): UserError {
  return new UserError(message, {
    where: where(reading.lock, reading.offset('packages', key)),
    hint: 'a cut or hand-edited file? Restore it from git, or write it anew: bun install --lockfile-only',
  });
}

function connect(document: Record<string, unknown>, reading: Reading): void {
  const { members, root, entries } = reading;
  const catalogs = readCatalogs(document);
  for (const { id, node } of members.values()) {
    if (id !== '') root.edges.push({ name: node.name, spec: `workspace:${id}`, type: 'workspace', to: node });
  }
  for (const { id, node, info } of members.values()) {
    addEdges(node, id === '' ? '' : node.name, info, catalogs, reading);
  }
  for (const { node, info } of entries) addEdges(node, node.key, info, catalogs, reading);
}

function addEdges(
  node: TreeNode,
  key: string,
  info: BunInfo,
  catalogs: (name: string, spec: string) => string,
  reading: Reading,
): void {
  const seen = new Set<string>();
  const groups: [Map<string, string>, EdgeType][] = [
    [info.optionalDependencies, 'optional'],
    [info.dependencies, 'prod'],
    [info.devDependencies, 'dev'],
    [info.peerDependencies, 'peer'],
  ];
  for (const [group, kind] of groups) {
    for (const [name, asked] of group) {
      if (seen.has(name)) continue;
      seen.add(name);
      const type = kind === 'peer' && info.optionalPeers.has(name) ? 'peerOptional' : kind;
      const edge: Edge = { name, spec: catalogs(name, asked), type };
      const to = find(key, name, reading.byKey);
      if (to !== undefined) edge.to = to;
      // Peers and optional packages of other platforms may be absent.
      else if (type === 'prod' || type === 'dev') reading.missing.add(`${name}@${asked}`);
      node.edges.push(edge);
    }
  }
}

// As Node looks for a package: below the one that asks, then below each folder above, then at the top.
function find(key: string, name: string, byKey: Map<string, TreeNode>): TreeNode | undefined {
  for (let at = key; at !== ''; at = parentKey(at)) {
    const found = byKey.get(`${at}/${name}`);
    if (found) return found;
  }
  return byKey.get(name);
}

function readCatalogs(document: Record<string, unknown>): (name: string, spec: string) => string {
  const catalogs = catalogsOf(document);
  return (name, spec) => {
    const catalog = catalogOf(spec);
    return (catalog === undefined ? undefined : catalogs.get(catalog)?.get(name)) ?? spec;
  };
}

async function finish(document: Record<string, unknown>, reading: Reading): Promise<Tree> {
  const { lock, project, members, root, entries, missing, offset } = reading;
  const own = [...members.values()];
  const reached = assignScopes(new Set([root, ...own.map(({ node }) => node)]));
  const nodes = [
    ...own.flatMap(({ node }) => (node === root ? [] : [node])),
    ...entries.map(({ node }) => node),
  ];
  const gaps: Gap[] = [];
  const lost = entries.filter(({ node }) => !reached.has(node)).length;
  if (lost > 0) {
    gaps.push(gap('scopes', `nothing leads to ${lost} of ${entries.length} packages: taken as production`));
  }
  if (missing.size > 0) {
    const [first] = missing;
    const more = missing.size > 1 ? ` and ${missing.size - 1} more` : '';
    gaps.push(gap('packages', `the file refers to ${first}${more} and does not hold it`));
  }
  const ids = own.map(({ id }) => (id === '' ? '.' : id));
  const unseen = ids.filter((id) => project.manifest(id) === undefined && !project.unreadable.has(id)).length;
  if (unseen > 0) {
    gaps.push(
      gap(
        'drift',
        `${unseen} of ${own.length} package.json files not found, so not compared with the lock file`,
      ),
    );
  }
  const importerKey = (node: TreeNode) => (node.key === '.' ? '' : node.key);
  const tree: Tree = {
    file: lock.file,
    manager: 'bun',
    format: `bun.lock v${String(document.lockfileVersion)}`,
    root,
    nodes,
    locate: (node) =>
      lock.locate(node.importer ? offset('workspaces', importerKey(node)) : offset('packages', node.key)),
    gaps: [...gaps, ...project.gaps],
    drift: findDrift(own, project, catalogsOf(document), (id) => lock.locate(offset('workspaces', id))),
  };
  const top = project.manifest('.');
  if (top) {
    const overridden = replacedNames(top);
    tree.drift.push(...findImpostors(tree, [root, ...nodes], overridden));
    tree.drift.push(...(await findUnanswered(tree, [root, ...nodes], { overridden, byPlace: true })));
  }
  return tree;
}

function gap(fact: string, reason: string): Gap {
  return { source: 'bun', fact, reason, required: false };
}
