/**
 * The SRI lock: what each third-party URL delivered when it was pinned, so that later runs need no network and a
 * review sees what changed. A JSON object of URLs, sorted.
 */
import { dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { parseJson } from '../readers/json.ts';
import { objectAt } from '../readers/json-members.ts';
import { isObject } from '../sources/advisories/shape.ts';
import { parseIntegrity } from '../sri.ts';
import { parseUrl } from '../url.ts';
import type { Expectation } from '../web.ts';

export const LOCK_FILE = 'sri-lock.json';

/** What is known of one URL. */
export interface Locked {
  integrity: string;
  /** Who said so: `npm jquery@3.7.1`, `https://…`, `mirror`. */
  from: string;
  /** Bytes of the body; absent where only a hash was published. */
  size?: number;
  /** The day it was first pinned: `2026-11-22`. */
  seen: string;
  /** The specifiers that a module imports statically, as written; absent for what was not looked at as a module. */
  imports?: string[];
}

export type SriLock = Map<string, Locked>;

/**
 * The lock that holds for a folder: its own, else that of the nearest folder above, up to the root of the repository
 * (where `.git` is) or, outside of any, to the current folder. Where there is none, the place of a new one: the current
 * folder.
 */
export function lockFileFor(io: Pick<Io, 'cwd' | 'kind'>, folder: string): string {
  const folders = [folder];
  for (let here = folder; dirname(here) !== here; here = dirname(here)) folders.push(dirname(here));
  const repository = folders.findIndex((one) => io.kind(join(one, '.git')) !== undefined);
  const last = repository === -1 ? folders.indexOf(io.cwd) : repository;
  const files = folders.slice(0, Math.max(last, 0) + 1).map((one) => join(one, LOCK_FILE));
  return files.find((file) => io.kind(file) !== undefined) ?? join(io.cwd, LOCK_FILE);
}

/** Reads a lock; undefined where there is none. Throws UserError for one that cannot be trusted. */
export function readLock(io: Pick<Io, 'kind' | 'readFile'>, file: string): SriLock | undefined {
  const kind = io.kind(file);
  if (kind === undefined) return undefined;
  if (kind !== 'file') throw new UserError('is no file', { where: file, hint: 'an SRI lock is a JSON file' });
  const text = io.readFile(file).toString();
  const document = parseJson(text, file);
  const lock: SriLock = new Map();
  const again = twiceIn(text);
  if (again !== undefined) {
    // JSON takes the last one, and a review may have seen the other.
    const { line, column } = document.locate([again]);
    throw new UserError('says something twice', {
      where: `${file}:${line}:${column}`,
      hint: 'take out the wrong one; sri-verify tells which one the server delivers',
    });
  }
  for (const [url, value] of Object.entries(document.value)) {
    const locked = entryOf(value);
    if (locked === undefined || parseUrl(url)?.protocol !== 'https:') {
      const { line, column } = document.locate([url]);
      throw new UserError('is no entry of an SRI lock: an https URL with integrity, from, size and seen', {
        where: `${file}:${line}:${column}`,
        hint: 'take it out and let sri-fix write it anew',
      });
    }
    lock.set(url, locked);
  }
  return lock;
}

// A URL that stands there twice, or whose entry says something twice.
function twiceIn(text: string): string | undefined {
  const { again, members } = objectAt(text, text.indexOf('{'));
  if (again !== undefined) return again;
  for (const [url, { value }] of members)
    if (text[value] === '{' && objectAt(text, value).again !== undefined) return url;
  return undefined;
}

function entryOf(value: unknown): Locked | undefined {
  if (!isObject(value)) return undefined;
  const { integrity, from, size, seen, imports } = value;
  if (typeof integrity !== 'string' || typeof from !== 'string' || typeof seen !== 'string') return undefined;
  if (size !== undefined && (typeof size !== 'number' || size < 0)) return undefined;
  if (!/^sha(?:256|384|512)-[A-Za-z0-9+/]+={0,2}$/.test(integrity)) return undefined;
  if (parseIntegrity(integrity).hashes.some(({ digest }) => digest === undefined)) return undefined;
  const locked: Locked = { integrity, from, ...(size === undefined ? {} : { size }), seen };
  if (imports === undefined) return locked;
  if (!Array.isArray(imports) || imports.some((one) => typeof one !== 'string')) return undefined;
  return { ...locked, imports: imports.map(String) };
}

/** The lock as text: sorted by URL, the same for the same content. */
export function printLock(lock: SriLock): string {
  const urls = [...lock.keys()].sort();
  const entries = urls.map((url) => {
    const { integrity, from, size, seen, imports } = lock.get(url) as Locked;
    // JSON leaves out what is undefined.
    const entry = { integrity, from, size, seen, imports };
    return `  ${JSON.stringify(url)}: ${JSON.stringify(entry, null, 2).replaceAll('\n', '\n  ')}`;
  });
  return entries.length === 0 ? '{}\n' : `{\n${entries.join(',\n')}\n}\n`;
}

/** Compares what pages say with a lock; no answer where both use different algorithms. */
export function expectationOf(lock: SriLock, name: string): Expectation {
  return (url, integrity) => {
    const locked = lock.get(url);
    if (locked === undefined) return undefined;
    const [wanted] = parseIntegrity(locked.integrity).hashes;
    const comparable = integrity.hashes.filter(({ algorithm }) => algorithm === wanted?.algorithm);
    if (comparable.length === 0) return undefined;
    return { matches: comparable.some(({ digest }) => digest === wanted?.digest), from: name };
  };
}
