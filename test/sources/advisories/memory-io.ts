/** A disk in memory, as far as compiling and opening databases needs one. */
import { UserError } from '../../../src/errors.ts';
import type { Entry, Io } from '../../../src/io.ts';

export type MemoryIo = Pick<Io, 'kind' | 'list' | 'open' | 'readFile' | 'writeFile'> & {
  files: Map<string, Buffer>;
};

/** Files by path with `/`; folders are what paths have in common. */
export function memoryIo(contents: Record<string, string | Buffer>): MemoryIo {
  const files = new Map(Object.entries(contents).map(([name, content]) => [name, Buffer.from(content)]));
  const bytesOf = (file: string): Buffer => {
    const bytes = files.get(file.replaceAll('\\', '/'));
    if (bytes === undefined) throw new UserError('does not exist', { where: file });
    return bytes;
  };
  const kind = (path: string): Entry['kind'] | undefined => {
    if (files.has(path)) return 'file';
    return [...files.keys()].some((file) => file.startsWith(`${path}/`)) ? 'directory' : undefined;
  };
  return {
    files,
    kind,
    readFile: bytesOf,
    list(directory) {
      const start = `${directory.replaceAll('\\', '/').replace(/\/$/, '')}/`;
      const below = [...files.keys()].filter((file) => file.startsWith(start));
      const names = new Set(below.map((file) => file.slice(start.length).split('/')[0] ?? ''));
      return [...names].map((name) => ({ name, kind: kind(start + name) ?? 'other' }));
    },
    open(file) {
      const bytes = bytesOf(file);
      return {
        size: bytes.length,
        read: (offset, length) => Buffer.from(bytes.subarray(offset, offset + length)),
        close: () => {},
      };
    },
    writeFile(file, chunks) {
      const parts = typeof chunks === 'string' || chunks instanceof Uint8Array ? [chunks] : [...chunks];
      files.set(file, Buffer.concat(parts.map((part) => Buffer.from(part))));
    },
  };
}
