/** The parts of GitHub's REST API that the Action uses, on loopback, over a real repository; its answers are typed by
 * GitHub's own description, and held to it where that is at hand (VAKT_GITHUB_OPENAPI). */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { components } from '@octokit/openapi-types';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { bodyOf, loopback } from '../loopback.ts';
import type { Repository } from '../repository.ts';

type Schemas = components['schemas'];

interface Comment {
  id: number;
  body: string;
  author: string;
}

export interface ApiFake {
  /** What GITHUB_API_URL is: an Enterprise Server's. */
  url: string;
  comments: Comment[];
  sarifs: { commit_sha: string; ref: string; sarif: string }[];
  /** `METHOD /path` in order. */
  requests: string[];
  /** `authorization` of each. */
  tokens: Set<string | undefined>;
  /** What did not fit GitHub's description. */
  breaches: string[];
  close(): Promise<void>;
}

export interface ApiSetup {
  repository: Repository;
  /** The token may only read. */
  readOnly?: boolean;
  /** All of it answers 404, as to a token without `contents: read`. */
  blind?: boolean;
  login?: string;
  /** A listing of more entries than this is cut off, as GitHub's is at 100,000. */
  entries?: number;
  /** What GitHub answers instead of what it should. */
  fault?: (method: string, path: string) => Fault | undefined;
}

/** An answer that is none: a status with headers and a body, or a connection that is closed. */
export type Fault = { status: number; headers?: Record<string, string>; body?: string } | 'closed';

interface Asked {
  method: string;
  path: string;
  search: URLSearchParams;
  body: Record<string, unknown>;
}

interface Answer {
  status: number;
  value: unknown;
}

const PREFIX = '/api/v3';

/** Starts it. */
export async function apiFake(setup: ApiSetup): Promise<ApiFake> {
  const state = { comments: [] as Comment[], sarifs: [] as ApiFake['sarifs'], breaches: [] as string[] };
  const tokens = new Set<string | undefined>();
  const check = checker(state.breaches);
  const server = await loopback(async (request: IncomingMessage, response: ServerResponse) => {
    tokens.add(request.headers.authorization);
    const url = new URL(request.url ?? '', 'http://x');
    const bytes = await bodyOf(request);
    const asked: Asked = {
      method: request.method ?? '',
      path: url.pathname.slice(PREFIX.length),
      search: url.searchParams,
      body: bytes.length === 0 ? {} : JSON.parse(bytes.toString('utf8')),
    };
    const fault = setup.fault?.(asked.method, asked.path);
    if (fault === 'closed') return void response.destroy();
    if (fault !== undefined) {
      response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
      return void response.end(fault.body ?? '{"message":"no"}');
    }
    const { status, value } =
      url.pathname === '/api/graphql'
        ? { status: 200, value: { data: { viewer: { login: setup.login ?? 'github-actions[bot]' } } } }
        : answer(setup, state, asked);
    if (url.pathname !== '/api/graphql') check(asked, status, value);
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(value));
  });
  return { ...server, ...state, url: `${server.origin}${PREFIX}`, tokens };
}

const ROUTES: readonly [string, RegExp, (context: Context, ...parts: string[]) => Answer][] = [
  ['GET', /^\/issues\/7\/comments$/, listComments],
  ['POST', /^\/issues\/7\/comments$/, addComment],
  ['PATCH', /^\/issues\/comments\/(\d+)$/, changeComment],
  ['POST', /^\/code-scanning\/sarifs$/, takeSarif],
  ['GET', /^\/commits\/(.+)$/, commit],
  ['GET', /^\/git\/trees\/([0-9a-f]+)$/, tree],
  ['GET', /^\/git\/blobs\/([0-9a-f]+)$/, blob],
  ['GET', /^\/compare\/([0-9a-f]+)\.\.\.([0-9a-f]+)$/, compare],
];

interface Context {
  setup: ApiSetup;
  state: Pick<ApiFake, 'comments' | 'sarifs'>;
  asked: Asked;
}

