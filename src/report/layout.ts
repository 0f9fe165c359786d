/** Columns, cuts and colours of text that goes to a terminal. */

const CODES = { bold: 1, red: 31, green: 32, yellow: 33, cyan: 36, dim: 2 } as const;
export type Style = keyof typeof CODES;

/** The text in an ANSI style. */
export function paint(style: Style, text: string): string {
  return `\u001b[${CODES[style]}m${text}\u001b[0m`;
}

/** Rows with their cells in columns; the last column is as long as it likes. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  return rows.map((row) =>
    row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join('  '),
  );
}

/** A cut goes back to a space that is at most this far away, so that no word is cut that need not be. */
const BACK = 20;

/** The text cut to a width in columns, between words where there are some; a cut shows as an ellipsis. */
function truncate(text: string, width: number): string {
  if (text.length <= width) return text;
  const cut = text.slice(0, width - 1);
  const space = text[width - 1] === ' ' ? width - 1 : cut.lastIndexOf(' ');
  const whole = space > 0 && cut.length - space <= BACK ? cut.slice(0, space) : cut;
  return `${whole.trimEnd()}…`;
}

/** Plain text in lines of at most `width` columns, broken between words; lines after the first are indented. */
export function wrap(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  const [start = ''] = /^ */.exec(text) ?? [];
  let line = start;
  for (const word of text.slice(start.length).split(' ')) {
    const next = line.trim() === '' ? `${line}${word}` : `${line} ${word}`;
    if (line.trim() !== '' && next.length > width) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = next;
  }
  return [...lines, line];
}

/** The same in at most `most` lines; what is left of the text stands in the last one, which is cut. Where any number
 * is allowed nothing is. */
export function fit(text: string, width: number, indent: string, most: number): string[] {
  const lines = wrap(text, width, indent);
  if (most === Number.POSITIVE_INFINITY) return lines;
  const rest = lines.slice(most).map((line) => ` ${line.trim()}`);
  const last = `${lines[most - 1] ?? ''}${rest.join('')}`;
  return (rest.length === 0 ? lines : [...lines.slice(0, most - 1), last]).map((line) =>
    truncate(line, width),
  );
}
