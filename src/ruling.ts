/** What a change does to what judges it: the policy and the SRI lock. */
import { extname, join, relative, sep } from 'node:path';
import { UserError } from './errors.ts';
import { withFilesOf } from './git/snapshot.ts';
import type { Io } from './io.ts';
import { findPolicy } from './policy/load.ts';
import type { Policy } from './policy/policy.ts';
import { policyChanges } from './policy/ruling.ts';
import { LOCK_FILES, PAGES } from './readers/extensions.ts';
import { walk } from './readers/walk.ts';
import type { RulingChange } from './rules/rule.ts';
import { LOCK_FILE, readLock, type SriLock } from './sri-fix/lock.ts';

export interface Sides {
  /** The world before the change, and after it. */
  before: Io;
  after: Io;
  /** The scanned folder. */
  folder: string;
  /** Folders below it whose managers may be told which registries to ask, relative to it, with `/`. */
  places: readonly string[];
  policy: Policy;
  /** The policy file that was named, absolute, if one was. */
  policyFile?: string | undefined;
  /** Whether the folder is walked for what it holds; a hook is given its files. */
  walks: boolean;
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
    const after = await attempt(name, sides.folder, () => sides.load(sides.after));
    const text =
      sides.after.kind(policyFile) === 'file' ? sides.after.readFile(policyFile).toString('utf8') : undefined;
    changes.push(
      ...('policy' in after ? policyChanges(sides.policy, after.policy, { file: name, text }) : [after]),
    );
  }
  const name = nameOf(lock);
  try {
    changes.push(...lockChanges(readLock(sides.before, lock), readLock(sides.after, lock), name));
  } catch (error) {
    changes.push(unreadable(name, error, sides.folder));
  }
  changes.push(...hidden(sides));
  return changes;
}

function isFile(io: Io, file: string | undefined): boolean {
  return file !== undefined && io.kind(file) === 'file';
}

/** What says which registries are asked, and as whom. */
export const SETTINGS: readonly string[] = ['.npmrc', '.yarnrc', '.yarnrc.yml', 'bunfig.toml'];

/** Whoever answers judges too: a registry of the change's own choosing knows of nothing. */
function settingsChanges({ before, after, folder, places, policy }: Sides): RulingChange[] {
  const textOf = (io: Io, file: string): string | undefined =>
    isFile(io, file) ? io.readFile(file, 1024 * 1024).toString('latin1') : undefined;
  const isOther = (name: string): boolean => {
    const file = join(folder, name);
    return textOf(before, file) !== textOf(after, file);
  };
  const all = SETTINGS.concat(places.flatMap((place) => SETTINGS.map((name) => `${place}/${name}`)));
  const others = all.filter(isOther);
  if (others.length === 0) return [];
  // What git is told to leave alone is no part of the change: CI writes its credentials there.
  const wanted = (name: string): boolean => SETTINGS.includes(name);
  const asBefore = withFilesOf(after, before, (path) => path === join(folder, '.gitignore'));
  const seen = new Set(walk(asBefore, folder, wanted, policy).files);
  const isPart = (file: string): boolean => seen.has(file) || isFile(before, join(folder, file));
  return others.filter(isPart).map((file) => ({
    message: `this change alters ${file}, which says what registries are asked about packages`,
    severity: 'moderate',
    place: start(file),
    identity: ['settings', file],
  }));
}

/** Files that a scan looks at, and would not look at with the .gitignore that the change writes. */
function hidden({ before, after, folder, policy, walks }: Sides): RulingChange[] {
  const file = join(folder, '.gitignore');
  const [was, is] = [before, after].map((io) =>
    io.kind(file) === 'file' ? io.readFile(file) : Buffer.alloc(0),
  );
  if (!walks || was === undefined || is === undefined || is.equals(was)) return [];
  const wanted = (name: string): boolean => LOCK_FILES.has(name) || PAGES.has(extname(name).slice(1));
  const asBefore = withFilesOf(after, before, (path) => path === file);
  const looked = new Set(walk(after, folder, wanted, policy).files);
  const gone = walk(asBefore, folder, wanted, policy).files.filter((path) => !looked.has(path));
  if (gone.length === 0) return [];
  const more = gone.length > 3 ? ` and ${gone.length - 3} more` : '';
  const message = `this change makes .gitignore hide ${gone.slice(0, 3).join(', ')}${more}: no scan would look there`;
  return [{ message, severity: 'moderate', place: start('.gitignore'), identity: ['hidden', ...gone] }];
}

async function attempt(
  name: string,
  folder: string,
  load: () => Promise<Policy>,
): Promise<{ policy: Policy } | RulingChange> {
  try {
    return { policy: await load() };
  } catch (error) {
    return unreadable(name, error, folder);
  }
}

function unreadable(file: string, error: unknown, folder: string): RulingChange {
  if (!(error instanceof UserError)) throw error;
  const where = (error.where ?? file).replace(join(folder, '/'), '');
  const message = `this change leaves ${file} in a state that cannot be read: ${where}: ${error.message}`;
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
