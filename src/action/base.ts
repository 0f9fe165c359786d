/** The files that an event is compared with: out of the clone, else fetched alone, else through GitHub's API. */
import { UserError } from '../errors.ts';
import { baseOf, rootOf } from '../git/base.ts';
import type { Snapshot } from '../git/snapshot.ts';
import { type Git, gitIn } from '../io/git.ts';
import type { Io } from '../io.ts';
import type { Policy } from '../policy/policy.ts';
import { changeSince, type JudgedChange } from '../since.ts';
import { at, text } from '../sources/advisories/shape.ts';
import type { GitHub } from '../sources/github.ts';
import type { Candidate, Occasion } from './event.ts';
import { snapshotFromApi } from './tree.ts';

export interface BaseRequest {
  occasion: Occasion;
  folder: string;
  /** The scanned paths, absolute. */
  targets: readonly string[];
  all: boolean;
  policyFile: string | undefined;
  token: string;
  repository: { owner: string; repo: string } | undefined;
  /** Opens GitHub's API. */
  github(): Promise<GitHub>;
  load(world: Io): Promise<Policy>;
}

/** What judges the event's change; without any base everything is judged, and the run is incomplete. */
export async function judgedAgainst(io: Io, request: BaseRequest): Promise<JudgedChange> {
  const { occasion, load } = request;
  const found = await firstBase(io, request, await candidates(io, request));
  if (!('snapshot' in found)) {
    const reason = `there is nothing to compare with: ${found.why.join('; ')}; everything is judged`;
    // A branch that was pushed for the first time, with nothing before it, has no past to lack.
    if (occasion.bases.length === 0) return { policy: await load(io) };
    return {
      policy: await load(io),
      gaps: [{ source: 'base of the change', fact: 'base', reason, required: true }],
    };
  }
  return changeSince(io, found, request);
}

interface Exact extends Candidate {
  /** The very commit that the change began from, whatever the history at hand tells. */
  exact?: true;
}

interface Found {
  snapshot: Snapshot;
  label: string;
  note?: string | undefined;
}

/** What GitHub merged a pull request into is its merge commit's first parent, which the event may be behind of. */
async function candidates(io: Io, request: BaseRequest): Promise<Exact[]> {
  const { occasion, folder } = request;
  const [first, ...others] = occasion.bases;
  if (first === undefined || occasion.pull === undefined) return [...occasion.bases];
  const git = gitFor(io, folder);
  const { commit, parents } = headOf(git);
  const [into, proposed] = parents;
  if (into !== undefined && proposed === occasion.pull.head && parents.length === 2)
    return [{ ...first, ref: into, exact: true }, ...others];
  const fork = commit === occasion.pull.head ? await forkOf(git, request, first.ref, commit) : undefined;
  return [...(fork === undefined ? [] : [{ ...first, ref: fork, exact: true as const }]), first, ...others];
}

/** Where a pull request's branch left its base, as GitHub knows it: a shallow clone does not. */
async function forkOf(
  git: Git,
  request: BaseRequest,
  base: string,
  head: string,
): Promise<string | undefined> {
  if (request.repository === undefined || git(['merge-base', base, head]).status === 0) return undefined;
  const github = await request.github();
  const basehead = `${base}...${head}`;
  const told = await github.rest(
    'GET /repos/{owner}/{repo}/compare/{basehead}',
    { ...request.repository, basehead, per_page: 1 },
    (answer) => text(at(answer, 'merge_base_commit', 'sha'), 'merge_base_commit.sha'),
  );
  return told.ok && /^[0-9a-f]{40,64}$/.test(told.value) ? told.value : undefined;
}

function headOf(git: Git): { commit: string; parents: string[] } {
  const commit = git(['rev-parse', 'HEAD']).stdout.toString('latin1').trim();
  // As it is written: a shallow clone pretends that its commits have no parents.
  const [head = ''] = git(['cat-file', 'commit', 'HEAD']).stdout.toString('latin1').split('\n\n', 1);
  return { commit, parents: [...head.matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, id = '']) => id) };
}

async function firstBase(
  io: Io,
  request: BaseRequest,
  wanted: readonly Exact[],
): Promise<Found | { why: string[] }> {
  const why: string[] = [];
  for (const { ref, name, exact } of wanted) {
    const here = fromGit(io, request, ref);
    if ('snapshot' in here) {
      const { snapshot, label, note } = here;
      return {
        snapshot,
        label: `${name}${label.slice(ref.length)}`,
        ...(exact !== true && note !== undefined && { note: note.replaceAll(ref, name) }),
      };
    }
    const there = await fromApi(io, request, ref);
    if ('snapshot' in there) return { snapshot: there.snapshot, label: `${name} (${ref.slice(0, 12)})` };
    why.push(`${here.missing}; GitHub: ${there.missing}`);
  }
  return { why };
}

/** Without credentials of our own at first: where the checkout has left some, two would be too many. */
function fromGit(io: Io, { folder, token }: BaseRequest, ref: string): ReturnType<typeof baseOf> {
  const plain = attempt(gitFor(io, folder), folder, ref);
  if ('snapshot' in plain || token === '') return plain;
  return attempt(gitFor(io, folder, token), folder, ref);
}

function attempt(git: Git, folder: string, ref: string): ReturnType<typeof baseOf> {
  try {
    return baseOf(git, folder, ref, false);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { missing: error.message };
  }
}

async function fromApi(
  io: Io,
  { repository, github, folder }: BaseRequest,
  ref: string,
): Promise<{ snapshot: Snapshot } | { missing: string }> {
  if (repository === undefined) return { missing: 'GITHUB_REPOSITORY names no repository' };
  return snapshotFromApi(io, await github(), { ...repository, ref, root: rootFor(io, folder) });
}

function rootFor(io: Io, folder: string): string {
  try {
    return rootOf(gitFor(io, folder), folder);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return io.env.GITHUB_WORKSPACE || folder;
  }
}

/**
 * git in the workspace, which may belong to somebody else (a job in a container), and as whom it asks the server. All of
 * it by the environment: nothing is written, and no process list shows it. https://git-scm.com/docs/git-config#ENVIRONMENT
 */
export function gitFor({ env }: Pick<Io, 'env'>, folder: string, token = ''): Git {
  const server = (env.GITHUB_SERVER_URL || 'https://github.com').replace(/\/+$/, '');
  const settings: [string, string][] = [['safe.directory', '*']];
  if (token !== '') {
    const pair = Buffer.from(`x-access-token:${token}`).toString('base64');
    settings.push([`http.${server}/.extraheader`, `AUTHORIZATION: basic ${pair}`]);
  }
  const given = Number(env.GIT_CONFIG_COUNT) || 0;
  const own: Record<string, string> = { GIT_CONFIG_COUNT: String(given + settings.length) };
  for (const [i, [key, value]] of settings.entries()) {
    own[`GIT_CONFIG_KEY_${given + i}`] = key;
    own[`GIT_CONFIG_VALUE_${given + i}`] = value;
  }
  return gitIn(folder, { ...env, ...own }, false);
}
