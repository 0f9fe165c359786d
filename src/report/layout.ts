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

/** The text cut to a width in columns, styles not counted; a cut shows as an ellipsis. */
export function truncate(text: string, width: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the styles that paint() made
  const parts = text.split(/(\u001b\[\d+m)/);
  const length = parts.reduce((sum, part, i) => sum + (i % 2 === 0 ? part.length : 0), 0);
  if (length <= width) return text;
  let left = width - 1;
  let cut = '';
  for (const [i, part] of parts.entries()) {
    if (i % 2 === 1) cut += part;
    else {
      cut += part.slice(0, left);
      left -= Math.min(left, part.length);
    }
  }
  return `${cut}…`;
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
