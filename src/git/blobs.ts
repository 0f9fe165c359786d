/** Contents out of git's store, many at once by one `git cat-file --batch`. */
import { UserError } from '../errors.ts';
import type { Git } from '../io/git.ts';

export interface Blobs {
  /** Gets these contents in one go, so that reading them asks nothing more. */
  prepare(oids: Iterable<string>): void;
  /** Throws UserError for what the repository does not have. `name` is what people call the file. */
  read(oid: string, name: string): Buffer;
}

/** Contents by object id, each asked for once. */
export function blobsOf(git: Git): Blobs {
  const known = new Map<string, Buffer | undefined>();
  const ask = (oids: readonly string[]): void => {
    const { status, stdout } = git(['cat-file', '--batch'], oids.map((oid) => `${oid}\n`).join(''));
    // Too much at once, or a store that is damaged: one by one, so that each file has its own answer.
    if (status !== 0 && oids.length > 1) for (const oid of oids) ask([oid]);
    else for (const [oid, content] of readBatch(stdout, oids)) known.set(oid, content);
  };
  return {
    prepare(oids) {
      const wanted = [...new Set(oids)].filter((oid) => !known.has(oid));
      if (wanted.length > 0) ask(wanted);
    },
    read(oid, name) {
      if (!known.has(oid)) ask([oid]);
      const content = known.get(oid);
      if (content !== undefined) return content;
      throw new UserError('cannot be read from the git repository', {
        where: name,
        hint: `git cat-file -p ${oid} says more`,
      });
    },
  };
}

/** Reads contents by path; with the first come all that are `likely` to be wanted. */
export function readerOf(
  blobs: Blobs,
  oids: ReadonlyMap<string, string>,
  likely: readonly string[],
): (path: string) => Buffer {
  return (path) => {
    const oid = oids.get(path) ?? '';
    blobs.prepare([oid, ...likely]);
    return blobs.read(oid, path);
  };
}

/** https://git-scm.com/docs/git-cat-file#_batch_output: `<oid> <type> <size>`, the content, a line end. */
function readBatch(output: Buffer, oids: readonly string[]): Map<string, Buffer | undefined> {
  const contents = new Map<string, Buffer | undefined>(oids.map((oid) => [oid, undefined]));
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(10, at);
    if (end === -1) break;
    const [oid = '', type = '', size = ''] = output.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (!/^\d+$/.test(size)) continue;
    const stop = at + Number(size);
    if (type === 'blob' && stop < output.length) contents.set(oid, output.subarray(at, stop));
    at = stop + 1;
  }
  return contents;
}
