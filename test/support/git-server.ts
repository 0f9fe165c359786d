/** git's own server over HTTP on loopback, for whoever has the token. https://git-scm.com/docs/git-http-backend */
import { execFileSync, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { type Loopback, loopback } from '../loopback.ts';
import { environment } from '../repository.ts';

export interface GitServer extends Loopback {
  /** `authorization` of each request, in lower case but for the credentials; empty without. */
  seen: Set<string>;
}

/** Serves the folder that `repository` is in: its address is `/<folder>/.git`. */
export async function gitServer(repository: string, token: string): Promise<GitServer> {
  const backend = join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend');
  const seen = new Set<string>();
  const server = await loopback((request, response) => {
    const given = (request.headers.authorization ?? '').replace(/^basic /i, 'basic ');
    seen.add(given);
    if (given !== `basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    const url = new URL(request.url ?? '', 'http://x');
    const root = dirname(repository);
    const child = spawn(backend, {
      env: environment(root, {
        GIT_PROJECT_ROOT: root,
        GIT_HTTP_EXPORT_ALL: '1',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        PATH_INFO: url.pathname,
        QUERY_STRING: url.search.slice(1),
        REQUEST_METHOD: request.method ?? '',
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
        REMOTE_USER: 'x',
      }),
    });
    request.pipe(child.stdin);
    const pieces: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
    child.on('close', () => {
      const answer = Buffer.concat(pieces);
      const end = answer.indexOf('\r\n\r\n');
      const headers: Record<string, string> = {};
      for (const line of answer.toString('latin1', 0, end).split('\r\n')) {
        const colon = line.indexOf(':');
        headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
      }
      const { status = '200', ...others } = headers;
      response.writeHead(Number.parseInt(status, 10), others).end(answer.subarray(end + 4));
    });
  });
  return { ...server, seen };
}
