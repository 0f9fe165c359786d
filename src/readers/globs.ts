// The globs of workspace declarations: `packages/*`, `examples/**`, negative ones, `{apps,libs}/*`.

/** A pattern in segments, ready to match. */
export interface Glob {
  negative: boolean;
  segments: string[];
}

/** More globs, and more alternatives in one, than any project writes. */
const GLOBS = 1000;
const ALTERNATIVES = 100;

/** The globs of one declaration; braces become several. */
export function parseGlobs(patterns: Iterable<string>): Glob[] {
  const globs: Glob[] = [];
  for (const pattern of patterns) {
    const negative = pattern.startsWith('!');
    if (globs.length >= GLOBS) break;
    for (const plain of expandBraces(negative ? pattern.slice(1) : pattern)) {
      const segments = plain.split('/').filter((segment) => segment !== '' && segment !== '.');
      globs.push({ negative, segments });
    }
  }
  return globs;
}

/** Whether a folder's path, in segments, is meant: by a positive glob and by no negative one. */
export function matchesGlobs(globs: Glob[], path: string[]): boolean {
  let matched = false;
  for (const { negative, segments } of globs) {
    if (negative === matched && matchesSegments(segments, path)) matched = !negative;
  }
  return matched;
}

/** Whether something below `path` can match a positive glob. */
export function canMatchBelow(globs: Glob[], path: string[]): boolean {
  return globs.some(({ negative, segments }) => !negative && isPrefix(segments, path));
}

function isPrefix(segments: string[], path: string[]): boolean {
  for (let i = 0; i < path.length; i++) {
    const segment = segments[i];
    if (segment === undefined) return false;
    if (segment === '**') return true;
    if (!matchesName(segment, path[i] ?? '')) return false;
  }
  return segments.length > path.length;
}

// Both matchers go back to the last star only: time grows with pattern × path, not exponentially.
function matchesSegments(segments: string[], path: string[]): boolean {
  return matchesSequence(
    segments,
    path,
    // Hidden folders are meant only by name.
    (segment, name) => segment === '**' && !name.startsWith('.'),
    (segment, name) => matchesName(segment, name),
  );
}

/** Whether a name fits a pattern of one segment with `*` and `?`. */
function matchesName(pattern: string, name: string): boolean {
  if (pattern === name) return true;
  if (!/[*?]/.test(pattern) || (name.startsWith('.') && !pattern.startsWith('.'))) return false;
  return matchesSequence(
    [...pattern],
    [...name],
    (c) => c === '*',
    (c, d) => c === '?' || c === d,
  );
}

// `takes` says whether a pattern part is a star that may swallow an item ('' asks whether it is a star at all).
function matchesSequence(
  pattern: string[],
  input: string[],
  takes: (part: string, item: string) => boolean,
  fits: (part: string, item: string) => boolean,
): boolean {
  let p = 0;
  let i = 0;
  let star = -1;
  let resume = 0;
  while (i < input.length) {
    const part = pattern[p];
    if (part !== undefined && takes(part, '')) {
      star = p++;
      resume = i;
    } else if (part !== undefined && fits(part, input[i] ?? '')) {
      p++;
      i++;
    } else if (star !== -1 && takes(pattern[star] ?? '', input[resume] ?? '')) {
      p = star + 1;
      i = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.length && takes(pattern[p] ?? '', '')) p++;
  return p === pattern.length;
}

function expandBraces(pattern: string): string[] {
  const done: string[] = [];
  const open = [pattern];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const braces = /\{([^{}]*)\}/.exec(next);
    if (braces === null || done.length + open.length > ALTERNATIVES) {
      done.push(next);
      continue;
    }
    const before = next.slice(0, braces.index);
    const after = next.slice(braces.index + braces[0].length);
    for (const choice of (braces[1] ?? '').split(',')) open.push(`${before}${choice}${after}`);
  }
  return done;
}
