/** What every reader of a text file needs: decoding, places in it, and the marks of a half-done merge. */
import * as path from 'node:path';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import type { Location } from '../model.ts';

export interface TextFile {
  /** Absolute. */
  path: string;
  /** Relative to the scanned root, with `/`. */
  file: string;
  /** Without a byte order mark. */
  text: string;
  /** The place of a UTF-16 offset into `text`. */
  locate(at: number): Location;
}

/** Reads a UTF-8 text file. Throws UserError when it cannot be read, is UTF-16, or holds merge conflicts;
 * `repair` is the command that settles those. */
export function readText(
  io: Pick<Io, 'cwd' | 'readFile'>,
  filePath: string,
  root: string,
  repair: string,
  limit?: number,
): TextFile {
  const absolute = path.resolve(io.cwd, filePath);
  const bytes = io.readFile(absolute, limit);
  const file = relativePath(path.resolve(io.cwd, root), absolute);
  const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new UserError('is UTF-16, not UTF-8', { where: `${file}:1:1`, hint: `write it anew: ${repair}` });
  }
  const text = bytes.toString('utf8', mark);
  const read: TextFile = {
    path: absolute,
    file,
    text,
    locate: (at) => {
      const lineStart = at <= 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
      return {
        file,
        line: countNewlines(text, lineStart) + 1,
        column: at - lineStart + 1,
        offset: mark + Buffer.byteLength(text.slice(0, at)),
      };
    },
  };
  const pointer = pointerOfLfs(text, `${file}:1:1`);
  if (pointer !== undefined) throw pointer;
  refuseConflicts(read, repair);
  return read;
}

/** `file:line:column` of an offset, for a UserError. */
export function where({ locate }: TextFile, at: number): string {
  const { file, line, column } = locate(at);
  return `${file}:${line}:${column}`;
}

/** `to` as seen from `from`, with `/`. */
export function relativePath(from: string, to: string): string {
  return path.relative(from, to).replaceAll(path.sep, '/');
}

/** What is wrong with a file of which there is only what Git LFS keeps in its stead; undefined for any other.
 * https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
export function pointerOfLfs(text: string, place: string): UserError | undefined {
  if (!text.startsWith('version https://git-lfs.github.com/spec/')) return undefined;
  return new UserError('is a pointer of Git LFS and not the file', {
    where: place,
    hint: 'git lfs pull (in GitHub Actions: lfs: true of actions/checkout), or keep the file in git itself',
  });
}

function refuseConflicts(read: TextFile, repair: string): void {
  const { text } = read;
  let at = text.startsWith('<<<<<<< ') ? 0 : text.indexOf('\n<<<<<<< ') + 1;
  if (at === 0 && !text.startsWith('<<<<<<< ')) at = text.indexOf('\n>>>>>>> ') + 1;
  if (at === 0 && !text.startsWith('<<<<<<< ')) return;
  throw new UserError('has git merge conflict markers', {
    where: where(read, at),
    hint: `settle package.json first, then let the package manager merge the lock file: ${repair}`,
  });
}

function countNewlines(text: string, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
