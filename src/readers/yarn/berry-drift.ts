/** Where package.json and berry's yarn.lock disagree: what makes `yarn install --immutable` refuse. */
import type { Drift } from '../../model.ts';
import type { Group, Manifest, Project } from '../manifests.ts';
import type { TextFile } from '../text.ts';
import { mapAt } from '../yaml/value.ts';
import type { BerryEntry } from './berry-node.ts';
import { type Lookup, stripNpm } from './lookup.ts';
import type { Catalogs } from './settings.ts';

const COMPARED: Group[] = ['dependencies', 'devDependencies', 'optionalDependencies'];

/** The disagreements of the members whose package.json is at hand, of resolutions, catalogs and the list of members. */
export function findDrift(
  importers: BerryEntry[],
  project: Project,
  lookup: Lookup,
  catalogs: Catalogs,
  lock: TextFile,
): Drift[] {
  const drift: Drift[] = [];
  const top = project.manifest('.');
  for (const entry of importers) {
    const manifest = project.manifest(entry.node.key);
    if (manifest === undefined) continue;
    drift.push(...compare(entry, manifest, lock));
    if (catalogs.found) drift.push(...catalogDrift(entry, manifest, lookup, catalogs, lock));
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

// The lock file has the range behind a catalog, and the catalogs are in .yarnrc.yml alone.
function catalogDrift(
  { node }: BerryEntry,
  manifest: Manifest,
  lookup: Lookup,
  catalogs: Catalogs,
  { file }: TextFile,
): Drift[] {
  const drift: Drift[] = [];
  for (const group of COMPARED) {
    for (const [name, spec] of manifest.groups[group]) {
      if (!spec.startsWith('catalog:')) continue;
      const range = catalogs.ranges(name, spec);
      if (range !== undefined && lookup.holds(name, range, `${node.name}@workspace:${node.key}`)) continue;
      const settings = file.replace(/[^/]*$/, '.yarnrc.yml');
      const location = manifest.locate(group, name);
      drift.push({
        manifest: range === undefined ? manifest.file : settings,
        name,
        wanted: range ?? spec,
        location,
      });
    }
  }
  return drift;
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
