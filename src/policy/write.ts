/** Adds entries to a policy file and leaves its comments and its other lines alone. */

import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { isMap, isSeq, parseDocument } from '../yaml.ts';
import { parsePolicy } from './yaml.ts';

export interface NewIgnore {
  rule?: string;
  id?: string;
  fingerprint?: string;
  reason: string;
  owner: string;
  until: string;
}

/**
 * Appends `ignore` entries to the file, which is made where it is not there; an entry that says of the same what is said
 * again is renewed in its place. Throws UserError for a broken file.
 */
export function addIgnores(
  io: Io,
  file: string,
  entries: readonly NewIgnore[],
): { added: number; renewed: number } {
  const before = io.kind(file) === 'file' ? io.readFile(file, 1024 * 1024).toString('utf8') : '';
  // A file that cannot be read as a policy is not written over.
  parsePolicy(before, file);
  const document = parseDocument(before);
  const list = document.get('ignore');
  if (list !== undefined && list !== null && !isSeq(list))
    throw new UserError('"ignore" is no list', { where: file });
  if (!isSeq(list)) document.set('ignore', document.createNode([]));
  const now = document.get('ignore');
  const known = new Map(
    (isSeq(now) ? now.items : []).map((item, i) => [aboutOf(isMap(item) ? item.toJSON() : {}), i]),
  );
  let renewed = 0;
  for (const entry of entries) {
    const at = known.get(aboutOf({ ...entry }));
    if (at === undefined) document.addIn(['ignore'], document.createNode(entry));
    else {
      renewed++;
      for (const key of SAID) document.setIn(['ignore', at, key], entry[key]);
    }
  }
  const after = document.toString({ lineWidth: 110 });
  parsePolicy(after, file);
  io.writeFile(file, after);
  return { added: entries.length - renewed, renewed };
}

/** What an entry says of what it accepts, beside what that is. */
const SAID = ['reason', 'owner', 'until'] as const;

/** What an entry accepts, as a text to compare: ids of advisories in whatever case. */
function aboutOf(entry: Record<string, unknown>): string {
  const parts = Object.entries(entry).filter(([key]) => !(SAID as readonly string[]).includes(key));
  return JSON.stringify(parts.map(([key, value]) => [key, String(value).toLowerCase()]).sort());
}
