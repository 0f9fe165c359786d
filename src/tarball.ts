/**
 * Single files out of npm's tarballs, in memory. POSIX.1-2017 pax (ustar with extended headers) and GNU's long
 * names; nothing is written, no link is followed, everything is counted.
 * https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06
 */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { UserError } from './errors.ts';

export interface TarLimits {
  /** Bytes of one wanted file. */
  file: number;
  /** Bytes of the whole archive, inflated. */
  total: number;
}

const BLOCK = 512;
const ENTRIES = 200_000;
const FILE_TYPES = new Set(['0', '\0', '', '7']);

/**
 * The wanted files of a .tgz by their path inside the package (the first folder's name is dropped, as npm does;
 * the last of several entries of one path counts). Throws UserError, located at `where`, for an archive that is
 * damaged, too large, or holds a wanted path as anything but a file.
 */
export async function readTarball(
  tgz: Uint8Array,
  wanted: (path: string) => boolean,
  limits: TarLimits,
  where: string,
): Promise<Map<string, Buffer>> {
  const tar = await inflate(tgz, limits.total, where);
  const files = new Map<string, Buffer>();
  let longPath: string | undefined;
  let at = 0;
  let entries = 0;
  for (; at + BLOCK <= tar.length; entries++) {
    const block = tar.subarray(at, at + BLOCK);
    if (block.every((byte) => byte === 0)) break;
    if (entries >= ENTRIES) throw damaged(where, `it has more than ${ENTRIES} entries`);
    const { type, name, size } = parseHeader(block, where);
    const content = tar.subarray(at + BLOCK, at + BLOCK + size);
    if (content.length < size) throw damaged(where, 'it is cut off');
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    if (type === 'x' || type === 'L') {
      longPath = type === 'x' ? (paxPath(content) ?? longPath) : text(content, 0, size);
      continue;
    }
    const path = insidePackage(longPath ?? name, where);
    longPath = undefined;
    if (type === '5' || type === 'g' || path === '' || !wanted(path)) continue;
    if (!FILE_TYPES.has(type)) throw damaged(where, `${path} is a link or a device`);
    if (size > limits.file) throw damaged(where, `${path} has ${size} bytes`);
    // A copy, so that one small file does not keep the whole archive in memory.
    files.set(path, Buffer.from(content));
  }
  if (entries === 0) throw damaged(where, 'it holds nothing');
  return files;
}

async function inflate(tgz: Uint8Array, most: number, where: string): Promise<Buffer> {
  try {
    return await promisify(gunzip)(tgz, { maxOutputLength: most });
  } catch (error) {
    const large = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    throw damaged(
      where,
      large ? `it inflates to more than ${most} bytes` : 'its gzip stream is broken',
      error,
    );
  }
}

interface Header {
  name: string;
  type: string;
  size: number;
}

function parseHeader(block: Buffer, where: string): Header {
  let sum = 8 * 32;
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += block[i] ?? 0;
  if (octal(block, 148, 8) !== sum) throw damaged(where, 'a header has a wrong checksum');
  const size = octal(block, 124, 12);
  if (size === undefined) throw damaged(where, 'a header has no size');
  const type = block.toString('latin1', 156, 157);
  const prefix = block.toString('latin1', 257, 262) === 'ustar' ? text(block, 345, 155) : '';
  const name = text(block, 0, 100);
  return { name: prefix === '' ? name : `${prefix}/${name}`, type, size };
}

function text(block: Buffer, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? length : end);
}

function octal(block: Buffer, at: number, length: number): number | undefined {
  const digits = text(block, at, length).trim();
  return /^[0-7]{1,12}$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

// Records of the form `30 path=package/…\n`, the length counting itself.
function paxPath(bytes: Buffer): string | undefined {
  let path: string | undefined;
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(32, at);
    const length = space === -1 ? 0 : Number(bytes.toString('latin1', at, space));
    if (!Number.isSafeInteger(length) || length <= space - at || at + length > bytes.length) return path;
    const record = bytes.toString('utf8', space + 1, at + length - 1);
    if (record.startsWith('path=')) path = record.slice('path='.length);
    at += length;
  }
  return path;
}

// npm packs below `package/`, others below another folder; npm drops that folder whatever it is called.
function insidePackage(path: string, where: string): string {
  const parts = path
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw damaged(where, 'an entry leads out of the package');
  return parts.slice(1).join('/');
}

function damaged(where: string, reason: string, cause?: unknown): UserError {
  return new UserError(`is a tarball that cannot be used: ${reason}`, {
    where,
    hint: 'ask whoever published it, or the operator of the registry',
    cause,
  });
}
