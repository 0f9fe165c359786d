/** What a package asks for: the edges of a tree, by the rules of npm's own tree builder. */
import type { Edge, EdgeType, TreeNode } from '../../model.ts';
import { isObject, type JsonObject } from '../json.ts';
import { dependenciesIn, type Notes } from './fields.ts';
import { resolve, type Slot } from './slots.ts';

/** The dependency maps; for a name that is in several, the first counts. */
const FIELDS = ['devDependencies', 'optionalDependencies', 'dependencies', 'peerDependencies'] as const;

const TYPES = {
  dependencies: 'prod',
  optionalDependencies: 'optional',
  devDependencies: 'dev',
} as const;

/** True when a manifest or an entry says anything about what it depends on. */
export function declaresDependencies(manifest: JsonObject): boolean {
  return FIELDS.some((field) => manifest[field] !== undefined) || manifest.workspaces !== undefined;
}

/**
 * Edges of what `manifest` (a package.json or a lock file entry) asks for, with the nodes that answer `from`; each name
 * once, of the type that wins. devDependencies count only for projects and folders. Edges that ask for an alias are put
 * into `aliases` too.
 */
export function declaredEdges(
  manifest: JsonObject,
  from: Slot,
  path: () => readonly string[],
  notes: Notes,
  aliases: Edge[],
): Edge[] {
  const edges: Edge[] = [];
  // From the field that wins to the one that gives way.
  const taken: JsonObject[] = [];
  for (const field of FIELDS) {
    const value = manifest[field];
    if (value === undefined || (field === 'devDependencies' && from.parent !== undefined)) continue;
    const map = dependenciesIn(value, field, path, notes);
    // Each map has a shape of its own, which V8 takes long to find a name in: all values at once take a third.
    const specs = Object.values(map);
    let at = 0;
    for (const name of Object.keys(map)) {
      const spec = specs[at++];
      if (taken.length > 0 && taken.some((stronger) => Object.hasOwn(stronger, name))) continue;
      if (typeof spec === 'string') {
        const type = field === 'peerDependencies' ? peerType(manifest, name) : TYPES[field];
        const found = resolve(from, name);
        // In one piece: a property that comes later costs V8 an object of its own.
        const edge = found === undefined ? { name, spec, type } : { name, spec, type, to: found.node };
        edges.push(edge);
        if (spec.startsWith('npm:')) aliases.push(edge);
      } else {
        notes.note('dependencies', 'a dependency is asked for by something that is no string', [
          ...path(),
          field,
          name,
        ]);
      }
    }
    taken.push(map);
  }
  return edges;
}

function peerType(manifest: JsonObject, name: string): EdgeType {
  const meta = manifest.peerDependenciesMeta;
  return isObject(meta) && isOptionalPeer(meta, name) ? 'peerOptional' : 'peer';
}

function isOptionalPeer(meta: JsonObject, name: string): boolean {
  if (!Object.hasOwn(meta, name)) return false;
  const of = meta[name];
  return isObject(of) && Boolean(of.optional);
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
