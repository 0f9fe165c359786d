/** What a database is compiled from: OSV records as files of a zip archive or of a folder. */
import * as path from 'node:path';
import { reasonOf, UserError } from '../../errors.ts';
import type { Entry, Io, RandomAccess } from '../../io.ts';
import { zipEntries } from './zip.ts';

export interface RecordFile {
  /** The archive's or the folder's own name for it. */
  name: string;
  read(): Buffer;
}

/** Deeper than any record collection; a link that leads back up ends here. */
const DEEPEST = 24;
/** Far above any advisory record. */
const RECORD_LIMIT = 64 * 1024 * 1024;

/** The JSON files of an archive. */
export function* zipRecords(access: RandomAccess, where: string): Generator<RecordFile> {
  for (const entry of zipEntries(access, where)) {
    if (entry.name.toLowerCase().endsWith('.json')) yield entry;
  }
}

/** The JSON files in and below a folder, in the order of their names; hidden ones are left out. */
export function* folderRecords(
  io: Pick<Io, 'list' | 'readFile'>,
  folder: string,
  under = '',
  depth = 0,
): Generator<RecordFile> {
  if (depth > DEEPEST)
    throw new UserError(`has folders more than ${DEEPEST} deep`, {
      where: path.join(folder, under),
      hint: 'look for a link that leads back up',
    });
  const entries = listed(io, path.join(folder, under)).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, kind } of entries) {
    if (name.startsWith('.')) continue;
    const below = under === '' ? name : `${under}/${name}`;
    if (kind === 'directory') yield* folderRecords(io, folder, below, depth + 1);
    else if (kind === 'file' && name.toLowerCase().endsWith('.json'))
      yield { name: below, read: () => io.readFile(path.join(folder, below), RECORD_LIMIT) };
  }
}

function listed(io: Pick<Io, 'list'>, folder: string): Entry[] {
  try {
    return io.list(folder);
  } catch (error) {
    throw new UserError(`cannot be listed: ${reasonOf(error)}`, { where: folder, cause: error });
  }
}

/** Whether a file begins as a zip archive does, an empty one included. */
export function isZip(access: RandomAccess): boolean {
  const head = access.read(0, 4);
  return head.length === 4 && (head.readUInt32LE(0) === 0x04034b50 || head.readUInt32LE(0) === 0x06054b50);
}
