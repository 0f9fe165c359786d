/**
 * The ports to the world: disk, clock, environment, streams. Small enough to be faked by hand; `realIo` is
 * the only code that touches node:fs for reading what a user named.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { UserError } from './errors.ts';
import { createFile } from './io/create.ts';
import { rewriteFile } from './io/rewrite.ts';

export interface Entry {
  name: string;
  kind: 'file' | 'directory' | 'other';
  /** Reached through a symbolic link; `kind` is what it points to. */
  link?: true;
}

/** A file open for reading at any place. */
export interface RandomAccess {
  size: number;
  /** Exactly `length` bytes at `offset`, fewer only at the end of the file. */
  read(offset: number, length: number): Buffer;
  close(): void;
}

/** A file that comes into being piece by piece: nothing is at its place before `commit`. */
export interface NewFile {
  write(chunk: Uint8Array): void;
  /** Forgets what was written so far. */
  restart(): void;
  commit(): void;
  /** Leaves nothing behind; without effect after `commit`. */
  discard(): void;
}

export interface Io {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  now(): Date;
  /** The whole file. Throws UserError when it is absent, no regular file, or larger than `limit` bytes. `room`: where
   * the bytes may be put if they fit, by a reader that is done with them before it reads the next file. */
  readFile(file: string, limit?: number, room?: Buffer): Buffer;
  /** What a path is, links followed; undefined when nothing is there. */
  kind(file: string): Entry['kind'] | undefined;
  list(directory: string): Entry[];
  /** The path without symbolic links. Throws where nothing is there. */
  real(file: string): string;
  open(file: string): RandomAccess;
  /** Replaces the file in one step, so that a reader or a crash sees the old or the new one. Makes folders. */
  writeFile(file: string, chunks: Iterable<Uint8Array> | Uint8Array | string): void;
  /** Puts `next` in the place of a file that holds `was`, in one step; mode and symbolic links stay. Throws UserError for a
   * file that is read-only, has changed, or lies in a folder that cannot be written. */
  rewrite(file: string, was: Uint8Array, next: Uint8Array): void;
  /** Begins a file that is too large to hold; it replaces what is there when it is committed. Makes folders. */
  create(file: string): NewFile;
  /** Lets a file be run as a program; without effect where files have no such mark (Windows). */
  makeExecutable(file: string): void;
  /** Takes a file away; fine when there is none. */
  remove(file: string): void;
  out(text: string | Uint8Array): void;
  err(text: string): void;
  /** Columns of the terminal behind stdout; undefined when it is none. */
  columns: number | undefined;
  /** The project is read in another state than the disk's: what would read its files by itself must not. */
  snapshot?: true;
  /** Asks the person at the terminal; absent where nobody sits there. */
  ask?(question: string): Promise<string>;
}

/** No lock file, page or policy of honest origin comes near this. */
const FILE_LIMIT = 128 * 1024 * 1024;

/** The real world, for the programs in bin/. */
export function realIo(): Io {
  return {
    cwd: process.cwd(),
    env: process.env,
    now: () => new Date(),
    readFile: readWhole,
    kind: kindAt,
    list: (directory) => fs.readdirSync(directory, { withFileTypes: true }).map((d) => entry(directory, d)),
    real: (file) => fs.realpathSync(file),
    open: openFile,
    writeFile: writeAtomic,
    rewrite: rewriteFile,
    create: createFile,
    makeExecutable: (file) => fs.chmodSync(file, 0o755),
    remove: (file) => fs.rmSync(file, { force: true }),
    out: (text) => writeAll(1, text),
    err: (text) => writeAll(2, text),
    get columns() {
      // process.stdout loads half of Node's streams, which nobody needs where no terminal can be.
      return isDevice(1) && process.stdout.isTTY ? process.stdout.columns : undefined;
    },
    ...(isDevice(0) && isDevice(1) && { ask }),
  };
}

