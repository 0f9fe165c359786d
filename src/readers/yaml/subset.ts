/**
 * Reads the part of YAML 1.2 that pnpm and Yarn write: block maps and sequences, one-line scalars, short flow
 * collections, literal and folded text. Twenty times faster than a whole YAML library, which matters because
 * parsing is most of the time of a scan. Whatever is outside that part makes it give up: the caller then asks
 * the library, so that the meaning is always the library's.
 */
import { readBlockText } from './block-text.ts';
import { advance, type Cursor } from './cursor.ts';
import { OUTSIDE, readFlow, readQuoted } from './flow.ts';
import type { YamlMap, YamlOptions, YamlValue } from './value.ts';

/** Deeper than any lock file; the library decides about deeper ones. */
const DEPTH = 40;
/** YAML 1.2 allows 1,024 characters before the colon; near the limit the library decides. */
const KEY_LENGTH = 1000;
/** Tabs, control characters, foreign line breaks: legal in places, and never written. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const STRANGE = /[\t\0-\x08\v\f\x0e-\x1f\x7f\x85\u2028\u2029\ufeff]|\r(?!\n)/;

const SPACE = 32;
const HASH = 35;
const DASH = 45;
const COLON = 58;

/** The documents of `text` (no byte order mark), or undefined when it holds anything outside the subset. */
export function readSubset(text: string, options: YamlOptions): YamlValue[] | undefined {
  if (STRANGE.test(text)) return undefined;
  const cursor: Cursor = { text, begin: 0, stop: 0, indent: -1, next: 0, done: false, options };
  const documents: YamlValue[] = [];
  try {
    advance(cursor);
    // A `---` in front of the first document.
    if (cursor.indent === -1 && !cursor.done) advance(cursor);
    for (;;) {
      if (cursor.indent !== 0) return undefined;
      documents.push(readMap(cursor, 0, cursor.begin, 0));
      if (cursor.done) return documents;
      advance(cursor);
    }
  } catch (error) {
    if (error === OUTSIDE) return undefined;
    throw error;
  }
}

// The value of a key whose line ends after the colon, or '' when nothing belongs to it.
function readBelow(cursor: Cursor, column: number, keyAt: number, depth: number): YamlValue {
  advance(cursor);
  if (cursor.indent > column) {
    return isItem(cursor)
      ? readSequence(cursor, cursor.indent, depth)
      : readMap(cursor, cursor.indent, keyAt, depth);
  }
  return cursor.indent === column && isItem(cursor) ? readSequence(cursor, column, depth) : '';
}

function isItem(cursor: Cursor): boolean {
  const { text, begin, stop } = cursor;
  return text.charCodeAt(begin) === DASH && (begin + 1 === stop || text.charCodeAt(begin + 1) === SPACE);
}

function readMap(cursor: Cursor, column: number, at: number, depth: number): YamlMap {
  if (depth > DEPTH) throw OUTSIDE;
  const { repeated } = cursor.options;
  const entries = new Map<string, YamlValue>();
  while (cursor.indent === column) {
    const keyAt = cursor.begin;
    const key = readKey(cursor);
    if (repeated === 'error' && entries.has(key)) throw OUTSIDE;
    entries.set(key, readValue(cursor, column, keyAt, depth));
  }
  if (cursor.indent > column) throw OUTSIDE;
  return { at, entries };
}

// Leaves `begin` after the colon. Native searches instead of loops over characters: most of a scan's reading
// happens before the compiler gets to this code.
function readKey(cursor: Cursor): string {
  const { text, begin, stop } = cursor;
  const first = text.charCodeAt(begin);
  if (first === 34 || first === 39) {
    const { value, end } = readQuoted(text, begin, stop);
    if (text.charCodeAt(end) !== COLON || end >= stop || end - begin > KEY_LENGTH) throw OUTSIDE;
    cursor.begin = end + 1;
    return value;
  }
  if (!startsPlain(first)) throw OUTSIDE;
  let colon = text.indexOf(':', begin);
  while (colon !== -1 && colon + 1 < stop && text.charCodeAt(colon + 1) !== SPACE)
    colon = text.indexOf(':', colon + 1);
  if (colon === -1 || colon >= stop || colon - begin > KEY_LENGTH) throw OUTSIDE;
  if (text.charCodeAt(colon - 1) === SPACE) throw OUTSIDE;
  const key = text.slice(begin, colon);
  if (key.includes(' #')) throw OUTSIDE;
  cursor.begin = colon + 1;
  return key;
}

