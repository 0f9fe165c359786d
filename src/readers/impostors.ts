/** Requests that a lock file answers with a package of another name. */
import type { Drift, Edge, Tree, TreeNode } from '../model.ts';
import { realName } from './spec.ts';

/**
 * Where `askers` ask for one package of a registry and the lock file holds another. Only an alias that somebody asks
 * for, or an override (`overridden` names), can want that: npm and Yarn install it without a word.
 */
export function findImpostors(
  { file, locate }: Pick<Tree, 'file' | 'locate'>,
  askers: Iterable<TreeNode>,
  overridden: { has(name: string): boolean },
): Drift[] {
  const suspects: [TreeNode, Edge, TreeNode][] = [];
  // npm gives an alias that one package asks for also to others that ask for its name.
  const wanted = new Set<TreeNode>();
  for (const asker of askers) {
    for (const edge of asker.edges) {
      const { name, spec, to } = edge;
      // Most are what they are called.
      if (to === undefined || to.name === name || to.importer || !isDownloaded(to)) continue;
      if (overridden.has(name) || !isOfRegistry(spec) || realName(name, spec) === to.name) wanted.add(to);
      else suspects.push([asker, edge, to]);
    }
  }
  const found = new Map<string, Drift>();
  for (const [asker, { name, spec }, to] of suspects) {
    if (wanted.has(to)) continue;
    const manifest = askerOf(asker, file);
    const locked = `${to.name}@${to.version}`;
    const key = JSON.stringify([manifest, name, locked]);
    if (!found.has(key)) found.set(key, { manifest, name, wanted: spec, locked, location: locate(to) });
  }
  return [...found.values()];
}

function isDownloaded({ source }: TreeNode): boolean {
  return source === 'registry' || source === 'patch' || source === 'tarball';
}

// A range or a tag of the usual registry; `catalog:`, `jsr:`, `work:` and addresses may stand for any name.
function isOfRegistry(spec: string): boolean {
  return spec.startsWith('npm:') || !/[:/]/.test(spec);
}

/** Who asks: the package.json of one of our own packages, `name@version` of any other. */
export function askerOf({ key, importer, name, version }: TreeNode, file: string): string {
  if (!importer) return `${name}@${version}`;
  const folder = key === '.' || key === '' ? '' : `${key}/`;
  return `${file.slice(0, file.lastIndexOf('/') + 1)}${folder}package.json`;
}
