/**
 * Which folders are workspace members, by the patterns of package.json's `workspaces`.
 * https://docs.npmjs.com/cli/v11/configuring-npm/package-json#workspaces
 */
import { isObject, type JsonObject } from '../json.ts';

/** More alternatives than any project spells out; a bound for nested braces. */
const BRACES_LIMIT = 256;

/** A function that says whether a location is a member; undefined when the project has no workspaces. */
export function workspaceMatcher(manifest: JsonObject): ((location: string) => boolean) | undefined {
  const declared = isObject(manifest.workspaces) ? manifest.workspaces.packages : manifest.workspaces;
  if (!Array.isArray(declared)) return undefined;
  const rules: { parts: string[]; member: boolean }[] = [];
  for (const pattern of declared) {
    if (typeof pattern !== 'string') continue;
    const bangs = /^!*/.exec(pattern)?.[0].length ?? 0;
    for (const plain of expandBraces(pattern.slice(bangs).replaceAll('\\', '/'))) {
      const parts = plain.split('/').filter((part) => part !== '' && part !== '.');
      if (parts.length > 0) rules.push({ parts, member: bangs % 2 === 0 });
    }
  }
  if (rules.length === 0) return undefined;
  return (location) => {
    const parts = location.split('/');
    if (parts.includes('node_modules')) return false;
    // The last pattern that fits decides.
    for (let at = rules.length - 1; at >= 0; at--) {
      const rule = rules[at];
      if (rule !== undefined && fits(rule.parts, parts)) return rule.member;
    }
    return false;
  };
}

/** `a{b,c}` as `ab` and `ac`; nested too. Past the limit the rest stays as it is. */
function expandBraces(pattern: string): string[] {
  const done: string[] = [];
  const work = [pattern];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const group = /\{([^{}]*,[^{}]*)\}/.exec(next);
    if (group === null || done.length + work.length >= BRACES_LIMIT) {
      done.push(next);
      continue;
    }
    const [whole, inner = ''] = group;
    for (const part of inner.split(',')) {
      work.push(next.slice(0, group.index) + part + next.slice(group.index + whole.length));
    }
  }
  return done;
}

// Wildcards of both kinds are matched by remembering the last one and retrying from there, so the time is at most
// the product of both lengths.
function fits(pattern: readonly string[], parts: readonly string[]): boolean {
  return wild(
    pattern,
    parts,
    (p) => p === '**',
    (p, part) => segmentFits(p, part),
  );
}

function segmentFits(pattern: string, part: string): boolean {
  if (part.startsWith('.') && !pattern.startsWith('.')) return false;
  return wild(
    [...pattern],
    [...part],
    (p) => p === '*',
    (p, char) => p === '?' || p === char,
  );
}

function wild(
  pattern: readonly string[],
  items: readonly string[],
  isStar: (p: string) => boolean,
  same: (p: string, item: string) => boolean,
): boolean {
  let p = 0;
  let i = 0;
  let star = -1;
  let retry = 0;
  while (i < items.length) {
    const want = pattern[p];
    const item = items[i] ?? '';
    if (want !== undefined && isStar(want)) {
      star = p++;
      retry = i;
    } else if (want !== undefined && same(want, item)) {
      p++;
      i++;
    } else if (star !== -1) {
      p = star + 1;
      i = ++retry;
    } else {
      return false;
    }
  }
  while (p < pattern.length && isStar(pattern[p] ?? '')) p++;
  return p === pattern.length;
}
