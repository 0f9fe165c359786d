/** Where package.json and bun.lock disagree: what makes `bun install --frozen-lockfile` refuse. */
import type { Drift, Location, TreeNode } from '../../model.ts';
import { GROUPS, type Manifest, type Project } from '../manifests.ts';
import type { BunInfo } from './entry.ts';

interface Member {
  id: string;
  node: TreeNode;
  info: BunInfo;
}

type Catalogs = Manifest['catalogs'];

/** The disagreements of all members whose package.json is at hand, and of the catalogs they ask by. `catalogs` are
 * the lock file's own; `place` is where a member stands. */
export function findDrift(
  members: Member[],
  project: Project,
  catalogs: Catalogs,
  place: (id: string) => Location,
): Drift[] {
  const drift: Drift[] = [];
  for (const { id, info } of members) {
    const manifest = project.manifest(id === '' ? '.' : id);
    if (manifest !== undefined) drift.push(...compare(manifest, info, () => place(id)));
  }
  const top = project.manifest('.');
  if (top !== undefined) drift.push(...catalogDrift(members, project, top, catalogs));
  if (top === undefined || top.workspaces.length === 0) return drift;
  const known = new Set(members.map(({ id }) => id));
  for (const id of project.members(top.workspaces)) {
    const member = project.manifest(id);
    if (known.has(id) || member?.name === undefined) continue;
    const location = member.locate('dependencies', 'name');
    drift.push({ manifest: member.file, name: member.name, wanted: `workspace:${id}`, location });
  }
  return drift;
}

function compare(manifest: Manifest, info: BunInfo, place: () => Location): Drift[] {
  const drift: Drift[] = [];
  const locked = new Map<string, string[]>();
  for (const group of GROUPS) {
    for (const [name, spec] of info[group]) locked.set(name, [...(locked.get(name) ?? []), spec]);
  }
  const wanted = new Set<string>();
  for (const group of GROUPS) {
    for (const [name, spec] of manifest.groups[group]) {
      wanted.add(name);
      const held = locked.get(name);
      // A package in two groups stands once in the file.
      if (
        held?.includes(spec) ||
        (held && GROUPS.some((other) => held.includes(manifest.groups[other].get(name) ?? '')))
      )
        continue;
      const found: Drift = {
        manifest: manifest.file,
        name,
        wanted: spec,
        location: manifest.locate(group, name),
      };
      if (held !== undefined) found.locked = held.join(', ');
      drift.push(found);
    }
  }
  for (const [name, held] of locked) {
    if (!wanted.has(name))
      drift.push({ manifest: manifest.file, name, locked: held.join(', '), location: place() });
  }
  return drift;
}

/** The names that `overrides` or `resolutions` of the root package.json speak of. */
export function replacedNames({ overrides, resolutions }: Manifest): Set<string> {
  // Bun reads Yarn's selectors, and heeds those of one name.
  return new Set([...overrides.keys(), ...resolutions.keys()].map((name) => name.replace(/^\*\*\//, '')));
}

/** The catalog that a request is by, '' for the unnamed one; undefined for any other request. */
export function catalogOf(spec: string): string | undefined {
  return spec.startsWith('catalog:') ? spec.slice('catalog:'.length).trim() : undefined;
}

// What nobody asks for changes nothing that is installed.
function catalogDrift(members: Member[], project: Project, top: Manifest, catalogs: Catalogs): Drift[] {
  const drift = new Map<string, Drift>();
  for (const { id } of members) {
    const manifest = project.manifest(id === '' ? '.' : id);
    for (const group of manifest === undefined ? [] : GROUPS) {
      for (const [name, spec] of manifest?.groups[group] ?? []) {
        const catalog = catalogOf(spec);
        if (manifest === undefined || catalog === undefined) continue;
        const wanted = top.catalogs.get(catalog)?.get(name);
        const locked = catalogs.get(catalog)?.get(name);
        if (wanted === locked) continue;
        const found: Drift = { manifest: top.file, name, location: manifest.locate(group, name) };
        if (wanted !== undefined) found.wanted = wanted;
        if (locked !== undefined) found.locked = locked;
        drift.set(`${catalog} ${name}`, found);
      }
    }
  }
  return [...drift.values()];
}
