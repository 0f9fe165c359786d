/**
 * Reads zip archives of any size at random access, one entry at a time.
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (section numbers below are its own).
 */
import { crc32, inflateRawSync } from 'node:zlib';
import { reasonOf, UserError } from '../../errors.ts';
import type { RandomAccess } from '../../io.ts';

export interface ZipEntry {
  name: string;
  /** The content, its checksum verified. Valid only until the next entry is asked for. */
  read(): Buffer;
}

/** Far above any advisory record; an archive that claims more is a trap. */
const ENTRY_LIMIT = 64 * 1024 * 1024;
const DIRECTORY_LIMIT = 512 * 1024 * 1024;
const WINDOW = 1024 * 1024;

/** The entries that hold files, in the order of their data. Throws UserError where the archive is damaged. */
export function* zipEntries(file: RandomAccess, where: string): Generator<ZipEntry> {
  const directory = readDirectory(file, where);
  const starts = entryStarts(directory, where);
  const bytes = windowed(file);
  let end = 0;
  for (const start of starts) {
    const entry = readHeader(directory, start, where);
    const data = locate(bytes, entry, where);
    // Entries that share bytes are how a small archive unpacks to a huge one.
    if (entry.offset < end) throw damaged(where, `${entry.name} overlaps another entry`);
    end = data + entry.packed;
    if (!entry.name.endsWith('/')) yield { name: entry.name, read: () => unpack(bytes, data, entry, where) };
  }
}

interface Header {
  name: string;
  flags: number;
  method: number;
  crc: number;
  packed: number;
  size: number;
  offset: number;
}

interface Directory {
  bytes: Buffer;
  count: number;
}

// 4.3.16, and 4.3.14 to 4.3.15 for archives that need 64 bits.
function readDirectory(file: RandomAccess, where: string): Directory {
  const tail = file.read(Math.max(0, file.size - 65_557), Math.min(file.size, 65_557));
  let at = tail.length - 22;
  while (
    at >= 0 &&
    !(tail.readUInt32LE(at) === 0x06054b50 && at + 22 + tail.readUInt16LE(at + 20) === tail.length)
  )
    at--;
  if (at < 0) throw damaged(where, 'its end is missing');
  let count = tail.readUInt16LE(at + 10);
  let size = tail.readUInt32LE(at + 12);
  let offset = tail.readUInt32LE(at + 16);
  if (at >= 20 && tail.readUInt32LE(at - 20) === 0x07064b50) {
    const place = readUInt64(tail, at - 12);
    const big = place < file.size ? file.read(place, 56) : tail.subarray(0, 0);
    if (big.length < 56 || big.readUInt32LE(0) !== 0x06064b50)
      throw damaged(where, 'its 64-bit end record is missing');
    [count, size, offset] = [readUInt64(big, 32), readUInt64(big, 40), readUInt64(big, 48)];
  }
  if (size > DIRECTORY_LIMIT || offset + size > file.size)
    throw damaged(where, 'its directory lies outside the file');
  return { bytes: file.read(offset, size), count };
}

// Where each entry of the directory begins, sorted by where its data is, so that the file is read once through.
function entryStarts({ bytes, count }: Directory, where: string): number[] {
  const starts: number[] = [];
  let sorted = true;
  let last = 0;
  for (let at = 0; at + 46 <= bytes.length && bytes.readUInt32LE(at) === 0x02014b50; ) {
    starts.push(at);
    const offset = bytes.readUInt32LE(at + 42);
    if (offset < last || offset === 0xffffffff) sorted = false;
    last = offset;
    at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  if (starts.length !== count) throw damaged(where, `its directory has ${starts.length} of ${count} entries`);
  if (sorted) return starts;
  const offsets = new Map(starts.map((at) => [at, readHeader({ bytes, count }, at, where).offset]));
  return starts.sort((a, b) => (offsets.get(a) ?? 0) - (offsets.get(b) ?? 0));
}

// 4.3.12.
function readHeader({ bytes }: Directory, at: number, where: string): Header {
  const nameLength = bytes.readUInt16LE(at + 28);
  const extraLength = bytes.readUInt16LE(at + 30);
  const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
  if (at + 46 + nameLength + extraLength > bytes.length) throw damaged(where, 'its directory is cut off');
  const header: Header = {
    name,
    flags: bytes.readUInt16LE(at + 8),
    method: bytes.readUInt16LE(at + 10),
    crc: bytes.readUInt32LE(at + 16),
    packed: bytes.readUInt32LE(at + 20),
    size: bytes.readUInt32LE(at + 24),
    offset: bytes.readUInt32LE(at + 42),
  };
  if (header.packed === 0xffffffff || header.size === 0xffffffff || header.offset === 0xffffffff)
    widen(header, bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength), where);
  return header;
}

// 4.5.3: the 64-bit fields stand in a fixed order, each only where its 32-bit one is all ones.
function widen(header: Header, extra: Buffer, where: string): void {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let from = at + 4;
    const end = Math.min(extra.length, from + extra.readUInt16LE(at + 2));
    for (const key of ['size', 'packed', 'offset'] as const) {
      if (header[key] !== 0xffffffff) continue;
      if (from + 8 > end) throw damaged(where, `${header.name} lacks its 64-bit sizes`);
      header[key] = readUInt64(extra, from);
      from += 8;
    }
    return;
  }
}

// 4.3.7: name and extra field of the local header may differ in length from the directory's.
function locate(bytes: Reader, entry: Header, where: string): number {
  const local = bytes(entry.offset, 30);
  if (local.length < 30 || local.readUInt32LE(0) !== 0x04034b50)
    throw damaged(where, `${entry.name} is not where the directory says`);
  return entry.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
}

function unpack(bytes: Reader, data: number, entry: Header, where: string): Buffer {
  const place = `${where}:${entry.name}`;
  if ((entry.flags & 1) !== 0) throw damaged(place, 'it is encrypted');
  const claimed = Math.max(entry.size, entry.packed);
  if (claimed > ENTRY_LIMIT) throw damaged(place, `it claims ${claimed} bytes`);
  const packed = bytes(data, entry.packed);
  if (packed.length !== entry.packed) throw damaged(place, 'it is cut off');
  const content = entry.method === 0 ? packed : inflate(packed, entry, place);
  if (content.length !== entry.size) throw damaged(place, 'its size is not what the directory says');
  if (crc32(content) !== entry.crc) throw damaged(place, 'its checksum does not match');
  return content;
}

function inflate(packed: Buffer, { method, size }: Header, place: string): Buffer {
  if (method !== 8) throw damaged(place, `compression method ${method} is unknown`);
  try {
    // One chunk of the right size: no second copy, and nothing past what was announced.
    return inflateRawSync(packed, { chunkSize: Math.max(64, size), maxOutputLength: Math.max(1, size) });
  } catch (error) {
    throw damaged(place, `it cannot be unpacked (${reasonOf(error)})`);
  }
}

type Reader = (offset: number, length: number) => Buffer;

// Archives hold many small entries one behind the other: one read serves hundreds of them.
function windowed(file: RandomAccess): Reader {
  let start = 0;
  let window: Buffer = Buffer.alloc(0);
  return (offset, length) => {
    if (offset < start || offset + length > start + window.length) {
      start = offset;
      window = file.read(offset, Math.max(0, Math.min(file.size - offset, Math.max(length, WINDOW))));
    }
    return window.subarray(offset - start, offset - start + length);
  };
}

function readUInt64(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
}

function damaged(where: string, reason: string): UserError {
  return new UserError(`is a damaged zip archive: ${reason}`, {
    where,
    hint: 'fetch the archive again and compare its size with the original',
  });
}
