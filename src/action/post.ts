/** What goes to GitHub where the workflow asks for it. None of it decides what the run comes to. */
import { createHash } from 'node:crypto';
import type { Look, Report } from '../report/report.ts';
import type { GitHub } from '../sources/github.ts';
import { gitFor } from './base.ts';
import type { ActionIo } from './commands.ts';
import { COMMENT_LIMIT, keepComment } from './comment.ts';
import { type Occasion, repositoryOf } from './event.ts';
import type { Inputs } from './inputs.ts';
import { printed } from './printed.ts';
import { uploadSarif } from './upload.ts';

export interface Posted {
  /** The id of the SARIF upload. */
  sarif?: string;
  /** What could not be done, and what would help. */
  notes: string[];
}

export interface PostRequest {
  inputs: Inputs;
  occasion: Occasion;
  found: Report;
  look: Look;
  github(): Promise<GitHub>;
}

/** Keeps the comment and uploads SARIF, as far as asked for and allowed. */
export async function post(io: ActionIo, request: PostRequest): Promise<Posted> {
  const { inputs, occasion } = request;
  const notes: string[] = [];
  const place = repositoryOf(io);
  const hasMatter = inputs.upload || (inputs.comment && occasion.pull !== undefined);
  if (!hasMatter) return { notes };
  if (place === undefined)
    return { notes: ['Nothing could be posted: GITHUB_REPOSITORY names no repository.'] };
  if (inputs.token === '') return { notes: ['Nothing could be posted: the input token is empty.'] };
  const isFork = occasion.pull?.isFork === true;
  const github = await request.github();
  if (inputs.comment && occasion.pull !== undefined) {
    const reason = await keepComment(github, {
      ...place,
      ...(await commentOn(io, request)),
      issue_number: occasion.pull.number,
    });
    if (reason !== undefined) notes.push(excuse('The comment', reason, isFork, 'pull-requests: write'));
  }
  if (!inputs.upload) return { notes };
  const told = await uploadSarif(github, {
    ...place,
    ...analysed(io, occasion),
    sarif: await printed('sarif', request.found, request.look),
  });
  if ('id' in told) return { notes, sarif: told.id };
  notes.push(excuse('SARIF', told.reason, isFork, 'security-events: write, and code scanning to be on'));
  return { notes };
}

function excuse(what: string, reason: string, isFork: boolean, permission: string): string {
  const why = isFork
    ? 'this pull request comes from a fork, whose token may only read'
    : /HTTP 40[134]/.test(reason) && !/rate limit/.test(reason)
      ? `the job needs the permission ${permission}`
      : 'GitHub did not take it';
  return `${what} could not be posted: ${why} (${reason}).`;
}

async function commentOn(
  io: ActionIo,
  { inputs, found, look }: PostRequest,
): Promise<{ marker: string; body: string | undefined; solved: string }> {
  const { GITHUB_WORKFLOW: workflow = '', GITHUB_JOB: job = '' } = io.env;
  // Jobs that look at different parts of a repository each keep a comment of their own.
  const key = [workflow, job, inputs.folder, ...inputs.paths].join('\0');
  const marker = `<!-- vakt ${createHash('sha256').update(key).digest('hex').slice(0, 16)} -->`;
  const isMatter =
    found.exitCode !== 0 || found.findings.some(({ level }) => level === 'block' || level === 'todo');
  const limit = COMMENT_LIMIT - marker.length - 1;
  return {
    marker,
    body: isMatter ? await printed('markdown', found, { ...look, limit }) : undefined,
    solved: '✅ vakt: all that was found in this pull request is solved.',
  };
}

/** The commit that was looked at and the ref it stands for: a checkout of the head is no merge commit. */
function analysed(io: ActionIo, { pull }: Occasion): { commit_sha: string; ref: string } {
  const { GITHUB_SHA: commit = '', GITHUB_REF: ref = '' } = io.env;
  if (pull === undefined) return { commit_sha: commit, ref };
  const head = gitFor(io, io.cwd)(['rev-parse', 'HEAD']).stdout.toString('latin1').trim();
  return head === pull.head
    ? { commit_sha: head, ref: `refs/pull/${pull.number}/head` }
    : { commit_sha: commit, ref };
}
