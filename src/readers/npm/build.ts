/** From the packages table of a lock file to a tree: one walk, no arborist. */
import type { Edge, Gap, Tree, TreeNode } from '../../model.ts';
import type { JsonDocument, JsonObject } from '../json.ts';
import { declaredEdges, declaresDependencies, resolveEdges, withWorkspaces } from './edges.ts';
import { deprecationOf, licenseOf, type Notes, notesOn, textIn } from './fields.ts';
import { folderName, isInstalled, normalLocation } from './paths.ts';
import { setScopes } from './scopes.ts';
import { connect, type Slot } from './slots.ts';
import { setSources } from './sources.ts';
import type { LockEntry, LockTable } from './table.ts';
import { workspaceMatcher } from './workspaces.ts';

/** An importer of the tree: its own manifest, if there is one, beside what the lock file has of it. */
export interface Importer {
  node: TreeNode;
  manifest: JsonDocument | undefined;
  locked: JsonObject | undefined;
  /** What package.json asks for, or the lock file's entry where there is none. */
  edges: Edge[];
  /** What the lock file's entry asks for. */
  lockedEdges: Edge[];
}

export interface Built {
  tree: Tree;
  importers: Importer[];
}

/** Gives the package.json in the folder at a location of the project; undefined when none is there. */
export type Manifests = (location: string) => JsonDocument | undefined;

/** Builds the tree of `table`. Throws UserError where an entry cannot be understood. */
export function buildTree(table: LockTable, format: string, manifests: Manifests, rootName: string): Built {
  const { document } = table;
  const notes = notesOn(document);
  const rootManifest = manifests('');
  const root = rootSlot(table, rootManifest, rootName);
  const slots = table.entries.map((entry) => slotOf(table, entry));
  connect(root, slots);
  linkTargets(root, slots, notes);
  const isMember = workspaceMatcher(root.entry.meta) ?? workspaceMatcher(rootManifest?.value ?? {});
  const members = isMember === undefined ? [] : markMembers(slots, isMember);
  const gaps: Gap[] = [];
  const importers = [root, ...members].map((slot) => importerOf(slot, manifests(slot.location), notes, gaps));
  nameMembers(slots, importers);
  giveEdges(root, slots, importers, notes);
  setSources(root, slots);
  const stale = importers.some(isStale);
  const rootKnown = importers[0]?.manifest !== undefined || declaresDependencies(table.root?.meta ?? {});
  setScopes(root, slots, { stale, rootKnown });

  const places = new Map<TreeNode, readonly string[]>([[root.node, root.entry.path]]);
  const nodes: TreeNode[] = [];
  for (const { node, entry } of slots) {
    nodes.push(node);
    places.set(node, entry.path);
  }
  const locate = (node: TreeNode) => document.locate(places.get(node) ?? []);
  gaps.push(...notes.gaps());
  const tree: Tree = {
    file: document.file,
    manager: 'npm',
    format,
    root: root.node,
    nodes,
    locate,
    gaps,
    drift: [],
  };
  return { tree, importers };
}

// The lock file's own word first, as for every other entry; package.json where it says nothing.
function rootSlot(table: LockTable, manifest: JsonDocument | undefined, fallback: string): Slot {
  const { document } = table;
  const entry = table.root ?? { key: '', path: [], meta: document.value };
  const text = (field: string) =>
    textIn(document, entry.path, entry.meta, field) ??
    textIn(document, [], document.value, field) ??
    (manifest === undefined ? undefined : textIn(manifest, [], manifest.value, field));
  const node = emptyNode('', text('name') ?? fallback, text('version') ?? '');
  node.source = 'workspace';
  node.importer = true;
  return { location: '', entry, node, isLink: false };
}

function slotOf(table: LockTable, entry: LockEntry): Slot {
  const { document, version } = table;
  const { key, path, meta } = entry;
  const location = normalLocation(key);
  const folder = folderName(location);
  const name = textIn(document, path, meta, 'name') ?? folder;
  const node = emptyNode(key, name, textIn(document, path, meta, 'version') ?? '');
  if (name !== folder && isInstalled(location)) node.alias = folder;
  const resolved = textIn(document, path, meta, 'resolved');
  if (resolved !== undefined) node.resolved = resolved;
  const integrity = textIn(document, path, meta, 'integrity');
  if (integrity !== undefined) node.integrity = integrity;
  const license = licenseOf(meta.license);
  if (license !== undefined) node.license = license;
  const deprecated = deprecationOf(meta.deprecated);
  if (deprecated !== undefined) node.deprecated = deprecated;
  node.installScript = version === 1 ? null : Boolean(meta.hasInstallScript);
  return { location, entry, node, isLink: meta.link === true };
}

