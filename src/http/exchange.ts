/** One question and its answer: redirects followed by hand, deadlines kept, the body taken in. */
import type { Readable } from 'node:stream';
import { VERSION } from '../version.ts';
import { discard, seconds, takeIn } from './body.ts';
import { Failed } from './reasons.ts';
import { decoded } from './redact.ts';
import { isTransient, retryAfter } from './retry.ts';
import type { Network, Wire } from './wire.ts';

/** Takes a body's pieces as they come; made anew for every attempt. */
export interface Collector {
  write(piece: Buffer): void;
  end(): Buffer;
}

export interface Question {
  url: URL;
  method: 'GET' | 'POST' | 'PATCH';
  headers: Readonly<Record<string, string>>;
  body: Uint8Array | undefined;
  limit: number;
  collect(): Collector;
  /** Without the credentials that are configured for the host. */
  anonymous: boolean;
  /** Take in the body of a refusal too. */
  hear: boolean;
}

/** One redirect that was followed. */
export interface Hop {
  /** Who sent it. */
  from: URL;
  to: URL;
  /** Its `access-control-allow-origin`; empty without one. */
  allowOrigin: string;
}

export interface Deadlines {
  headersMs: number;
  windowMs: number;
  totalMs: number;
  redirects: number;
}

export interface Received {
  status: number;
  /** Empty where the answer has no such header. */
  header(name: string): string;
  body: Buffer;
  hops: Hop[];
}

/** An answer whose status is no success. */
export class Status extends Failed {
  readonly status: number;
  /** What the answer asks to wait, in milliseconds. */
  readonly waitMs: number;
  readonly header: (name: string) => string;
  /** The answer's body, where it was listened to. */
  readonly said: string;

  constructor(status: number, header: (name: string) => string, said = '') {
    const waitMs = retryAfter(header('retry-after'), Date.now()) ?? 0;
    const later = waitMs > 0 ? ` (asks to wait ${seconds(waitMs)})` : '';
    super(`HTTP ${status}${later || (MEANING.get(status) ?? '')}`, isTransient(status));
    this.status = status;
    this.waitMs = waitMs;
    this.header = header;
    this.said = said;
  }
}

const MEANING: ReadonlyMap<number, string> = new Map([
  [401, ' (it wants credentials, or other ones)'],
  [403, ' (forbidden)'],
  [404, ' (not found)'],
  [405, ' (it does not offer this)'],
  [407, ' (the proxy wants credentials)'],
  [410, ' (gone for good)'],
  [429, ' (too many requests)'],
]);

/**
 * Asks once. Success is 200, and 304 for a question with conditions. Rejects with Failed or an error that
 * `explain` knows.
 */
export async function exchange(
  wire: Wire,
  network: Network,
  question: Question,
  { headersMs, windowMs, totalMs, redirects }: Deadlines,
): Promise<Received> {
  const stop = new AbortController();
  const late = (reason: string, ms: number, retry: boolean) =>
    setTimeout(() => stop.abort(new Failed(`${reason} ${seconds(ms)}`, retry)), ms);
  // Who is silent for so long will not speak when asked again.
  let timer = late('no answer within', headersMs, false);
  try {
    const hops: Hop[] = [];
    const answer = await follow(wire, network, question, stop.signal, { most: redirects, hops });
    const { statusCode, headers, body } = answer;
    clearTimeout(timer);
    timer = late('not complete after', totalMs, false);
    const header = (name: string) => [headers[name] ?? ''].flat().join(', ');
    if (statusCode !== 200 && !(question.method !== 'GET' && MADE.has(statusCode))) {
      const said = question.hear ? await refusal(body, header('content-encoding'), windowMs) : '';
      discard(body);
      if (statusCode === 304 && isConditional(question))
        return { status: 304, header, body: Buffer.alloc(0), hops };
      throw new Status(statusCode, header, said);
    }
    const collector = question.collect();
    const take = (piece: Buffer) => collector.write(piece);
    await takeIn(body, header('content-encoding'), { limit: question.limit, take, windowMs });
    return { status: statusCode, header, body: collector.end(), hops };
  } finally {
    clearTimeout(timer);
  }
}

const REFUSAL_LIMIT = 16 * 1024;

/** What a refusal says beside its status; nothing where that cannot be read, since the status is known. */
async function refusal(body: Readable, encoding: string, windowMs: number): Promise<string> {
  const pieces: Buffer[] = [];
  const take = (piece: Buffer) => void pieces.push(piece);
  await takeIn(body, encoding, { limit: REFUSAL_LIMIT, take, windowMs }).catch(() => undefined);
  return Buffer.concat(pieces).toString('utf8');
}

/** Created, and accepted: https://httpwg.org/specs/rfc9110.html#status.201 */
const MADE = new Set([201, 202]);

function isConditional({ headers }: Question): boolean {
  return headers['if-none-match'] !== undefined || headers['if-modified-since'] !== undefined;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

async function follow(
  wire: Wire,
  network: Network,
  question: Question,
  signal: AbortSignal,
  { most, hops }: { most: number; hops: Hop[] },
) {
  const { method, body, anonymous } = question;
  let { url } = question;
  for (;;) {
    const own = url.origin === question.url.origin && !anonymous;
    const authorization = own ? credentials(network, question.url) : undefined;
    const headers = {
      'user-agent': `vakt/${VERSION}`,
      'accept-encoding': 'gzip',
      ...question.headers,
      ...(authorization === undefined ? {} : { authorization }),
    };
    const answer = await wire.send({ url: bare(url), method, headers, body, signal });
    if (!REDIRECTS.has(answer.statusCode)) return answer;
    discard(answer.body);
    if (hops.length >= most) throw new Failed(`redirects more than ${most} times`);
    const from = url;
    url = target(answer.headers.location, from, question);
    const allowOrigin = [answer.headers['access-control-allow-origin'] ?? ''].flat().join(', ');
    hops.push({ from, to: url, allowOrigin });
  }
}

// Where a redirect may lead. What was posted names packages, so it stays with the one it was meant for.
function target(location: string | string[] | undefined, from: URL, question: Question): URL {
  const wanted = [location ?? ''].flat()[0] ?? '';
  if (wanted === '' || !URL.canParse(wanted, from.href)) throw new Failed('redirects to nowhere');
  const to = new URL(wanted, from);
  if (to.protocol !== 'https:' && to.protocol !== 'http:') throw new Failed(`redirects to ${to.protocol}`);
  if (from.protocol === 'https:' && to.protocol === 'http:')
    throw new Failed(`redirects from https to http (${to.host})`);
  if (question.method !== 'GET' && to.origin !== question.url.origin)
    throw new Failed(`redirects what was sent to another host (${to.host})`);
  return to;
}

// What the configuration says; else user and password that stand in the URL itself.
function credentials(network: Network, url: URL): string | undefined {
  const configured = network.authorizationFor(url);
  if (configured !== undefined || url.username === '') return configured;
  const pair = `${decoded(url.username)}:${decoded(url.password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

function bare(url: URL): URL {
  const plain = new URL(url);
  plain.username = '';
  plain.password = '';
  plain.hash = '';
  return plain;
}
