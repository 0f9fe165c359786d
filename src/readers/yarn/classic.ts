/** The tree of Yarn 1's yarn.lock, completed by the package.json files: the file names no root. */
import { posix } from 'node:path';
import type { Drift, Edge, EdgeType, Gap, Tree, TreeNode } from '../../model.ts';
import { findImpostors } from '../impostors.ts';
import type { Group, Manifest, Project } from '../manifests.ts';
import { assignAliases, assignScopes, newNode } from '../reach.ts';
import { realName, sourceOfSpec, splitAt } from '../spec.ts';
import type { TextFile } from '../text.ts';
import { findUnanswered } from '../unanswered.ts';
import { parseResolutions, type Resolution } from './resolutions.ts';
import { type ClassicEntry, parseSyml } from './syml.ts';

/** The groups that Yarn 1 installs for the project's own packages; peers are not installed. */
const GROUPS: [Group, EdgeType][] = [
  ['dependencies', 'prod'],
  ['optionalDependencies', 'optional'],
  ['devDependencies', 'dev'],
];

interface Index {
  byPattern: Map<string, TreeNode>;
  byName: Map<string, TreeNode[]>;
  /** Workspace members by name. */
  members: Map<string, TreeNode>;
  resolutions: Map<string, Resolution[]>;
  missing: Set<string>;
}

/** Reads a yarn.lock of Yarn 1. Throws UserError with a line. */
export async function readClassic(lock: TextFile, project: Project): Promise<Tree> {
  const entries = lastOfEach(parseSyml(lock));
  const manifest = project.manifest('.');
  const places = new Map<TreeNode, number>();
  const index: Index = {
    byPattern: new Map(),
    byName: new Map(),
    members: new Map(),
    resolutions: parseResolutions(manifest?.resolutions ?? []),
    missing: new Set(),
  };
  const nodes = entries.map((entry) => addNode(entry, index, places));
  for (const [i, entry] of entries.entries()) {
    const node = nodes[i];
    if (node) addEdges(node, entry, index);
  }
  const root = newImporter('.', manifest);
  const importers: { node: TreeNode; manifest: Manifest }[] = [];
  if (manifest) importers.push({ node: root, manifest });
  if (manifest && manifest.workspaces.length > 0) addMembers(root, manifest, project, index, importers);
  const drift = importers.flatMap((importer) => connect(importer, index));
  const reached = manifest ? assignScopes(importers.map(({ node }) => node)) : undefined;
  const members = importers.flatMap(({ node }) => (node === root ? [] : [node]));
  const all = [...members, ...nodes];
  if (!manifest) for (const node of all) node.direct = null;
  assignAliases([root, ...all]);
  for (const node of nodes) aliasFromPattern(node);
  const tree: Tree = {
    file: lock.file,
    manager: 'yarn',
    format: 'yarn.lock v1',
    root,
    nodes: all,
    locate: (node) => lock.locate(places.get(node) ?? 0),
    gaps: [...gapsOf(manifest, nodes, reached, index), ...project.gaps],
    drift,
  };
  if (!manifest) return tree;
  const overridden = index.resolutions;
  drift.push(...findImpostors(tree, [root, ...all], overridden));
  drift.push(...(await findUnanswered(tree, [root, ...all], { overridden })));
  return tree;
}

// Of entries with the same head, which a merge can leave behind, Yarn takes the last.
function lastOfEach(entries: ClassicEntry[]): ClassicEntry[] {
  const byHead = new Map(entries.map((entry) => [entry.patterns.join(', '), entry]));
  return byHead.size === entries.length ? entries : [...byHead.values()];
}

function addNode(entry: ClassicEntry, index: Index, places: Map<TreeNode, number>): TreeNode {
  const { name: asked, rest: spec } = splitAt(entry.patterns[0] ?? '');
  const name = realNameOf(entry.patterns);
  const resolved = entry.fields.get('resolved');
  const node = newNode(
    entry.patterns.join(', '),
    name,
    entry.fields.get('version') ?? '',
    sourceOf(spec, resolved),
  );
  const hash = resolved === undefined ? -1 : resolved.lastIndexOf('#');
  const integrity = entry.fields.get('integrity');
  if (integrity !== undefined) node.integrity = integrity;
  if (resolved !== undefined) {
    const fragment = hash === -1 ? '' : resolved.slice(hash + 1);
    const isSha1 = node.source !== 'git' && /^[0-9a-f]{40}$/.test(fragment);
    node.resolved = isSha1 ? resolved.slice(0, hash) : resolved;
    // Yarn 1 checks a download against this hash: it is the tarball's SHA-1 in another spelling.
    if (isSha1) node.integrity ??= `sha1-${Buffer.from(fragment, 'hex').toString('base64')}`;
  }
  places.set(node, entry.at);
  for (const pattern of entry.patterns) index.byPattern.set(pattern, node);
  const named = index.byName.get(asked);
  if (named) named.push(node);
  else index.byName.set(asked, [node]);
  return node;
}

// A resolution can add `a@npm:b@1` to the requests for `a`: then what stands here is `b`.
function realNameOf(patterns: string[]): string {
  let asked = '';
  for (const pattern of patterns) {
    const { name, rest } = splitAt(pattern);
    const real = realName(name, rest);
    if (real !== name) return real;
    if (asked === '') asked = name;
  }
  return asked;
}

function sourceOf(spec: string, resolved: string | undefined): TreeNode['source'] {
  const source = sourceOfSpec(spec);
  if (source !== 'tarball' || resolved === undefined) return source;
  return sourceOfSpec(resolved);
}

