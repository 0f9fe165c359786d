/** What GitHub tells of repositories: one GraphQL query for fifty of them. https://docs.github.com/en/graphql */
import type { Gap } from '../../model.ts';
import { plural } from '../../plain.ts';
import { type Repository, type RepositoryName, repositoryKey } from '../../repository.ts';
import { at, isObject, type Json, listAt, Misshapen, object } from '../advisories/shape.ts';
import type { GitHub } from '../github.ts';

/** More in one query come near the limits of time that GitHub sets for one. */
const BATCH = 50;
const YEAR_MS = 365.25 * 86_400_000;
const EXAMPLES = 3;

const FIELDS = `fragment facts on Repository {
  nameWithOwner isArchived archivedAt isDisabled pushedAt isSecurityPolicyEnabled
  licenseInfo { spdxId }
  defaultBranchRef { target { ... on Commit { committedDate history(since: $since) { totalCount } } } }
  releases(first: 1, orderBy: { field: CREATED_AT, direction: DESC }) { nodes { publishedAt createdAt } }
  issues(states: OPEN) { totalCount }
  pullRequests(states: OPEN) { totalCount }
}`;

export interface RepositoriesAnswer {
  /** By `owner/name` in lower case, as asked for. */
  repositories: Map<string, Repository>;
  gaps: Gap[];
}

/**
 * Asks about the repositories that lie where `github` serves, each once, all batches at a time. Without a token nobody
 * is asked. What could not be learnt is a gap, one for each reason; nothing throws.
 */
export async function askRepositories(
  names: Iterable<RepositoryName>,
  github: GitHub,
  now: Date,
): Promise<RepositoriesAnswer> {
  const answer: RepositoriesAnswer = { repositories: new Map(), gaps: [] };
  const wanted = new Map<string, RepositoryName>();
  for (const name of names) {
    const key = repositoryKey(name);
    if (name.host === github.host && !wanted.has(key)) wanted.set(key, name);
  }
  const failures = new Map<string, string[]>();
  const fail = (reason: string, keys: Iterable<string>) => {
    const known = failures.get(reason) ?? [];
    failures.set(reason, [...known, ...keys]);
  };
  if (github.signedIn) {
    const all = [...wanted.values()];
    const asked: Promise<void>[] = [];
    for (let from = 0; from < all.length; from += BATCH)
      asked.push(askBatch(all.slice(from, from + BATCH), github, now, answer.repositories, fail));
    await Promise.all(asked);
  } else if (wanted.size > 0) fail('there is no token (GITHUB_TOKEN or GH_TOKEN)', wanted.keys());
  for (const [reason, keys] of failures) answer.gaps.push(gap(reason, keys));
  return answer;
}

/** The query for so many repositories; owners and names are variables, and no part of its text. */
function repositoriesQuery(count: number): string {
  const declared = ['$since: GitTimestamp!'];
  const fields: string[] = [];
  for (let i = 0; i < count; i++) {
    declared.push(`$o${i}: String!`, `$n${i}: String!`);
    fields.push(`r${i}: repository(owner: $o${i}, name: $n${i}) { ...facts }`);
  }
  return `query(${declared.join(', ')}) {\n${fields.join('\n')}\n}\n${FIELDS}`;
}

async function askBatch(
  batch: readonly RepositoryName[],
  github: GitHub,
  now: Date,
  into: Map<string, Repository>,
  fail: (reason: string, keys: Iterable<string>) => void,
): Promise<void> {
  const variables: Record<string, string> = { since: new Date(now.getTime() - YEAR_MS).toISOString() };
  batch.forEach(({ owner, name }, i) => {
    variables[`o${i}`] = owner;
    variables[`n${i}`] = name;
  });
  const told = await github.query(repositoriesQuery(batch.length), variables, ({ data, errors }) => {
    const reasons = errorsByField(errors);
    if (!isObject(data)) throw new Misshapen(reasons.get('') ?? 'it holds no data');
    return batch.map((name, i) => readOne(data[`r${i}`], reasons.get(`r${i}`), name));
  });
  if (!told.ok) {
    fail(told.reason, batch.map(repositoryKey));
    return;
  }
  told.value.forEach((one, i) => {
    const name = batch[i];
    if (name === undefined) return;
    if (typeof one === 'string') fail(one, [repositoryKey(name)]);
    else into.set(repositoryKey(name), one);
  });
}

