/** From the packages table of a lock file to a tree: one walk, no arborist. */
import { licenseOf } from '../../license-text.ts';
import type { Edge, Gap, Tree, TreeNode } from '../../model.ts';
import { type JsonDocument, type JsonObject, placeOf } from '../json.ts';
import { declaredEdges, declaresDependencies, withWorkspaces } from './edges.ts';
import { deprecationOf, type Notes, notesOn, textIn } from './fields.ts';
import { describeFolders } from './folders.ts';
import { folderName, holderOf, normalLocation } from './paths.ts';
import { setScopes } from './scopes.ts';
import { connect, newSlot, type Slot } from './slots.ts';
import { setSources } from './sources.ts';
import type { LockEntry, LockTable } from './table.ts';
import { type MemberTest, workspaceMatcher } from './workspaces.ts';

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
  /** Keys of the packages with a shrinkwrap of their own, which decides what lies below them. */
  ownLocks: string[];
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
  linkTargets(table, root, slots, notes);
  const isMember = memberTest(table, rootManifest);
  const members = isMember === undefined ? [] : markMembers(slots, isMember);
  const gaps: Gap[] = [];
  const aliases: Edge[] = [];
  const importers = [root, ...members].map((slot) =>
    importerOf(table, slot, manifests(slot.location), { notes, gaps, aliases }),
  );
  describeFolders(slots, manifests);
  giveEdges(table, root, slots, importers, notes, aliases);
  setSources(root, slots, aliases);
  const stale = importers.some(isStale);
  const rootKnown = importers[0]?.manifest !== undefined || declaresDependencies(table.root?.meta ?? {});
  setScopes(root, slots, { stale, rootKnown });

  const nodes = slots.map(({ node }) => node);
  const locate = ({ key }: TreeNode) => document.locate(key === '' ? rootPath(table)() : table.pathOf(key));
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
  const ownLocks = slots.flatMap(({ node, entry }) => (entry.meta.hasShrinkwrap === true ? [node.key] : []));
  return { tree, importers, ownLocks };
}

const TOP = () => [];

function rootPath({ root, pathOf }: LockTable): () => readonly string[] {
  return root === undefined ? TOP : () => pathOf('');
}

// The lock file's own word first, as for every other entry; package.json where it says nothing.
function rootSlot(table: LockTable, manifest: JsonDocument | undefined, fallback: string): Slot {
  const { document } = table;
  const entry = table.root ?? { key: '', meta: document.value };
  const text = (field: string) =>
    textIn(document, rootPath(table), entry.meta, field) ??
    textIn(document, TOP, document.value, field) ??
    (manifest === undefined ? undefined : textIn(manifest, TOP, manifest.value, field));
  const node = emptyNode('', text('name') ?? fallback, text('version') ?? '');
  node.source = 'workspace';
  node.importer = true;
  node.direct = false;
  return newSlot({ location: '', name: node.name, holder: undefined, entry, node, isLink: false });
}

function slotOf(table: LockTable, entry: LockEntry): Slot {
  const { key, meta } = entry;
  const location = normalLocation(key);
  const folder = folderName(location);
  const holder = holderOf(location, folder);
  const name = textOf(table, entry, 'name') ?? folder;
  const node = emptyNode(key, name, textOf(table, entry, 'version') ?? '');
  if (name !== folder && holder !== undefined) node.alias = folder;
  const resolved = textOf(table, entry, 'resolved');
  if (resolved !== undefined) node.resolved = resolved;
  const integrity = textOf(table, entry, 'integrity');
  if (integrity !== undefined) node.integrity = integrity;
  const license = licenseOf(meta.license);
  if (license !== undefined) node.license = license;
  const deprecated = deprecationOf(meta.deprecated);
  if (deprecated !== undefined) node.deprecated = deprecated;
  node.installScript = table.version === 1 ? null : Boolean(meta.hasInstallScript);
  return newSlot({ location, name: folder, holder, entry, node, isLink: meta.link === true });
}

