/** Where the scanned folder stands in its repository, and what of that is checked out. */
import { dirname, join, relative, sep } from 'node:path';
import type { Io } from '../io.ts';
import type { Look } from '../report/report.ts';

/** The folder as seen from its git repository, else from the current folder: empty, or a path that ends in `/`.
 * Code scanning and annotations count from there, whatever was scanned. */
export function baseOf(io: Pick<Io, 'cwd' | 'kind'>, folder: string): string {
  const path = relative(repositoryOf(io, folder) ?? io.cwd, folder)
    .split(sep)
    .join('/');
  // Elsewhere on the disk, or on another one of Windows.
  if (path === '' || path.startsWith('..') || /^[a-z]:/i.test(path)) return '';
  return `${path}/`;
}

function repositoryOf(io: Pick<Io, 'kind'>, folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (io.kind(join(at, '.git')) !== undefined) return at;
    if (dirname(at) === at) return undefined;
  }
}

/** What GitHub Actions says was checked out.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/variables */
export function revisionOf(env: Io['env']): Look['revision'] {
  const { GITHUB_ACTIONS, GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_SHA, GITHUB_REF_NAME } = env;
  if (GITHUB_ACTIONS !== 'true' || !/^[0-9a-f]{40,64}$/.test(GITHUB_SHA ?? '')) return undefined;
  const repository = `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`;
  if (!URL.canParse(repository) || !/^https?:/.test(repository)) return undefined;
  return {
    repository,
    commit: GITHUB_SHA ?? '',
    ...(GITHUB_REF_NAME !== undefined && GITHUB_REF_NAME !== '' && { branch: GITHUB_REF_NAME }),
  };
}
