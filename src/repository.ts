/** Where a package says that its source lies: whatever `repository` may hold, which is its publisher's word alone. */

/** A repository on a host that has them as `owner/name`. */
export interface RepositoryName {
  /** Lower case, without `www.` and port. */
  host: string;
  owner: string;
  name: string;
}

/** What was learnt about a repository. */
export interface Repository {
  host: string;
  /** `owner/name` as it is called today. */
  name: string;
  /** It was asked for under another name. */
  moved: boolean;
  archived: boolean;
  archivedAt?: Date;
  /** Closed by the host, and not by its owner. */
  disabled: boolean;
  /** To any branch, bots included. */
  pushed?: Date;
  /** Of the default branch. Absent where there is none. */
  lastCommit?: Date;
  /** On the default branch, within the last year. */
  commits?: number;
  lastRelease?: Date;
  openIssues: number;
  openPulls: number;
  securityPolicy: boolean;
  /** SPDX identifier, as the host recognises it. */
  license?: string;
}

/** Longer ones are no honest address. */
const LIMIT = 500;
const GITHUB = 'github.com';
/** https://docs.npmjs.com/cli/v11/configuring-npm/package-json#repository */
const SHORTHAND = /^(?:(github|gitlab|bitbucket):)?([^/:@#\s]+)\/([^/:@#\s]+)(?:#.*)?$/;
const URL_LIKE =
  /^(?:git\+)?(?:https?|ssh|git|rsync|file):\/\/(?:[^/@\s]*@)?([^/:@\s]+)(?::\d*)?[/:]([^/\s]+)\/([^/#?\s]+)/i;
const SCP_LIKE = /^(?:git:|ssh:)?(?:[^/@:\s]+@)?([a-z0-9.-]+\.[a-z]+)[:/]([^/:\s]+)\/([^/#?\s]+)/i;
const HOSTS: ReadonlyMap<string, string> = new Map([
  ['github', GITHUB],
  ['gitlab', 'gitlab.com'],
  ['bitbucket', 'bitbucket.org'],
]);

/**
 * Host, owner and name from any spelling that npm allows: a shorthand (`owner/name`, `github:owner/name`), a URL
 * with or without `git+`, user, `.git`, branch or path, or what ssh takes (`git@host:owner/name`). Undefined for
 * what names no repository, and for owners and names that GitHub does not allow, so that no text of a publisher's
 * choice becomes part of a request.
 */
export function repositoryOf(text: string | undefined): RepositoryName | undefined {
  const spec = text?.trim() ?? '';
  if (spec === '' || spec.length > LIMIT) return undefined;
  const far = URL_LIKE.exec(spec) ?? SCP_LIKE.exec(spec);
  if (far !== null) {
    const [, host = '', owner = '', name = ''] = far;
    return checked(host.toLowerCase().replace(/^www\./, ''), owner, name);
  }
  const [, kind = 'github', owner = '', name = ''] = SHORTHAND.exec(spec) ?? [];
  return checked(HOSTS.get(kind) ?? GITHUB, owner, name);
}

function checked(host: string, owner: string, raw: string): RepositoryName | undefined {
  const name = raw.replace(/\.git$/i, '');
  if (!/^[a-z0-9](?:[a-z0-9-_]{0,38})$/i.test(owner) || !/^[\w.-]{1,100}$/.test(name)) return undefined;
  return name === '.' || name === '..' ? undefined : { host, owner, name };
}

/** The key of a repository among those of one host: `owner/name` in lower case, as GitHub compares them. */
export function repositoryKey({ owner, name }: RepositoryName): string {
  return `${owner}/${name}`.toLowerCase();
}

/** What is known about the repository that a text names; undefined where nothing is, or on another host. */
export function knownRepository(
  text: string | undefined,
  repositories: ReadonlyMap<string, Repository>,
): Repository | undefined {
  const named = repositoryOf(text);
  const known = named && repositories.get(repositoryKey(named));
  return known !== undefined && known.host === named?.host ? known : undefined;
}