function readValue(cursor: Cursor, column: number, keyAt: number, depth: number): YamlValue {
  const { text, stop } = cursor;
  let at = cursor.begin;
  if (at === stop) return readBelow(cursor, column, keyAt, depth + 1);
  if (text.charCodeAt(at) !== SPACE) throw OUTSIDE;
  while (text.charCodeAt(at) === SPACE) at++;
  const first = text.charCodeAt(at);
  if (first === HASH) return readBelow(cursor, column, keyAt, depth + 1);
  if (first === 124 || first === 62) return readBlockText(cursor, at, column);
  const value = readInline(text, at, stop, keyAt);
  advance(cursor);
  // A deeper line would continue the scalar, or be an error.
  if (cursor.indent > column) throw OUTSIDE;
  return value;
}

/** One value that fills `at` to `stop` of a line; a flow map gets `mapAt` as its place. */
function readInline(text: string, at: number, stop: number, mapAt: number): YamlValue {
  const first = text.charCodeAt(at);
  if (first === 34 || first === 39) {
    const { value, end } = readQuoted(text, at, stop);
    if (!endsLine(text, end, stop)) throw OUTSIDE;
    return value;
  }
  if (first === 123 || first === 91) {
    const { value, end } = readFlow(text, at, stop, mapAt, 0);
    if (!endsLine(text, end, stop)) throw OUTSIDE;
    return value;
  }
  if (!startsPlain(first)) throw OUTSIDE;
  let value = text.slice(at, stop);
  const comment = value.indexOf(' #');
  if (comment !== -1) value = value.slice(0, comment).trimEnd();
  if (value.includes(': ') || value.endsWith(':')) throw OUTSIDE;
  return value;
}

// Nothing more on the line, or a comment.
function endsLine(text: string, end: number, stop: number): boolean {
  let at = end;
  while (at < stop && text.charCodeAt(at) === SPACE) at++;
  return at === stop || (at > end && text.charCodeAt(at) === HASH);
}

function readSequence(cursor: Cursor, column: number, depth: number): YamlValue[] {
  if (depth > DEPTH) throw OUTSIDE;
  const items: YamlValue[] = [];
  while (cursor.indent === column && isItem(cursor)) {
    const { text, stop } = cursor;
    let at = cursor.begin + 1;
    if (at === stop) throw OUTSIDE;
    while (text.charCodeAt(at) === SPACE) at++;
    if (isPair(text, at, stop)) {
      cursor.indent += at - cursor.begin;
      cursor.begin = at;
      items.push(readMap(cursor, cursor.indent, at, depth + 1));
      continue;
    }
    items.push(readInline(text, at, stop, at));
    advance(cursor);
    if (cursor.indent > column) throw OUTSIDE;
  }
  if (cursor.indent > column) throw OUTSIDE;
  return items;
}

// Whether a sequence item is `key: …` and not a scalar or flow collection.
function isPair(text: string, at: number, stop: number): boolean {
  const first = text.charCodeAt(at);
  if (first === 123 || first === 91) return false;
  if (first === 34 || first === 39) {
    const { end } = readQuoted(text, at, stop);
    return text.charCodeAt(end) === COLON && end < stop;
  }
  for (let i = at; i < stop; i++) {
    if (text.charCodeAt(i) === HASH && text.charCodeAt(i - 1) === SPACE) return false;
    if (text.charCodeAt(i) !== COLON) continue;
    if (i + 1 === stop || text.charCodeAt(i + 1) === SPACE) return true;
  }
  return false;
}

// All characters but the indicators: - ? : , [ ] { } # & * ! | > ' " % @ ` (YAML 1.2.2, section 5.3).
function startsPlain(c: number): boolean {
  if ((c >= 97 && c <= 122) || (c >= 48 && c <= 57) || (c >= 65 && c <= 90)) return true;
  return (
    c === 47 || c === 94 || c === 126 || c === 95 || c === 46 || c === 36 || c === 40 || c === 43 || c === 60
  );
}
