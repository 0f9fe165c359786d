/**
 * Opens a compiled database (layout.ts) and looks names up in it. A file that is not entirely what it should
 * be is an error, never an empty database.
 */
import { crc32 } from 'node:zlib';
import { reasonOf, UserError } from '../../errors.ts';
import type { Io, RandomAccess } from '../../io.ts';
import { mayHold } from './bloom.ts';
import { decodeLine, decodeRecords, lineStart } from './codec.ts';
import { type Description, FORMAT, HEAD_BYTES, MAGIC } from './layout.ts';
import type { AdvisoryRecord } from './record.ts';
import { isObject } from './shape.ts';

/** What a database says of itself. */
export interface DatabaseInfo extends Description {
  /** The file that was opened. */
  file: string;
  bytes: number;
}

export interface Database {
  info: DatabaseInfo;
  /** What the records say of a package; empty where none names it. Throws UserError for a damaged block. */
  lookup(name: string): AdvisoryRecord[];
  /** Records of that id, or with it among their aliases, with their packages. Reads every block. */
  find(id: string): { name: string; record: AdvisoryRecord }[];
  /** Reads everything; throws UserError at the first thing that is wrong. */
  verify(): void;
  close(): void;
}

/** Opens a database: reads its index, and nothing else before it is asked. Throws UserError. */
export function openDatabase(io: Pick<Io, 'open'>, file: string): Database {
  const access = io.open(file);
  try {
    const index = readIndex(access, file);
    return {
      info: { ...index.description, file, bytes: access.size },
      lookup: (name) => lookup(index, access, file, name),
      find: (id) => find(index, access, file, id),
      verify: () => verify(index, access, file),
      close: () => access.close(),
    };
  } catch (error) {
    access.close();
    // A folder can be opened but not read.
    if (error instanceof Error && 'code' in error && !(error instanceof UserError))
      throw new UserError(`cannot be read: ${error.message}`, {
        where: file,
        hint: 'name a file that `vakt db update` made',
        cause: error,
      });
    throw error;
  }
}

/** Whether a file begins as a compiled database does, whatever its format version. */
export function isDatabase(access: RandomAccess): boolean {
  return access.read(0, MAGIC.length).equals(MAGIC);
}

interface Index {
  description: Description;
  /** Where each block begins, and behind the last one where the file ends. */
  starts: Float64Array;
  sums: Uint32Array;
  firsts: readonly string[];
  filter: Int32Array;
}

function readIndex(access: RandomAccess, file: string): Index {
  const head = access.read(0, HEAD_BYTES);
  if (!head.subarray(0, MAGIC.length).equals(MAGIC)) {
    const what = access.size === 0 ? 'is empty' : 'is not a vakt advisory database';
    throw new UserError(what, { where: file, hint: 'build one with `vakt db update`' });
  }
  if (head.length < HEAD_BYTES) throw damaged(file, 'it is cut off');
  const [format = 0, blocks = 0, told = 0, first = 0, words = 0] = numbers(head, 8, 5);
  if (format !== FORMAT) throw otherFormat(file, format);
  const length = 8 * blocks + told + first + 4 * words;
  if (HEAD_BYTES + length > access.size) throw damaged(file, 'it is cut off');
  const index = access.read(HEAD_BYTES, length);
  if (crc32(index, crc32(head.subarray(8, 28))) !== head.readUInt32LE(28))
    throw damaged(file, 'the checksum of its index does not match');
  const table = numbers(index, 0, 2 * blocks);
  const starts = blockStarts(table, HEAD_BYTES + length);
  const end = starts[blocks] ?? 0;
  if (end !== access.size) throw damaged(file, `it has ${access.size} bytes instead of ${end}`);
  const described = 8 * blocks + told;
  return {
    description: readDescription(index.toString('utf8', 8 * blocks, described), file),
    starts,
    sums: table.filter((_, i) => i % 2 === 1),
    firsts: readFirsts(index.toString('utf8', described, described + first), blocks, file),
    filter: new Int32Array(numbers(index, described + first, words).buffer),
  };
}

// A copy, not a view: the numbers may lie at an odd place, and their order is fixed while the machine's is not.
function numbers(bytes: Buffer, at: number, count: number): Uint32Array {
  const copy = Buffer.from(new ArrayBuffer(4 * count));
  bytes.copy(copy, 0, at, at + 4 * count);
  if (!LITTLE_ENDIAN) copy.swap32();
  return new Uint32Array(copy.buffer, copy.byteOffset, count);
}

const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

