/** Literal and folded block scalars: the form in which long deprecation messages are written. */
import { advance, type Cursor } from './cursor.ts';
import { OUTSIDE } from './flow.ts';

/** The text announced by `|`, `|-`, `>` or `>-` at `at`, for a key in `column`; moves past it. Throws OUTSIDE. */
export function readBlockText(cursor: Cursor, at: number, column: number): string {
  const { text } = cursor;
  const header = text.slice(at, cursor.stop);
  if (header !== '|' && header !== '|-' && header !== '>' && header !== '>-') throw OUTSIDE;
  const lines = takeLines(cursor, column);
  while (lines.length > 0 && lines[lines.length - 1] === '') lines.pop();
  if (lines.length === 0) throw OUTSIDE;
  const value = header.startsWith('|') ? lines.join('\n') : fold(lines);
  advance(cursor);
  if (cursor.indent > column) throw OUTSIDE;
  return header.endsWith('-') ? value : `${value}\n`;
}

// The lines deeper than `column`, without the indentation that the first one sets.
function takeLines(cursor: Cursor, column: number): string[] {
  const { text } = cursor;
  const lines: string[] = [];
  let indent = -1;
  while (cursor.next < text.length) {
    const start = cursor.next;
    let end = text.indexOf('\n', start);
    if (end === -1) end = text.length;
    const stop = text.charCodeAt(end - 1) === 13 && end > start ? end - 1 : end;
    let begin = start;
    while (begin < stop && text.charCodeAt(begin) === 32) begin++;
    if (begin === stop) {
      // Blanks in front of the first line, or beyond the indentation, have a meaning of their own.
      if (indent === -1 || stop - start > indent) throw OUTSIDE;
      lines.push('');
    } else {
      if (begin - start <= column) break;
      if (indent === -1) indent = begin - start;
      if (begin - start < indent) throw OUTSIDE;
      lines.push(text.slice(start + indent, stop));
    }
    cursor.next = end + 1;
  }
  return lines;
}

// YAML 1.2.2, section 8.1.3: a line break becomes a space, n + 1 of them become n.
function fold(lines: string[]): string {
  let out = '';
  let breaks = 0;
  for (const line of lines) {
    if (line.startsWith(' ')) throw OUTSIDE;
    if (line === '') {
      breaks++;
      continue;
    }
    if (out !== '') out += breaks === 0 ? ' ' : '\n'.repeat(breaks);
    out += line;
    breaks = 0;
  }
  return out;
}