function answer(setup: ApiSetup, state: Context['state'], asked: Asked): Answer {
  const below = asked.path.replace(/^\/repos\/acme\/shop/, '');
  if (setup.blind === true) return refusal(404, 'Not Found');
  if (setup.readOnly === true && asked.method !== 'GET')
    return refusal(403, 'Resource not accessible by integration');
  for (const [method, pattern, act] of ROUTES) {
    const parts = pattern.exec(decodeURIComponent(below));
    if (method === asked.method && parts !== null) return act({ setup, state, asked }, ...parts.slice(1));
  }
  return refusal(404, 'Not Found');
}

function refusal(status: number, message: string): Answer {
  return {
    status,
    value: { message, documentation_url: 'https://docs.github.com/rest', status: String(status) },
  };
}

function listComments({ state, asked }: Context): Answer {
  const size = Number(asked.search.get('per_page') ?? 30);
  const from = (Number(asked.search.get('page') ?? 1) - 1) * size;
  return { status: 200, value: state.comments.slice(from, from + size).map(asComment) };
}

function addComment({ setup, state, asked }: Context): Answer {
  const comment = {
    id: state.comments.length + 1,
    body: String(asked.body.body),
    author: setup.login ?? 'github-actions[bot]',
  };
  state.comments.push(comment);
  return { status: 201, value: asComment(comment) };
}

function changeComment({ state, asked }: Context, id = ''): Answer {
  const found = state.comments.find((one) => one.id === Number(id));
  if (found === undefined) return refusal(404, 'Not Found');
  found.body = String(asked.body.body);
  return { status: 200, value: asComment(found) };
}

function asComment({ id, body, author }: Comment): Schemas['issue-comment'] {
  const api = 'https://github.example.test/api/v3';
  return {
    id,
    node_id: `IC_${id}`,
    url: `${api}/repos/acme/shop/issues/comments/${id}`,
    html_url: `https://github.example.test/acme/shop/pull/7#issuecomment-${id}`,
    issue_url: `${api}/repos/acme/shop/issues/7`,
    body,
    user: { ...USER, login: author },
    created_at: '2026-11-22T12:00:00Z',
    updated_at: '2026-11-22T12:00:00Z',
    author_association: 'NONE',
  };
}

const HOME = 'https://github.example.test/api/v3/users/x';
const USER = {
  login: '',
  id: 1,
  node_id: 'U_1',
  avatar_url: HOME,
  gravatar_id: null,
  url: HOME,
  html_url: HOME,
  followers_url: HOME,
  following_url: HOME,
  gists_url: HOME,
  starred_url: HOME,
  subscriptions_url: HOME,
  organizations_url: HOME,
  repos_url: HOME,
  events_url: HOME,
  received_events_url: HOME,
  type: 'Bot',
  site_admin: false,
};

function takeSarif({ state, asked }: Context): Answer {
  const { commit_sha, ref, sarif } = asked.body;
  state.sarifs.push({ commit_sha: String(commit_sha), ref: String(ref), sarif: String(sarif) });
  const value: Schemas['code-scanning-sarifs-receipt'] = {
    id: '47177e22-5596-11eb-80a1-c1e54ef945c6',
    url: 'https://github.example.test/api/v3/repos/acme/shop/code-scanning/sarifs/47177e22',
  };
  return { status: 202, value };
}

function commit({ setup }: Context, ref = ''): Answer {
  const found = setup.repository.try('rev-parse', '--verify', '--quiet', `${ref}^{commit}`);
  if (found.status !== 0) return refusal(422, `No commit found for SHA: ${ref}`);
  return { status: 200, value: asCommit(setup.repository, found.out.trim()) };
}

function asCommit(repo: Repository, sha: string): Schemas['commit'] {
  const url = `https://github.example.test/api/v3/repos/acme/shop/commits/${sha}`;
  const who = { name: 'A', email: 'a@example.test', date: '2026-11-22T12:00:00Z' };
  return {
    url,
    sha,
    node_id: 'C_1',
    html_url: url,
    comments_url: url,
    commit: {
      url,
      author: who,
      committer: who,
      message: 'change',
      comment_count: 0,
      tree: { sha: repo.git('rev-parse', `${sha}^{tree}`).trim(), url },
    },
    author: null,
    committer: null,
    parents: [],
  };
}

