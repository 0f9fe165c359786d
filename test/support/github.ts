/** A GitHub on loopback: GraphQL validated and answered by GitHub's own schema, REST typed by its own description. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { schema as published } from '@octokit/graphql-schema';
import type { components } from '@octokit/openapi-types';
import { buildSchema, GraphQLError, type GraphQLSchema, graphql, parse, validate } from 'graphql';
import { bodyOf, type Loopback, loopback } from '../loopback.ts';

export type GlobalAdvisory = components['schemas']['global-advisory'];

interface FakeRepository {
  /** As it is called today. */
  name?: string;
  archived?: string;
  disabled?: boolean;
  lastCommit?: string;
  commits?: number;
  release?: string;
  issues?: number;
  /** A shape that GitHub never has. */
  broken?: boolean;
}

export interface FakeSetup {
  /** By `owner/name`. */
  repositories?: Record<string, FakeRepository>;
  advisories?: GlobalAdvisory[];
  /** Before each answer. */
  delayMs?: number;
  pageSize?: number;
  /** Says something else in place of the n-th answer; false to answer as ever. */
  instead?: (response: ServerResponse, n: number) => boolean;
}

export interface GitHubFake extends Loopback {
  /** Aliases of each GraphQL query. */
  asked: string[][];
  /** Most that were open at a time. */
  most(): number;
  /** `authorization` of each request. */
  tokens: (string | undefined)[];
}

export const TOKEN = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';

let schema: GraphQLSchema | undefined;

function githubSchema(): GraphQLSchema {
  schema ??= buildSchema(published.idl, { assumeValid: true });
  return schema;
}

/** Starts it. Both APIs answer below `origin`: `/graphql` and `/advisories`. */
export async function githubFake(setup: FakeSetup): Promise<GitHubFake> {
  const asked: string[][] = [];
  const tokens: (string | undefined)[] = [];
  let open = 0;
  let most = 0;
  let count = 0;
  const server = await loopback(async (request, response) => {
    tokens.push(request.headers.authorization);
    most = Math.max(most, ++open);
    const body = await bodyOf(request);
    await new Promise((resolve) => setTimeout(resolve, setup.delayMs ?? 0));
    open--;
    if (setup.instead?.(response, count++) === true) return;
    if (request.url === '/graphql') await answerQuery(setup, request, response, body, asked);
    else answerAdvisories(setup, request, response);
  });
  return { ...server, asked, tokens, most: () => most };
}

function send(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(value));
}

async function answerQuery(
  { repositories = {} }: FakeSetup,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
  asked: string[][],
): Promise<void> {
  if (request.headers.authorization !== `Bearer ${TOKEN}`)
    return send(response, 401, { message: 'Requires authentication' });
  const { query, variables } = JSON.parse(body.toString('utf8'));
  const invalid = validate(githubSchema(), parse(query));
  if (invalid.length > 0) throw new Error(`GitHub would refuse the query: ${invalid[0]?.message}`);
  const rootValue = {
    repository({ owner, name }: { owner: string; name: string }) {
      const found = repositories[`${owner}/${name}`];
      if (found === undefined) throw new GraphQLError('NOT_FOUND');
      return repository(found, `${owner}/${name}`);
    },
  };
  const result = await graphql({
    schema: githubSchema(),
    source: query,
    rootValue,
    variableValues: variables,
  });
  asked.push(Object.keys(variables).filter((key) => key.startsWith('n')));
  const errors = result.errors?.map(({ message, path }) => ({
    type: message,
    path,
    message: 'Could not resolve',
  }));
  for (const [key, one] of Object.entries(result.data ?? {}))
    if (isBroken(repositories, variables, key)) Object.assign(one as object, { isArchived: '' });
  send(
    response,
    200,
    { data: result.data, ...(errors !== undefined && { errors }) },
    {
      'x-ratelimit-remaining': '4999',
      'x-ratelimit-reset': '4000000000',
    },
  );
}

function isBroken(
  all: Record<string, FakeRepository>,
  variables: Record<string, string>,
  key: string,
): boolean {
  return all[`${variables[key.replace('r', 'o')]}/${variables[key.replace('r', 'n')]}`]?.broken === true;
}

// Resolved by graphql's own rules: what the schema calls non-null must be there.
function repository(one: FakeRepository, asked: string): object {
  const commit = {
    __typename: 'Commit',
    committedDate: one.lastCommit,
    history: { totalCount: one.commits ?? 0 },
  };
  return {
    nameWithOwner: one.name ?? asked,
    isArchived: one.archived !== undefined,
    archivedAt: one.archived ?? null,
    isDisabled: one.disabled === true,
    pushedAt: one.lastCommit ?? null,
    isSecurityPolicyEnabled: true,
    licenseInfo: { spdxId: 'MIT' },
    defaultBranchRef: one.lastCommit === undefined ? null : { target: commit },
    releases: {
      nodes: one.release === undefined ? [] : [{ publishedAt: one.release, createdAt: one.release }],
    },
    issues: { totalCount: one.issues ?? 0 },
    pullRequests: { totalCount: 1 },
  };
}

function answerAdvisories(
  { advisories = [], pageSize = 100 }: FakeSetup,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = new URL(request.url ?? '', 'http://x');
  if (url.pathname !== '/advisories') {
    send(response, 404, { message: 'Not Found' });
    return;
  }
  const names = new Set(
    (url.searchParams.get('affects') ?? '').split(',').map((one) => one.replace(/@[^@]*$/, '')),
  );
  const all = advisories.filter(
    ({ type, vulnerabilities }) =>
      type === url.searchParams.get('type') &&
      vulnerabilities?.some(({ package: one }) => one !== null && names.has(one.name ?? '')),
  );
  const from = Number(url.searchParams.get('after') ?? 0);
  const page = all.slice(from, from + pageSize);
  url.searchParams.set('after', String(from + pageSize));
  const more = from + pageSize < all.length;
  const etag = `"${from}-${page.length}"`;
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, { etag }).end();
    return;
  }
  send(response, 200, page, {
    etag,
    'cache-control': 'private, max-age=0',
    ...(more && { link: `<https://evil.example/advisories${url.search}>; rel="next"` }),
  });
}

/** An advisory as GitHub's description wants it. */
export function globalAdvisory(
  over: Partial<GlobalAdvisory> & { name: string; range: string; patched?: string },
): GlobalAdvisory {
  const { name, range, patched, ...rest } = over;
  const id = rest.ghsa_id ?? 'GHSA-35jh-r3h4-6jhm';
  return {
    ghsa_id: id,
    cve_id: 'CVE-2021-23337',
    url: `https://api.github.com/advisories/${id}`,
    html_url: `https://github.com/advisories/${id}`,
    repository_advisory_url: null,
    summary: 'Command injection',
    description: 'words',
    type: 'reviewed',
    severity: 'medium',
    source_code_location: null,
    identifiers: [
      { type: 'GHSA', value: id },
      { type: 'CVE', value: 'CVE-2021-23337' },
    ],
    references: [],
    published_at: '2021-02-15T00:00:00Z',
    updated_at: '2021-02-16T00:00:00Z',
    github_reviewed_at: null,
    nvd_published_at: null,
    withdrawn_at: null,
    vulnerabilities: [
      {
        package: { ecosystem: 'npm', name },
        vulnerable_version_range: range,
        first_patched_version: patched ?? null,
        vulnerable_functions: null,
      },
    ],
    cvss: null,
    cvss_severities: null,
    cwes: [{ cwe_id: 'CWE-77', name: 'x' }],
    credits: null,
    ...rest,
  };
}
