/** The tree of berry's yarn.lock (`__metadata.version` 4 to 10). */
import { UserError } from '../../errors.ts';
import type { Io } from '../../io.ts';
import type { EdgeType, Gap, Tree, TreeNode } from '../../model.ts';
import { plural } from '../../plain.ts';
import { findImpostors } from '../impostors.ts';
import type { Project } from '../manifests.ts';
import { assignAliases, assignScopes } from '../reach.ts';
import { splitAt } from '../spec.ts';
import { type TextFile, where } from '../text.ts';
import { findUnanswered } from '../unanswered.ts';
import { readYaml } from '../yaml/read.ts';
import { isMap, mapAt, textAt, type YamlMap } from '../yaml/value.ts';
import { findDrift } from './berry-drift.ts';
import { type BerryEntry, newBerryNode } from './berry-node.ts';
import { extend } from './extensions.ts';
import { type Lookup, newLookup } from './lookup.ts';
import { parseResolutions } from './resolutions.ts';
import { readCatalogs } from './settings.ts';

const REWRITE = 'yarn install --mode=update-lockfile';

/** Reads a berry lock file. Throws UserError with a line. */
export async function readBerry(io: Io, lock: TextFile, project: Project, root: string): Promise<Tree> {
  const documents = await readYaml(lock, { repeated: 'last' }, REWRITE);
  const [document] = documents;
  if (documents.length !== 1 || !isMap(document)) {
    throw new UserError('is no yarn.lock', { where: where(lock, 0), hint: `write it anew: ${REWRITE}` });
  }
  const version = checkVersion(document, lock);
  const manifest = project.manifest('.');
  const entries = readEntries(document, lock, project);
  const catalogs = await readCatalogs(io, root, project);
  const lookup = newLookup(entries, manifest?.resolutions ?? [], catalogs.ranges);
  const gaps: Gap[] = [];
  if (catalogs.unreadable !== undefined) gaps.push(gap('drift', catalogs.unreadable));
  const importers = entries.filter(({ node }) => node.importer);
  const top = importers.find(({ node }) => node.key === '.')?.node ?? rootFrom(project);
  for (const entry of entries) addEdges(entry, lookup, project);
  if (catalogs.extensions.length > 0) await extend(entries, catalogs.extensions, lookup);
  if (!importers.some(({ node }) => node === top)) addManifestEdges(top, lookup, project);
  for (const { node } of importers) {
    if (node === top) continue;
    top.edges.push({ name: node.name, spec: `workspace:${node.key}`, type: 'workspace', to: node });
  }
  const nodes = foldPatchSources(entries, importers).filter((node) => node !== top);
  provideInOrder([top, ...importers.map(({ node }) => node), ...nodes]);
  const reached = settleScopes(top, importers, nodes, project, gaps);
  assignAliases([top, ...nodes]);
  for (const entry of entries) aliasFromDescriptor(entry);
  if (reached) tellUnreached(nodes, reached, gaps);
  tellMissing(lookup, gaps);
  const places = new Map(entries.map(({ node, map }) => [node, map.at]));
  const tree: Tree = {
    file: lock.file,
    manager: 'yarn',
    format: `yarn.lock berry v${version}`,
    root: top,
    nodes,
    locate: (node) => lock.locate(places.get(node) ?? 0),
    gaps: [...gaps, ...project.gaps],
    drift: findDrift(importers, project, lookup, catalogs, lock),
  };
  const replaced = manifest && parseResolutions(manifest.resolutions);
  if (replaced) {
    const askers = [top, ...nodes];
    const asking = { overridden: replaced, rangeOf: catalogs.ranges, prereleases: true };
    tree.drift.push(...findImpostors(tree, askers, replaced));
    tree.drift.push(...(await findUnanswered(tree, askers, asking)));
  }
  return tree;
}

// 4 came with Yarn 2.0; the format of the entries has been the same since.
function checkVersion(document: YamlMap, lock: TextFile): string {
  const version = textAt(mapAt(document, '__metadata'), 'version') ?? '';
  if (/^(?:[4-9]|10)$/.test(version)) return version;
  const said = version === '' ? 'has no __metadata.version' : `has the unknown __metadata.version ${version}`;
  const hint = `vakt reads 4 to 10; "yarn set version stable && ${REWRITE}" writes a current one`;
  throw new UserError(said, { where: where(lock, mapAt(document, '__metadata')?.at ?? 0), hint });
}

function readEntries(document: YamlMap, lock: TextFile, project: Project): BerryEntry[] {
  const entries: BerryEntry[] = [];
  const keys = new Set<string>();
  for (const [key, value] of document.entries) {
    if (key === '__metadata') continue;
    const map: YamlMap = isMap(value)
      ? value
      : { at: Math.max(0, lock.text.indexOf(key)), entries: new Map() };
    const entry = newBerryNode(key, map, (id) => project.manifest(id));
    if (entry === undefined) {
      throw new UserError(`the entry "${key}" has no resolution`, {
        where: where(lock, map.at),
        hint: `a cut or hand-edited file? Restore it from git, or write it anew: ${REWRITE}`,
      });
    }
    // A merge can leave two entries with one resolution behind.
    if (keys.has(entry.node.key)) entry.node.key += ` (at ${map.at})`;
    keys.add(entry.node.key);
    entries.push(entry);
  }
  return entries;
}

function rootFrom(project: Project): TreeNode {
  const manifest = project.manifest('.');
  const map: YamlMap = {
    at: 0,
    entries: new Map([['resolution', `${manifest?.name ?? 'root'}@workspace:.`]]),
  };
  const entry = newBerryNode('', map, (id) => project.manifest(id));
  if (entry === undefined) throw new Error('a workspace locator is always a node');
  if (manifest?.name === undefined) entry.node.name = '';
  return entry.node;
}

