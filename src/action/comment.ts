/** The one comment that a pull request has: made when there is something to say, kept current, short once all is well. */
import { at, list, Misshapen } from '../sources/advisories/shape.ts';
import type { GitHub } from '../sources/github.ts';

export interface CommentRequest {
  owner: string;
  repo: string;
  /** Of the pull request. */
  issue_number: number;
  /** The first line, which nobody sees. */
  marker: string;
  /** What there is to say; undefined where all is well. */
  body: string | undefined;
  /** One line for a comment whose matter is settled. */
  solved: string;
}

/** What GitHub takes of one comment, in characters; bytes are never fewer. */
export const COMMENT_LIMIT = 65_536;
/** Pages of 100 comments that are looked through for ours. */
const PAGES = 20;
/** Whose comments the workflow's own token writes. */
const ACTIONS = 'github-actions[bot]';

/** Why the comment is not as it should be; undefined where it is. */
export async function keepComment(github: GitHub, request: CommentRequest): Promise<string | undefined> {
  const { owner, repo, issue_number, marker, body, solved } = request;
  const found = await ownComment(github, request);
  if ('reason' in found) return found.reason;
  const { comment } = found;
  if (comment === undefined && body === undefined) return undefined;
  const wanted = `${marker}\n${body ?? solved}`;
  if (comment?.body === wanted) return undefined;
  const told =
    comment === undefined
      ? await github.rest(
          'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
          { owner, repo, issue_number, body: wanted },
          () => undefined,
        )
      : await github.rest(
          'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
          { owner, repo, comment_id: comment.id, body: wanted },
          () => undefined,
        );
  return told.ok ? undefined : told.reason;
}

interface Comment {
  id: number;
  body: string;
  author: string;
}

/** Anybody can write the marker: a comment is ours where its author is who we are. */
async function ownComment(
  github: GitHub,
  { owner, repo, issue_number, marker }: CommentRequest,
): Promise<{ comment: Comment | undefined } | { reason: string }> {
  let own: string | undefined;
  for (let page = 1; page <= PAGES; page++) {
    const told = await github.rest(
      'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
      { owner, repo, issue_number, per_page: 100, page },
      (answer) => list(answer, 'the answer').map(readComment),
    );
    if (!told.ok) return { reason: told.reason };
    for (const comment of told.value) {
      if (!comment.body.startsWith(`${marker}\n`)) continue;
      own ??= await whoWeAre(github);
      if (comment.author === own) return { comment };
    }
    if (told.value.length < 100) break;
  }
  return { comment: undefined };
}

function readComment(value: unknown): Comment {
  const id = at(value, 'id');
  if (typeof id !== 'number') throw new Misshapen('a comment has no id');
  // GitHub keeps line ends as they came, which may be those of a browser.
  const body = String(at(value, 'body') ?? '').replaceAll('\r\n', '\n');
  return { id, body, author: String(at(value, 'user', 'login') ?? '') };
}

async function whoWeAre(github: GitHub): Promise<string> {
  const told = await github.query('query { viewer { login } }', {}, ({ data }) =>
    at(data, 'viewer', 'login'),
  );
  return told.ok && typeof told.value === 'string' ? told.value : ACTIONS;
}
