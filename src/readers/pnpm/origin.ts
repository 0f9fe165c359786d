/** Where pnpm took a package from, told by its key and its `resolution`. */
import type { Source } from '../../model.ts';
import { mapAt, textAt, type YamlMap } from '../yaml/value.ts';
import type { DependencyPath } from './key.ts';

export interface Origin {
  source: Source;
  resolved: string | undefined;
  integrity: string | undefined;
}

/** Git hosts whose tarball addresses pnpm writes for git dependencies. */
const GIT_TARBALL =
  /^https:\/\/(?:codeload\.github\.com\/|github\.com\/[^/]+\/[^/]+\/(?:archive|tarball)\/|gitlab\.com\/api\/|gitlab\.com\/.*\/-\/archive\/|bitbucket\.org\/[^/]+\/[^/]+\/get\/)/;
const GIT_REFERENCE = /^(?:git\+|git:|git@|ssh:|github\.com\/|gitlab\.com\/|bitbucket\.org\/)/;

/** The public registry's name where none is configured: what comes from there needs no telling. */
const PUBLIC = 'npmjs';

/** The origin of an entry of `packages`. `folders` are the project's own packages, `registries` the named ones
 * of pnpm-workspace.yaml. */
export function originOf(
  path: DependencyPath,
  entry: YamlMap | undefined,
  folders: ReadonlySet<string>,
  registries: ReadonlyMap<string, string>,
): Origin {
  const resolution = mapAt(entry, 'resolution');
  const integrity = textAt(resolution, 'integrity');
  const tarball = textAt(resolution, 'tarball');
  const type = textAt(resolution, 'type');
  const directory = textAt(resolution, 'directory');
  if (directory !== undefined) {
    const source = folders.has(directory) ? 'workspace' : 'file';
    return { source, resolved: `file:${directory}`, integrity };
  }
  if (type === 'git') {
    const repository = textAt(resolution, 'repo') ?? '';
    return { source: 'git', resolved: `${repository}#${textAt(resolution, 'commit') ?? ''}`, integrity };
  }
  if (type === 'binary' || type === 'variations' || path.reference.startsWith('runtime:')) {
    return { source: 'tarball', resolved: textAt(resolution, 'url') ?? tarball, integrity };
  }
  if (path.version !== undefined) {
    return { source: 'registry', resolved: tarball ?? canonical(path, registries), integrity };
  }
  return { source: sourceOfPlace(path.reference, tarball, resolution), resolved: tarball, integrity };
}

function sourceOfPlace(
  reference: string,
  tarball: string | undefined,
  resolution: YamlMap | undefined,
): Source {
  if (tarball?.startsWith('file:') || reference.startsWith('file:')) return 'file';
  if (reference.startsWith('link:')) return 'link';
  if (textAt(resolution, 'gitHosted') === 'true' || GIT_REFERENCE.test(reference)) return 'git';
  return GIT_TARBALL.test(tarball ?? reference) ? 'git' : 'tarball';
}

// pnpm leaves out what it can compute; only a foreign registry must be told.
function canonical(path: DependencyPath, registries: ReadonlyMap<string, string>): string | undefined {
  const { name = '', version = '', registry } = path;
  const known = registry === undefined ? undefined : registries.get(registry);
  if (registry === undefined || (registry === PUBLIC && known === undefined)) return undefined;
  const host = known ?? (registry.includes('.') ? `https://${registry}/` : undefined);
  // A registry known by its alias alone: not the public one, and nobody to ask.
  if (host === undefined) return `${registry}:${name}@${version}`;
  const base = host.endsWith('/') ? host : `${host}/`;
  return `${base}${name}/-/${name.slice(name.indexOf('/') + 1)}-${version}.tgz`;
}
