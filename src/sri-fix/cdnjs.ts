/** The hashes that cdnjs publishes of its files, for it minifies what no package holds. https://cdnjs.com/api */
import type { Http } from '../http.ts';
import { object } from '../sources/advisories/shape.ts';
import { parseIntegrity } from '../sri.ts';
import { parseUrl } from '../url.ts';

/** An answer names every file of one version: mathjax has some thousand. */
const LIMIT = 8 * 1024 * 1024;

/** What cdnjs says of a file, or why it says nothing; undefined for what is none of its files. */
export type Published = { ok: true; integrity: string; from: string } | { ok: false; reason: string };

/** Looks hashes up; each version of a library is asked for once. */
export function cdnjsHashes(http: Http): (url: string) => Promise<Published | undefined> {
  const known = new Map<string, Promise<ReadonlyMap<string, string> | string>>();
  return async (url) => {
    const file = fileOf(url);
    if (file === undefined) return undefined;
    const { library, version, path } = file;
    const key = `${library}/${version}`;
    const asked = known.get(key) ?? ask(http, library, version);
    known.set(key, asked);
    const hashes = await asked;
    const from = `cdnjs ${library}@${version}`;
    if (typeof hashes === 'string') return { ok: false, reason: `${from}: ${hashes}` };
    const integrity = hashes.get(path);
    if (integrity === undefined) return { ok: false, reason: `${from}: no hash of ${path} is published` };
    if (!isHash(integrity)) return { ok: false, reason: `${from}: what is published of ${path} is no hash` };
    return { ok: true, integrity, from };
  };
}

function fileOf(text: string): { library: string; version: string; path: string } | undefined {
  const url = parseUrl(text);
  if (url?.hostname !== 'cdnjs.cloudflare.com' || url.search !== '') return undefined;
  const [, library = '', version = '', path = ''] =
    /^\/ajax\/libs\/([^/]+)\/([^/]+)\/(.+)$/.exec(url.pathname) ?? [];
  if (path === '') return undefined;
  try {
    return {
      library: decodeURIComponent(library),
      version: decodeURIComponent(version),
      path: decodeURIComponent(path),
    };
  } catch {
    return undefined;
  }
}

async function ask(
  http: Http,
  library: string,
  version: string,
): Promise<ReadonlyMap<string, string> | string> {
  const name = `${encodeURIComponent(library)}/${encodeURIComponent(version)}`;
  const url = `https://api.cdnjs.com/libraries/${name}?fields=sri`;
  const answer = await http.json({ url, limit: LIMIT, anonymous: true }, readHashes);
  return answer.ok ? answer.value : `${answer.host}: ${answer.reason}`;
}

// What is no hash is kept, to be told where somebody needs it.
function readHashes(value: unknown): ReadonlyMap<string, string> {
  const hashes = new Map<string, string>();
  for (const [path, hash] of Object.entries(object(object(value, 'the answer').sri, 'sri')))
    hashes.set(path, typeof hash === 'string' ? hash : '');
  return hashes;
}

function isHash(text: string): boolean {
  const { hashes } = parseIntegrity(text);
  return /^sha\d+-[\w+/]+=*$/.test(text) && hashes[0]?.digest !== undefined;
}