function emptyNode(key: string, name: string, version: string): TreeNode {
  return {
    key,
    name,
    version,
    source: 'registry',
    scope: 'prod',
    direct: null,
    importer: false,
    installScript: null,
    edges: [],
  };
}

function linkTargets(root: Slot, slots: readonly Slot[], notes: Notes): void {
  const links = slots.filter((slot) => slot.isLink);
  if (links.length === 0) return;
  const byLocation = new Map<string, Slot>([['', root]]);
  for (const slot of slots) if (!slot.isLink) byLocation.set(slot.location, slot);
  for (const link of links) {
    const { resolved } = link.node;
    const target = resolved === undefined ? undefined : byLocation.get(normalLocation(resolved));
    if (target !== undefined) link.target = target;
    else
      notes.note('packages', 'a link leads to a folder of which the lock file has no entry', link.entry.path);
  }
}

/** The workspace members: folders that the patterns of the project's `workspaces` name. */
function markMembers(slots: readonly Slot[], isMember: (location: string) => boolean): Slot[] {
  const members: Slot[] = [];
  for (const slot of slots) {
    if (slot.isLink || isInstalled(slot.location) || !isMember(slot.location)) continue;
    slot.node.importer = true;
    slot.node.source = 'workspace';
    members.push(slot);
  }
  return members;
}

function importerOf(slot: Slot, manifest: JsonDocument | undefined, notes: Notes, gaps: Gap[]): Importer {
  const { node, entry } = slot;
  const locked = entry.path.length === 0 ? undefined : entry.meta;
  const lockedEdges = locked === undefined ? [] : declaredEdges(locked, true, entry.path, notes);
  if (manifest === undefined) return { node, manifest, locked, edges: lockedEdges, lockedEdges };
  const manifestNotes = notesOn(manifest);
  const edges = declaredEdges(manifest.value, true, [], manifestNotes);
  gaps.push(...manifestNotes.gaps());
  return { node, manifest, locked, edges, lockedEdges };
}

/**
 * A member's entry has a name where it is not the folder's. In files that leave it out nevertheless, package.json
 * has it, else the name under which the member is linked.
 */
function nameMembers(slots: readonly Slot[], importers: readonly Importer[]): void {
  const unnamed = new Map<TreeNode, string | undefined>();
  for (const { node, locked, manifest } of importers) {
    if (node.key === '' || typeof locked?.name === 'string') continue;
    unnamed.set(node, manifest === undefined ? undefined : textIn(manifest, [], manifest.value, 'name'));
  }
  for (const { target, location } of slots) {
    if (target === undefined || !unnamed.has(target.node)) continue;
    target.node.name = unnamed.get(target.node) ?? folderName(location);
  }
}

function giveEdges(root: Slot, slots: readonly Slot[], importers: readonly Importer[], notes: Notes): void {
  for (const { node, edges } of importers) node.edges = edges;
  for (const slot of [root, ...slots]) {
    const { node, entry, isLink, parent } = slot;
    if (isLink) continue;
    if (!node.importer) node.edges = declaredEdges(entry.meta, parent === undefined, entry.path, notes);
    resolveEdges(slot, node.edges);
  }
  const members = new Map<string, { location: string; node: TreeNode }>();
  for (const { node, target, parent, location } of slots) {
    if (target === undefined || !target.node.importer || parent !== root || target === root) continue;
    members.set(folderName(location), { location: target.location, node });
  }
  root.node.edges = withWorkspaces(root.node.edges, members);
}

// Whether package.json asks for other names, or under another heading, than the lock file knows.
function isStale({ manifest, locked, edges, lockedEdges }: Importer): boolean {
  if (manifest === undefined || locked === undefined) return false;
  const types = new Map(lockedEdges.map((edge) => [edge.name, edge.type]));
  return edges.length !== lockedEdges.length || edges.some(({ name, type }) => types.get(name) !== type);
}
