/**
 * What a registry says of a package: its published versions, and their tarballs, verified.
 * https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md
 */
import type { Http, HttpFailure, HttpRequest } from '../http.ts';
import { fits, fromShasum } from '../integrity.ts';
import type { NpmSettings } from '../npmrc.ts';
import { parseUrl } from '../url.ts';
import { at, isObject, type Json, Misshapen, object } from './advisories/shape.ts';
import { jsonFilter } from './json-filter.ts';

/** What was asked for, or why it could not be learnt. */
export type Answer<T> = { ok: true; value: T } | HttpFailure;

export interface Release {
  version: string;
  /** Only known where the times were asked for and the registry tells them. */
  published?: Date;
  /** The publisher's words; absent where the version is not deprecated. */
  deprecated?: string;
  /** `sha512-…`, or `sha1-…` where the registry has nothing better. */
  integrity?: string;
  tarball?: string;
  dependencies?: Readonly<Record<string, string>>;
  optionalDependencies?: Readonly<Record<string, string>>;
  peerDependencies?: Readonly<Record<string, string>>;
  peerDependenciesMeta?: Readonly<Record<string, { optional?: boolean }>>;
  engines?: Readonly<Record<string, string>>;
  /** Whether other packages are inside its tarball (bundleDependencies); absent where that is not known. */
  bundles?: boolean;
}

export interface Releases {
  name: string;
  tags: ReadonlyMap<string, string>;
  /** Published and not withdrawn, in the registry's order. */
  versions: ReadonlyMap<string, Release>;
}

interface Tarball {
  name: string;
  version: string;
  /** What the registry promised and the bytes fulfil. */
  integrity: string;
  bytes: Buffer;
}

export interface Registry {
  /** The published versions of a name; `times` asks for the much larger document that has them. `at` is the registry
   * that a lock file's package comes from; the one that settings give the name where absent. Status 404: no such package. */
  releases(name: string, options?: { times?: boolean; at?: string }): Promise<Answer<Releases>>;
  /** The tarball of a release; fails unless its bytes are what the registry promises. `limit` in bytes. */
  tarball(name: string, release: Release, limit?: number): Promise<Answer<Tarball>>;
}

export const PACKUMENT_LIMIT = 128 * 1024 * 1024;
const TARBALL_LIMIT = 256 * 1024 * 1024;
const DOWNLOAD_MS = 5 * 60_000;
const ABBREVIATED = 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8';

/** Asks the registry that each name comes from by the project's npm settings. */
export function createRegistry(http: Http, settings: NpmSettings): Registry {
  return {
    async releases(name, { times = false, at: base = settings.registryFor(name) } = {}) {
      const { host } = new URL(base);
      const url = packumentUrl(base, name);
      if (url === undefined) return { ok: false, reason: 'is no package name', host };
      const request: HttpRequest = {
        url,
        headers: { accept: times ? 'application/json' : ABBREVIATED },
        limit: PACKUMENT_LIMIT,
        cache: true,
        collect: { name: 'releases', create: () => jsonFilter(isWanted) },
      };
      return http.json(request, (value) => readReleases(value, name));
    },
    async tarball(name, release, limit = TARBALL_LIMIT) {
      const base = settings.registryFor(name);
      const { host } = new URL(base);
      const { version, integrity } = release;
      const url = tarballUrl(release, base, settings);
      if (url === undefined) return { ok: false, reason: 'names no tarball', host };
      if (integrity === undefined) return { ok: false, reason: 'promises no integrity', host };
      const answer = await http.send({ url, limit, totalMs: DOWNLOAD_MS });
      if (!answer.ok) return answer;
      const { body } = answer;
      if (!fits(body, integrity)) {
        const reason = `sent ${body.length} bytes that are not ${name}@${version}: they do not fit ${integrity}`;
        return { ok: false, reason, host: new URL(url).host, tampered: true };
      }
      return { ok: true, value: { name, version, integrity, bytes: body } };
    },
  };
}

/** Where a registry keeps what it knows of a name; undefined for what is no name. */
export function packumentUrl(registry: string, name: string): string | undefined {
  return isName(name) ? `${registry}${name.replace('/', '%2f')}` : undefined;
}