function textOf(
  { document, pathOf }: LockTable,
  { key, meta }: LockEntry,
  field: string,
): string | undefined {
  const value = meta[field];
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  return textIn(document, () => pathOf(key), meta, field);
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

function linkTargets(table: LockTable, root: Slot, slots: readonly Slot[], notes: Notes): void {
  const links = slots.filter((slot) => slot.isLink);
  if (links.length === 0) return;
  const byLocation = new Map<string, Slot>([['', root]]);
  for (const slot of slots) if (!slot.isLink) byLocation.set(slot.location, slot);
  for (const link of links) {
    const { resolved } = link.node;
    const target = resolved === undefined ? undefined : byLocation.get(normalLocation(resolved));
    if (target !== undefined) link.target = target;
    else
      notes.note(
        'packages',
        'a link leads to a folder of which the lock file has no entry',
        table.pathOf(link.entry.key),
      );
  }
}

// By the lock file's own word; the hidden lock file has none of the project.
function memberTest(
  { document, root, pathOf }: LockTable,
  manifest: JsonDocument | undefined,
): MemberTest | undefined {
  if (root !== undefined) {
    const place = () => placeOf(document.locate(pathOf(root.key)));
    const test = root.meta.workspaces === undefined ? undefined : workspaceMatcher(root.meta, place);
    if (test !== undefined) return test;
  }
  if (manifest === undefined) return undefined;
  return workspaceMatcher(manifest.value, () => placeOf(manifest.locate(['workspaces'])));
}

/** The workspace members: folders that the patterns of the project's `workspaces` name. */
function markMembers(slots: readonly Slot[], isMember: MemberTest): Slot[] {
  const members: Slot[] = [];
  for (const slot of slots) {
    if (slot.isLink || slot.holder !== undefined || !isMember(slot.location)) continue;
    slot.node.importer = true;
    slot.node.source = 'workspace';
    members.push(slot);
  }
  return members;
}

function importerOf(
  table: LockTable,
  slot: Slot,
  manifest: JsonDocument | undefined,
  { notes, gaps, aliases }: { notes: Notes; gaps: Gap[]; aliases: Edge[] },
): Importer {
  const { node, entry } = slot;
  const isKnown = node.key !== '' || table.root !== undefined;
  // What counts is package.json, if there is one.
  const ownAliases = manifest === undefined ? aliases : [];
  const own = isKnown
    ? declaredEdges(entry.meta, slot, () => table.pathOf(entry.key), notes, ownAliases)
    : [];
  // Version 1 has no entries of importers; what it merges from them under "requires" is no word of theirs.
  const locked = isKnown && table.version !== 1 ? entry.meta : undefined;
  const lockedEdges = locked === undefined ? [] : own;
  if (manifest === undefined) return { node, manifest, locked, edges: own, lockedEdges };
  const manifestNotes = notesOn(manifest);
  const edges = declaredEdges(manifest.value, slot, TOP, manifestNotes, aliases);
  gaps.push(...manifestNotes.gaps());
  return { node, manifest, locked, edges, lockedEdges };
}

/** Sets the edges of all nodes but the links. */
function giveEdges(
  table: LockTable,
  root: Slot,
  slots: readonly Slot[],
  importers: readonly Importer[],
  notes: Notes,
  aliases: Edge[],
): void {
  for (const { node, edges } of importers) node.edges = edges;
  for (const slot of slots) {
    const { node, entry, isLink } = slot;
    if (!isLink && !node.importer)
      node.edges = declaredEdges(entry.meta, slot, () => table.pathOf(entry.key), notes, aliases);
  }
  const members = new Map<string, { location: string; node: TreeNode }>();
  for (const { node, target, parent, name } of slots) {
    if (target === undefined || !target.node.importer || parent !== root || target === root) continue;
    members.set(name, { location: target.location, node });
  }
  root.node.edges = withWorkspaces(root.node.edges, members);
}

// Whether package.json asks for other names, or under another heading, than the lock file knows.
function isStale({ manifest, locked, edges, lockedEdges }: Importer): boolean {
  if (manifest === undefined || locked === undefined) return false;
  const types = new Map(lockedEdges.map((edge) => [edge.name, edge.type]));
  return edges.length !== lockedEdges.length || edges.some(({ name, type }) => types.get(name) !== type);
}