function kindAt(file: string): Entry['kind'] | undefined {
  let stat: fs.Stats | undefined;
  try {
    stat = fs.statSync(file, { throwIfNoEntry: false });
  } catch (error) {
    // Nothing can be below a file or have such a name; a link in a circle or a closed folder is there, of no use.
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOTDIR' || code === 'ENAMETOOLONG' ? undefined : 'other';
  }
  if (stat === undefined) return undefined;
  if (stat.isFile()) return 'file';
  return stat.isDirectory() ? 'directory' : 'other';
}

function entry(directory: string, dirent: fs.Dirent): Entry {
  if (dirent.isFile()) return { name: dirent.name, kind: 'file' };
  if (dirent.isDirectory()) return { name: dirent.name, kind: 'directory' };
  if (!dirent.isSymbolicLink()) return { name: dirent.name, kind: 'other' };
  return { name: dirent.name, kind: kindAt(path.join(directory, dirent.name)) ?? 'other', link: true };
}

function readWhole(file: string, limit = FILE_LIMIT, room?: Buffer): Buffer {
  const fd = openOrExplain(file);
  try {
    const stat = fs.fstatSync(fd);
    if (!stat.isFile())
      throw new UserError('is not a regular file', { where: file, hint: 'name a file that can be read' });
    if (stat.size > limit) {
      throw new UserError(`has ${stat.size} bytes; vakt reads at most ${limit}`, {
        where: file,
        hint: 'if this file is what you mean, please report it with its size',
      });
    }
    // Files of /proc say that they are empty.
    if (stat.size === 0) return fs.readFileSync(fd);
    const bytes = room !== undefined && stat.size <= room.length ? room : Buffer.allocUnsafe(stat.size);
    return bytes.subarray(0, readInto(fd, bytes, stat.size));
  } finally {
    fs.closeSync(fd);
  }
}

/** How many bytes were read from `offset` on; less than `length` only where it ends. */
function readInto(fd: number, buffer: Buffer, length: number, offset = 0): number {
  let got = 0;
  while (got < length) {
    const n = fs.readSync(fd, buffer, got, length - got, offset + got);
    if (n === 0) break;
    got += n;
  }
  return got;
}

function openFile(file: string): RandomAccess {
  const fd = openOrExplain(file);
  return {
    size: fs.fstatSync(fd).size,
    read(offset, length) {
      const buffer = Buffer.allocUnsafe(length);
      return buffer.subarray(0, readInto(fd, buffer, length, offset));
    },
    close: () => fs.closeSync(fd),
  };
}

function openOrExplain(file: string): number {
  try {
    // Non-blocking, so that a named pipe cannot hang us; the caller checks what it is.
    return fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT'
        ? 'does not exist'
        : code === 'EACCES'
          ? 'may not be read'
          : `cannot be opened (${code})`;
    throw new UserError(why, { where: file, hint: 'check the path and who may read it', cause: error });
  }
}

function writeAtomic(file: string, chunks: Iterable<Uint8Array> | Uint8Array | string): void {
  const parts =
    typeof chunks === 'string' ? [Buffer.from(chunks)] : chunks instanceof Uint8Array ? [chunks] : chunks;
  const whole = createFile(file);
  try {
    for (const part of parts) whole.write(part);
    whole.commit();
  } finally {
    whole.discard();
  }
}

// Synchronous, so that nothing is lost when the process ends; a closed pipe (`vakt | head`) is no error.
function writeAll(fd: number, text: string | Uint8Array): void {
  const bytes = Buffer.from(text);
  let done = 0;
  while (done < bytes.length) {
    try {
      done += fs.writeSync(fd, bytes, done);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN') throw error;
      // A full pipe: wait a moment instead of spinning.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/** Whether a terminal may be behind a descriptor; a closed one is none. */
function isDevice(fd: number): boolean {
  try {
    return fs.fstatSync(fd).isCharacterDevice();
  } catch {
    return false;
  }
}

let asking: ((question: string) => Promise<string>) | undefined;

async function ask(question: string): Promise<string> {
  if (!process.stdin.isTTY) return '';
  const { asker } = await import('./io/ask.ts');
  asking ??= asker(process.stdin, process.stderr);
  return asking(question);
}