// Old names hold almost anything; what matters is that none leads to another path of the registry.
function isName(name: string): boolean {
  return name.length <= 214 && /^(?:@[^\s/@?#%\\.][^\s/@?#%\\]*\/)?[^\s/@?#%\\.][^\s/@?#%\\]*$/.test(name);
}

const TOP = new Set(['name', 'dist-tags', 'versions', 'time']);
const MAPS = ['dependencies', 'optionalDependencies', 'peerDependencies', 'engines'] as const;
const OF_VERSION = new Set([
  'deprecated',
  'dist',
  ...MAPS,
  'peerDependenciesMeta',
  'bundleDependencies',
  'bundledDependencies',
]);
const OF_DIST = new Set(['integrity', 'shasum', 'tarball']);

function isWanted(path: readonly string[]): boolean {
  const [top = '', , field, part] = path;
  if (!TOP.has(top)) return false;
  if (top !== 'versions' || field === undefined) return true;
  return OF_VERSION.has(field) && (field !== 'dist' || part === undefined || OF_DIST.has(part));
}

function readReleases(value: unknown, name: string): Releases {
  const packument = object(value, 'the answer');
  if (packument.name !== undefined && packument.name !== name)
    throw new Misshapen('it is about another package');
  const times = isObject(packument.time) ? packument.time : {};
  const versions = new Map<string, Release>();
  // A package of which everything was withdrawn has no `versions`.
  const listed = packument.versions === undefined ? {} : object(packument.versions, 'versions');
  for (const [version, manifest] of Object.entries(listed))
    versions.set(version, readRelease(version, object(manifest, `versions of ${version}`), times));
  if (packument.versions === undefined && at(packument, 'time', 'unpublished') === undefined)
    throw new Misshapen('versions is missing');
  const tags = new Map<string, string>();
  for (const [tag, version] of Object.entries(isObject(packument['dist-tags']) ? packument['dist-tags'] : {}))
    if (typeof version === 'string') tags.set(tag, version);
  return { name, tags, versions };
}

function readRelease(version: string, manifest: Json, times: Json): Release {
  const release: Release = { version, bundles: bundlesAny(manifest) };
  for (const field of MAPS) {
    const map = textsOf(manifest[field]);
    if (map !== undefined) release[field] = map;
  }
  const optional = optionalPeers(manifest.peerDependenciesMeta);
  if (optional !== undefined) release.peerDependenciesMeta = optional;
  const time = Object.hasOwn(times, version) ? times[version] : undefined;
  const published = typeof time === 'string' ? new Date(time) : undefined;
  if (published !== undefined && !Number.isNaN(published.getTime())) release.published = published;
  const { deprecated } = manifest;
  // Taking a deprecation back leaves an empty text, or false.
  if (typeof deprecated === 'string' && deprecated !== '') release.deprecated = deprecated.slice(0, 2000);
  else if (deprecated === true) release.deprecated = 'deprecated';
  const shasum = at(manifest, 'dist', 'shasum');
  const integrity = at(manifest, 'dist', 'integrity');
  const promised =
    typeof integrity === 'string' && integrity !== ''
      ? integrity
      : typeof shasum === 'string'
        ? fromShasum(shasum)
        : undefined;
  if (promised !== undefined) release.integrity = promised;
  const tarball = at(manifest, 'dist', 'tarball');
  if (typeof tarball === 'string') release.tarball = tarball;
  return release;
}

function bundlesAny({ bundleDependencies: one, bundledDependencies: other }: Json): boolean {
  return [one, other].some((list) => list === true || (Array.isArray(list) && list.length > 0));
}

// Without a prototype: a name such as __proto__ is a key like any other.
function textsOf(value: unknown): Record<string, string> | undefined {
  if (!isObject(value)) return undefined;
  const map: Record<string, string> = Object.create(null);
  for (const [key, text] of Object.entries(value)) if (typeof text === 'string') map[key] = text;
  return map;
}

function optionalPeers(value: unknown): Record<string, { optional: boolean }> | undefined {
  if (!isObject(value)) return undefined;
  const map: Record<string, { optional: boolean }> = Object.create(null);
  for (const [key, meta] of Object.entries(value))
    map[key] = { optional: isObject(meta) && meta.optional === true };
  return map;
}

// Mirrors keep the original's URLs; npm then asks the mirror (`replace-registry-host`), and so do we.
function tarballUrl(
  { tarball }: Release,
  base: string,
  { publicRegistry, flat }: NpmSettings,
): string | undefined {
  const url = parseUrl(tarball ?? '');
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return undefined;
  const replace = String(flat.replaceRegistryHost ?? 'npmjs');
  const host = replace === 'npmjs' ? new URL(publicRegistry).host : replace;
  const moves = replace === 'always' || (replace !== 'never' && url.host === host);
  if (!moves || url.host === new URL(base).host) return url.href;
  return `${base}${url.pathname.slice(1)}${url.search}`;
}
