/**
 * How npm is told: the commands of a plan. https://docs.npmjs.com/cli/v11/commands/npm-install
 * Names come from lock files, which anyone may write, so a command is only made of what npm itself would accept.
 */
import type { EdgeType } from '../model.ts';
import { styleOf } from './ranges.ts';
import type { Install, Override } from './types.ts';

/** What can be said to a package manager. Each command is for the scanned folder; `folder` holds the lock file. */
export interface Words {
  /** Undefined where a name is none that the manager accepts; the same holds for the others. */
  update(folder: string, names: readonly string[]): string | undefined;
  /** Installs that one command can carry have the same text here. */
  group(install: Install): string;
  install(folder: string, installs: readonly Install[]): string | undefined;
  override(folder: string, overrides: readonly Override[]): string | undefined;
  uninstall(folder: string, install: Pick<Install, 'importer' | 'member' | 'as'>): string | undefined;
}

const FLAGS: Partial<Record<EdgeType, string>> = { dev: '-D', optional: '-O', peer: '--save-peer' };

const STYLES = { exact: '-E', tilde: '--save-prefix=~', caret: undefined };

/** https://docs.npmjs.com/cli/v11/configuring-npm/package-json#name, with what older packages are called. */
const NAME = /^(?:@[\w~][\w.~-]*\/)?[\w~][\w.~-]*$/;

export const npm: Words = {
  update: (folder, names) => (names.every(isName) ? say(folder, 'update', names) : undefined),
  group: (install) => [install.importer, ...flagsOf(install)].join(' '),
  install(folder, installs) {
    const [first] = installs;
    if (first === undefined) return undefined;
    const member = memberFlag(first);
    const asked = installs.map(({ as, name, ask }) => {
      if (!isName(as) || !isName(name)) return '';
      return as === name ? `${name}@${ask}` : `${as}@npm:${name}@${ask}`;
    });
    return say(folder, ['i', ...flagsOf(first), ...member].join(' '), asked);
  },
  override(folder, overrides) {
    const words = overrides.map(({ name, below, to }) => {
      if (!isName(name) || (below !== undefined && !isName(below))) return '';
      return `overrides${below === undefined ? '' : key(below)}${key(name)}=${to}`;
    });
    const set = say(folder, 'pkg set', words);
    if (set === undefined) return undefined;
    // Not `npm install`: below a workspace and below a named dependent it leaves the lock file as it is (npm 11).
    const names = [...new Set(overrides.map(({ name }) => name))].sort();
    return `${set} && ${say(folder, 'update', names)}`;
  },
  uninstall: (folder, { as, ...owner }) =>
    say(folder, ['uninstall', ...memberFlag(owner)].join(' '), [isName(as) ? as : '']),
};

// In brackets where a dot would part it; https://docs.npmjs.com/cli/v11/commands/npm-pkg
function key(name: string): string {
  return name.includes('.') ? `[${name}]` : `.${name}`;
}

/** Flags that keep a dependency in its section of package.json and in its style. */
function flagsOf({ spec, type }: Pick<Install, 'spec' | 'type'>): string[] {
  const style = STYLES[styleOf(spec)];
  return [...(style === undefined ? [] : [style]), ...(FLAGS[type] === undefined ? [] : [FLAGS[type]])];
}

function memberFlag({ importer, member }: Pick<Install, 'importer' | 'member'>): string[] {
  if (importer === '') return [];
  return ['-w', isName(member) ? member : quoted(importer)];
}

// An empty word stands for one that is no name.
function say(folder: string, verb: string, words: readonly string[]): string | undefined {
  if (words.some((word) => word === '')) return undefined;
  const where = folder === '' ? [] : ['--prefix', quoted(folder)];
  return ['npm', ...where, verb, ...words.map(quoted)].join(' ');
}

function isName(name: string): boolean {
  return NAME.test(name) && name.length <= 214;
}

/** One word for a shell, the same in sh, zsh, cmd and PowerShell as far as they agree. */
function quoted(word: string): string {
  if (/^[\w@%+=:,./][\w@%+=:,./~-]*$/.test(word)) return word;
  return /["$`\\!]/.test(word) ? `'${word.replaceAll("'", "'\\''")}'` : `"${word}"`;
}
