/** Where the files of each package of a lock file come from. */
import type { Edge, Source, TreeNode } from '../../model.ts';
import { isInstalled } from './paths.ts';
import type { Slot } from './slots.ts';
import { aliasTarget, resolvedKind, type SpecKind, specKind } from './specifiers.ts';

/** What the dependents of a node ask for, taken together. */
interface Demand {
  /** The first kind that is not the registry, if any. */
  exotic: SpecKind | undefined;
  /** The real name, when all dependents ask for the same one behind an alias. */
  alias: string | undefined;
}

/**
 * Sets the source of every slot but the importers, and the real name of those that only their dependents' alias
 * gives away. Links must have their targets, and nodes their edges.
 */
export function setSources(root: Slot, slots: readonly Slot[]): void {
  const demands = demandsOf([root, ...slots]);
  for (const slot of slots) {
    const { node } = slot;
    if (slot.isLink || node.importer) continue;
    const demand = demands.get(node);
    node.source = sourceOf(slot, demand);
    if (
      demand?.alias !== undefined &&
      node.source === 'registry' &&
      typeof slot.entry.meta.name !== 'string'
    ) {
      if (demand.alias !== node.name) node.alias = node.name;
      node.name = demand.alias;
    }
  }
  for (const slot of slots) if (slot.isLink) followLink(slot);
}

function demandsOf(slots: readonly Slot[]): Map<TreeNode, Demand> {
  const demands = new Map<TreeNode, Demand>();
  for (const { node } of slots) {
    for (const edge of node.edges) if (edge.to !== undefined) demand(demands, edge, edge.to);
  }
  return demands;
}

function demand(demands: Map<TreeNode, Demand>, { spec, type }: Edge, to: TreeNode): void {
  if (type === 'workspace') return;
  const kind = specKind(spec);
  const alias = aliasTarget(spec)?.name;
  const before = demands.get(to);
  if (before === undefined) {
    demands.set(to, { exotic: kind === 'registry' ? undefined : kind, alias });
    return;
  }
  if (kind !== 'registry') before.exotic ??= kind;
  if (before.alias !== alias) before.alias = undefined;
}

function sourceOf(slot: Slot, demand: Demand | undefined): Source {
  if (!isInstalled(slot.location)) return 'link';
  const { resolved } = slot.node;
  if (isBundled(slot)) return 'bundled';
  if (resolved === undefined) return named(demand?.exotic ?? 'registry');
  const kind = resolvedKind(resolved);
  if (kind !== 'tarball') return named(kind);
  // Some registries serve tarballs at addresses of their own; npm too goes by what the dependents ask for.
  return demand !== undefined && demand.exotic === undefined ? 'registry' : 'tarball';
}

// A folder that npm packs and copies (install-links) is a file dependency: links have entries of their own.
function named(kind: SpecKind): Source {
  return kind === 'directory' ? 'file' : kind;
}

// In another package's tarball. What the project itself bundles is downloaded like everything else, and so is what
// stands in the same bundle because of it.
function isBundled(slot: Slot): boolean {
  if (!slot.entry.meta.inBundle) return false;
  for (
    let at = slot.parent, child = slot;
    at !== undefined && at.parent !== undefined;
    child = at, at = at.parent
  ) {
    if (!at.entry.meta.inBundle || bundles(at, child)) return true;
  }
  return false;
}

function bundles(holder: Slot, child: Slot): boolean {
  const list = holder.entry.meta.bundleDependencies;
  return Array.isArray(list) && list.includes(child.node.alias ?? child.node.name);
}

/** A link is another place of what it leads to. */
function followLink(slot: Slot): void {
  const { node, target } = slot;
  const to = target?.node;
  if (to === undefined) {
    node.source = 'link';
    return;
  }
  const installedAs = node.alias ?? node.name;
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
