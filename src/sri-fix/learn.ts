/**
 * Where a resource's hash comes from, in this order: the SRI lock, a mirror folder, the npm tarball whose file the host
 * delivers, the resource itself. With `update` the lock comes last.
 */
import { join } from 'node:path';
import { isHost } from '../cdn/identify.ts';
import type { Http } from '../http.ts';
import { integrityOf } from '../integrity.ts';
import type { Io } from '../io.ts';
import { mirrorPath } from '../mirror.ts';
import type { Registry } from '../sources/registry.ts';
import type { Algorithm } from '../sri.ts';
import type { WebLoad } from '../web.ts';
import type { SriLock } from './lock.ts';
import { type NpmFile, npmFiles } from './npm-file.ts';
import { fetchResource } from './resource.ts';

/** What a URL delivers. */
export interface Learned {
  ok: true;
  integrity: string;
  from: string;
  size: number;
  /** Absent where only the lock knows it. */
  body?: Buffer;
  /** What a module imports, where the lock says it. */
  imports?: readonly string[];
  /** Some of it cannot be told: names that only the running code makes. */
  open?: true;
  /** Any site may read it, so that requests with credentials cannot. */
  anyOrigin: boolean;
}

/** Why nothing was learnt. `refused`: it must not be pinned; else it might be, at another time. */
export interface Unlearned {
  ok: false;
  refused: boolean;
  reason: string;
  advice?: string;
}

export type Learn = (load: WebLoad) => Promise<Learned | Unlearned>;

export interface Sources {
  io: Pick<Io, 'kind' | 'readFile'>;
  lock: SriLock | undefined;
  /** The lock's name, for people. */
  lockName: string;
  /** A folder of bodies. */
  mirror: string | undefined;
  /** Opened when first needed; undefined: offline. */
  network: (() => Promise<{ http: Http; registry: Registry }>) | undefined;
  algorithm: Algorithm;
  /** What browsers send as Origin from the site's pages. */
  origin: string;
  update: boolean;
  progress(what: string): void;
}

/** Learns each URL once. */
export function learner(sources: Sources): Learn {
  const known = new Map<string, Promise<Learned | Unlearned>>();
  const npm = npmOf(sources);
  return (load) => {
    const key = `${load.destination} ${load.cors === 'no-cors'} ${load.url}`;
    let answer = known.get(key);
    if (answer === undefined) {
      answer = learn(sources, npm, load);
      known.set(key, answer);
    }
    return answer;
  };
}

/** A URL without its fragment: what goes over the network. */
export function withoutFragment(url: string): string {
  const hash = url.indexOf('#');
  return hash === -1 ? url : url.slice(0, hash);
}

type Npm = (name: string, version: string, file: string) => Promise<NpmFile>;

function npmOf({ network }: Sources): Npm {
  let files: Npm | undefined;
  return async (...wanted) => {
    if (network === undefined) return { ok: false, reason: 'offline', absent: false };
    files ??= npmFiles((await network()).registry);
    return files(...wanted);
  };
}

async function learn(sources: Sources, npm: Npm, load: WebLoad): Promise<Learned | Unlearned> {
  const { resource } = load;
  const url = withoutFragment(load.url);
  if (resource?.cors === false) return noCors(load.host);
  const { update } = sources;
  const locked = fromLock(sources, url);
  if (locked !== undefined && !update) return locked;
  const anyOrigin = resource?.cors === true;
  // Whose server lets nobody read it would be blocked by integrity, right or not. A tag that asks with CORS shows that it works.
  const open = anyOrigin || load.cors !== 'no-cors';
  const mirrored = mirrorBody(sources, url);
  if (mirrored !== undefined && open) return learned(sources, mirrored, 'mirror', anyOrigin);
  const reasons: string[] = [];
  if (anyOrigin && mirrored === undefined) {
    const answer = await fromNpm(sources, npm, load, reasons);
    if (answer !== undefined) return answer;
  }
  const answer = await fromNetwork(sources, load, url, mirrored, reasons);
  return answer.ok ? answer : (locked ?? answer);
}

function fromLock({ lock, lockName }: Sources, url: string): Learned | undefined {
  const locked = lock?.get(url);
  if (locked === undefined) return undefined;
  const { integrity, size, imports } = locked;
  const made: Learned = { ok: true, integrity, from: lockName, size, anyOrigin: false };
  return imports === undefined ? made : { ...made, imports };
}

function mirrorBody({ io, mirror }: Sources, url: string): Buffer | undefined {
  const path = mirror === undefined ? undefined : mirrorPath(url);
  if (mirror === undefined || path === undefined) return undefined;
  try {
    const file = join(mirror, path);
    return io.kind(file) === 'file' ? io.readFile(file) : undefined;
  } catch {
    // A name that the disk cannot have, or a file that may not be read: not in the mirror.
    return undefined;
  }
}

async function fromNpm(
  sources: Sources,
  npm: Npm,
  { resource, url }: WebLoad,
  reasons: string[],
): Promise<Learned | Unlearned | undefined> {
  const { name, version, file } = resource?.package ?? {};
  if (resource?.npmBytes !== true || name === undefined || !version || file === undefined) return undefined;
  const found = await npm(name, version, file);
  if (found.ok) return learned(sources, found.body, `npm ${name}@${version}`, true);
  reasons.push(found.reason);
  if (!found.absent || !isGenerated(url)) return undefined;
  return {
    ok: false,
    refused: true,
    reason: `jsDelivr minifies it on request: ${found.reason}`,
    advice: 'name a file that the package holds',
  };
}

// https://www.jsdelivr.com/documentation#id-minified-files: what the package lacks is made on request.
function isGenerated(text: string): boolean {
  const { hostname, pathname } = new URL(text);
  return /\.min\.(?:m?js|css)$/i.test(pathname) && isHost(hostname, ['*.jsdelivr.net']);
}

async function fromNetwork(
  sources: Sources,
  { destination, host }: WebLoad,
  url: string,
  mirrored: Buffer | undefined,
  reasons: string[],
): Promise<Learned | Unlearned> {
  const { network, origin, progress } = sources;
  if (network === undefined) {
    const what =
      mirrored === undefined
        ? 'neither the SRI lock nor a mirror folder has it, and --offline asks nobody'
        : `whether ${host} lets other sites read it is unknown, and --offline asks nobody`;
    return { ok: false, refused: false, reason: what };
  }
  progress(`fetching ${url}`);
  const { http } = await network();
  const answer = await fetchResource(http, url, destination, origin);
  if (!answer.ok) return { ok: false, refused: false, reason: [...reasons, answer.reason].join('; ') };
  const { body, anyOrigin } = answer;
  if (mirrored !== undefined) return learned(sources, mirrored, 'mirror', anyOrigin);
  return learned(sources, body, url, anyOrigin);
}

function learned({ algorithm }: Sources, body: Buffer, from: string, anyOrigin: boolean): Learned {
  return { ok: true, integrity: integrityOf(body, algorithm), from, size: body.length, body, anyOrigin };
}

function noCors(host: string): Unlearned {
  return {
    ok: false,
    refused: true,
    reason: `${host} lets no other site read its files (no CORS), so integrity would block it`,
    advice: 'serve the file yourself',
  };
}
