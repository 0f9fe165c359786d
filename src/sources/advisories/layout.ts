/**
 * The compiled database file. All numbers are little-endian.
 *
 *   0  magic, 8 bytes
 *   8  format version, u32
 *  12  number of blocks B, u32
 *  16  bytes of the description D (JSON), u32
 *  20  bytes of the first names N (JSON array), u32
 *  24  words of the name filter W, u32
 *  28  crc32 over bytes 8 to 28 and the index, u32
 *  32  index: for each block its length and crc32 (2 × u32), then D, N and W
 *      blocks: lines sorted by name, each with a line feed before and behind it
 *
 * Opening reads the index only; a name costs one block, and an absent one mostly none.
 */
import { crc32 } from 'node:zlib';
import { addName, emptyFilter } from './bloom.ts';

/** Its first byte and the line ends show what a text conversion on the way would have done to the file. */
export const MAGIC = Buffer.from('\x89VAKT\r\n\n', 'latin1');
/** Grows whenever an older vakt would misread the file. */
export const FORMAT = 1;
export const HEAD_BYTES = 32;
const BLOCK_BYTES = 8 * 1024;

/** Who built a database from what, and what is in it. */
export interface Description {
  /** When it was compiled, RFC 3339. */
  built: string;
  /** What it was compiled from: `zip osv-npm.zip`. */
  from: string;
  /** When the newest record was modified, RFC 3339; empty where no record says. */
  newest: string;
  records: number;
  names: number;
  malware: number;
  withdrawn: number;
}

/** What the database says of one name. */
export interface Line {
  name: string;
  text: string;
}

/** The chunks of a database file, from as many lines as the description has names, sorted by name (UTF-16 units). */
export function layOut(description: Description, lines: Iterable<Line>): Buffer[] {
  const blocks: Buffer[] = [];
  const firsts: string[] = [];
  const filter = emptyFilter(description.names);
  let open: string[] = [];
  let size = 0;
  const close = () => {
    if (open.length > 0) blocks.push(Buffer.from(`\n${open.join('\n')}\n`));
    open = [];
    size = 0;
  };
  for (const { name, text } of lines) {
    addName(filter, name);
    if (size > 0 && size + text.length > BLOCK_BYTES) close();
    if (open.length === 0) firsts.push(name);
    open.push(text);
    size += text.length + 1;
  }
  close();
  return [...frame(description, firsts, filter, blocks), ...blocks];
}

function frame(description: Description, firsts: string[], filter: Int32Array, blocks: Buffer[]): Buffer[] {
  const table = Buffer.alloc(8 * blocks.length);
  blocks.forEach((block, i) => {
    table.writeUInt32LE(block.length, 8 * i);
    table.writeUInt32LE(crc32(block), 8 * i + 4);
  });
  const told = Buffer.from(JSON.stringify(description));
  const first = Buffer.from(JSON.stringify(firsts));
  const words = Buffer.alloc(4 * filter.length);
  filter.forEach((word, i) => {
    words.writeInt32LE(word, 4 * i);
  });
  const head = Buffer.alloc(HEAD_BYTES);
  MAGIC.copy(head);
  [FORMAT, blocks.length, told.length, first.length, filter.length].forEach((number, i) => {
    head.writeUInt32LE(number, 8 + 4 * i);
  });
  const index = Buffer.concat([table, told, first, words]);
  head.writeUInt32LE(crc32(index, crc32(head.subarray(8, 28))), 28);
  return [head, index];
}
