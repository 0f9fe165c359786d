/** Walks the lines of a YAML text that have content. */
import { OUTSIDE } from './flow.ts';
import type { YamlOptions } from './value.ts';

const SPACE = 32;
const HASH = 35;

/** A place on a line that has content: neither blank nor a comment. */
export interface Cursor {
  text: string;
  /** Where the content starts and where it ends, without trailing blanks. */
  begin: number;
  stop: number;
  /** Column of the content; -1 at a `---` line and at the end of the text. */
  indent: number;
  /** Where the next line starts. */
  next: number;
  /** The text is at its end. */
  done: boolean;
  options: YamlOptions;
}

/** Moves to the next line with content; at a `---` line or the end of the text `indent` becomes -1. */
export function advance(cursor: Cursor): void {
  const { text } = cursor;
  for (;;) {
    const start = cursor.next;
    if (start >= text.length) {
      cursor.indent = -1;
      cursor.begin = text.length;
      cursor.done = true;
      return;
    }
    let end = text.indexOf('\n', start);
    if (end === -1) end = text.length;
    cursor.next = end + 1;
    let begin = start;
    while (text.charCodeAt(begin) === SPACE) begin++;
    if (begin >= end || text.charCodeAt(begin) === HASH) continue;
    let stop = end;
    if (text.charCodeAt(stop - 1) === 13) stop--;
    while (stop > begin && text.charCodeAt(stop - 1) === SPACE) stop--;
    if (stop === begin) continue;
    cursor.begin = begin;
    cursor.stop = stop;
    cursor.indent = begin - start;
    if (cursor.indent === 0 && atMarker(cursor)) cursor.indent = -1;
    return;
  }
}

function atMarker(cursor: Cursor): boolean {
  if (!cursor.text.startsWith('---', cursor.begin)) return false;
  if (cursor.stop !== cursor.begin + 3) throw OUTSIDE;
  return true;
}
