/**
 * The one way to the network. Every request is bounded in time, size, redirects and repetitions; a failure is a
 * value with its reason in plain words, never a throw; credentials go to the host they were configured for.
 */
import { freshUntil, type HttpCache, type Stored } from './http/cache.ts';
import { type Collector, exchange, type Hop, type Question, Status } from './http/exchange.ts';
import { explain, Failed } from './http/reasons.ts';
import { redactText } from './http/redact.ts';
import { backoff, limiter, type Patience, patience } from './http/retry.ts';
import type { Network, Wire } from './http/wire.ts';

export interface HttpRequest {
  url: string;
  method?: 'GET' | 'POST' | 'PATCH';
  /** Lower-case names; `authorization` comes from the network's configuration alone. */
  headers?: Readonly<Record<string, string>>;
  body?: Uint8Array;
  /** Most bytes of the decoded body; more is a failure. */
  limit: number;
  /** What an answer may take once it has begun, in milliseconds. */
  totalMs?: number;
  /** Whether the answer may come from, and go to, the disk cache. */
  cache?: boolean;
  /** Sent once whatever happens: for what would be done twice if it were repeated. */
  once?: true;
  /** Take in what a refusal says beside its status. */
  hear?: true;
  /** Asks as a stranger: without the credentials that are configured for the host. */
  anonymous?: boolean;
  /** An endpoint that may fail while the rest of its host does not, or the other way round: its failures count apart. */
  service?: string;
  /** Keeps something else than the whole body; `name` tells cached answers apart. */
  collect?: { name: string; create(): Collector };
}

export interface HttpAnswer {
  ok: true;
  /** 200 (201 and 202 for what was sent), or 304 when the request had `if-none-match`. */
  status: number;
  contentType: string;
  etag: string;
  /** `access-control-allow-origin`; absent where the answer came from the cache. */
  allowOrigin?: string;
  /** The header Link (RFC 8288). */
  link?: string;
  /** Any header of the answer by its lower-case name, empty where it has none; absent where the answer came from the cache. */
  header?: (name: string) => string;
  /** The redirects that led to it; absent where the answer came from the cache. */
  hops?: readonly Hop[];
  /** What was collected. */
  body: Buffer;
}

export interface HttpFailure {
  ok: false;
  /** For people: `HTTP 410 (gone for good)`, `cut off after 12 bytes`. Holds no secret. */
  reason: string;
  /** Absent where no answer came. */
  status?: number;
  /** Any header of that answer. */
  header?: (name: string) => string;
  /** Its body, of a request that wants to hear it. For nobody's eyes: it may hold anything. */
  said?: string;
  /** Who was asked: host, with port where the URL has one. */
  host: string;
  /** The body is not the one that was promised. */
  tampered?: true;
}

export interface Http {
  send(request: HttpRequest): Promise<HttpAnswer | HttpFailure>;
  /** Sends and reads JSON; `read` throws for a value of another shape than it should have. */
  json<T>(
    request: HttpRequest,
    read: (value: unknown, answer: HttpAnswer) => T,
  ): Promise<{ ok: true; value: T } | HttpFailure>;
  /** Ends all connections and trims the cache. */
  close(): Promise<void>;
}

export interface HttpOptions {
  network: Network;
  cache?: HttpCache | undefined;
  limits?: Partial<typeof LIMITS>;
}

const LIMITS = {
  /** Most that is spent on a service that fails, from its first failure to its next answer, in milliseconds. */
  failingMs: 10_000,
  /** From the request to the headers of its answer. */
  headersMs: 10_000,
  /** A body that brings less than 4 KiB in this time is given up. */
  windowMs: 5000,
  totalMs: 30_000,
  repetitions: 2,
  /** Before the first repetition; the second waits twice as long, each with jitter. */
  backoffMs: 250,
  redirects: 5,
  concurrency: 12,
};

interface Context extends HttpOptions {
  limits: typeof LIMITS;
  hosts: Patience;
  connect(): Promise<Wire>;
}

/** Opens nothing, and loads no client, before the first request. */
export function createHttp(options: HttpOptions): Http {
  const limits = { ...LIMITS, ...options.limits };
  const inLine = limiter(limits.concurrency);
  let wire: Promise<Wire> | undefined;
  const connect = () => {
    wire ??= import('./http/wire.ts').then(({ createWire }) => createWire(options.network));
    return wire;
  };
  const context = { ...options, limits, hosts: patience(limits.failingMs), connect };
  const send: Http['send'] = (request) => inLine(() => persist(context, request));
  return {
    send,
    async json(request, read) {
      const answer = await send({ ...request, headers: { accept: 'application/json', ...request.headers } });
      if (!answer.ok) return answer;
      try {
        return { ok: true, value: read(parse(answer), answer) };
      } catch (error) {
        return misread(error, new URL(request.url).host, options.network);
      }
    },
    async close() {
      options.cache?.trim();
      await (await wire)?.close();
      wire = undefined;
    },
  };
}