// One that is misshapen leaves the others of its answer as good as they are.
function readOne(value: unknown, reason: string | undefined, asked: RepositoryName): Repository | string {
  if (value === null || value === undefined) return reason ?? 'left out of the answer';
  try {
    return readRepository(object(value, 'the repository'), asked);
  } catch (error) {
    if (!(error instanceof Misshapen)) throw error;
    return `answered another shape than expected: ${error.message}`;
  }
}

function readRepository(value: Json, asked: RepositoryName): Repository {
  const name = value.nameWithOwner;
  if (typeof name !== 'string' || !/^[\w.-]{1,100}\/[\w.-]{1,100}$/.test(name))
    throw new Misshapen('nameWithOwner is no name');
  const repository: Repository = {
    host: asked.host,
    name,
    moved: name.toLowerCase() !== repositoryKey(asked),
    archived: flag(value, 'isArchived'),
    disabled: flag(value, 'isDisabled'),
    openIssues: total(value.issues, 'issues'),
    openPulls: total(value.pullRequests, 'pullRequests'),
    // Servers of an older version do not tell.
    securityPolicy: value.isSecurityPolicyEnabled === true,
  };
  const target = at(value, 'defaultBranchRef', 'target');
  if (isObject(target)) repository.commits = total(target.history, 'history');
  const [release] = listAt(value, 'releases', 'nodes');
  const dates = {
    archivedAt: dateOf(value.archivedAt),
    pushed: dateOf(value.pushedAt),
    lastCommit: dateOf(at(target, 'committedDate')),
    lastRelease: dateOf(at(release, 'publishedAt')) ?? dateOf(at(release, 'createdAt')),
  };
  for (const key of ['archivedAt', 'pushed', 'lastCommit', 'lastRelease'] as const) {
    const date = dates[key];
    if (date !== undefined) repository[key] = date;
  }
  const license = at(value, 'licenseInfo', 'spdxId');
  if (typeof license === 'string' && /^[\w.+-]{1,60}$/.test(license) && license !== 'NOASSERTION')
    repository.license = license;
  return repository;
}

function flag(value: Json, key: string): boolean {
  const found = value[key];
  if (typeof found !== 'boolean') throw new Misshapen(`${key} is neither true nor false`);
  return found;
}

function total(value: unknown, place: string): number {
  const found = at(value, 'totalCount');
  if (typeof found === 'number' && Number.isSafeInteger(found) && found >= 0) return found;
  throw new Misshapen(`${place}.totalCount is no number`);
}

function dateOf(value: unknown): Date | undefined {
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** What GraphQL says went wrong, by the field it concerns; of the whole query under the empty name. */
function errorsByField(errors: unknown): Map<string, string> {
  const reasons = new Map<string, string>();
  for (const one of Array.isArray(errors) ? errors.slice(0, 2 * BATCH) : []) {
    const [field] = listAt(one, 'path');
    const type = at(one, 'type');
    const words = typeof type === 'string' ? MEANING.get(type) : undefined;
    const key = typeof field === 'string' ? field : '';
    if (!reasons.has(key)) reasons.set(key, words ?? 'refused by GraphQL');
  }
  return reasons;
}

const MEANING: ReadonlyMap<string, string> = new Map([
  ['NOT_FOUND', 'no such repository (deleted, private, or never there)'],
  ['FORBIDDEN', 'the token may not see them'],
  ['RATE_LIMITED', 'the rate limit is used up'],
  ['MAX_NODE_LIMIT_EXCEEDED', 'the query was too large'],
]);

function gap(reason: string, keys: readonly string[]): Gap {
  const some = [...keys].sort();
  const names = some.slice(0, EXAMPLES).join(', ') + (some.length > EXAMPLES ? ' …' : '');
  const count = plural(keys.length, 'repository', 'repositories');
  return {
    source: 'GitHub',
    fact: 'repositories',
    reason: `${reason}; ${count} not looked at (${names})`,
    required: false,
  };
}
