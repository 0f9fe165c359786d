/** Places in a text: from an index of UTF-16 units to line, column and byte. */

/** Line and column from 1, the column in UTF-16 units; the offset in bytes. */
interface Place {
  line: number;
  column: number;
  offset: number;
}

const BYTE_ORDER_MARK_BYTES = 3;

/**
 * A function from an index in `text` to its place. Lines end with LF (so CRLF ends one too). With `marked` the
 * file starts with a UTF-8 byte order mark that `text` lacks: the offset counts it, the column does not.
 */
export function lineIndex(text: string, marked: boolean): (index: number) => Place {
  const lines: number[] = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines.push(at + 1);
  const first = marked ? BYTE_ORDER_MARK_BYTES : 0;
  // Most files are ASCII through and through, and there every unit is a byte.
  const bytes = Buffer.byteLength(text) === text.length ? undefined : lineBytes(text, lines, first);
  return (index) => {
    const at = lineOf(lines, index);
    const start = lines[at] ?? 0;
    const offset =
      bytes === undefined ? first + index : (bytes[at] ?? 0) + Buffer.byteLength(text.slice(start, index));
    return { line: at + 1, column: index - start + 1, offset };
  };
}

function lineBytes(text: string, lines: readonly number[], first: number): number[] {
  const bytes: number[] = [];
  let byte = first;
  for (const [at, start] of lines.entries()) {
    bytes.push(byte);
    byte += Buffer.byteLength(text.slice(start, lines[at + 1] ?? start));
  }
  return bytes;
}

// The last line that starts at or before `index`.
function lineOf(lines: readonly number[], index: number): number {
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lines[middle] ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}
