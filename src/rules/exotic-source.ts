import type { Issue, Package } from '../model.ts';
import { plural } from '../plain.ts';
import { parseUrl } from '../url.ts';
import { defineRule, nameAt, placesOf } from './rule.ts';

export default defineRule({
  id: 'exotic-source',
  title: 'Installed from somewhere else than a registry',
  needs: ['packages'],
  *check({ packages }) {
    const groups = new Map<string, Package[]>();
    for (const subject of packages) {
      const origin = originOf(subject);
      if (origin === undefined) continue;
      const key = `${subject.tree.file}\0${origin}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [subject]);
      else group.push(subject);
    }
    for (const [key, group] of groups) yield finding(key.slice(key.indexOf('\0') + 1), group);
  },
});

/** `git from github.com`, `a tarball from example.test`, or undefined for the usual sources. Files and links
 * are the project's own: whoever can change them can change the project. */
function originOf(subject: Package): string | undefined {
  if (subject.source !== 'git' && subject.source !== 'tarball') return undefined;
  const where = hostOf(subject.resolved ?? '');
  return `${subject.source === 'git' ? 'git' : 'a tarball'} from ${where}`;
}

function hostOf(resolved: string): string {
  const scp = /^(?:git\+)?(?:ssh:\/\/)?(?:[\w.-]+@)?([\w.-]+):(?!\/)/.exec(resolved);
  if (scp?.[1] !== undefined) return scp[1];
  const hosted = /^(github|gitlab|bitbucket|gist):/.exec(resolved);
  if (hosted?.[1] !== undefined) return hosted[1];
  const url = parseUrl(resolved.replace(/^git\+/, ''));
  return url !== undefined && url.hostname !== '' ? url.hostname : 'an unnamed place';
}

/**
 * A commit: behind `#` (with Yarn 2 and later `#commit=`), or in the address of an archive that GitHub, GitLab or
 * Bitbucket makes of one, as pnpm and Yarn 1 write it.
 */
const COMMIT =
  /(?:#(?:[^#]*&)?(?:commit=)?|\/(?:tar\.gz|zip|tarball|archive|get)\/|[?&](?:sha|ref)=)[0-9a-f]{40}(?:[0-9a-f]{24})?(?=$|[./?&#])/i;

/** Bun writes the first digits of a commit of GitHub's. */
const BUN_COMMIT = /^github:[^#]+#[0-9a-f]{7,40}$/;

function finding(origin: string, group: readonly Package[]): Omit<Issue, 'rule'> {
  const open = group.some((p) => /^(?:git\+)?(?:http|git):\/\//.test(p.resolved ?? ''));
  const loose = group.filter(
    ({ source, resolved = '', tree }) =>
      source === 'git' && !COMMIT.test(resolved) && !(tree.manager === 'bun' && BUN_COMMIT.test(resolved)),
  );
  const notes = [
    open && 'over an unencrypted connection',
    loose.length > 0 &&
      (loose.length === 1 ? 'one is not pinned to a commit' : `${loose.length} are not pinned to a commit`),
  ].filter(Boolean);
  const names = group.slice(0, 5).map(nameAt).join(', ') + (group.length > 5 ? ' …' : '');
  return {
    severity: open || loose.length > 0 ? 'high' : 'moderate',
    message: `${plural(group.length, 'package')} from ${origin}: ${names}${notes.length > 0 ? `; ${notes.join('; ')}` : ''}. No registry vouches for it and no advisory covers it`,
    ...(group.length === 1 && { package: group[0] as Package }),
    places: placesOf(...group),
    identity: [origin, (group[0] as Package).tree.file],
    fix: 'depend on a published version, or accept the source with a reason',
  };
}
