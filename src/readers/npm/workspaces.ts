/**
 * Which folders are workspace members, by the patterns of package.json's `workspaces`.
 * https://docs.npmjs.com/cli/v11/configuring-npm/package-json#workspaces
 */
import { UserError } from '../../errors.ts';
import { isObject, type JsonObject } from '../json.ts';

/** More than any project spells out; bounds for nested braces and for the time that matching takes. */
const BRACES_LIMIT = 256;
const WILDCARDS_LIMIT = 256;

/** Whether the folder at a location is a workspace member. */
export type MemberTest = (location: string) => boolean;

interface Rule {
  order: number;
  member: boolean;
}

/**
 * A function that says whether a location is a member; undefined when the project has no workspaces. Of several
 * patterns that fit, the last decides. Throws UserError, with `where`, for more wildcards than anybody writes.
 */
export function workspaceMatcher(manifest: JsonObject, where: () => string): MemberTest | undefined {
  const literal = new Map<string, Rule>();
  const wildcards: (Rule & { parts: string[] })[] = [];
  let order = 0;
  for (const { pattern, member } of patternsOf(manifest)) {
    const parts = pattern.split('/').filter((part) => part !== '' && part !== '.');
    const rule = { order: order++, member };
    if (/[*?]/.test(pattern)) wildcards.push({ ...rule, parts });
    else literal.set(parts.join('/'), rule);
  }
  if (wildcards.length > WILDCARDS_LIMIT) {
    throw new UserError(`"workspaces" has more than ${WILDCARDS_LIMIT} patterns with wildcards`, {
      where: where(),
      hint: 'name the folders by fewer patterns, or one by one',
    });
  }
  if (order === 0) return undefined;
  return (location) => {
    const parts = location.split('/');
    if (parts.includes('node_modules')) return false;
    let last = literal.get(location);
    for (const rule of wildcards) {
      if (rule.order > (last?.order ?? -1) && fits(rule.parts, parts)) last = rule;
    }
    return last?.member ?? false;
  };
}

function patternsOf(manifest: JsonObject): { pattern: string; member: boolean }[] {
  const declared = isObject(manifest.workspaces) ? manifest.workspaces.packages : manifest.workspaces;
  if (!Array.isArray(declared)) return [];
  const found: { pattern: string; member: boolean }[] = [];
  for (const item of declared) {
    if (typeof item !== 'string') continue;
    const bangs = /^!*/.exec(item)?.[0].length ?? 0;
    for (const pattern of expandBraces(item.slice(bangs).replaceAll('\\', '/'))) {
      found.push({ pattern, member: bangs % 2 === 0 });
    }
  }
  return found;
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
