/** What a change does to what judges it: the policy and the SRI lock. */
import { join, relative, sep } from 'node:path';
import { UserError } from './errors.ts';
import type { Io } from './io.ts';
import { findPolicy } from './policy/load.ts';
import type { Policy } from './policy/policy.ts';
import { policyChanges } from './policy/ruling.ts';
import type { RulingChange } from './rules/rule.ts';
import { LOCK_FILE, readLock, type SriLock } from './sri-fix/lock.ts';

export interface Sides {
  /** The world before the change, and after it. */
  before: Io;
  after: Io;
  /** The scanned folder. */
  folder: string;
  policy: Policy;
  /** The policy file that was named, absolute, if one was. */
  policyFile?: string | undefined;
  /** Loads the policy of a world. */
  load(io: Io): Promise<Policy>;
}

/** The changes to policy and SRI lock. What cannot be read after the change is a change itself. */
export async function rulingChanges(sides: Sides): Promise<RulingChange[]> {
  const lock = join(sides.folder, LOCK_FILE);
  const nameOf = (file: string): string => relative(sides.folder, file).split(sep).join('/');
  const worlds = [sides.after, sides.before];
  const named = worlds.some((io) => isFile(io, sides.policyFile)) ? sides.policyFile : undefined;
  const policyFile = named ?? worlds.map((io) => findPolicy(io, sides.folder)).find(Boolean);
  const changes: RulingChange[] = settingsChanges(sides);
  if (policyFile !== undefined) {
    const name = nameOf(policyFile);
    const after = await attempt(name, () => sides.load(sides.after));
    changes.push(...('policy' in after ? policyChanges(sides.policy, after.policy, name) : [after]));
  }
  const name = nameOf(lock);
  try {
    changes.push(...lockChanges(readLock(sides.before, lock), readLock(sides.after, lock), name));
  } catch (error) {
    changes.push(unreadable(name, error));
  }
  return changes;
}

function isFile(io: Io, file: string | undefined): boolean {
  return file !== undefined && io.kind(file) === 'file';
}

/** What says which registries are asked, and as whom. */
const SETTINGS = ['.npmrc', '.yarnrc', '.yarnrc.yml', 'bunfig.toml'];

/** Whoever answers judges too: a registry of the change's own choosing knows of nothing. */
function settingsChanges({ before, after, folder }: Sides): RulingChange[] {
  const textOf = (io: Io, file: string): string | undefined =>
    isFile(io, file) ? io.readFile(file, 1024 * 1024).toString('latin1') : undefined;
  const isOther = (name: string): boolean => {
    const file = join(folder, name);
    return textOf(before, file) !== textOf(after, file);
  };
  return SETTINGS.filter(isOther).map((file) => ({
    message: `this change alters ${file}, which says what registries are asked about packages`,
    severity: 'moderate',
    place: start(file),
    identity: ['settings', file],
  }));
}

async function attempt(
  name: string,
  load: () => Promise<Policy>,
): Promise<{ policy: Policy } | RulingChange> {
  try {
    return { policy: await load() };
  } catch (error) {
    return unreadable(name, error);
  }
}

function unreadable(file: string, error: unknown): RulingChange {
  if (!(error instanceof UserError)) throw error;
  const message = `this change leaves ${file} in a state that cannot be read: ${error.where ?? file}: ${error.message}`;
  return { message, severity: 'high', place: start(file), identity: ['unreadable', file] };
}

function start(file: string): RulingChange['place'] {
  return { file, line: 1, column: 1, offset: 0 };
}

/** Entries that say something else, or are gone. New ones are counted: they judge nothing that was judged before. */
function lockChanges(before: SriLock | undefined, after: SriLock | undefined, file: string): RulingChange[] {
  const changes: RulingChange[] = [];
  const say = (message: string, severity: RulingChange['severity'], identity: string[]): void => {
    changes.push({ message, severity, place: start(file), identity: [file, ...identity] });
  };
  for (const [url, { integrity }] of before ?? []) {
    const now = after?.get(url)?.integrity;
    if (now === integrity) continue;
    const what = now === undefined ? 'takes out' : `replaces by ${now}`;
    say(`this change ${what} the hash that ${file} has for ${url} (${integrity})`, 'high', [url, now ?? '']);
  }
  const added = [...(after ?? [])].filter(([url]) => before?.has(url) !== true).map(([url]) => url);
  if (added.length > 0) {
    const some = `${added.slice(0, 3).join(', ')}${added.length > 3 ? ' …' : ''}`;
    say(`this change adds ${added.length} to the hashes of ${file}: ${some}`, 'low', ['new', ...added]);
  }
  return changes;
}
