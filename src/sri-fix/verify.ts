/** Whether the URLs of an SRI lock still deliver what was pinned: a third-party script that changes is an incident. */
import { basename, relative, resolve, sep } from 'node:path';
import { UserError } from '../errors.ts';
import type { Http } from '../http.ts';
import { digestOf, integrityOf } from '../integrity.ts';
import type { Io } from '../io.ts';
import { EXIT } from '../model.ts';
import { parseJson } from '../readers/json.ts';
import { matchesBody, parseIntegrity } from '../sri.ts';
import { type Locked, lockFileFor, readLock, type SriLock } from './lock.ts';
import { type ContentKind, fetchResource } from './resource.ts';

export interface SriVerifyRequest {
  /** A lock, or the folder that it holds for; the current folder where undefined. */
  path: string | undefined;
  /** What browsers send as Origin from the site's pages: `https://shop.example`, or `null` where nobody knows. */
  origin: string;
  http(): Promise<Http>;
  progress(done: number, all: number): void;
}

/** What a URL delivers, beside what it should. */
interface Verified {
  url: string;
  state: 'equal' | 'drift' | 'unknown';
  /** Where the lock says so. */
  line: number;
  column: number;
  pinned: Locked;
  /** Of `drift`. */
  delivered?: { integrity: string; size: number };
  /** Of `unknown`. */
  reason?: string;
}

export interface SriVerifyResult {
  /** The lock, relative to the current folder, with `/`. */
  file: string;
  /** Sorted by URL. */
  urls: Verified[];
  exitCode: number;
}

/** Fetches every URL of the lock. Throws UserError where there is no lock, or none that can be trusted. */
export async function sriVerify(io: Io, request: SriVerifyRequest): Promise<SriVerifyResult> {
  const file = fileOf(io, request.path);
  const lock = readLock(io, file);
  const name = relative(io.cwd, file).split(sep).join('/') || basename(file);
  if (lock === undefined)
    throw new UserError('there is no SRI lock', {
      where: request.path ?? name,
      hint: 'vakt sri-fix --lock begins one',
    });
  const urls = await verifyAll(io, file, lock, request);
  const has = (state: Verified['state']) => urls.some((one) => one.state === state);
  const exitCode = has('drift') ? EXIT.fail : has('unknown') ? EXIT.incomplete : EXIT.pass;
  return { file: name, urls, exitCode };
}

function fileOf(io: Io, path: string | undefined): string {
  const named = resolve(io.cwd, path ?? '.');
  const kind = io.kind(named);
  if (kind === 'file') return named;
  if (kind === 'directory') return lockFileFor(io, named);
  throw new UserError(kind === undefined ? 'does not exist' : 'is neither a file nor a folder', {
    where: path ?? '.',
    hint: 'name an SRI lock, or the folder that it holds for',
  });
}

async function verifyAll(
  io: Io,
  file: string,
  lock: SriLock,
  { http, origin, progress }: SriVerifyRequest,
): Promise<Verified[]> {
  if (lock.size === 0) return [];
  const { locate } = parseJson(io.readFile(file), file);
  const open = await http();
  // The client has a few under way at a time; only digests stay.
  const asking = { http: open, origin, paranoid: false, wait: async () => {} };
  let done = 0;
  const entries = [...lock].sort(([a], [b]) => (a < b ? -1 : 1));
  return Promise.all(
    entries.map(async ([url, pinned]): Promise<Verified> => {
      const answer = await fetchResource(asking, url, kindOf(url));
      progress(++done, lock.size);
      const { line, column } = locate([url]);
      const about = { url, line, column, pinned };
      if (!answer.ok) return { ...about, state: 'unknown', reason: answer.reason };
      return { ...about, ...compared(pinned, answer.body) };
    }),
  );
}

function compared({ integrity }: Locked, body: Buffer): Pick<Verified, 'state' | 'delivered'> {
  const metadata = parseIntegrity(integrity);
  if (matchesBody(metadata, (algorithm) => digestOf(body, algorithm))) return { state: 'equal' };
  const algorithm = metadata.hashes[0]?.algorithm ?? 'sha384';
  return { state: 'drift', delivered: { integrity: integrityOf(body, algorithm), size: body.length } };
}

// The lock does not say what a URL is for; where its name does not either, both types do.
function kindOf(url: string): ContentKind | undefined {
  const { pathname } = new URL(url);
  if (/\.css$/i.test(pathname)) return 'style';
  if (/\.json$/i.test(pathname)) return 'json';
  return /\.m?js$/i.test(pathname) ? 'script' : undefined;
}
