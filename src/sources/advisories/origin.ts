/** What the database at a place was made of: a small file beside it, so that the next update asks for news only. */
import { UserError } from '../../errors.ts';
import type { Io } from '../../io.ts';
import { type DatabaseInfo, openDatabase } from './database.ts';
import { isObject } from './shape.ts';

export interface Origin {
  /** `vakt-advisories 1.20261122.600`, or a URL. */
  from: string;
  /** Of the archive; empty otherwise. */
  etag: string;
  /** Of the package's tarball; empty otherwise. */
  integrity: string;
  /** The database's own time of making: another one lies there when it differs. */
  built: string;
}

/** The origin and description of the database at `file`; undefined when either is missing, unreadable or of another. */
export function readOrigin(
  io: Pick<Io, 'kind' | 'readFile' | 'open'>,
  file: string,
): { origin: Origin; info: DatabaseInfo } | undefined {
  const beside = placeFor(file);
  if (io.kind(beside) !== 'file' || io.kind(file) !== 'file') return undefined;
  try {
    const value: unknown = JSON.parse(io.readFile(beside, 64 * 1024).toString('utf8'));
    if (!isObject(value)) return undefined;
    const { from, etag, integrity, built } = value;
    const texts = [from, etag, integrity, built].every((one) => typeof one === 'string');
    const database = openDatabase(io, file);
    database.close();
    if (!texts || database.info.built !== built) return undefined;
    const origin = { from: String(from), etag: String(etag), integrity: String(integrity), built };
    return { origin, info: database.info };
  } catch (error) {
    if (error instanceof UserError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Remembers what the database at `file` was made of. */
export function writeOrigin(io: Pick<Io, 'writeFile'>, file: string, origin: Origin): void {
  io.writeFile(placeFor(file), `${JSON.stringify(origin, null, 2)}\n`);
}

function placeFor(file: string): string {
  return `${file}.origin.json`;
}
