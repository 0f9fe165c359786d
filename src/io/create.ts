/** Files that come into being piece by piece. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { NewFile } from '../io.ts';
import { temporaryFor } from './rewrite.ts';

// Not mkdir's own `recursive`: in /proc it never ends (nodejs/node, libuv's ENOENT for a folder that is there).
function makeFolder(folder: string): void {
  const missing: string[] = [];
  for (let at = folder; !fs.existsSync(at) && path.dirname(at) !== at; at = path.dirname(at))
    missing.push(at);
  for (const one of missing.reverse()) {
    try {
      fs.mkdirSync(one);
    } catch (error) {
      // Somebody else made it meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Begins a file beside its place, in folders that are made where they are missing. Throws as node:fs does. */
export function createFile(file: string): NewFile {
  makeFolder(path.dirname(file));
  const temporary = temporaryFor(file);
  const fd = fs.openSync(temporary, 'wx');
  let open = true;
  const close = () => {
    if (open) fs.closeSync(fd);
    open = false;
  };
  let done = false;
  let position = 0;
  return {
    write(chunk) {
      for (let at = 0; at < chunk.length; ) {
        const written = fs.writeSync(fd, chunk, at, chunk.length - at, position);
        at += written;
        position += written;
      }
    },
    restart() {
      fs.ftruncateSync(fd);
      position = 0;
    },
    commit() {
      close();
      fs.renameSync(temporary, file);
      done = true;
    },
    discard() {
      close();
      if (!done) fs.rmSync(temporary, { force: true });
    },
  };
}
