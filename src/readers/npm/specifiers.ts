/**
 * What npm's dependency specifiers and `resolved` fields point at. The kinds are those of npm-package-arg, told
 * apart by the text alone. https://docs.npmjs.com/cli/v11/using-npm/package-spec
 */

export type SpecKind = 'registry' | 'git' | 'tarball' | 'file' | 'directory';

const GIT = /^(?:git(?:\+[a-z]+)?:|git@|ssh:|github:|gitlab:|bitbucket:|gist:)/i;
// scp-like: user@host:path
const SCP = /^[^\s/@]+@[^\s/@:]+:[^\s]/;
const URL = /^https?:/i;
// `owner/repo`, npm's shorthand for GitHub.
const SHORTHAND = /^[^@\s:/.~][^@\s:/]*\/[^@\s:/#]+(?:#.*)?$/;
const PATH = /^(?:\.{1,2}(?:[/\\]|$)|~[/\\]|[/\\]|[a-z]:[/\\])/i;
const TARBALL = /\.(?:tgz|tar|tar\.gz)$/i;

/** What a dependency's specifier asks for. */
export function specKind(spec: string): SpecKind {
  // Nearly all are ranges, and none of the others starts like one.
  const first = spec.charCodeAt(0);
  if (first === 94 || first === 126 || (first >= 48 && first <= 57 && !spec.includes('/'))) {
    if (first !== 126 || spec[1] !== '/') return 'registry';
  }
  if (spec.startsWith('npm:')) return 'registry';
  if (spec.startsWith('file:')) return TARBALL.test(spec) ? 'file' : 'directory';
  if (/^(?:link|workspace|portal):/.test(spec)) return 'directory';
  if (GIT.test(spec) || SCP.test(spec)) return 'git';
  // npm clones what ends in .git, unless it is a plain http URL of an unknown host; that stays a tarball.
  if (URL.test(spec)) return hostedRepository(spec) ? 'git' : 'tarball';
  if (PATH.test(spec)) return TARBALL.test(spec) ? 'file' : 'directory';
  return SHORTHAND.test(spec) ? 'git' : 'registry';
}

// `https://github.com/owner/repo` is a repository, `…/archive/x.tar.gz` below it is a file.
function hostedRepository(url: string): boolean {
  return /^https?:\/\/(?:[^/@]*@)?(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org)\/[^/]+\/[^/#?]+?\/?(?:#.*)?$/i.test(
    url,
  );
}

/** What a `resolved` field (or the version of a version 1 entry) says the files came from. */
export function resolvedKind(resolved: string): SpecKind {
  if (resolved.startsWith('http') && URL.test(resolved))
    return isRegistryTarball(resolved) ? 'registry' : 'tarball';
  if (resolved.startsWith('file:')) return TARBALL.test(resolved) ? 'file' : 'directory';
  const kind = specKind(resolved);
  return kind === 'registry' && resolved.includes('/') ? 'directory' : kind;
}

/**
 * Whether a URL has the shape every npm registry serves tarballs at, on any host: `…/name/-/name-1.0.0.tgz`,
 * `…/@scope/name/-/name-1.0.0.tgz`. Which package it names is not compared with anything.
 */
function isRegistryTarball(url: string): boolean {
  const address = url.includes('?') || url.includes('#') ? url.slice(0, url.search(/[?#]/)) : url;
  const dash = address.lastIndexOf('/-/');
  if (dash === -1 || !address.endsWith('.tgz')) return false;
  let start = address.lastIndexOf('/', dash - 1) + 1;
  // Some registries keep the slash of a scope escaped: @scope%2fname.
  if (address.includes('%')) {
    const escaped = address.slice(start, dash).search(/%2f/i);
    if (escaped !== -1) start += escaped + '%2f'.length;
  }
  const name = address.slice(start, dash);
  const file = address.lastIndexOf('/') + 1;
  const dashed = file + name.length;
  return (
    name !== '' &&
    address.startsWith(name, file) &&
    address[dashed] === '-' &&
    address.length - dashed > '.tgz'.length + 1
  );
}

/** The real name and the version or range behind `npm:name@range`; undefined for anything else. */
export function aliasTarget(spec: string): { name: string; range: string } | undefined {
  if (!spec.startsWith('npm:')) return undefined;
  const rest = spec.slice('npm:'.length);
  const at = rest.indexOf('@', 1);
  const name = at === -1 ? rest : rest.slice(0, at);
  return name === '' ? undefined : { name, range: at === -1 ? '' : rest.slice(at + 1) };
}
