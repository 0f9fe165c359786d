/** Adds entries to a policy file and leaves its comments and its other lines alone. */

import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { isSeq, parseDocument } from '../yaml.ts';
import { parsePolicy } from './yaml.ts';

export interface NewIgnore {
  rule?: string;
  id?: string;
  fingerprint?: string;
  reason: string;
  owner: string;
  until: string;
}

/** Appends `ignore` entries to the file, which is made where it is not there. Throws UserError for a broken file. */
export function addIgnores(io: Io, file: string, entries: readonly NewIgnore[]): void {
  const before = io.kind(file) === 'file' ? io.readFile(file, 1024 * 1024).toString('utf8') : '';
  // A file that cannot be read as a policy is not written over.
  parsePolicy(before, file);
  const document = parseDocument(before);
  const list = document.get('ignore');
  if (list !== undefined && list !== null && !isSeq(list))
    throw new UserError('"ignore" is no list', { where: file });
  if (isSeq(list)) for (const entry of entries) list.add(document.createNode(entry));
  else document.set('ignore', document.createNode(entries));
  const after = document.toString({ lineWidth: 110 });
  parsePolicy(after, file);
  io.writeFile(file, after);
}
