/** How npm is told. https://docs.npmjs.com/cli/v11/commands/npm-install */
import type { EdgeType } from '../model.ts';
import { styleOf } from './ranges.ts';
import { asked, isName, quoted, say, sayNames, type Words } from './say.ts';
import type { Attempt, Install } from './types.ts';

const FLAGS: Partial<Record<EdgeType, string>> = { dev: '-D', optional: '-O', peer: '--save-peer' };

const STYLES = { exact: '-E', tilde: '--save-prefix=~', caret: undefined };

export const npm: Words = {
  shares: true,
  pins: false,
  byHand: {},
  update: ({ folder }, movers) => sayNames(line(folder, 'update'), movers),
  group: (install) => [install.importer, ...flagsOf(install)].join(' '),
  install({ folder }, installs) {
    const [first] = installs;
    if (first === undefined) return undefined;
    return say(line(folder, 'i', ...flagsOf(first), ...memberFlag(first)), installs.map(asked));
  },
  attempt: (installs) => ({ command: commandFor(installs) }),
  override({ folder }, overrides) {
    const words = overrides.map(({ name, below, to }) => {
      if (!isName(name) || (below !== undefined && !isName(below))) return '';
      return `overrides${below === undefined ? '' : key(below)}${key(name)}=${to}`;
    });
    const set = say(line(folder, 'pkg', 'set'), words);
    if (set === undefined) return undefined;
    // Not `npm install`: below a workspace and below a named dependent it leaves the lock file as it is (npm 11).
    const names = [...new Set(overrides.map(({ name }) => name))].sort();
    return `${set} && ${say(line(folder, 'update'), names)}`;
  },
};

const SAVE_TYPES: Partial<Record<EdgeType, 'dev' | 'optional' | 'peer'>> = {
  dev: 'dev',
  optional: 'optional',
  peer: 'peer',
};
const PREFIXES = { exact: '', tilde: '~', caret: undefined };

// What `flagsOf` and `memberFlag` come to: https://docs.npmjs.com/cli/v11/using-npm/config
function commandFor(installs: readonly Install[]): Attempt['command'] {
  const [first] = installs;
  const saveType = SAVE_TYPES[first?.type ?? 'prod'];
  const savePrefix = PREFIXES[styleOf(first?.spec ?? '')];
  return {
    add: installs.map(asked),
    ...(saveType !== undefined && { saveType }),
    ...(savePrefix !== undefined && { savePrefix }),
    ...(first !== undefined && first.importer !== '' && { workspaces: [first.member] }),
  };
}

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

function line(folder: string, ...verb: string[]): string[] {
  return ['npm', ...(folder === '' ? [] : ['--prefix', quoted(folder)]), ...verb];
}
