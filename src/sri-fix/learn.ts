/**
 * Where a resource's hash comes from, in this order: the SRI lock, a mirror folder, the npm tarball whose file the host
 * delivers, the hash that cdnjs publishes, the resource itself. With `update` the lock comes last.
 */
import { join } from 'node:path';
import { isHost } from '../cdn/identify.ts';
import { digestOf, integrityOf } from '../integrity.ts';
import { mirrorPath } from '../mirror.ts';
import { matchesBody, parseIntegrity } from '../sri.ts';
import type { WebLoad } from '../web.ts';
import { isModule, typeOf } from './modules.ts';
import { entryOf } from './npm-file.ts';
import { type Ports, portsOf, type Sources } from './sources.ts';

/** What a URL delivers. */
export interface Learned {
  ok: true;
  integrity: string;
  from: string;
  /** Bytes of the body; absent where only a hash was published. */
  size?: number;
  /** Absent where only the lock knows it. */
  body?: Buffer;
  /** What a module imports, where the lock says it. */
  imports?: readonly string[];
  /** Some of it cannot be told: names that only the running code makes. */
  open?: true;
  /** It adds script elements for chunks whose names it makes: nothing can give those integrity. */
  adds?: true;
  /** Any site may read it, so that requests with credentials cannot. */
  anyOrigin: boolean;
}

/** Why nothing was learnt. */
export interface Unlearned {
  ok: false;
  /** It must not be pinned; else it might be, at another time. */
  refused: boolean;
  /** `differs`: its server delivers something else than what is known; `unverified`: nobody knows whether it does. */
  verified?: 'differs' | 'unverified';
  reason: string;
  advice?: string;
}

export type Learn = (load: WebLoad) => Promise<Learned | Unlearned>;

