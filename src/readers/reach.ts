/**
 * Scopes and directness where the lock file holds no flag: what can be reached from the project's own packages,
 * and over which kinds of dependency.
 */
import { type EdgeType, SCOPES, type Scope, type Source, type TreeNode } from '../model.ts';
import { strongerScope, weakerScope } from '../scopes.ts';

/** A node with everything unknown or empty that the caller does not fill in. */
export function newNode(key: string, name: string, version: string, source: Source): TreeNode {
  return {
    key,
    name,
    version,
    source,
    scope: 'prod',
    direct: false,
    importer: false,
    installScript: null,
    edges: [],
  };
}

const EDGE_SCOPES: Record<EdgeType, Scope> = {
  prod: 'prod',
  workspace: 'prod',
  optional: 'optional',
  peer: 'peer',
  peerOptional: 'peer',
  dev: 'dev',
};

/** Sets scope and directness of everything that the importers reach, and returns those nodes. A path is as
 * strong as its weakest edge, a node as its strongest path, so production wins through any importer. */
export function assignScopes(importers: Iterable<TreeNode>): Set<TreeNode> {
  const best = new Map<TreeNode, Scope>();
  const queues: Record<Scope, TreeNode[]> = { prod: [], optional: [], peer: [], dev: [] };
  for (const importer of importers) {
    best.set(importer, 'prod');
    queues.prod.push(importer);
  }
  for (const importer of queues.prod) markDirect(importer);
  for (const scope of SCOPES) {
    // The strongest queue first: what is taken from it cannot become stronger any more.
    const queue = queues[scope];
    for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
      if (best.get(node) !== scope) continue;
      node.scope = scope;
      for (const { to, type } of node.edges) {
        if (to === undefined) continue;
        const through = weakerScope(scope, EDGE_SCOPES[type]);
        const known = best.get(to);
        if (known !== undefined && strongerScope(known, through) === known) continue;
        best.set(to, through);
        queues[through].push(to);
      }
    }
  }
  return new Set(best.keys());
}

function markDirect(importer: TreeNode): void {
  for (const { to, type } of importer.edges) if (to !== undefined && type !== 'workspace') to.direct = true;
}

/** Sets the alias of every node that is only ever asked for under another name than its own. */
export function assignAliases(nodes: Iterable<TreeNode>): void {
  const all = [...nodes];
  const aliases = new Map<TreeNode, string>();
  for (const { edges } of all) {
    for (const { to, name } of edges) {
      if (to !== undefined && name !== to.name && !to.importer && !aliases.has(to)) aliases.set(to, name);
    }
  }
  if (aliases.size === 0) return;
  for (const { edges } of all) {
    for (const { to, name } of edges) if (to !== undefined && name === to.name) aliases.delete(to);
  }
  for (const [node, alias] of aliases) node.alias = alias;
}
