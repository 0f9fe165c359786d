/** A world in memory: what a command reads, writes and prints. */
import { posix } from 'node:path';
import { UserError } from '../src/errors.ts';
import type { Io } from '../src/io.ts';

export interface World extends Io {
  /** By absolute path. */
  files: Map<string, Buffer>;
  stdout: string;
  stderr: string;
}

/** Files by path relative to /project, which is the current directory. */
export function world(files: Record<string, string | Buffer> = {}, over: Partial<Io> = {}): World {
  const map = new Map<string, Buffer>();
  for (const [name, content] of Object.entries(files))
    map.set(posix.resolve('/project', name), Buffer.from(content));
  const isFolder = (path: string) =>
    path === '/' || [...map.keys()].some((file) => file.startsWith(`${path}/`));
  const read = (path: string): Buffer => {
    const found = map.get(path);
    if (found === undefined)
      throw new UserError(isFolder(path) ? 'is not a regular file' : 'does not exist', { where: path });
    return found;
  };
  const self: World = {
    files: map,
    stdout: '',
    stderr: '',
    cwd: '/project',
    env: {},
    now: () => new Date('2026-11-22T12:00:00Z'),
    readFile: read,
    kind: (path) => (map.has(path) ? 'file' : isFolder(path) ? 'directory' : undefined),
    list(folder) {
      const names = new Map<string, 'file' | 'directory'>();
      for (const file of map.keys()) {
        if (!file.startsWith(`${folder}/`)) continue;
        const [first = '', ...rest] = file.slice(folder.length + 1).split('/');
        names.set(first, rest.length > 0 ? 'directory' : 'file');
      }
      return [...names].map(([name, kind]) => ({ name, kind }));
    },
    real: (path) => path,
    open(path) {
      const bytes = read(path);
      return { size: bytes.length, read: (at, length) => bytes.subarray(at, at + length), close() {} };
    },
    writeFile(path, chunks) {
      const parts = typeof chunks === 'string' || chunks instanceof Uint8Array ? [chunks] : [...chunks];
      map.set(path, Buffer.concat(parts.map((part) => Buffer.from(part))));
    },
    rewrite(path, was, next) {
      if (!read(path).equals(was)) throw new UserError('has changed meanwhile', { where: path });
      map.set(path, Buffer.from(next));
    },
    create(path) {
      let parts: Uint8Array[] = [];
      return {
        write: (chunk) => void parts.push(Buffer.from(chunk)),
        restart() {
          parts = [];
        },
        commit: () => void map.set(path, Buffer.concat(parts)),
        discard() {},
      };
    },
    remove: (path) => void map.delete(path),
    makeExecutable: () => {},
    out(text) {
      self.stdout += text;
    },
    err(text) {
      self.stderr += text;
    },
    columns: undefined,
    ...over,
  };
  return self;
}
