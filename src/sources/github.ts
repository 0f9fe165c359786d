/**
 * GitHub through octokit, over vakt's own way to the network: octokit builds requests and reads answers, and never
 * sees the token. Its own repetitions and throttling are off, since http.ts repeats and this file keeps the limits.
 */
import { Octokit } from 'octokit';
import { retryAfter } from '../http/retry.ts';
import { createHttp, type Http, type HttpFailure, type HttpOptions } from '../http.ts';
import { at, Misshapen, object } from './advisories/shape.ts';
import { type GitHubSettings, githubNetwork } from './github/settings.ts';

/** What came of asking, or why nothing did. */
type Told<T> = { ok: true; value: T } | { ok: false; reason: string; status?: number };

/** One page of the global advisory database, and the cursor of the next. */
interface Page {
  items: unknown;
  after?: string;
}

export interface AdvisoryQuery {
  type: 'reviewed' | 'malware';
  /** `name@version`, at most 1,000. */
  affects: readonly string[];
  after?: string;
}

export interface GitHub {
  host: string;
  /** Whether there is a token: GraphQL answers nobody without. */
  signedIn: boolean;
  /** Asks by GraphQL. `read` throws Misshapen for an answer of another shape than asked for. */
  query<T>(
    query: string,
    variables: Readonly<Record<string, string>>,
    read: (answer: Answer) => T,
  ): Promise<Told<T>>;
  /** One page of `GET /advisories`. https://docs.github.com/en/rest/security-advisories/global-advisories */
  advisories(query: AdvisoryQuery): Promise<Told<Page>>;
  /** A request of the REST API, as GitHub spells it: `GET /repos/{owner}/{repo}/issues/{issue_number}/comments`. What is
   * not a GET is sent once. `read` throws Misshapen for an answer of another shape. */
  rest<T>(
    route: string,
    parameters: Readonly<Record<string, string | number>>,
    read: (answer: unknown) => T,
  ): Promise<Told<T>>;
  close(): Promise<void>;
}

/** What GraphQL answers: data where there is any, and what went wrong beside it. */
interface Answer {
  data: unknown;
  errors: unknown;
}

export interface GitHubOptions extends HttpOptions {
  settings: GitHubSettings;
  now?: () => number;
}

/** Fifty repositories take less than 100 kB, a hundred advisories less than 2 MB. */
const ANSWER_LIMIT = 16 * 1024 * 1024;
/** What is waited for a limit to end, once; longer is a reason to give up. */
const PATIENCE_MS = 8000;
/** GitHub counts by points and by seconds; four at a time are few enough for both. */
const LIMITS = { concurrency: 4, headersMs: 15_000, failingMs: 30_000 };

