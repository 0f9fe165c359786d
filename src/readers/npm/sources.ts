/** Where the files of each package of a lock file come from. */
import type { Edge, Source, TreeNode } from '../../model.ts';
import type { Slot } from './slots.ts';
import { aliasTarget, resolvedKind, type SpecKind, specKind } from './specifiers.ts';

/**
 * Sets the source of every slot but the importers, and the real name of those that only their dependents' alias
 * gives away. Links must have their targets, and nodes their edges; `aliases` are the edges that ask for one.
 */
export function setSources(root: Slot, slots: readonly Slot[], aliases: readonly Edge[]): void {
  // Most entries say it themselves; only for the others it counts what their dependents ask for.
  const open = new Map<TreeNode, Slot>();
  for (const slot of slots) {
    const { node } = slot;
    if (slot.isLink || node.importer) continue;
    const source = ownWord(slot);
    if (source === undefined) open.set(node, slot);
    else node.source = source;
  }
  if (open.size > 0) {
    const demands = demandsOf([root, ...slots], open);
    for (const [node] of open) node.source = askedFor(node, demands.get(node));
  }
  nameAliases(root, slots, aliases);
  for (const slot of slots) if (slot.isLink) followLink(slot);
}

// What an entry says on its own; undefined when it depends on who asks for it.
function ownWord(slot: Slot): Source | undefined {
  if (slot.holder === undefined) return 'link';
  if (isBundled(slot)) return 'bundled';
  const { resolved } = slot.node;
  if (resolved === undefined) return undefined;
  const kind = resolvedKind(resolved);
  return kind === 'tarball' ? undefined : named(kind);
}

// Some registries serve tarballs at addresses of their own; npm too goes by what the dependents ask for.
function askedFor({ resolved }: TreeNode, demand: SpecKind | undefined): Source {
  if (resolved === undefined) return named(demand ?? 'registry');
  return demand === 'registry' ? 'registry' : 'tarball';
}

/** For each open node the kind its dependents ask for: the first that is not the registry's, if there is one. */
function demandsOf(slots: readonly Slot[], open: ReadonlyMap<TreeNode, Slot>): Map<TreeNode, SpecKind> {
  const demands = new Map<TreeNode, SpecKind>();
  for (const { node, isLink } of slots) {
    if (isLink) continue;
    for (const { to, spec, type } of node.edges) {
      if (to === undefined || type === 'workspace' || !open.has(to)) continue;
      const before = demands.get(to);
      if (before === undefined || before === 'registry') demands.set(to, specKind(spec));
    }
  }
  return demands;
}

/**
 * The real name of a package whose entry has none, when all who ask for it ask for the same one behind an alias. npm
 * always writes the name there; other tools forget it.
 */
function nameAliases(root: Slot, slots: readonly Slot[], aliases: readonly Edge[]): void {
  if (aliases.length === 0) return;
  const asked = new Map<TreeNode, string | undefined>();
  for (const { to, spec } of aliases) if (to !== undefined) asked.set(to, aliasTarget(spec)?.name);
  const nameless = slots.filter(({ node, entry, isLink }) => {
    if (isLink || node.importer || node.source !== 'registry' || !asked.has(node)) return false;
    return typeof entry.meta.name !== 'string';
  });
  if (nameless.length === 0) return;
  for (const { node } of [root, ...slots]) {
    for (const { to, spec } of node.edges) {
      if (to !== undefined && asked.has(to) && asked.get(to) !== aliasTarget(spec)?.name) asked.delete(to);
    }
  }
  for (const { node } of nameless) {
    const name = asked.get(node);
    if (name === undefined || name === node.name) continue;
    node.alias = node.name;
    node.name = name;
  }
}

// A folder that npm packs and copies (install-links) is a file dependency: links have entries of their own.
function named(kind: SpecKind): Source {
  return kind === 'directory' ? 'file' : kind;
}

// In another package's tarball. What the project itself bundles is downloaded like everything else, and so is what
// stands in the same bundle because of it.
function isBundled(slot: Slot): boolean {
  if (!slot.entry.meta.inBundle) return false;
  let child = slot;
  for (let at = slot.parent; at?.parent !== undefined; child = at, at = at.parent) {
    if (!at.entry.meta.inBundle || bundles(at, child)) return true;
  }
  return false;
}

function bundles(holder: Slot, child: Slot): boolean {
  const list = holder.entry.meta.bundleDependencies;
  return Array.isArray(list) && list.includes(child.name);
}

/** A link is another place of what it leads to. */
function followLink(slot: Slot): void {
  const { node, target } = slot;
  const to = target?.node;
  if (to === undefined) {
    node.source = 'link';
    return;
  }
  const installedAs = slot.name;
  node.name = to.name;
  node.version = to.version;
  if (installedAs === to.name) delete node.alias;
  else node.alias = installedAs;
  node.source = to.source;
  node.importer = to.importer;
  node.installScript = to.installScript;
  // The same array: whoever walks the edges comes through the link without knowing of it.
  node.edges = to.edges;
  if (to.license !== undefined) node.license = to.license;
  if (to.deprecated !== undefined) node.deprecated = to.deprecated;
  if (to.integrity !== undefined) node.integrity = to.integrity;
  if (to.resolved !== undefined) node.resolved = to.resolved;
}
