/** Replacing a file that somebody else owns: theirs are its mode, its links, and the right to have changed it. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { UserError } from '../errors.ts';

/** What `Io.rewrite` does. */
export function rewriteFile(file: string, was: Uint8Array, next: Uint8Array): void {
  try {
    // The file behind a link is replaced, the link stays.
    const there = fs.lstatSync(file);
    const target = there.isSymbolicLink() ? fs.realpathSync.native(file) : file;
    const { mode, uid, gid } = target === file ? there : fs.statSync(target);
    // The superuser may write it all the same, but whoever took the right away meant it.
    if ((mode & 0o222) === 0) throw new UserError('is read-only', { where: file, hint: 'chmod u+w' });
    fs.accessSync(target, fs.constants.W_OK);
    replaceFile(target, was, next, { mode: mode & 0o7777, uid, gid });
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    const denied = code === 'EACCES' || code === 'EPERM' || code === 'EROFS';
    throw new UserError(denied ? 'it or its folder may not be written' : `cannot be written (${code})`, {
      where: file,
      cause: error,
    });
  }
}

function replaceFile(
  target: string,
  was: Uint8Array,
  next: Uint8Array,
  { mode, uid, gid }: { mode: number; uid: number; gid: number },
): void {
  const temporary = temporaryFor(target);
  const fd = fs.openSync(temporary, 'wx', 0o600);
  try {
    try {
      fs.writeFileSync(fd, next);
      fs.fchmodSync(fd, mode);
      const made = fs.fstatSync(fd);
      if (made.uid !== uid || made.gid !== gid) fs.fchownSync(fd, uid, gid);
    } finally {
      fs.closeSync(fd);
    }
    if (!fs.readFileSync(target).equals(was))
      throw new UserError('has changed meanwhile', { where: target, hint: 'run again' });
    // Whatever ends the program leaves the old page or the new one. No fsync: it would hold against a machine that
    // loses its power too, and take longer than all else; pages are made by a build, and can be made again.
    fs.renameSync(temporary, target);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}

let created = 0;

/** A name beside the file that nobody else takes. */
export function temporaryFor(file: string): string {
  return path.join(
    path.dirname(file),
    `.${path.basename(file)}.${process.pid}.${Date.now()}.${++created}.tmp`,
  );
}