// Asks until there is an answer, a failure that will stay, or no patience left.
async function persist(context: Context, request: HttpRequest): Promise<HttpAnswer | HttpFailure> {
  const { hosts, limits, network } = context;
  if (!URL.canParse(request.url)) return { ok: false, reason: 'its URL is invalid', host: '' };
  const { host } = new URL(request.url);
  const service = `${host} ${request.service ?? ''}`;
  for (let attempt = 1; ; attempt++) {
    const started = Date.now();
    const left = hosts.left(service, started);
    if (left <= 0) return { ok: false, reason: `not asked again: ${hosts.reason(service)}`, host };
    try {
      const answer = await answerTo(context, request, Math.min(left, limits.headersMs));
      hosts.answered(service, Date.now());
      return answer;
    } catch (error) {
      const failed = explain(error);
      const reason = redactText(failed.message, network.secrets);
      const status = failed instanceof Status ? failed.status : undefined;
      if (status !== undefined && !failed.retry) hosts.answered(service, Date.now());
      else hosts.failed(service, started, Date.now(), reason);
      const wait = Math.max(backoff(limits.backoffMs, attempt), failed instanceof Status ? failed.waitMs : 0);
      if (
        !failed.retry ||
        request.once === true ||
        attempt > limits.repetitions ||
        wait >= hosts.left(service, Date.now())
      ) {
        hosts.gaveUp(service);
        if (!(failed instanceof Status)) return { ok: false, reason, host };
        return { ok: false, reason, host, status: failed.status, header: failed.header, said: failed.said };
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

async function answerTo(context: Context, request: HttpRequest, headersMs: number): Promise<HttpAnswer> {
  const { cache, limits, network, connect } = context;
  const url = new URL(request.url);
  // What needs credentials is asked for every time, so that a key that was taken back opens nothing.
  const open = url.username === '' && network.authorizationFor(url) === undefined;
  const key = keyOf(url, request);
  const stored = request.cache === true ? cache?.get(key) : undefined;
  if (stored !== undefined && open && stored.fresh > Date.now()) return { ok: true, ...stored };
  const question: Question = {
    url,
    method: request.method ?? 'GET',
    headers: { ...conditions(stored), ...request.headers },
    body: request.body,
    limit: request.limit,
    collect: request.collect?.create ?? whole,
    anonymous: request.anonymous === true,
    hear: request.hear === true,
  };
  const deadlines = { ...limits, totalMs: request.totalMs ?? limits.totalMs, headersMs };
  const { status, header, body, hops } = await exchange(await connect(), network, question, deadlines);
  const fresh = freshUntil(header('cache-control'), Date.now());
  const answer: Stored =
    status === 304 && stored !== undefined
      ? { ...stored, fresh: fresh ?? 0 }
      : {
          status,
          contentType: header('content-type'),
          etag: header('etag'),
          lastModified: header('last-modified'),
          fresh: fresh ?? 0,
          link: header('link'),
          body,
        };
  const known = answer.etag !== '' || answer.lastModified !== '' || answer.fresh > 0;
  const isKept = stored !== undefined && status === 304 && answer.fresh === stored.fresh;
  if (request.cache === true && answer.status === 200 && fresh !== undefined && known && !isKept)
    cache?.put(key, request.url, answer);
  return { ok: true, ...answer, header, hops, allowOrigin: header('access-control-allow-origin') };
}

function keyOf(url: URL, { headers, collect }: HttpRequest): string {
  return `${url.origin}${url.pathname}${url.search}\n${headers?.accept ?? ''}\n${collect?.name ?? ''}`;
}

function conditions(stored: Stored | undefined): Record<string, string> {
  const headers: Record<string, string> = {};
  if (stored === undefined) return headers;
  if (stored.etag !== '') headers['if-none-match'] = stored.etag;
  if (stored.lastModified !== '') headers['if-modified-since'] = stored.lastModified;
  return headers;
}

function whole(): Collector {
  const pieces: Buffer[] = [];
  return { write: (piece) => void pieces.push(piece), end: () => Buffer.concat(pieces) };
}

function parse({ body, contentType }: HttpAnswer): unknown {
  const text = body.toString('utf8');
  const start = text.slice(0, 200).trimStart();
  if (start === '') throw new Failed('answered nothing');
  if (start.startsWith('<') || /^text\/html\b/i.test(contentType))
    throw new Failed('answered HTML, not JSON (a login page?)');
  try {
    return JSON.parse(text);
  } catch {
    throw new Failed(`answered ${body.length} bytes that are no JSON, or not all of it`);
  }
}

function misread(error: unknown, host: string, { secrets }: Network): HttpFailure {
  const message = error instanceof Error ? error.message : String(error);
  const reason = error instanceof Failed ? message : `answered another shape than expected: ${message}`;
  return { ok: false, reason: redactText(reason, secrets).slice(0, 300), host };
}