/** Learns each URL once. */
export function learner(sources: Sources): Learn {
  const known = new Map<string, Promise<Learned | Unlearned>>();
  const ports = portsOf(sources);
  return (load) => {
    const algorithm = load.metadata?.hashes[0]?.algorithm ?? '';
    const key = `${typeOf(load)} ${load.cors === 'no-cors'} ${isModule(load)} ${algorithm} ${load.url}`;
    let answer = known.get(key);
    if (answer === undefined) {
      answer = learn(sources, ports, load);
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

async function learn(sources: Sources, ports: Ports, load: WebLoad): Promise<Learned | Unlearned> {
  if (load.resource?.cors === false) return noCors(load.host);
  const url = withoutFragment(load.url);
  const answer = await ask(sources, ports, load, url);
  if (!answer.ok || answer.from === url) return answer;
  const wanted = answer.body === undefined && needsBody(load, answer);
  if (!sources.verify && !wanted) return answer;
  const mirrored = sources.verify ? undefined : mirrorBody(sources, url);
  if (mirrored !== undefined && hasBody(answer, mirrored)) return { ...answer, body: mirrored };
  const compared = await compare(sources, ports, load, url, answer);
  // Who does not insist is content with the hash; what the module imports is then told as unknown.
  return compared.ok || sources.verify || compared.verified === 'differs' ? compared : answer;
}

async function ask(sources: Sources, ports: Ports, load: WebLoad, url: string): Promise<Learned | Unlearned> {
  const locked = fromLock(sources, url);
  if (locked !== undefined && !sources.update) return locked;
  const anyOrigin = load.resource?.cors === true;
  // Whose server lets nobody read it would be blocked by integrity, right or not. A tag that asks with CORS shows that it works.
  const open = anyOrigin || load.cors !== 'no-cors';
  const mirrored = mirrorBody(sources, url);
  if (mirrored !== undefined && open) return learned(sources, mirrored, 'mirror', anyOrigin);
  const reasons: string[] = [];
  if (anyOrigin && mirrored === undefined) {
    const answer = (await fromNpm(sources, ports, load, reasons)) ?? (await fromCdnjs(ports, url, reasons));
    if (answer !== undefined) return answer;
  }
  const answer = await fromNetwork(sources, ports, load, url, mirrored, reasons);
  return answer.ok ? answer : (locked ?? answer);
}

// A module's imports are in its body; so is the answer to whether a hash of another algorithm is right.
function needsBody(load: WebLoad, { integrity, imports, from }: Learned): boolean {
  if (isModule(load) && imports === undefined) return true;
  const [known] = parseIntegrity(integrity).hashes;
  const others = load.metadata?.effective === true && load.metadata.hashes[0]?.algorithm !== known?.algorithm;
  return others && from.startsWith('cdnjs ');
}

function hasBody({ integrity }: Learned, body: Buffer): boolean {
  return matchesBody(parseIntegrity(integrity), (algorithm) => digestOf(body, algorithm));
}

/** Holds what is known against what the server delivers. */
async function compare(
  { progress }: Sources,
  { fetched, offline }: Ports,
  load: WebLoad,
  url: string,
  known: Learned,
): Promise<Learned | Unlearned> {
  const { host } = load;
  const unverified = (reason: string): Unlearned => ({
    ok: false,
    refused: false,
    verified: 'unverified',
    reason: `what ${host} delivers could not be compared with ${known.from}: ${reason}`,
  });
  if (offline) return unverified('--offline asks nobody');
  progress(`fetching ${url}`);
  const answer = await fetched(url, typeOf(load));
  if (!answer.ok) return answer.varies === true ? perVisitor(answer.reason) : unverified(answer.reason);
  const { body, anyOrigin } = answer;
  if (hasBody(known, body)) return { ...known, body, anyOrigin };
  const algorithm = parseIntegrity(known.integrity).hashes[0]?.algorithm ?? 'sha384';
  const theirs = `${integrityOf(body, algorithm)} (${body.length} bytes)`;
  return {
    ok: false,
    refused: false,
    verified: 'differs',
    reason: `${host} delivers ${theirs}, but by ${known.from} it must be ${known.integrity}${known.size === undefined ? '' : ` (${known.size} bytes)`}`,
    advice: 'find out which of both is right before anybody loads it: this may be an attack',
  };
}

function fromLock({ lock, lockName }: Sources, url: string): Learned | undefined {
  const locked = lock?.get(url);
  if (locked === undefined) return undefined;
  const { integrity, size, imports } = locked;
  const made: Learned = { ok: true, integrity, from: lockName, anyOrigin: false };
  if (size !== undefined) made.size = size;
  if (imports !== undefined) made.imports = imports;
  return made;
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

const TAMPERED = 'find out who changed the package before anybody uses it: this may be an attack';

async function fromNpm(
  sources: Sources,
  { npm }: Ports,
  { resource, url }: WebLoad,
  reasons: string[],
): Promise<Learned | Unlearned | undefined> {
  const { name, version, file: named } = resource?.package ?? {};
  if (resource?.npmBytes !== true || name === undefined || !version) return undefined;
  const entry = resource.entry === true;
  const file = entry ? await entryOf(npm, name, version) : named;
  if (file === undefined && !entry) return undefined;
  const found = await npm(name, version, file ?? 'package.json');
  if (found.ok && file === undefined) return undefined;
  if (found.ok) return learned(sources, found.body, `npm ${name}@${version}`, true);
  // What a stranger changed is no reason to believe the next one.
  if (found.tampered) return { ok: false, refused: false, reason: found.reason, advice: TAMPERED };
  reasons.push(found.reason);
  if (!found.absent || !isGenerated(url)) return undefined;
  return {
    ok: false,
    refused: true,
    reason: `jsDelivr minifies it on request: ${found.reason}`,
    advice: 'name a file that the package holds',
  };
}

async function fromCdnjs({ published }: Ports, url: string, reasons: string[]): Promise<Learned | undefined> {
  const answer = await published(url);
  if (answer?.ok === false) reasons.push(answer.reason);
  if (answer?.ok !== true) return undefined;
  return { ok: true, integrity: answer.integrity, from: answer.from, anyOrigin: true };
}

// https://www.jsdelivr.com/documentation#id-minified-files: what the package lacks is made on request.
function isGenerated(text: string): boolean {
  const { hostname, pathname } = new URL(text);
  return /\.min\.(?:m?js|css)$/i.test(pathname) && isHost(hostname, ['*.jsdelivr.net']);
}

async function fromNetwork(
  sources: Sources,
  { fetched, offline }: Ports,
  load: WebLoad,
  url: string,
  mirrored: Buffer | undefined,
  reasons: string[],
): Promise<Learned | Unlearned> {
  if (offline) {
    const what =
      mirrored === undefined
        ? 'neither the SRI lock nor a mirror folder has it, and --offline asks nobody'
        : `whether ${load.host} lets other sites read it is unknown, and --offline asks nobody`;
    return { ok: false, refused: false, reason: what };
  }
  sources.progress(`fetching ${url}`);
  const answer = await fetched(url, typeOf(load));
  if (!answer.ok && answer.varies === true) return perVisitor(answer.reason);
  if (!answer.ok) return { ok: false, refused: false, reason: [...reasons, answer.reason].join('; ') };
  const { body, anyOrigin } = answer;
  if (mirrored !== undefined) return learned(sources, mirrored, 'mirror', anyOrigin);
  return learned(sources, body, url, anyOrigin);
}

function perVisitor(reason: string): Unlearned {
  const advice = 'serve a copy yourself, or allow its host in a Content-Security-Policy';
  return { ok: false, refused: true, reason, advice };
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
