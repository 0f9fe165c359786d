/** Where package.json and berry's yarn.lock disagree: what makes `yarn install --immutable` refuse. */
import type { Drift } from '../../model.ts';
import type { Group, Manifest, Project } from '../manifests.ts';
import type { TextFile } from '../text.ts';
import { mapAt } from '../yaml/value.ts';
import type { BerryEntry } from './berry-node.ts';
import { type Lookup, stripNpm } from './lookup.ts';

const COMPARED: Group[] = ['dependencies', 'devDependencies', 'optionalDependencies'];

/** The disagreements of the members whose package.json is at hand, of resolutions and of the list of members. */
export function findDrift(
  importers: BerryEntry[],
  project: Project,
  lookup: Lookup,
  lock: TextFile,
): Drift[] {
  const drift: Drift[] = [];
  const top = project.manifest('.');
  for (const entry of importers) {
    const manifest = project.manifest(entry.node.key);
    if (manifest !== undefined) drift.push(...compare(entry, manifest, lock));
  }
  if (top === undefined) return drift;
  if (!importers.some(({ node }) => node.key === '.')) drift.push(...allMissing(top));
  const known = new Set(importers.map(({ node }) => node.key));
  for (const id of top.workspaces.length === 0 ? [] : project.members(top.workspaces)) {
    const member = project.manifest(id);
    if (known.has(id) || member?.name === undefined) continue;
    drift.push({
      manifest: member.file,
      name: member.name,
      wanted: `workspace:${id}`,
      location: member.locate('dependencies', 'name'),
    });
  }
  for (const { name, value } of lookup.unmet) {
    drift.push({ manifest: top.file, name, wanted: value, location: top.locate('dependencies', name) });
  }
  return drift;
}

function compare({ node, map }: BerryEntry, manifest: Manifest, lock: TextFile): Drift[] {
  const drift: Drift[] = [];
  const locked = mapAt(map, 'dependencies')?.entries ?? new Map<string, unknown>();
  const wanted = new Set<string>();
  for (const group of COMPARED) {
    for (const [name, spec] of manifest.groups[group]) {
      wanted.add(name);
      const held = locked.get(name);
      if (typeof held === 'string' && sameRange(held, spec)) continue;
      if (isAlsoElsewhere(manifest, group, name)) continue;
      const found: Drift = {
        manifest: manifest.file,
        name,
        wanted: spec,
        location: manifest.locate(group, name),
      };
      if (typeof held === 'string') found.locked = held;
      drift.push(found);
    }
  }
  for (const [name, held] of locked) {
    if (wanted.has(name) || typeof held !== 'string') continue;
    drift.push({ manifest: manifest.file, name, locked: held, location: lock.locate(map.at) });
  }
  return node.importer ? drift : [];
}

function sameRange(held: string, spec: string): boolean {
  return stripNpm(held) === stripNpm(spec);
}

// A package in two groups stands once in the file, with the range of one of them.
function isAlsoElsewhere({ groups }: Manifest, group: Group, name: string): boolean {
  return COMPARED.some((other) => other !== group && groups[other].has(name));
}

function allMissing(manifest: Manifest): Drift[] {
  const drift: Drift[] = [];
  for (const group of COMPARED) {
    for (const [name, spec] of manifest.groups[group]) {
      drift.push({ manifest: manifest.file, name, wanted: spec, location: manifest.locate(group, name) });
    }
  }
  return drift;
}
