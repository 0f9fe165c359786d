/** Replacing stretches of a file's bytes while every other byte stays what it was. */

/** Puts `text` in the place of the bytes from `start` to `end`; an insertion where both are the same. */
export interface Edit {
  start: number;
  end: number;
  text: Buffer;
}

/** The file after the edits, which may come in any order. Several insertions at one place keep their order. Throws
 * where two edits overlap or one lies outside the file: that would be a bug of whoever made them. */
export function applyEdits(bytes: Buffer, edits: readonly Edit[]): Buffer {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const { start, end, text } of sorted(edits)) {
    if (start < at || end < start || end > bytes.length)
      throw new Error(`edit of ${start} to ${end} overlaps another one or lies outside of the file`);
    pieces.push(bytes.subarray(at, start), text);
    at = end;
  }
  pieces.push(bytes.subarray(at));
  return Buffer.concat(pieces);
}

/** In the order of the file; those of one place in the order given. */
export function sorted(edits: readonly Edit[]): Edit[] {
  return [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
}

/** ASCII text in a page's encoding, by the name that the encoding standard gives it. Every encoding that pages are read in but
 * UTF-16 writes ASCII as it is. */
export function encoded(ascii: string, encoding: string): Buffer {
  if (encoding === 'utf-16le') return Buffer.from(ascii, 'utf16le');
  if (encoding === 'utf-16be') return Buffer.from(ascii, 'utf16le').swap16();
  return Buffer.from(ascii, 'latin1');
}
