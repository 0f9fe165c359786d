/**
 * What happened in the repository, and what that is to be judged against.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads
 */
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { at, isObject, type Json } from '../sources/advisories/shape.ts';

interface PullRequest {
  number: number;
  /** The commit that is proposed. */
  head: string;
  /** Its branch lies in another repository: the token may only read, and there are no secrets. */
  isFork: boolean;
}

/** A commit to compare with: its id, or the branch it is the end of. */
export interface Candidate {
  ref: string;
  /** For people. */
  name: string;
}

export interface Occasion {
  /** What to compare with, the best first; none where everything is judged. */
  bases: readonly Candidate[];
  pull?: PullRequest;
  /** Why there is nothing to judge. */
  idle?: string;
}

const EVERYTHING: Occasion = { bases: [] };
const NOTHING = /^0+$/;

/**
 * Reads the event. Schedules, dispatches, releases and tags are judged whole. Throws UserError for an event without
 * what it must have, and for pull_request_target.
 */
export function occasionOf(io: Pick<Io, 'env' | 'readFile'>): Occasion {
  const { GITHUB_EVENT_NAME: name = '', GITHUB_EVENT_PATH: file = '' } = io.env;
  if (name === 'pull_request_target') throw unsafe();
  if (name === 'pull_request') return pullRequest(payload(io, file), file);
  if (name === 'merge_group') return mergeGroup(payload(io, file), file);
  return name === 'push' ? push(payload(io, file), file) : EVERYTHING;
}

function unsafe(): UserError {
  return new UserError('is not run on pull_request_target', {
    where: 'vakt',
    hint: 'use on: pull_request. pull_request_target has checked out the base, and gives secrets and a token that may write to whoever opens a pull request',
  });
}

function payload(io: Pick<Io, 'readFile'>, file: string): Json {
  const event = parsed(io, file);
  if (isObject(event)) return event;
  throw broken(file, 'it is no JSON object');
}

function parsed(io: Pick<Io, 'readFile'>, file: string): unknown {
  if (file === '') throw broken('GITHUB_EVENT_PATH', 'it names no file');
  const text = io.readFile(file).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function broken(file: string, why: string): UserError {
  return new UserError(`the event cannot be read: ${why}`, {
    where: file,
    hint: 'run vakt in a workflow of GitHub, or name changed-since',
  });
}

function pullRequest(event: Json, file: string): Occasion {
  const pull = at(event, 'pull_request');
  const { number } = event;
  const head = commit(at(pull, 'head', 'sha'));
  const base = commit(at(pull, 'base', 'sha'));
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 1)
    throw broken(file, 'its pull request has no number');
  if (head === undefined || base === undefined) throw broken(file, 'its pull request names no commits');
  const from = at(pull, 'head', 'repo', 'full_name');
  // A fork that was deleted meanwhile has no name.
  const isFork = from === undefined || from !== at(event, 'repository', 'full_name');
  const name = at(pull, 'base', 'ref');
  return {
    bases: [{ ref: base, name: typeof name === 'string' ? name : base }],
    pull: { number, head, isFork },
  };
}

function mergeGroup(event: Json, file: string): Occasion {
  const base = commit(at(event, 'merge_group', 'base_sha'));
  if (base === undefined) throw broken(file, 'its merge group names no base');
  const name = at(event, 'merge_group', 'base_ref');
  return { bases: [{ ref: base, name: typeof name === 'string' ? branchOf(name) : base }] };
}

function push(event: Json, file: string): Occasion {
  const { ref, deleted } = event;
  if (typeof ref !== 'string') throw broken(file, 'its push names no branch');
  if (deleted === true) return { bases: [], idle: 'the push deletes a branch or tag' };
  // A tag stands for what it releases, all of it.
  if (!ref.startsWith('refs/heads/')) return EVERYTHING;
  const bases: Candidate[] = [];
  const before = commit(event.before);
  if (before !== undefined && !NOTHING.test(before))
    bases.push({ ref: before, name: 'what was there before this push' });
  const main = at(event, 'repository', 'default_branch');
  // A new branch, or one whose past was rewritten and is gone: what it adds to the default branch.
  if (typeof main === 'string' && main !== '' && ref !== `refs/heads/${main}`)
    bases.push({ ref: `refs/heads/${main}`, name: main });
  return { bases };
}

function branchOf(ref: string): string {
  return ref.replace(/^refs\/heads\//, '');
}

function commit(value: unknown): string | undefined {
  return typeof value === 'string' && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value) ? value : undefined;
}

/** `owner/repo` of the runner. */
export function repositoryOf({ env }: Pick<Io, 'env'>): { owner: string; repo: string } | undefined {
  const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(env.GITHUB_REPOSITORY ?? '') ?? [];
  return owner === undefined || repo === undefined ? undefined : { owner, repo };
}