// Yarn keeps one table for all kinds of a member's dependencies; its package.json tells them apart.
function addEdges({ node, map, locator }: BerryEntry, lookup: Lookup, project: Project): void {
  const meta = mapAt(map, 'dependenciesMeta');
  const manifest = node.importer ? project.manifest(node.key) : undefined;
  for (const [name, spec] of mapAt(map, 'dependencies')?.entries ?? []) {
    if (typeof spec !== 'string') continue;
    let type: EdgeType = textAt(mapAt(meta, name), 'optional') === 'true' ? 'optional' : 'prod';
    if (manifest !== undefined) {
      if (manifest.groups.optionalDependencies.has(name)) type = 'optional';
      else if (!manifest.groups.dependencies.has(name) && manifest.groups.devDependencies.has(name))
        type = 'dev';
    }
    const to = lookup.find(name, spec, locator);
    node.edges.push(to === undefined ? { name, spec, type } : { name, spec, type, to });
  }
  const peerMeta = mapAt(map, 'peerDependenciesMeta');
  for (const [name, spec] of mapAt(map, 'peerDependencies')?.entries ?? []) {
    if (typeof spec !== 'string' || node.importer) continue;
    const optional = textAt(mapAt(peerMeta, name), 'optional') === 'true';
    node.edges.push({ name, spec, type: optional ? 'peerOptional' : 'peer' });
  }
}

function addManifestEdges(node: TreeNode, lookup: Lookup, project: Project): void {
  const groups = project.manifest('.')?.groups;
  if (groups === undefined) return;
  const locator = `${node.name}@workspace:.`;
  const kinds: [Map<string, string>, EdgeType][] = [
    [groups.dependencies, 'prod'],
    [groups.optionalDependencies, 'optional'],
    [groups.devDependencies, 'dev'],
  ];
  for (const [group, type] of kinds) {
    for (const [name, spec] of group) {
      const to = lookup.find(name, spec, locator);
      node.edges.push(to === undefined ? { name, spec, type } : { name, spec, type, to });
    }
  }
}

// What Yarn patches stands in the file twice: as published and as patched. The first is only the patch's input
// unless something asks for it by itself.
function foldPatchSources(entries: BerryEntry[], importers: BerryEntry[]): TreeNode[] {
  const asked = new Set<TreeNode>(importers.map(({ node }) => node));
  for (const { node } of entries) for (const { to } of node.edges) if (to) asked.add(to);
  const patched = new Set<string>();
  for (const { node } of entries) {
    if (node.source === 'patch' && asked.has(node)) patched.add(`${node.name}@${node.version}`);
  }
  return entries.flatMap(({ node }) =>
    node.source === 'registry' && !asked.has(node) && patched.has(`${node.name}@${node.version}`)
      ? []
      : [node],
  );
}

// Yarn gives a package the peers that its parent has; importers first, because they decide.
function provideInOrder(nodes: TreeNode[]): void {
  for (const parent of nodes) {
    const own = new Map<string, TreeNode>();
    for (const { name, to, type } of parent.edges) {
      if (to !== undefined && type !== 'peer' && type !== 'peerOptional') own.set(name, to);
    }
    for (const { to: child } of parent.edges) {
      for (const edge of child?.edges ?? []) {
        if (edge.to !== undefined || (edge.type !== 'peer' && edge.type !== 'peerOptional')) continue;
        const provided = own.get(edge.name);
        if (provided !== undefined) edge.to = provided;
      }
    }
  }
}

function settleScopes(
  top: TreeNode,
  importers: BerryEntry[],
  nodes: TreeNode[],
  project: Project,
  gaps: Gap[],
): Set<TreeNode> | undefined {
  const roots = new Set([top, ...importers.map(({ node }) => node)]);
  const missing = [...roots].filter((node) => project.manifest(node.key) === undefined).map(({ key }) => key);
  if (missing.length > 0) {
    const more = missing.length > 3 ? ` and ${missing.length - 3} more` : '';
    const folders = missing.slice(0, 3).map((id) => (id === '.' ? 'package.json' : `${id}/package.json`));
    const what = `${plural(missing.length, 'package.json file')} not found, so what they develop with is taken as production`;
    const reason = `${what}: ${folders.join(', ')}${more}`;
    gaps.push(gap('scopes', reason));
  }
  if (importers.length === 0 && project.manifest('.') === undefined) {
    gaps.push(gap('directness', 'neither a workspace in the lock file nor a package.json beside it'));
    for (const node of nodes) node.direct = null;
    return undefined;
  }
  return assignScopes(roots);
}

function tellUnreached(nodes: TreeNode[], reached: Set<TreeNode>, gaps: Gap[]): void {
  const lost = nodes.filter((node) => !reached.has(node)).length;
  if (lost === 0) return;
  gaps.push(gap('scopes', `nothing leads to ${lost} of ${nodes.length} packages: taken as production`));
}

function tellMissing(lookup: Lookup, gaps: Gap[]): void {
  if (lookup.missing.size === 0) return;
  const [first] = lookup.missing;
  const more = lookup.missing.size > 1 ? ` and ${lookup.missing.size - 1} more` : '';
  gaps.push(gap('packages', `the file refers to ${first}${more} and does not hold it`));
}

function aliasFromDescriptor({ node, descriptors }: BerryEntry): void {
  if (node.alias !== undefined || node.importer) return;
  const names = descriptors.map((descriptor) => splitAt(descriptor).name);
  const [first] = names;
  if (first !== undefined && first !== '' && !names.includes(node.name)) node.alias = first;
}

function gap(fact: string, reason: string): Gap {
  return { source: 'yarn', fact, reason, required: false };
}
