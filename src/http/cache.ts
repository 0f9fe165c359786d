/**
 * Answers kept on disk, one file each: a line of JSON about the answer, then its body. Freshness is HTTP's
 * (RFC 9111): max-age, else asking again with ETag and Last-Modified. What was fetched with credentials is always
 * asked for again, so that a key that was taken back opens nothing.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { redact } from './redact.ts';

export interface Stored {
  status: number;
  contentType: string;
  etag: string;
  lastModified: string;
  /** Milliseconds since 1970 until which it may be used without asking. */
  fresh: number;
  /** The header Link, which names the next page (RFC 8288). */
  link?: string;
  body: Buffer;
}

export interface HttpCache {
  get(key: string): Stored | undefined;
  put(key: string, url: string, answer: Stored): void;
  /** Keeps the folder within its bounds; call it once, at the end. */
  trim(): void;
}

type CacheIo = Pick<Io, 'kind' | 'list' | 'readFile' | 'writeFile' | 'open' | 'remove'>;

const LARGEST = 32 * 1024 * 1024;
/** What a monorepo of twenty thousand packages needs; what is pushed out is asked for anew. */
const LARGEST_ALL = 1024 * 1024 * 1024;
const MOST = 20_000;

/** A cache in `folder`. A file that cannot be read or written counts as absent: a cache never fails a run. */
export function httpCache(io: CacheIo, folder: string): HttpCache {
  const fileOf = (key: string) => join(folder, createHash('sha256').update(key).digest('hex').slice(0, 40));
  let wrote = false;
  return {
    get(key) {
      const file = fileOf(key);
      if (io.kind(file) !== 'file') return undefined;
      return quietly(() => decode(io.readFile(file, 2 * LARGEST), key));
    },
    put(key, url, answer) {
      if (answer.body.length > LARGEST) return;
      wrote = true;
      quietly(() => io.writeFile(fileOf(key), encode(key, url, answer)));
    },
    trim() {
      if (wrote) quietly(() => trim(io, folder));
    },
  };
}

/** Until when an answer is fresh by its Cache-Control; undefined when it must not be kept. */
export function freshUntil(control: string, now: number): number | undefined {
  const directives = control.toLowerCase();
  if (/\bno-store\b/.test(directives)) return undefined;
  if (/\bno-cache\b/.test(directives)) return 0;
  const age = /\bmax-age=(\d{1,9})/.exec(directives)?.[1];
  return age === undefined ? 0 : now + Number(age) * 1000;
}

function encode(key: string, url: string, { body, ...about }: Stored): Buffer[] {
  const head = { key: digest(Buffer.from(key)), url: redact(url), ...about, body: digest(body) };
  return [Buffer.from(`${JSON.stringify(head)}\n`), body];
}

function decode(bytes: Buffer, key: string): Stored | undefined {
  const end = bytes.indexOf(10);
  const head: unknown = JSON.parse(bytes.toString('utf8', 0, end));
  const body = bytes.subarray(end + 1);
  if (typeof head !== 'object' || head === null) return undefined;
  const about = new Map(Object.entries(head));
  if (about.get('key') !== digest(Buffer.from(key)) || about.get('body') !== digest(body)) return undefined;
  const text = (name: string) => String(about.get(name) ?? '');
  return {
    status: Number(about.get('status')),
    contentType: text('contentType'),
    etag: text('etag'),
    lastModified: text('lastModified'),
    fresh: Number(about.get('fresh')) || 0,
    link: text('link'),
    body,
  };
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}

// Names are hashes, so that going by them takes away entries at random: no bookkeeping, and good enough.
function trim(io: CacheIo, folder: string): void {
  let bytes = 0;
  let count = 0;
  for (const { name, kind } of io.list(folder)) {
    if (kind !== 'file' || !/^[0-9a-f]{40}$/.test(name)) continue;
    const file = join(folder, name);
    const access = io.open(file);
    const { size } = access;
    access.close();
    if (bytes + size > LARGEST_ALL || count >= MOST) {
      io.remove(file);
      continue;
    }
    bytes += size;
    count++;
  }
}

function quietly<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    const expected =
      error instanceof UserError ||
      error instanceof SyntaxError ||
      (error instanceof Error && 'code' in error);
    if (!expected) throw error;
    return undefined;
  }
}