function tree({ setup, asked }: Context, sha = ''): Answer {
  const recursive = asked.search.has('recursive') ? ['-r', '-t'] : [];
  const lines = setup.repository
    .git('ls-tree', ...recursive, '--full-tree', sha)
    .split('\n')
    .filter(Boolean);
  const entries = lines.map((line) => {
    const [, mode = '', type = '', oid = '', path = ''] = /^(\d+) (\w+) ([0-9a-f]+)\t(.*)$/.exec(line) ?? [];
    return { path, mode, type, sha: oid };
  });
  const most = setup.entries ?? 100_000;
  const value: Schemas['git-tree'] = { sha, truncated: entries.length > most, tree: entries.slice(0, most) };
  return { status: 200, value };
}

function blob({ setup }: Context, sha = ''): Answer {
  const content = setup.repository.git('cat-file', 'blob', sha);
  const value: Schemas['blob'] = {
    content: Buffer.from(content)
      .toString('base64')
      .replace(/(.{60})/g, '$1\n'),
    encoding: 'base64',
    url: `https://github.example.test/api/v3/repos/acme/shop/git/blobs/${sha}`,
    sha,
    size: Buffer.byteLength(content),
    node_id: 'B_1',
  };
  return { status: 200, value };
}

function compare({ setup }: Context, base = '', head = ''): Answer {
  const fork = setup.repository.git('merge-base', base, head).trim();
  const url = 'https://github.example.test/acme/shop/compare';
  const value: Schemas['commit-comparison'] = {
    url,
    html_url: url,
    permalink_url: url,
    diff_url: url,
    patch_url: url,
    base_commit: asCommit(setup.repository, base),
    merge_base_commit: asCommit(setup.repository, fork),
    status: 'ahead',
    ahead_by: 1,
    behind_by: 0,
    total_commits: 1,
    commits: [],
    files: [],
  };
  return { status: 200, value };
}

interface Operation {
  requestBody?: { content: { 'application/json'?: { schema: object } } };
  responses: Record<string, { content?: { 'application/json'?: { schema: object } } }>;
}

/** OpenAPI 3.0 says what may be null beside the type. */
function asJsonSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(asJsonSchema);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { nullable, example, ...rest } = schema as Record<string, unknown>;
  const plain = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, asJsonSchema(value)]));
  return nullable === true ? { anyOf: [{ type: 'null' }, plain] } : plain;
}

/** Holds calls to GitHub's description: `generated/api.github.com.deref.json` of the package @octokit/openapi. */
function checker(breaches: string[]): (asked: Asked, status: number, value: unknown) => void {
  const file = process.env.VAKT_GITHUB_OPENAPI;
  if (file === undefined) return () => {};
  const { paths }: { paths: Record<string, Record<string, Operation>> } = JSON.parse(
    readFileSync(file, 'utf8'),
  );
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
  formats.default(ajv);
  const routes = Object.keys(paths)
    // What is written out comes before what stands for anything.
    .sort((a, b) => a.split('{').length - b.split('{').length)
    .map((path) => ({
      path,
      pattern: new RegExp(`^${path.replace(/\{(ref|basehead)\}/g, '.+').replace(/\{[^}]+\}/g, '[^/]+')}$`),
    }));
  const hold = (schema: object | undefined, value: unknown, what: string): void => {
    if (schema === undefined) breaches.push(`${what}: there is no such thing`);
    else if (!ajv.validate(asJsonSchema(schema) as object, value))
      breaches.push(`${what}: ${ajv.errorsText()}`);
  };
  return ({ method, path, body }, status, value) => {
    const route = routes.find(({ pattern }) => pattern.test(path))?.path ?? '';
    const operation = paths[route]?.[method.toLowerCase()];
    const what = `${method} ${path} ${status}`;
    if (operation === undefined) breaches.push(`${what}: there is no such operation`);
    else {
      if (method !== 'GET')
        hold(operation.requestBody?.content['application/json']?.schema, body, `${what}, sent`);
      hold(operation.responses[status]?.content?.['application/json']?.schema, value, what);
    }
  };
}
