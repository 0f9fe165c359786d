/** Whom to ask about which package: each one's own registry, and nobody else. */
import type { Package } from '../model.ts';
import type { NpmSettings } from '../npmrc.ts';
import { parseUrl, registryAlias } from '../url.ts';
import { subjectOf } from './advisories/match.ts';
import { isPrivate, type Privacy } from './advisories/registry-package.ts';

interface Rules {
  settings: NpmSettings;
  privacy: Privacy;
  /** Further hosts that mirror the public registry; packages from any other host are nobody's to be told about. */
  mirrors?: ReadonlySet<string>;
}

interface Sorted {
  /** By registry. */
  groups: Map<string, Package[]>;
  /** By the host that a lock file names and that is no registry of the project. */
  foreign: Map<string, Package[]>;
  /** What nobody is to be asked about. */
  rest: Package[];
}

/** A policy that keeps nothing private. */
export const OPEN: Privacy = { privateHosts: new Set(), internal: [] };

/**
 * Packages by the registry to ask. Names that are internal by the policy go to the registry that their scope has of
 * its own, unless that is the public one; names of the root, of workspaces, links, files and git go nowhere.
 */
export function sortOut(packages: Iterable<Package>, { settings, privacy, mirrors }: Rules): Sorted {
  const sorted: Sorted = { groups: new Map(), foreign: new Map(), rest: [] };
  const known = new Set(settings.registries.map(hostOf));
  const open = hostOf(settings.publicRegistry);
  for (const pack of packages) {
    const subject = subjectOf(pack, OPEN);
    if (typeof subject === 'string') {
      sorted.rest.push(pack);
      continue;
    }
    const { file } = pack.tree;
    // What pages load from a CDN is npm's package of that name: the CDN is no registry, and is not asked.
    const resolved = pack.tree.manager === 'cdn' ? undefined : pack.resolved;
    const isOwn = settings.hasOwnRegistry(subject.name, file);
    const registry = settings.registryFor(subject.name, file, resolved);
    if (isPrivate(subject.name, pack.resolved, privacy) && (!isOwn || hostOf(registry) === open)) {
      sorted.rest.push(pack);
      continue;
    }
    const host = resolved === undefined ? '' : hostOf(resolved) || registryAlias(resolved);
    const stranger = host !== '' && !known.has(host) && mirrors?.has(host) !== true && !isOwn;
    if (stranger) push(sorted.foreign, host, pack);
    else push(sorted.groups, registry, pack);
  }
  return sorted;
}

/** Adds to the list under a key. */
export function push<K, V>(groups: Map<K, V[]>, key: K, value: V): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [value]);
  else group.push(value);
}

/** The host of a URL, with its port; empty for what is none. */
export function hostOf(url: string): string {
  return parseUrl(url)?.host ?? '';
}
