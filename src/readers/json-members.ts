/**
 * Finds members of a JSON text by their path without building a tree: each object on the way is scanned once,
 * when somebody asks, and remembered. Iterative, so depth costs no stack. The text must be valid JSON.
 */

interface Member {
  key: number;
  value: number;
}

/** One object of a JSON text: where each member's key and value begin and end (of duplicate keys, the last), and the
 * closing brace. */
export interface ObjectPlaces {
  members: Map<string, Member & { end: number }>;
  /** A key that stands there more than once. */
  again?: string;
  close: number;
}

/** The places of the object whose `{` stands at `open`. */
export function objectAt(text: string, open: number): ObjectPlaces {
  const members: ObjectPlaces['members'] = new Map();
  let again: string | undefined;
  let at = skipSpace(text, open + 1);
  while (text[at] === '"') {
    const key = at;
    const end = skipString(text, at);
    const value = skipSpace(text, skipSpace(text, end) + 1);
    const valueEnd = skipValue(text, value);
    const name = JSON.parse(text.slice(key, end)) as string;
    if (members.has(name)) again ??= name;
    members.set(name, { key, value, end: valueEnd });
    at = skipSpace(text, valueEnd);
    if (text[at] !== ',') break;
    at = skipSpace(text, at + 1);
  }
  return { members, close: at, ...(again === undefined ? {} : { again }) };
}

/**
 * A function from a path of keys to the index of the key's opening quote. Where the path leads nowhere, the place
 * of the deepest member that exists; of the first bracket when none does. Of duplicate keys, the last.
 */
export function memberFinder(text: string): (path: readonly string[]) => number {
  const scanned = new Map<number, Map<string, Member>>();
  const start = skipSpace(text, 0);
  return (path) => {
    let at: Member = { key: start, value: start };
    for (const name of path) {
      if (text[at.value] !== '{') break;
      let members = scanned.get(at.value);
      if (members === undefined) {
        members = objectAt(text, at.value).members;
        scanned.set(at.value, members);
      }
      const next = members.get(name);
      if (next === undefined) break;
      at = next;
    }
    return at.key;
  };
}

const TOKEN = /["{}[\]]/g;
// The rest of a string that has no escapes.
const PLAIN_REST = /[^"\\]*"/y;
const SCALAR = /[^\s,\]}]*/y;

function skipValue(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return skipString(text, start);
  if (first !== '{' && first !== '[') {
    SCALAR.lastIndex = start;
    SCALAR.test(text);
    return SCALAR.lastIndex;
  }
  let depth = 0;
  TOKEN.lastIndex = start;
  while (TOKEN.test(text)) {
    const end = TOKEN.lastIndex;
    const char = text[end - 1];
    if (char === '"') TOKEN.lastIndex = skipString(text, end - 1);
    else if (char === '{' || char === '[') depth++;
    else if (--depth === 0) return end;
  }
  return text.length;
}

function skipString(text: string, quote: number): number {
  PLAIN_REST.lastIndex = quote + 1;
  if (PLAIN_REST.test(text)) return PLAIN_REST.lastIndex;
  let end = text.indexOf('"', quote + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end + 1;
}

function isEscaped(text: string, quote: number): boolean {
  let slashes = 0;
  while (text[quote - 1 - slashes] === '\\') slashes++;
  return slashes % 2 === 1;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  for (let c = text.charCodeAt(at); c === 32 || c === 10 || c === 13 || c === 9; c = text.charCodeAt(++at));
  return at;
}
