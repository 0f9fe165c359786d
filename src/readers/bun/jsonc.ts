/**
 * JSON with comments and trailing commas, as Bun writes its lock file: what JSON does not know is blanked out in
 * place, so that every offset stays true, and JSON.parse does the rest.
 */
import { UserError } from '../../errors.ts';
import { firstJsonError } from '../json-error.ts';
import { type TextFile, where } from '../text.ts';

const REPAIR =
  'a cut or hand-edited file? Restore it from git, or write it anew: bun install --lockfile-only';

/** The value of a JSONC text. Throws UserError with line and column. */
export function parseJsonc(file: TextFile): unknown {
  const plain = blankOut(file);
  try {
    return JSON.parse(plain);
  } catch (error) {
    const { offset, message } = firstJsonError(plain);
    throw new UserError(`is no valid JSON: ${message}`, {
      where: where(file, offset),
      hint: REPAIR,
      cause: error,
    });
  }
}

/** The text with comments and trailing commas replaced by blanks. Throws UserError. */
function blankOut(file: TextFile): string {
  const { text } = file;
  const blanks: [number, number][] = [];
  let comma = -1;
  for (let i = 0; i < text.length; ) {
    const c = text.charCodeAt(i);
    if (c === 34) {
      comma = -1;
      i = stringEnd(file, i);
    } else if (c === 47) {
      const end = commentEnd(file, i);
      blanks.push([i, end]);
      i = end;
    } else {
      if (c === 44) comma = comma === -1 && hasValueBefore(text, i, blanks) ? i : -1;
      else if ((c === 93 || c === 125) && comma !== -1) blanks.push([comma, comma + 1]);
      if (c !== 44 && c !== 32 && c !== 10 && c !== 13 && c !== 9) comma = -1;
      i++;
    }
  }
  blanks.sort(([a], [b]) => a - b);
  return withBlanks(text, blanks);
}

// `[,]` has a comma after nothing: that is left for JSON.parse to refuse.
function hasValueBefore(text: string, at: number, blanks: [number, number][]): boolean {
  let i = at - 1;
  for (let b = blanks.length - 1; i >= 0; ) {
    const blank = blanks[b];
    if (blank !== undefined && i >= blank[0] && i < blank[1]) {
      i = blank[0] - 1;
      b--;
      continue;
    }
    const c = text.charCodeAt(i);
    if (c !== 32 && c !== 10 && c !== 13 && c !== 9) return c !== 91 && c !== 123 && c !== 44 && c !== 58;
    i--;
  }
  return false;
}

function stringEnd(file: TextFile, at: number): number {
  const { text } = file;
  for (let i = at + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 34) return i + 1;
    if (c === 92) i++;
  }
  throw new UserError('has a string without an end', { where: where(file, at), hint: REPAIR });
}

// Bun ends a line comment at every line break that JavaScript knows.
function commentEnd(file: TextFile, at: number): number {
  const { text } = file;
  const kind = text.charAt(at + 1);
  if (kind === '/') {
    const end = /[\n\r\u2028\u2029]/g;
    end.lastIndex = at;
    const found = end.exec(text);
    if (found === null) return text.length;
    // The two that JSON does not know as blanks go with the comment.
    return found[0] < '\u2028' ? found.index : found.index + 1;
  }
  const end = kind === '*' ? text.indexOf('*/', at + 2) : -1;
  if (end !== -1) return end + 2;
  throw new UserError('has a comment without an end', { where: where(file, at), hint: REPAIR });
}

function withBlanks(text: string, blanks: [number, number][]): string {
  let out = '';
  let done = 0;
  for (const [start, end] of blanks) {
    out += text.slice(done, start) + ' '.repeat(end - start);
    done = end;
  }
  return out + text.slice(done);
}