function blockStarts(table: Uint32Array, first: number): Float64Array {
  const starts = new Float64Array(table.length / 2 + 1);
  starts[0] = first;
  for (let i = 0; 2 * i < table.length; i++) starts[i + 1] = (starts[i] ?? 0) + (table[2 * i] ?? 0);
  return starts;
}

function readDescription(json: string, file: string): Description {
  const value = parse(json);
  if (isObject(value)) {
    const { built, from, newest, records, names, malware, withdrawn } = value;
    if (
      typeof built === 'string' &&
      typeof from === 'string' &&
      typeof newest === 'string' &&
      typeof records === 'number' &&
      typeof names === 'number' &&
      typeof malware === 'number' &&
      typeof withdrawn === 'number'
    )
      return { built, from, newest, records, names, malware, withdrawn };
  }
  throw damaged(file, 'its description is malformed');
}

function readFirsts(json: string, blocks: number, file: string): string[] {
  const value = parse(json);
  if (!Array.isArray(value) || value.length !== blocks || !value.every((name) => typeof name === 'string'))
    throw damaged(file, 'its list of names is malformed');
  return value;
}

// What the checksum holds together may still have been written by something else.
function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function lookup(index: Index, access: RandomAccess, file: string, name: string): AdvisoryRecord[] {
  if (!mayHold(index.filter, name)) return [];
  const number = blockOf(index.firsts, name);
  if (number < 0) return [];
  const block = readBlock(index, access, file, number);
  const start = lineStart(name);
  const at = block.indexOf(`\n${start}`);
  if (at === -1) return [];
  const from = at + Buffer.byteLength(start);
  try {
    return decodeRecords(name, block.toString('utf8', from, block.indexOf('\n', from)));
  } catch (error) {
    throw damaged(file, reasonOf(error));
  }
}

// The last block whose first name is not behind the name.
function blockOf(firsts: readonly string[], name: string): number {
  let low = 0;
  let high = firsts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((firsts[middle] ?? '') <= name) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function readBlock({ starts, sums }: Index, access: RandomAccess, file: string, number: number): Buffer {
  const start = starts[number] ?? 0;
  const block = access.read(start, (starts[number + 1] ?? 0) - start);
  if (crc32(block) !== sums[number]) throw damaged(file, `the checksum of block ${number} does not match`);
  return block;
}

function find(index: Index, access: RandomAccess, file: string, id: string): ReturnType<Database['find']> {
  const found: ReturnType<Database['find']> = [];
  const wanted = id.toLowerCase();
  // Ids are written in one case by each database: an exact look first, since it is a hundred times faster.
  const spelled = /^(?:cve|mal|lwa)-/i.test(id) ? id.toUpperCase() : id;
  for (let number = 0; number < index.firsts.length; number++) {
    const block = readBlock(index, access, file, number);
    if (!block.includes(spelled)) continue;
    for (const line of block.toString('utf8').split('\n').slice(1, -1)) {
      if (!line.includes(spelled)) continue;
      const { name, records } = decodeLine(line);
      for (const record of records) {
        const ids = [record.id, ...record.aliases].map((one) => one.toLowerCase());
        if (ids.includes(wanted)) found.push({ name, record });
      }
    }
  }
  return found;
}

function verify(index: Index, access: RandomAccess, file: string): void {
  let names = 0;
  let previous: string | undefined;
  for (let number = 0; number < index.firsts.length; number++) {
    const lines = readBlock(index, access, file, number).toString('utf8').split('\n').slice(1, -1);
    for (const [i, line] of lines.entries()) {
      const name = nameOf(line, file);
      const wrong =
        (previous !== undefined && name <= previous) ||
        (i === 0 && name !== index.firsts[number]) ||
        !mayHold(index.filter, name);
      if (wrong) throw damaged(file, `block ${number} does not fit the index`);
      previous = name;
      names++;
    }
  }
  if (names !== index.description.names)
    throw damaged(file, `it holds ${names} names instead of ${index.description.names}`);
}

function nameOf(line: string, file: string): string {
  try {
    return decodeLine(line).name;
  } catch (error) {
    throw damaged(file, reasonOf(error));
  }
}

function otherFormat(file: string, format: number): UserError {
  const newer = format > FORMAT;
  return new UserError(`is an advisory database of format ${format}; this vakt reads format ${FORMAT}`, {
    where: file,
    hint: newer
      ? 'update vakt, or build the database again with `vakt db update`'
      : 'build it again with `vakt db update`',
  });
}

function damaged(file: string, reason: string): UserError {
  return new UserError(`is a damaged advisory database: ${reason}`, {
    where: file,
    hint: 'build it again with `vakt db update`',
  });
}
