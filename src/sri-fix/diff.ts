/** Changes as a unified diff: https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html */

const CONTEXT = 3;

/** The diff of two versions of a file; empty where they are equal. */
export function unifiedDiff(file: string, before: string, after: string): string {
  const a = linesOf(before);
  const b = linesOf(after);
  const pairs = changesOf(a, b);
  if (pairs.length === 0) return '';
  return `--- ${nameOf(`a/${file}`)}\n+++ ${nameOf(`b/${file}`)}\n${hunks(a, b, pairs).join('')}`;
}

/** The same of files in any encoding, byte for byte as a program must have it; empty where they are equal. */
export function binaryDiff(file: string, before: Buffer, after: Buffer): Buffer {
  const name = Buffer.from(file).toString('latin1');
  return Buffer.from(unifiedDiff(name, before.toString('latin1'), after.toString('latin1')), 'latin1');
}

/** Controls, quotes and backslashes. */
const ESCAPED = /["\\]|[^\x20-\x7e\x80-\uffff]/g;

// As git writes names: https://git-scm.com/docs/diff-format. A tab ends one with spaces for patch(1).
function nameOf(name: string): string {
  const escaped = name.replace(ESCAPED, (c) =>
    c === '"' || c === '\\' ? `\\${c}` : `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
  if (escaped !== name) return `"${escaped}"`;
  return name.includes(' ') ? `${name}\t` : name;
}

/** Lines `a0` to `a1` become lines `b0` to `b1`; the ends are outside. */
interface Change {
  a0: number;
  a1: number;
  b0: number;
  b1: number;
}

// Lines are only changed or added here, never moved: the next equal line on either side ends a change.
function changesOf(a: readonly string[], b: readonly string[]): Change[] {
  const changes: Change[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i++;
      j++;
      continue;
    }
    const [ahead, beside] = nextEqual(a, b, i, j);
    changes.push({ a0: i, a1: ahead, b0: j, b1: beside });
    i = ahead;
    j = beside;
  }
  return changes;
}

/** How far the next equal line is looked for; an import map has about as many lines. */
const NEAR = 200;

function nextEqual(a: readonly string[], b: readonly string[], i: number, j: number): [number, number] {
  for (let distance = 1; distance <= NEAR; distance++) {
    for (let k = 0; k <= distance; k++) {
      const [x, y] = [i + k, j + distance - k];
      if (x < a.length && y < b.length && a[x] === b[y]) return [x, y];
    }
  }
  return [a.length, b.length];
}

function hunks(a: readonly string[], b: readonly string[], changes: readonly Change[]): string[] {
  const result: string[] = [];
  for (let first = 0; first < changes.length; ) {
    let last = first;
    while (last + 1 < changes.length && gap(changes, last) <= 2 * CONTEXT) last++;
    result.push(hunk(a, b, changes.slice(first, last + 1)));
    first = last + 1;
  }
  return result;
}

function gap(changes: readonly Change[], index: number): number {
  return (changes[index + 1]?.a0 ?? 0) - (changes[index]?.a1 ?? 0);
}

function hunk(a: readonly string[], b: readonly string[], changes: readonly Change[]): string {
  const [first, last] = [changes[0], changes.at(-1)];
  if (first === undefined || last === undefined) return '';
  const before = Math.min(CONTEXT, first.a0);
  const after = Math.min(CONTEXT, a.length - last.a1);
  const lines: string[] = [];
  let at = first.a0 - before;
  for (const { a0, a1, b0, b1 } of changes) {
    for (const line of a.slice(at, a0)) lines.push(shown(' ', line));
    for (const line of a.slice(a0, a1)) lines.push(shown('-', line));
    for (const line of b.slice(b0, b1)) lines.push(shown('+', line));
    at = a1;
  }
  for (const line of a.slice(at, at + after)) lines.push(shown(' ', line));
  const size = (from: number, to: number) => to - from + before + after;
  const head = `@@ -${first.a0 - before + 1},${size(first.a0, last.a1)} +${first.b0 - before + 1},${size(first.b0, last.b1)} @@`;
  return `${head}\n${lines.join('')}`;
}

function shown(mark: string, line: string): string {
  return `${mark}${line}\n`;
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  if (last !== '') lines.push(`${last}\n\\ No newline at end of file`);
  return lines;
}