function addEdges(node: TreeNode, entry: ClassicEntry, index: Index): void {
  for (const [name, spec] of entry.dependencies) {
    if (!entry.optionalDependencies.has(name)) node.edges.push(edgeTo(name, spec, 'prod', node.name, index));
  }
  for (const [name, spec] of entry.optionalDependencies) {
    node.edges.push(edgeTo(name, spec, 'optional', node.name, index));
  }
}

function edgeTo(name: string, spec: string, type: EdgeType, parent: string, index: Index): Edge {
  const to = find(name, spec, parent, index) ?? folderOfFolder(name, spec, index);
  if (to !== undefined) return { name, spec, type, to };
  index.missing.add(`${name}@${spec}`);
  return { name, spec, type };
}

// A replaced request may stand in the file under its replacement only.
function find(name: string, spec: string, parent: string, index: Index): TreeNode | undefined {
  const exact =
    index.byPattern.get(`${name}@${spec}`) ?? (spec === '' ? index.byPattern.get(name) : undefined);
  if (exact) return exact;
  for (const resolution of index.resolutions.get(name) ?? []) {
    if (resolution.parent !== undefined && resolution.parent !== parent) continue;
    const replaced = index.byPattern.get(`${name}@${resolution.value}`);
    if (replaced) return replaced;
  }
  const member = index.members.get(name);
  if (member) return member;
  const named = index.byName.get(name);
  return index.resolutions.has(name) && named?.length === 1 ? named[0] : undefined;
}

// What a member asks for from its own folder stands in the file as seen from the root.
function findFolder(name: string, spec: string, id: string, { byPattern }: Index): TreeNode | undefined {
  if (!spec.startsWith('file:')) return undefined;
  return byPattern.get(`${name}@file:${posix.join(id, spec.slice('file:'.length))}`);
}

// A folder that a folder depends on is asked for by its place in Yarn's cache, and stands under the one it has here.
function folderOfFolder(name: string, spec: string, { byName }: Index): TreeNode | undefined {
  const folders = spec.startsWith('file:') ? byName.get(name)?.filter(({ source }) => source === 'file') : [];
  return folders?.length === 1 ? folders[0] : undefined;
}

function newImporter(id: string, manifest: Manifest | undefined): TreeNode {
  const node = newNode(id, manifest?.name ?? '', manifest?.version ?? '', 'workspace');
  node.importer = true;
  return node;
}

function addMembers(
  root: TreeNode,
  manifest: Manifest,
  project: Project,
  index: Index,
  importers: { node: TreeNode; manifest: Manifest }[],
): void {
  for (const id of project.members(manifest.workspaces)) {
    const member = project.manifest(id);
    if (member === undefined) continue;
    const node = newImporter(id, member);
    importers.push({ node, manifest: member });
    root.edges.push({ name: node.name, spec: `workspace:${id}`, type: 'workspace', to: node });
    if (node.name !== '') index.members.set(node.name, node);
  }
}

// The edges of an importer, and what its package.json asks for in vain.
function connect({ node, manifest }: { node: TreeNode; manifest: Manifest }, index: Index): Drift[] {
  const drift: Drift[] = [];
  const seen = new Set<string>();
  for (const [group, type] of GROUPS) {
    for (const [name, spec] of manifest.groups[group]) {
      // An optional dependency takes the place of a plain one of the same name.
      if (seen.has(name) || (group === 'dependencies' && manifest.groups.optionalDependencies.has(name)))
        continue;
      seen.add(name);
      const to = find(name, spec, node.name, index) ?? findFolder(name, spec, node.key, index);
      node.edges.push(to === undefined ? { name, spec, type } : { name, spec, type, to });
      if (to !== undefined || sourceOfSpec(spec) === 'link') continue;
      const location = manifest.locate(group, name);
      const found: Drift = { manifest: manifest.file, name, wanted: spec, location };
      const held = index.byName.get(name);
      if (held) found.locked = held.map(({ version }) => version).join(', ');
      drift.push(found);
    }
  }
  return drift;
}

// Without manifests nobody asks, and only the file's own key tells the alias.
function aliasFromPattern(node: TreeNode): void {
  if (node.alias !== undefined) return;
  const names = node.key.split(', ').map((pattern) => splitAt(pattern).name);
  const [first] = names;
  if (first !== undefined && !names.includes(node.name)) node.alias = first;
}

function gapsOf(
  manifest: Manifest | undefined,
  nodes: TreeNode[],
  reached: Set<TreeNode> | undefined,
  { missing }: Index,
): Gap[] {
  const gaps: Gap[] = [];
  if (manifest === undefined) {
    gaps.push(gap('scopes', 'no package.json beside the lock file: every package is taken as production'));
    gaps.push(gap('directness', 'no package.json beside the lock file'));
  }
  const lost = reached === undefined ? 0 : nodes.filter((node) => !reached.has(node)).length;
  const unled = `no package.json leads to ${lost} of ${nodes.length} packages: taken as production`;
  if (lost > 0) gaps.push(gap('scopes', unled));
  if (missing.size > 0) {
    const [first] = missing;
    const more = missing.size > 1 ? ` and ${missing.size - 1} more` : '';
    gaps.push(gap('packages', `the file refers to ${first}${more} and does not hold it`));
  }
  return gaps;
}

function gap(fact: string, reason: string): Gap {
  return { source: 'yarn', fact, reason, required: false };
}
