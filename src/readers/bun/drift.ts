/** Where package.json and bun.lock disagree: what makes `bun install --frozen-lockfile` refuse. */
import type { Drift, Location, TreeNode } from '../../model.ts';
import { GROUPS, type Manifest, type Project } from '../manifests.ts';
import type { BunInfo } from './entry.ts';

interface Member {
  id: string;
  node: TreeNode;
  info: BunInfo;
}

/** The disagreements of all members whose package.json is at hand. `place` is where a member stands. */
export function findDrift(members: Member[], project: Project, place: (id: string) => Location): Drift[] {
  const drift: Drift[] = [];
  for (const { id, info } of members) {
    const manifest = project.manifest(id === '' ? '.' : id);
    if (manifest !== undefined) drift.push(...compare(manifest, info, () => place(id)));
  }
  const top = project.manifest('.');
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