/** Opens nothing before the first question. */
export function createGitHub(options: GitHubOptions): GitHub {
  const { settings, now = Date.now } = options;
  const http = createHttp({
    network: githubNetwork(options.network, settings),
    cache: options.cache,
    limits: { ...LIMITS, ...options.limits },
  });
  const quota = createQuota(now);
  const octokit = new Octokit({
    baseUrl: settings.api,
    request: { fetch: fetchOver(http, quota) },
    retry: { enabled: false },
    throttle: { enabled: false },
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  const call = <T>(act: () => Promise<T>) => within(quota, act);
  return {
    host: settings.host,
    signedIn: settings.token !== undefined,
    query: (query, variables, read) =>
      call(async () => {
        const { data } = await octokit.request({ method: 'POST', url: settings.graphql, query, variables });
        const answer = object(data, 'the answer');
        quota.hear(answer.errors);
        return read({ data: answer.data, errors: answer.errors });
      }),
    advisories: ({ type, affects, after }) =>
      call(async () => {
        const { data, headers } = await octokit.request('GET /advisories', {
          type,
          affects: affects.join(','),
          ecosystem: 'npm',
          per_page: 100,
          ...(after !== undefined && { after }),
        });
        const next = nextCursor(headers.link);
        return { items: data, ...(next !== undefined && { after: next }) };
      }),
    rest: (route, parameters, read) =>
      call(async () => read((await octokit.request(route, { ...parameters })).data)),
    close: () => http.close(),
  };
}

/** A request that came to nothing, for octokit to pass on. */
class Unanswered extends Error {
  readonly failure: HttpFailure;

  constructor(failure: HttpFailure) {
    super(failure.reason);
    this.failure = failure;
  }
}

/** A limit that GitHub has set, with how long it lasts. */
class Limited extends Error {
  readonly waitMs: number;

  constructor(until: number, now: number, before = '') {
    // Some servers ask to wait for longer than a date can say.
    const end = new Date(Math.min(until, 8e15)).toISOString().slice(0, 16).replace('T', ' ');
    super(`${before}rate limit used up until ${end} UTC`);
    this.waitMs = Math.max(0, until - now);
  }
}

interface Quota {
  /** Throws Limited where nothing is left. */
  check(): void;
  /** Takes note of what is left by an answer's headers. */
  note(header: (name: string) => string): void;
  /** Throws Limited where GraphQL's errors speak of a limit. */
  hear(errors: unknown): void;
  /** What a refusal means: throws Limited where it is a limit. */
  refused(failure: HttpFailure): void;
}

// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
function createQuota(now: () => number): Quota {
  let until = 0;
  const check = () => {
    if (until > now()) throw new Limited(until, now());
  };
  const resetOf = (header: (name: string) => string): number | undefined => {
    const reset = Number(header('x-ratelimit-reset')) * 1000;
    return header('x-ratelimit-remaining') === '0' && reset > 0 ? reset : undefined;
  };
  return {
    check,
    note(header) {
      until = Math.max(until, resetOf(header) ?? 0);
    },
    hear(errors) {
      if (!Array.isArray(errors)) return;
      if (!errors.some((one) => at(one, 'type') === 'RATE_LIMITED')) return;
      // Without the header that says when: the limits of GraphQL are counted by the hour.
      until = Math.max(until, now() + 60_000);
      check();
    },
    refused({ status, header, reason, said = '' }) {
      if ((status !== 403 && status !== 429) || header === undefined) return;
      const wait = retryAfter(header('retry-after'), now());
      // Secondary limits may come without a header: "wait for at least one minute before retrying".
      const told = /rate limit|abuse detection/i.test(said) ? now() + 60_000 : undefined;
      const end = wait === undefined ? (resetOf(header) ?? told) : now() + wait;
      if (end === undefined) return;
      until = Math.max(until, end);
      throw new Limited(until, now(), `${reason}: `);
    },
  };
}

// Waits once for a limit that ends soon.
async function within<T>(quota: Quota, act: () => Promise<T>): Promise<Told<T>> {
  for (let attempt = 1; ; attempt++) {
    try {
      quota.check();
      return { ok: true, value: await act() };
    } catch (error) {
      const found = causeOf(error);
      if (found instanceof Limited && found.waitMs <= PATIENCE_MS && attempt === 1) {
        await new Promise((resolve) => setTimeout(resolve, found.waitMs + 50));
        continue;
      }
      if (found instanceof Unanswered) {
        const { reason, status } = found.failure;
        return { ok: false, reason, ...(status !== undefined && { status }) };
      }
      if (found instanceof Limited) return { ok: false, reason: found.message };
      if (found instanceof Misshapen)
        return { ok: false, reason: `answered another shape than expected: ${found.message}` };
      throw error;
    }
  }
}

/** octokit wraps what its fetch throws. */
function causeOf(error: unknown): unknown {
  const inner = error instanceof Error ? error.cause : undefined;
  return inner instanceof Unanswered || inner instanceof Limited ? inner : error;
}

type Fetch = (
  url: string,
  options: { method: string; headers: Record<string, string>; body?: string },
) => Promise<Response>;

function fetchOver(http: Http, quota: Quota): Fetch {
  return async (url, { method, headers, body }) => {
    const isPost = method === 'POST' || method === 'PATCH';
    const answer = await http.json(
      {
        url,
        method: isPost ? method : 'GET',
        ...(isPost && !url.endsWith('/graphql') && { once: true }),
        headers: { accept: headers.accept ?? '', ...(isPost && { 'content-type': 'application/json' }) },
        limit: ANSWER_LIMIT,
        hear: true,
        cache: !isPost,
        ...(body !== undefined && { body: Buffer.from(body) }),
      },
      (value, { header, link }) => {
        if (header !== undefined) quota.note(header);
        return { value, link };
      },
    );
    if (!answer.ok) {
      quota.refused(answer);
      throw new Unanswered(answer);
    }
    const { value, link = '' } = answer.value;
    const more: Record<string, string> = link === '' ? {} : { link };
    return Response.json(value, { headers: more });
  };
}

/** The cursor in `<https://…?after=X>; rel="next"`: only the cursor is taken, so that no answer says where to go. */
function nextCursor(link: string | undefined): string | undefined {
  const next = /<([^<>]{1,8000})>;\s*rel="next"/.exec(link ?? '')?.[1];
  if (next === undefined || !URL.canParse(next)) return undefined;
  return new URL(next).searchParams.get('after') ?? undefined;
}
