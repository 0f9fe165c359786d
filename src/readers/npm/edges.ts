/** What a package asks for: the edges of a tree, by the rules of npm's own tree builder. */
import type { Edge, EdgeType, TreeNode } from '../../model.ts';
import { isObject, type JsonObject } from '../json.ts';
import { dependenciesIn, type Notes } from './fields.ts';
import { resolve, type Slot } from './slots.ts';

/** The dependency maps in the order in which a later one wins over an earlier one. */
const FIELDS = ['peerDependencies', 'dependencies', 'optionalDependencies', 'devDependencies'] as const;

const TYPES = {
  peerDependencies: 'peer',
  dependencies: 'prod',
  optionalDependencies: 'optional',
  devDependencies: 'dev',
} as const;

/** True when a manifest or an entry says anything about what it depends on. */
export function declaresDependencies(manifest: JsonObject): boolean {
  return FIELDS.some((field) => manifest[field] !== undefined) || manifest.workspaces !== undefined;
}

/**
 * Edges of what `manifest` (a package.json or a lock file entry) asks for; each name once, of the type that wins.
 * devDependencies count only for projects and folders, which is `top`.
 */
export function declaredEdges(
  manifest: JsonObject,
  top: boolean,
  path: readonly string[],
  notes: Notes,
): Edge[] {
  const maps: JsonObject[] = [];
  for (const field of FIELDS) {
    if (manifest[field] !== undefined && (top || field !== 'devDependencies')) {
      maps.push(dependenciesIn(manifest, field, path, notes));
    } else maps.push({});
  }
  const edges: Edge[] = [];
  const optionalPeers = isObject(manifest.peerDependenciesMeta) ? manifest.peerDependenciesMeta : undefined;
  for (const [at, map] of maps.entries()) {
    const field = FIELDS[at] ?? 'dependencies';
    for (const name of Object.keys(map)) {
      if (maps.some((later, index) => index > at && Object.hasOwn(later, name))) continue;
      const spec = map[name];
      if (typeof spec !== 'string') {
        notes.note('dependencies', 'a dependency is asked for by something that is no string', [
          ...path,
          field,
          name,
        ]);
        continue;
      }
      let type: EdgeType = TYPES[field];
      if (type === 'peer' && optionalPeers !== undefined && isOptionalPeer(optionalPeers, name))
        type = 'peerOptional';
      edges.push({ name, spec, type });
    }
  }
  return edges;
}

function isOptionalPeer(meta: JsonObject, name: string): boolean {
  if (!Object.hasOwn(meta, name)) return false;
  const of = meta[name];
  return isObject(of) && Boolean(of.optional);
}

/** Adds to each edge the node that answers it. */
export function resolveEdges(slot: Slot, edges: readonly Edge[]): void {
  for (const edge of edges) {
    const found = resolve(slot, edge.name);
    if (found !== undefined) edge.to = found.node;
  }
}

/** The project's edges to its workspace members; they win over dependencies of the same name. */
export function withWorkspaces(
  edges: Edge[],
  members: ReadonlyMap<string, { location: string; node: TreeNode }>,
): Edge[] {
  if (members.size === 0) return edges;
  const kept = edges.filter((edge) => !members.has(edge.name));
  for (const [name, { location, node }] of members) {
    kept.push({ name, spec: `file:${location}`, type: 'workspace', to: node });
  }
  return kept;
}
