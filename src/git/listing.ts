/** What git lists, read exactly: NUL-terminated records, names of any bytes. */

/** An entry of the index or of a tree. */
export interface Listed {
  /** `100644`, `100755`, `120000` (a symbolic link), `160000` (a submodule). */
  mode: string;
  oid: string;
  path: string;
}

/** A difference between two trees, or a tree and the index or the disk. */
export interface Difference {
  /** A letter of git-diff(1): A, D, M, T, U. */
  status: string;
  /** Before; mode `000000` where there was nothing. */
  before: Omit<Listed, 'path'>;
  /** After; of files on the disk the oid is all zeros. */
  after: Omit<Listed, 'path'>;
  path: string;
}

/** `git ls-files --stage -z`; what is unmerged is left out. */
export function readStage(output: Buffer): Listed[] {
  const entries: Listed[] = [];
  for (const record of records(output)) {
    const tab = record.indexOf(9);
    const [mode = '', oid = '', stage] = record.toString('latin1', 0, tab).split(' ');
    if (stage === '0') entries.push({ mode, oid, path: nameOf(record.subarray(tab + 1)) });
  }
  return entries;
}

/** `git ls-tree -r -z`. */
export function readTree(output: Buffer): Listed[] {
  return records(output).map((record) => {
    const tab = record.indexOf(9);
    const [mode = '', , oid = ''] = record.toString('latin1', 0, tab).split(' ');
    return { mode, oid, path: nameOf(record.subarray(tab + 1)) };
  });
}

/** `git diff-index -z`, `git diff-tree -r -z` or `git log --raw -z` without renames: `:modes oids status`, then the path. */
export function readDifferences(output: Buffer): Difference[] {
  const differences: Difference[] = [];
  const all = records(output);
  for (let i = 0; i + 1 < all.length; i += 2) {
    const found = toDifference(all[i]?.toString('latin1') ?? '', all[i + 1] ?? Buffer.alloc(0));
    if (found !== undefined) differences.push(found);
  }
  return differences;
}

/** One difference of two records; undefined where the first is none. */
export function toDifference(head: string, path: Buffer): Difference | undefined {
  const parts = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])/.exec(head);
  if (parts === null) return undefined;
  const [, modeBefore = '', modeAfter = '', oidBefore = '', oidAfter = '', status = ''] = parts;
  return {
    status,
    before: { mode: modeBefore, oid: oidBefore },
    after: { mode: modeAfter, oid: oidAfter },
    path: nameOf(path),
  };
}

/** The records of `-z` output. */
export function records(output: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(0, at);
    const stop = end === -1 ? output.length : end;
    found.push(output.subarray(at, stop));
    at = stop + 1;
  }
  return found;
}

/** A name as text. Bytes that are no UTF-8 are spelled out (`%ff`), so that no two names become one. */
function nameOf(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!text.includes('\ufffd') || Buffer.from(text).equals(bytes)) return text;
  return bytes.toString('latin1').replace(/[\x80-\xff]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
}
