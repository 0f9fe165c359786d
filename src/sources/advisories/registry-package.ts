/** Which packages are npm's packages of their name, and which only share it. */

import { isNamedBy } from '../../names.ts';

/** What the policy declares as not npm's. */
export interface Privacy {
  /** Hosts of private registries, lower case, with a port where the URL has one. */
  privateHosts: ReadonlySet<string>;
  /** Names that belong to the company: `@acme`, `@acme/*`, `acme-*` or a whole name. */
  internal: readonly string[];
}

/** Whether the policy says that a package of this name from this URL is not npm's. */
export function isPrivate(name: string, resolved: string | undefined, privacy: Privacy): boolean {
  for (const pattern of privacy.internal) if (isNamedBy(pattern, name)) return true;
  if (resolved === undefined || privacy.privateHosts.size === 0 || !URL.canParse(resolved)) return false;
  const { host, hostname } = new URL(resolved);
  return privacy.privateHosts.has(host) || privacy.privateHosts.has(hostname);
}

/**
 * Name and version of a tarball whose URL has a registry's shape on whatever host, as mirrors keep it:
 * `https://host/any/path/@scope/name/-/name-1.0.0.tgz`; undefined for anything else.
 */
export function registryTarball(url: string): { name: string; version: string } | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, pathname } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') return undefined;
  const match = /^(.*)\/-\/(?:@[^/]+\/)?([^/]+)\.tgz$/.exec(decoded(pathname));
  if (match === null) return undefined;
  const [, path = '', file = ''] = match;
  const [scope = '', name = ''] = path.split('/').slice(-2);
  if (name === '' || !file.startsWith(`${name}-`)) return undefined;
  const full = scope.startsWith('@') && scope.length > 1 ? `${scope}/${name}` : name;
  return { name: full, version: file.slice(name.length + 1) };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
