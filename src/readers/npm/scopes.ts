/**
 * Scope and directness of every node. npm's flags are the file's own word; the walk from the importers is the check
 * on it, and the answer where the file has no flags or package.json has moved on.
 */
import { type EdgeType, SCOPES, type Scope, type TreeNode } from '../../model.ts';
import { strongerScope } from '../../scopes.ts';
import type { JsonObject } from '../json.ts';
import type { Slot } from './slots.ts';

const WEIGHT: Record<EdgeType, number> = {
  prod: 0,
  workspace: 0,
  optional: 1,
  peer: 2,
  peerOptional: 2,
  dev: 3,
};

/** How far the file and the manifests at hand can be relied on. */
export interface ScopeBasis {
  /** Some package.json asks for other names, or for them otherwise, than its lock entry: the flags are stale. */
  stale: boolean;
  /** The project's own dependencies are known. */
  rootKnown: boolean;
}

/** Sets scope and direct on all nodes. */
export function setScopes(root: Slot, slots: readonly Slot[], basis: ScopeBasis): void {
  const targets = new Map<TreeNode, TreeNode>();
  for (const { node, target } of slots) if (target !== undefined) targets.set(node, target.node);
  const importers = [root.node, ...slots.filter(({ node }) => node.importer).map(({ node }) => node)];
  const reached = reach(importers, targets);
  const direct = directOf(importers, targets);
  const trusted = !basis.stale && (slots.some(({ entry }) => hasFlags(entry.meta)) || !basis.rootKnown);
  for (const slot of slots) {
    const { node } = slot;
    node.scope = scopeOf(slot, reached.get(node), trusted);
    node.direct = direct.has(node) ? true : basis.rootKnown ? false : null;
  }
}

function scopeOf(slot: Slot, weight: number | undefined, trusted: boolean): Scope {
  const reached = weight === undefined ? undefined : SCOPES[weight];
  if (slot.node.importer) return 'prod';
  // npm flags the target, not the link.
  const flagged = flaggedScope((slot.target ?? slot).entry.meta);
  if (reached === undefined) return flagged;
  if (!trusted) return reached;
  // A path of dependencies and optional ones alone runs in production whatever a flag says. One with a peer in it
  // may be one that npm was told to ignore (legacy-peer-deps): there the flag is right.
  return reached === 'prod' || reached === 'optional' ? strongerScope(flagged, reached) : flagged;
}

/** What npm's flags amount to: no flag is production, the weakest claim wins where there are several. */
function flaggedScope(meta: JsonObject): Scope {
  if (meta.dev) return 'dev';
  if (meta.peer) return 'peer';
  return meta.optional || meta.devOptional ? 'optional' : 'prod';
}

function hasFlags(meta: JsonObject): boolean {
  return Boolean(meta.dev || meta.peer || meta.optional || meta.devOptional);
}

/** For each node the weight of its best path: that of the weakest edge on it. */
function reach(
  importers: readonly TreeNode[],
  targets: ReadonlyMap<TreeNode, TreeNode>,
): Map<TreeNode, number> {
  const best = new Map<TreeNode, number>();
  let heads: TreeNode[] = [...importers];
  for (const node of heads) best.set(node, 0);
  for (let weight = 0; weight < SCOPES.length; weight++) {
    // Edges heavier than this round wait with the node they leave from.
    const waiting = new Set<TreeNode>();
    const work = heads;
    for (let node = work.pop(); node !== undefined; node = work.pop()) {
      const target = targets.get(node);
      if (target !== undefined && !best.has(target)) {
        best.set(target, weight);
        work.push(target);
      }
      for (const { to, type } of node.edges) {
        if (to === undefined || best.has(to)) continue;
        if (WEIGHT[type] > weight) {
          waiting.add(node);
          continue;
        }
        best.set(to, weight);
        work.push(to);
      }
    }
    heads = [...waiting];
  }
  return best;
}

function directOf(importers: readonly TreeNode[], targets: ReadonlyMap<TreeNode, TreeNode>): Set<TreeNode> {
  const direct = new Set<TreeNode>();
  for (const { edges } of importers) {
    for (const { to } of edges) {
      if (to === undefined) continue;
      direct.add(to);
      const target = targets.get(to);
      if (target !== undefined) direct.add(target);
    }
  }
  return direct;
}
