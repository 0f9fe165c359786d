/**
 * Where package.json and the lock file disagree. Specifiers are compared as text, as npm wrote them; what a range
 * resolved to is compared by semver. Peers, workspaces and what `overrides` touches are npm's to decide.
 */
import type { Drift, Edge, Location } from '../../model.ts';
import { findImpostors } from '../impostors.ts';
import { isObject, type JsonDocument, type JsonObject } from '../json.ts';
import type { Project } from '../manifests.ts';
import { isPlainlyIn } from '../plain-range.ts';
import { findUnanswered } from '../unanswered.ts';
import type { Built, Importer } from './build.ts';
import { aliasTarget, specKind } from './specifiers.ts';

/** Fields in the order in which npm lets a later one win. */
const FIELDS = ['dependencies', 'optionalDependencies', 'devDependencies'] as const;

/** Adds to the tree's drift what the project's package.json files and its lock file disagree on. */
export async function setDrift({ tree, importers, ownLocks }: Built): Promise<void> {
  const overridden = overriddenNames(importers[0]?.manifest?.value ?? {});
  for (const importer of importers) {
    if (importer.manifest === undefined) continue;
    for (const drift of await driftOf(importer, importer.manifest, overridden)) tree.drift.push(drift);
  }
  if (importers[0]?.manifest === undefined) return;
  tree.drift.push(...findImpostors(tree, [tree.root, ...tree.nodes], overridden));
  // Version 1 has of its packages' requests what npm 5 made of them, which may be another version than is installed.
  if (tree.format.endsWith(' v1')) return;
  const askers = tree.nodes.filter(
    ({ key, importer }) => !importer && !ownLocks.some((lock) => key.startsWith(lock)),
  );
  tree.drift.push(...(await findUnanswered(tree, askers, { overridden, byPlace: true })));
}

/** Adds the workspace members that the lock file does not know: files of npm 6 know none, and `npm ci` refuses them. */
export function addUnlockedMembers({ tree, importers }: Built, project: Project): void {
  const known = new Set(importers.map(({ node }) => node.key));
  for (const id of project.members(project.manifest('.')?.workspaces ?? [])) {
    const member = known.has(id) ? undefined : project.manifest(id);
    if (member?.name === undefined) continue;
    const { file, name } = member;
    tree.drift.push({
      manifest: file,
      name,
      wanted: `workspace:${id}`,
      location: member.locate('dependencies', 'name'),
    });
  }
  tree.gaps.push(...project.gaps);
}

async function driftOf(
  { edges, locked, lockedEdges }: Importer,
  manifest: JsonDocument,
  overridden: ReadonlySet<string>,
): Promise<Drift[]> {
  const found: Drift[] = [];
  const add = (name: string, harmless: boolean, location: Location, wanted?: string, has?: string) => {
    const drift: Drift = { manifest: manifest.file, name, location };
    if (harmless) drift.harmless = true;
    if (wanted !== undefined) drift.wanted = wanted;
    if (has !== undefined) drift.locked = has;
    found.push(drift);
  };
  const before = new Map(lockedEdges.map((edge) => [edge.name, edge]));
  const asked = new Set<string>();
  for (const edge of edges) {
    asked.add(edge.name);
    if (edge.type === 'peer' || edge.type === 'peerOptional') continue;
    // Our own member answers it, whatever its version was when the lock file was written.
    if (edge.to?.importer) continue;
    const { name, spec } = edge;
    const lockedEdge = before.get(name);
    if (locked !== undefined && lockedEdge === undefined) {
      add(name, await isAnswered(edge), memberPlace(manifest, name), spec, edge.to?.version || undefined);
    } else if (lockedEdge !== undefined && !sameSpec(lockedEdge.spec, spec)) {
      add(name, await isAnswered(edge), memberPlace(manifest, name), spec, lockedEdge.spec);
    } else if (edge.to === undefined) {
      if (edge.type !== 'optional') add(name, false, memberPlace(manifest, name), spec);
    } else if (!overridden.has(name) && !(await isSatisfied(edge))) {
      add(name, false, memberPlace(manifest, name), spec, edge.to.version);
    }
  }
  for (const { name, spec, type } of lockedEdges) {
    if (asked.has(name) || type === 'peer' || type === 'peerOptional') continue;
    add(name, true, manifest.locate([]), undefined, spec);
  }
  return found;
}

// npm trims, and reads an empty specifier as any version.
function sameSpec(a: string, b: string): boolean {
  return (a.trim() || '*') === (b.trim() || '*');
}

// Another wording of a range that the locked version satisfies; what is no range has to be the same.
async function isAnswered(edge: Edge): Promise<boolean> {
  const { to, spec } = edge;
  if (to?.source !== 'registry' || specKind(spec) !== 'registry' || aliasTarget(spec) !== undefined)
    return false;
  const { isRange } = await import('../../semver.ts');
  return isRange(spec.trim()) && (await isSatisfied(edge));
}

// Only what a version can contradict: a range of the registry answered by a package of the same kind.
async function isSatisfied({ spec, to }: Edge): Promise<boolean> {
  if (to === undefined || to.source !== 'registry' || to.version === '') return true;
  if (specKind(spec) !== 'registry' || aliasTarget(spec) !== undefined) return true;
  const range = spec.trim();
  if (isPlainlyIn(range, to.version)) return true;
  const { inRange, isRange } = await import('../../semver.ts');
  // A dist-tag is no range: what it pointed at when the lock file was written is nobody's to judge now.
  return !isRange(range) || inRange(to.version, range);
}

function memberPlace(manifest: JsonDocument, name: string): Location {
  for (const field of FIELDS.toReversed()) {
    const map = manifest.value[field];
    if (isObject(map) && Object.hasOwn(map, name)) return manifest.locate([field, name]);
  }
  return manifest.locate([]);
}

/** Every package name that package.json's `overrides` speak of, at any depth. */
export function overriddenNames(manifest: JsonObject): Set<string> {
  const names = new Set<string>();
  const work: unknown[] = [manifest.overrides];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    if (!isObject(next)) continue;
    for (const key of Object.keys(next)) {
      const at = key.indexOf('@', 1);
      names.add(at === -1 ? key : key.slice(0, at));
      work.push(next[key]);
    }
  }
  return names;
}
