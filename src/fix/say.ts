/**
 * How a package manager is told. Names come from lock files, which anyone may write, so a command is only made of
 * what the manager itself would accept; where a command would not do what the plan says, there is none.
 */
import type { Attempt, Install, Override, StepKind } from './types.ts';

/** The project that a command is for. */
export interface Where {
  /** The lock file's, relative to the scanned folder: commands are typed there. */
  folder: string;
  /** Whether the project has workspace members. */
  members: boolean;
  /** What the root or a member asks for, by the name it is installed under. */
  direct: ReadonlySet<string>;
  /** Of the lock file, for people. */
  format: string;
  /** The version of the manager that package.json names; undefined where it names none. */
  version: string | undefined;
  /** Whether the project forces versions already. */
  forces: boolean;
}

/** A package to be updated within the ranges of those who ask for it. */
export interface Mover {
  /** What it is installed under. */
  as: string;
  name: string;
  /** Whether what the root's package.json asks for moves. */
  root: boolean;
  /** Whether what others ask for moves: packages, workspace members. */
  inner: boolean;
  /** What to force so that all of its places move: a version, or a range where none is known. Undefined: they differ. */
  to: string | undefined;
}

/** What can be said to a package manager. */
export interface Words {
  /** npm looks for what it can share; the others answer each request by itself. */
  shares: boolean;
  /**
   * Undefined where a name is none that the manager accepts; the same holds for the others. `before`: what earlier
   * steps force.
   */
  update(where: Where, movers: readonly Mover[], before: readonly Override[]): string | undefined;
  /** What to do by hand where a step of a kind helps and cannot be said. */
  byHand: Partial<Record<StepKind, string>>;
  /** Installs that one command can carry have the same text here. */
  group(install: Install): string;
  /** Whether package.json then asks for the version alone, whatever it asked for before. */
  pins: boolean;
  install(where: Where, installs: readonly Install[]): string | undefined;
  /** The installs of one command for npm's resolver. */
  attempt?(installs: readonly Install[]): Attempt;
  /** `before`: what earlier steps force. */
  override(where: Where, overrides: readonly Override[], before: readonly Override[]): string | undefined;
}

/** https://docs.npmjs.com/cli/v11/configuring-npm/package-json#name, with what older packages are called. */
const NAME = /^(?:@[\w~][\w.~-]*\/)?[\w~][\w.~-]*$/;

/** Whether a name may be said to a manager. */
export function isName(name: string): boolean {
  return NAME.test(name) && name.length <= 214;
}

/** One word for a shell, the same in sh, zsh, cmd and PowerShell as far as they agree. */
export function quoted(word: string): string {
  if (/^[\w@%+=:,./][\w@%+=:,./~-]*$/.test(word)) return word;
  return /["$`\\!]/.test(word) ? `'${word.replaceAll("'", "'\\''")}'` : `"${word}"`;
}

/** A line of a command and its words; an empty word stands for one that is no name, and gives none. */
export function say(line: readonly string[], words: readonly string[]): string | undefined {
  if (words.length === 0 || words.some((word) => word === '')) return undefined;
  return [...line, ...words.map(quoted)].join(' ');
}

/** The line and the names, as installed, or undefined where one is none. */
export function sayNames(line: readonly string[], movers: readonly Pick<Mover, 'as'>[]): string | undefined {
  const names = movers.map(({ as }) => as);
  return names.every(isName) ? say(line, names) : undefined;
}

/** What an install asks for: `a@1.2.3`, `a@npm:b@1.2.3`; empty where a name is none. */
export function asked({ as, name, ask }: Install): string {
  if (!isName(as) || !isName(name)) return '';
  return as === name ? `${name}@${ask}` : `${as}@npm:${name}@${ask}`;
}

/** Whether an importer's key is the root's: empty with npm, `.` elsewhere. */
export function isRoot(importer: string): boolean {
  return importer === '' || importer === '.';
}

/** `npm pkg set` for a table of package.json: it edits the file and runs nothing. */
export function setInManifest(
  folder: string,
  table: string,
  entries: readonly (readonly [key: string, value: string])[],
): string | undefined {
  const line = ['npm', ...inFolder(folder), 'pkg', 'set'];
  return say(
    line,
    entries.map(([key, value]) => (key === '' ? '' : `${table}${property(key)}=${value}`)),
  );
}

// In brackets where a sign would part it; https://docs.npmjs.com/cli/v11/commands/npm-pkg
function property(key: string): string {
  return /[.*>]/.test(key) ? `[${key}]` : `.${key}`;
}

interface OwnUpdates {
  /** Whether the manager updates it when told its name, and whether it has to be forced. */
  way(mover: Mover): { named: boolean; forced: boolean };
  /** The command for what is named. */
  line: readonly string[];
  /** Of package.json, that forces versions. */
  table: string;
  install: string;
}

/**
 * Updates for managers that update nothing but what the project asks for itself. All else is forced for one install:
 * the lock file keeps it afterwards, since all who ask allow it.
 */
export function updateOwn(
  where: Where,
  movers: readonly Mover[],
  before: readonly Override[],
  { way, line, table, install }: OwnUpdates,
): string | undefined {
  const named = movers.filter((one) => way(one).named);
  const forced = movers.filter((one) => way(one).forced);
  const commands: (string | undefined)[] = [];
  if (named.length > 0) commands.push(sayNames(line, named));
  if (forced.length > 0) {
    const shared = where.forces || before.length > 0;
    commands.push(forceOnce(where.folder, forced, { table, install, shared }));
  }
  return commands.length === 0 || commands.includes(undefined) ? undefined : commands.join(' && ');
}

function forceOnce(
  folder: string,
  movers: readonly Mover[],
  { table, install, shared }: Pick<OwnUpdates, 'table' | 'install'> & { shared: boolean },
): string | undefined {
  const entries: [string, string][] = [];
  for (const { as, name, to } of movers) {
    if (to === undefined || as !== name || !isName(as)) return undefined;
    entries.push([as, to]);
  }
  // The table goes as a whole where nothing else is in it.
  const keys = shared ? entries.map(([key]) => `${table}${property(key)}`) : [table];
  const set = setInManifest(folder, table, entries);
  const unset = say(['npm', ...inFolder(folder), 'pkg', 'delete'], keys);
  return set && unset && [set, install, unset, install].join(' && ');
}

function inFolder(folder: string): string[] {
  return folder === '' ? [] : ['--prefix', quoted(folder)];
}

/** The names that overrides speak of, or an empty text where one is none. */
export function selector({ name, below }: Override, join: (below: string, name: string) => string): string {
  if (!isName(name) || (below !== undefined && !isName(below))) return '';
  return below === undefined ? name : join(below, name);
}
