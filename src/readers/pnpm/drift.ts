/**
 * Where package.json and pnpm-lock.yaml disagree: what makes `pnpm install --frozen-lockfile` refuse. The rules
 * follow pnpm's own comparison of specifiers, overrides and catalogs.
 */
import type { Drift } from '../../model.ts';
import type { Group, Manifest, Project } from '../manifests.ts';
import type { TextFile } from '../text.ts';
import { mapAt, textAt, type YamlMap } from '../yaml/value.ts';
import type { Importer } from './importers.ts';
import { type Settings, texts } from './settings.ts';

/** Weakest first: as pnpm merges them, a later group wins. */
const COMPARED: Group[] = ['devDependencies', 'dependencies', 'optionalDependencies'];

/** The disagreements of all importers whose package.json is at hand. */
export function findDrift(
  document: YamlMap | undefined,
  importers: Importer[],
  project: Project,
  settings: Settings | undefined,
  lock: TextFile,
): Drift[] {
  // A pnpmfile may have changed any manifest before pnpm wrote the specifiers: nothing can be said.
  if (document?.entries.has('pnpmfileChecksum')) return [];
  const drift: Drift[] = [];
  const overridden = overriddenNames(document, project, settings);
  const linksLeftOut = textAt(mapAt(document, 'settings'), 'excludeLinksFromLockfile') === 'true';
  for (const importer of importers) {
    const manifest = project.manifest(importer.id);
    if (manifest === undefined) continue;
    const locked = new Map(importer.locked.map((dependency) => [dependency.name, dependency]));
    for (const [name, { spec, group }] of wantedBy(manifest)) {
      const held = locked.get(name);
      if (held !== undefined && (held.specifier === spec || overridden.has(name))) continue;
      if (held === undefined && mayBeAbsent(name, spec, group)) continue;
      const found: Drift = {
        manifest: manifest.file,
        name,
        wanted: spec,
        location: manifest.locate(group, name),
      };
      if (held !== undefined) found.locked = held.specifier;
      drift.push(found);
    }
    drift.push(...onlyLocked(manifest, importer, lock));
  }
  drift.push(...catalogDrift(document, settings, lock));
  return drift;

  function mayBeAbsent(name: string, spec: string, group: Group): boolean {
    // "-" is how an override takes a dependency away.
    if (overridden.get(name) === '-') return true;
    if (group === 'optionalDependencies' && isIgnored(name, document, settings)) return true;
    return linksLeftOut && spec.startsWith('link:');
  }
}

function wantedBy(manifest: Manifest): Map<string, { spec: string; group: Group }> {
  const wanted = new Map<string, { spec: string; group: Group }>();
  for (const group of COMPARED) {
    for (const [name, spec] of manifest.groups[group]) wanted.set(name, { spec, group });
  }
  return wanted;
}

// Peers are there when pnpm installs them by itself (autoInstallPeers).
function onlyLocked(manifest: Manifest, importer: Importer, lock: TextFile): Drift[] {
  const drift: Drift[] = [];
  for (const { name, specifier } of importer.locked) {
    if (isDeclared(manifest, name)) continue;
    drift.push({ manifest: manifest.file, name, locked: specifier, location: lock.locate(importer.at) });
  }
  return drift;
}

function isDeclared({ groups }: Manifest, name: string): boolean {
  return (
    groups.dependencies.has(name) ||
    groups.devDependencies.has(name) ||
    groups.optionalDependencies.has(name) ||
    groups.peerDependencies.has(name)
  );
}

function isIgnored(name: string, document: YamlMap | undefined, settings: Settings | undefined): boolean {
  const listed = document?.entries.get('ignoredOptionalDependencies');
  return settings?.ignoredOptional.has(name) === true || (Array.isArray(listed) && listed.includes(name));
}

/** The packages that an override can rewrite in a manifest, with the value when it holds everywhere. */
export function overriddenNames(
  document: YamlMap | undefined,
  project: Project,
  settings: Settings | undefined,
): Map<string, string> {
  const manifest = project.manifest('.');
  const names = new Map<string, string>();
  const all = [
    ...texts(mapAt(document, 'overrides')),
    ...(settings?.overrides ?? []),
    ...(manifest?.overrides ?? []),
    ...(manifest?.resolutions ?? []),
  ];
  for (const [selector, value] of all) {
    // parent>name@range, and Yarn's parent/name
    const target = selector.slice(selector.lastIndexOf('>') + 1).trim();
    const at = target.indexOf('@', 1);
    names.set(at === -1 ? target : target.slice(0, at), value);
  }
  return names;
}

function catalogDrift(
  document: YamlMap | undefined,
  settings: Settings | undefined,
  lock: TextFile,
): Drift[] {
  const drift: Drift[] = [];
  if (settings?.found !== true) return drift;
  for (const [catalog, entries] of mapAt(document, 'catalogs')?.entries ?? []) {
    const wanted = settings.catalogs.get(catalog);
    if (typeof entries !== 'object' || Array.isArray(entries)) continue;
    for (const [name, entry] of entries.entries) {
      if (typeof entry !== 'object' || Array.isArray(entry)) continue;
      const specifier = textAt(entry, 'specifier');
      const range = wanted?.get(name);
      if (specifier === undefined || range === specifier) continue;
      const location = lock.locate(entry.at);
      const manifest = lock.file.replace(/[^/]*$/, 'pnpm-workspace.yaml');
      drift.push({
        manifest,
        name,
        ...(range !== undefined && { wanted: range }),
        locked: specifier,
        location,
      });
    }
  }
  return drift;
}
