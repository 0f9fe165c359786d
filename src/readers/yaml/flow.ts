/** One-line quoted scalars and flow collections: `'a'`, `"a"`, `{integrity: sha512-…}`, `[x64, arm64]`. */
import type { YamlValue } from './value.ts';

/** Thrown when the text leaves the subset. */
export const OUTSIDE = new Error('outside the subset');

const SPACE = 32;
const DEPTH = 20;
/** `{integrity: sha512-…}`, `{node: '>=8'}`: nearly all flow maps of a lock file, in one native step. */
const ONE_PAIR = /\{(\w+): (?:'([^'\n]*)'|(\w[\w+/=.-]*))\}/y;
/** Escapes that mean the same in YAML and JSON. */
const ESCAPED = /^(?:[^\\]|\\["\\/nt])*$/;

interface Read<T> {
  value: T;
  /** Where the text goes on. */
  end: number;
}

/** The quoted scalar at `at`, which must end before `stop`. Throws OUTSIDE. */
export function readQuoted(text: string, at: number, stop: number): Read<string> {
  const quote = text.charCodeAt(at);
  if (quote === 39) return readSingle(text, at, stop);
  let escaped = false;
  let i = at + 1;
  for (; i < stop; i++) {
    const c = text.charCodeAt(i);
    if (c === 34) break;
    if (c !== 92) continue;
    escaped = true;
    i++;
  }
  if (i >= stop) throw OUTSIDE;
  const inner = text.slice(at + 1, i);
  if (!escaped) return { value: inner, end: i + 1 };
  if (!ESCAPED.test(inner)) throw OUTSIDE;
  const value: unknown = JSON.parse(`"${inner}"`);
  return { value: String(value), end: i + 1 };
}

function readSingle(text: string, at: number, stop: number): Read<string> {
  let doubled = false;
  for (let i = at + 1; i < stop; i++) {
    if (text.charCodeAt(i) !== 39) continue;
    if (i + 1 < stop && text.charCodeAt(i + 1) === 39) {
      doubled = true;
      i++;
      continue;
    }
    const inner = text.slice(at + 1, i);
    return { value: doubled ? inner.replaceAll("''", "'") : inner, end: i + 1 };
  }
  throw OUTSIDE;
}

/** The flow collection at `at`; a map gets `mapAt` as its place. Throws OUTSIDE. */
export function readFlow(
  text: string,
  at: number,
  stop: number,
  mapAt: number,
  depth: number,
): Read<YamlValue> {
  if (depth > DEPTH) throw OUTSIDE;
  return text.charCodeAt(at) === 123
    ? readFlowMap(text, at, stop, mapAt, depth)
    : readFlowSequence(text, at, stop, depth);
}

function readFlowMap(text: string, at: number, stop: number, mapAt: number, depth: number): Read<YamlValue> {
  const entries = new Map<string, YamlValue>();
  ONE_PAIR.lastIndex = at;
  const pair = ONE_PAIR.exec(text);
  if (pair !== null && ONE_PAIR.lastIndex <= stop) {
    entries.set(pair[1] ?? '', pair[2] ?? pair[3] ?? '');
    return { value: { at: mapAt, entries }, end: ONE_PAIR.lastIndex };
  }
  let i = skipSpaces(text, at + 1);
  if (text.charCodeAt(i) === 125 && i < stop) return { value: { at: mapAt, entries }, end: i + 1 };
  for (;;) {
    const keyAt = i;
    const key = readFlowScalar(text, i, stop, true);
    if (entries.has(key.value)) throw OUTSIDE;
    i = key.end;
    if (text.charCodeAt(i) !== 58 || text.charCodeAt(i + 1) !== SPACE) throw OUTSIDE;
    const item = readFlowItem(text, skipSpaces(text, i + 1), stop, keyAt, depth);
    entries.set(key.value, item.value);
    i = skipSpaces(text, item.end);
    if (i >= stop) throw OUTSIDE;
    if (text.charCodeAt(i) === 125) return { value: { at: mapAt, entries }, end: i + 1 };
    i = afterComma(text, i);
  }
}

function readFlowSequence(text: string, at: number, stop: number, depth: number): Read<YamlValue> {
  const items: YamlValue[] = [];
  let i = skipSpaces(text, at + 1);
  if (text.charCodeAt(i) === 93 && i < stop) return { value: items, end: i + 1 };
  for (;;) {
    const item = readFlowItem(text, i, stop, i, depth);
    items.push(item.value);
    i = skipSpaces(text, item.end);
    if (i >= stop) throw OUTSIDE;
    if (text.charCodeAt(i) === 93) return { value: items, end: i + 1 };
    i = afterComma(text, i);
  }
}

function afterComma(text: string, at: number): number {
  if (text.charCodeAt(at) !== 44 || text.charCodeAt(at + 1) !== SPACE) throw OUTSIDE;
  return skipSpaces(text, at + 1);
}

function readFlowItem(text: string, at: number, stop: number, mapAt: number, depth: number): Read<YamlValue> {
  const c = text.charCodeAt(at);
  if (c === 123 || c === 91) return readFlow(text, at, stop, mapAt, depth + 1);
  return readFlowScalar(text, at, stop, false);
}

function readFlowScalar(text: string, at: number, stop: number, key: boolean): Read<string> {
  const first = text.charCodeAt(at);
  if (first === 34 || first === 39) return readQuoted(text, at, stop);
  if (!/[A-Za-z0-9_./$^~+<(]/.test(text.charAt(at))) throw OUTSIDE;
  let i = at + 1;
  for (; i < stop; i++) {
    const c = text.charCodeAt(i);
    // , [ ] { } end or break a plain scalar inside a collection
    if (c === 44 || c === 93 || c === 125) break;
    if (c === 91 || c === 123) throw OUTSIDE;
    if (c === 35 && text.charCodeAt(i - 1) === SPACE) throw OUTSIDE;
    if (c !== 58) continue;
    const next = text.charCodeAt(i + 1);
    if (next === SPACE && key) break;
    if (next === SPACE || next === 44 || next === 93 || next === 125 || next === 91 || next === 123)
      throw OUTSIDE;
  }
  if (i >= stop) throw OUTSIDE;
  let end = i;
  while (text.charCodeAt(end - 1) === SPACE) end--;
  if (key && end !== i) throw OUTSIDE;
  return { value: text.slice(at, end), end: i };
}

function skipSpaces(text: string, at: number): number {
  let i = at;
  while (text.charCodeAt(i) === SPACE) i++;
  return i;
}
