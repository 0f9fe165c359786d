/** Requests that a lock file answers with a version outside the range that is asked for, or not at all. */
import type { Drift, Edge, Tree, TreeNode } from '../model.ts';
import { askerOf } from './impostors.ts';
import { isPlainlyIn } from './plain-range.ts';
import { sourceOfSpec, splitAt } from './spec.ts';

export interface Asking {
  /** The names that overrides and resolutions speak of: their ranges are not what counts. */
  overridden: { has(name: string): boolean };
  /** The range behind a request that names one by a catalog. */
  rangeOf?: (name: string, spec: string) => string | undefined;
  /** The manager takes prereleases as versions like any other. */
  prereleases?: boolean;
  /** A place in the tree answers, and no entry of the request's own: packages may be given what they did not ask for
   * (`install --force`, updates in part), and another package stands where an optional one is left out. */
  byPlace?: boolean;
}

/**
 * What nobody's range allows, and what is asked for and not there. Peers are left out (managers install them against
 * their range when told to), and so are optional packages that are absent. Tags are no ranges: what they pointed at is nobody's to judge now.
 */
export async function findUnanswered(
  tree: Pick<Tree, 'file' | 'locate' | 'drift'>,
  askers: Iterable<TreeNode>,
  asking: Asking,
): Promise<Drift[]> {
  const missing: [TreeNode, Edge][] = [];
  const suspects: [TreeNode, Edge, string, TreeNode][] = [];
  for (const asker of askers) {
    // What is bundled lies as its author packed it.
    if (asker.environment || asker.source === 'bundled') continue;
    for (const edge of asker.edges) {
      const { name, spec, type, to } = edge;
      if (type === 'peer' || type === 'peerOptional' || type === 'workspace') continue;
      if (to === undefined) {
        if (type !== 'optional' && isInstalled(spec) && !asking.overridden.has(name))
          missing.push([asker, edge]);
        continue;
      }
      if (to.importer || (to.source !== 'registry' && to.source !== 'patch')) continue;
      if (asking.byPlace && type === 'optional' && !asker.importer) continue;
      const asked = asking.rangeOf?.(name, spec) ?? spec;
      // Most are, and no range is plain that versionRange would spell in another way.
      if (to.version === '' || isPlainlyIn(asked, to.version)) continue;
      const range = versionRange(asked);
      if (range === undefined || isPlainlyIn(range, to.version)) continue;
      if (!asking.overridden.has(name)) suspects.push([asker, edge, range, to]);
    }
  }
  const found = newDrifts(tree, asking);
  for (const [asker, { name, spec }] of missing) found.add(asker, name, spec);
  if (suspects.length > 0) {
    const { inRange, isRange, satisfies } = await import('../semver.ts');
    const isIn = asking.prereleases ? satisfies : inRange;
    for (const [asker, { name, spec }, range, to] of suspects) {
      if (isRange(range) && !isIn(to.version, range)) found.add(asker, name, spec, to);
    }
  }
  return found.drifts;
}

// Each asker's request once, and none that has been told already.
function newDrifts(tree: Pick<Tree, 'file' | 'locate' | 'drift'>, { byPlace = false }: Asking) {
  const keyOf = (manifest: string, name: string) => `${manifest}\0${name}`;
  const told = new Set(tree.drift.map(({ manifest, name }) => keyOf(manifest, name)));
  const drifts: Drift[] = [];
  return {
    drifts,
    add(asker: TreeNode, name: string, wanted: string, to?: TreeNode): void {
      const manifest = askerOf(asker, tree.file);
      const key = keyOf(manifest, name);
      if (told.has(key)) return;
      told.add(key);
      const drift: Drift = {
        manifest,
        name,
        wanted,
        // Finding the first place in a file takes longer than reading it, and what is tolerated is seldom printed.
        get location() {
          return tree.locate(to ?? asker);
        },
      };
      if (to !== undefined) drift.locked = to.version;
      if (to !== undefined && byPlace && !asker.importer) drift.tolerated = true;
      drifts.push(drift);
    },
  };
}

// Folders are nothing that a lock file has to hold, and a catalog that is not at hand may mean anything.
function isInstalled(spec: string): boolean {
  const source = sourceOfSpec(spec);
  return (source === 'registry' && !spec.startsWith('catalog:')) || source === 'git' || source === 'tarball';
}

/** The range of a request to a registry; undefined for any other. */
function versionRange(spec: string): string | undefined {
  const plain = spec.startsWith('npm:') ? spec.slice('npm:'.length) : spec;
  if (/[:/]/.test(plain) || plain.indexOf('@') !== -1) {
    const { rest } = splitAt(plain);
    return spec.startsWith('npm:') && rest !== '' && !/[:/@]/.test(rest) ? rest.trim() : undefined;
  }
  return plain.trim();
}
