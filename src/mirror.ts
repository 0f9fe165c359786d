/** A folder that holds what URLs deliver: `<folder>/<host>/<path>`, a query percent-encoded onto the name, `index`
 * for a path that ends in `/`. */
import { join, resolve } from 'node:path';
import { reasonOf, UserError } from './errors.ts';
import { digestOf } from './integrity.ts';
import type { Io } from './io.ts';
import type { Gap } from './model.ts';
import { type Algorithm, matchesBody } from './sri.ts';
import type { Expectation } from './web.ts';

/** Compares hashes with the bodies of a mirror folder; each body is read and hashed once. What it does not hold is a
 * gap, added to `gaps` once for each URL. */
export function mirrorOf(io: Io, folder: string, gaps: Gap[]): Expectation {
  const bodies = new Map<string, Buffer | undefined>();
  const digests = new Map<string, string>();
  return (url, integrity) => {
    const path = mirrorPath(url);
    if (path === undefined) return undefined;
    if (!bodies.has(path)) bodies.set(path, read(io, join(folder, path), url, gaps));
    const body = bodies.get(path);
    if (body === undefined) return undefined;
    const digest = (algorithm: Algorithm) => {
      const key = `${algorithm} ${path}`;
      const hex = digests.get(key) ?? digestOf(body, algorithm);
      digests.set(key, hex);
      return hex;
    };
    return { matches: matchesBody(integrity, digest), from: `the mirror ${folder}` };
  };
}

/** Throws UserError for what is no folder. */
export function checkMirror(io: Pick<Io, 'cwd' | 'kind'>, folder: string | undefined): void {
  if (folder === undefined || io.kind(resolve(io.cwd, folder)) === 'directory') return;
  throw new UserError('is no folder', {
    where: folder,
    hint: 'a mirror is a folder of bodies: <folder>/<host>/<path>',
  });
}

/** Where a mirror holds a URL's body, relative to its folder; undefined for what is no http(s) URL. */
export function mirrorPath(text: string): string | undefined {
  try {
    const { protocol, host, pathname, search } = new URL(text);
    if (protocol !== 'https:' && protocol !== 'http:') return undefined;
    // Hosts that would lead out of the folder.
    if (host === '.' || host === '..') return undefined;
    const file = pathname.endsWith('/') ? `${pathname}index` : pathname;
    return `${encodeURIComponent(host)}${file}${encodeURIComponent(search)}`;
  } catch {
    return undefined;
  }
}

function read(io: Io, file: string, url: string, gaps: Gap[]): Buffer | undefined {
  try {
    if (io.kind(file) === 'file') return io.readFile(file);
    gaps.push({ source: 'mirror', fact: 'integrity', reason: `no body of ${url}`, required: false });
  } catch (error) {
    const reason = `body of ${url}: ${reasonOf(error)}`;
    gaps.push({ source: 'mirror', fact: 'integrity', reason, required: false });
  }
  return undefined;
}
