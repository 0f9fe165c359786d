/** What a dependency's spec in package.json or a lock file of Yarn or Bun asks for. */
import type { Source } from '../model.ts';

const GIT = /^(?:git\+|git:|git@|ssh:|github:|gitlab:|bitbucket:|gist:)/;
const GIT_ADDRESS = /^https?:\/\/[^#?]+\.git(?:$|[#?])/;
const GIT_COMMIT = /#commit[=:]/;
/** `owner/repository` or `owner/repository#reference`: GitHub's shorthand. */
const SHORTHAND = /^[\w.-]+\/[\w.-]+(?:#.*)?$/;
const GIT_TARBALL = /^https:\/\/codeload\.github\.com\//;

/** Where a spec says to take the package from. */
export function sourceOfSpec(spec: string): Source {
  if (spec.startsWith('workspace:')) return 'workspace';
  if (spec.startsWith('patch:')) return 'patch';
  if (spec.startsWith('link:')) return 'link';
  if (spec.startsWith('portal:')) return 'portal';
  if (spec.startsWith('file:') || spec.startsWith('exec:') || /^(?:\.\.?(?:\/|$)|\/|~\/)/.test(spec))
    return 'file';
  if (GIT.test(spec) || GIT_ADDRESS.test(spec) || GIT_COMMIT.test(spec) || GIT_TARBALL.test(spec))
    return 'git';
  if (/^https?:/.test(spec)) return 'tarball';
  return SHORTHAND.test(spec) ? 'git' : 'registry';
}

/** `name@rest` in its parts; the `@` of a scope is no separator. `rest` is empty where there is none. */
export function splitAt(descriptor: string): { name: string; rest: string } {
  const at = descriptor.indexOf('@', 1);
  if (at === -1) return { name: descriptor, rest: '' };
  return { name: descriptor.slice(0, at), rest: descriptor.slice(at + 1) };
}

/** The real package of `name@npm:real@range`; `name` itself for any other spec. */
export function realName(name: string, spec: string): string {
  if (!spec.startsWith('npm:')) return name;
  const target = spec.slice('npm:'.length);
  const at = target.indexOf('@', 1);
  if (at !== -1) return target.slice(0, at);
  // npm:^1.0.0 has a range only; npm:lodash a name only.
  return /^@[^/]+\/|^[a-zA-Z_][\w.-]*$/.test(target) && !/^[vx]?\d/.test(target) ? target : name;
}
