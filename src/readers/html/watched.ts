/** The tags that reading a page must not pass over. */
import type { Cursor } from './tokenizer.ts';

/** By length of the name, so that most tags cost two comparisons. */
const WATCHED: string[][] = [];
for (const name of [
  ...['col', 'svg', 'xmp', 'base', 'meta', 'link', 'math', 'style', 'title', 'script', 'iframe'],
  ...['noembed', 'noframes', 'noscript', 'template', 'textarea', 'frameset', 'plaintext'],
]) {
  let names = WATCHED[name.length];
  if (names === undefined) {
    names = [];
    WATCHED[name.length] = names;
  }
  names.push(name);
}

/** The name of the tag that the cursor is behind, in small letters, where it is one of those that matter. */
export function watched(cursor: Cursor): string | undefined {
  const { bytes, nameStart, nameEnd } = cursor;
  const names = WATCHED[nameEnd - nameStart];
  if (names === undefined) return undefined;
  const first = (bytes[nameStart] ?? 0) | 0x20;
  for (const name of names) {
    if (first === name.charCodeAt(0) && matches(bytes, nameStart, name)) return name;
  }
  return undefined;
}

function matches(bytes: Buffer, start: number, name: string): boolean {
  for (let i = 1; i < name.length; i++) {
    if (((bytes[start + i] ?? 0) | 0x20) !== name.charCodeAt(i)) return false;
  }
  return true;
}
