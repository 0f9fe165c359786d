/** Where packages come from, as addresses that documents may carry. */
import type { Source } from '../model.ts';
import { parseUrl, withoutSecrets } from '../url.ts';

export interface Download {
  kind: 'archive' | 'git';
  /** An absolute URI (RFC 3986) without secrets; git's starts with `git+` or `git:`. */
  url: string;
  /** Commit, tag or branch of a repository. */
  revision?: string;
}

const HOSTS: ReadonlyMap<string, string> = new Map([
  ['github', 'github.com'],
  ['gitlab', 'gitlab.com'],
  ['bitbucket', 'bitbucket.org'],
]);

/** What a lock file's `resolved` says, as an address; undefined where it is a path or nothing at all. */
export function downloadOf(source: Source, resolved: string | undefined): Download | undefined {
  if (resolved === undefined || resolved === '') return undefined;
  const url = parseUrl(written(resolved));
  if (url === undefined) return undefined;
  const revision = decoded(url.hash.slice(1));
  url.hash = '';
  const isArchive = url.protocol === 'http:' || url.protocol === 'https:';
  const isRepository =
    /\.git$/.test(url.pathname) || (source === 'git' && revision !== '' && !isTarball(url));
  if (isArchive && !isRepository) return { kind: 'archive', url: asUri(withoutSecrets(url.href)) };
  if (!/^(?:git\+)?(?:https?|ssh):$|^git:$/.test(url.protocol)) return undefined;
  const bare = asUri(withoutSecrets(url.href));
  const full = /^git[+:]/.test(bare) ? bare : `git+${bare}`;
  return { kind: 'git', url: full, ...(revision !== '' && { revision }) };
}

/** A repository as purls and SPDX write it: `git+https://host/path@commit`. */
export function vcsUrl({ url, revision }: Download): string {
  return revision === undefined ? url : `${url}@${encodeURIComponent(revision)}`;
}

/** Forms that git and the hosts' short names allow, as URLs. */
function written(resolved: string): string {
  const short = /^(github|gitlab|bitbucket):([^#\s]+?)(?:\.git)?(#.*)?$/s.exec(resolved);
  const host = HOSTS.get(short?.[1] ?? '');
  if (short !== null && host !== undefined) return `git+https://${host}/${short[2]}.git${short[3] ?? ''}`;
  // git's scp form has a colon before the path, where a URL has a port.
  const scp = /^(?:git\+ssh:\/\/|ssh:\/\/)?([\w.-]+@)?([\w.-]+\.[\w-]+):(?![\d/])(.+)$/s.exec(resolved);
  return scp === null ? resolved : `git+ssh://${scp[1] ?? ''}${scp[2]}/${scp[3]}`;
}

function isTarball({ pathname }: URL): boolean {
  return /\.(?:tgz|tar\.gz|tar)$|\/(?:tar\.gz|tarball)\//.test(pathname);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What a parsed URL may still hold and a URI may not. https://www.rfc-editor.org/rfc/rfc3986#section-2 */
function asUri(text: string): string {
  return text
    .replace(/[^\w.~:/?#@!$&'()*+,;=%[\]-]/g, encodeURIComponent)
    .replace(/%(?![0-9a-f]{2})/gi, '%25');
}
