/** How pnpm is told. https://pnpm.io/cli/update, https://pnpm.io/cli/add, https://pnpm.io/settings#overrides */
import type { EdgeType } from '../model.ts';
import { asked, isName, isRoot, quoted, say, selector, setInManifest, type Words } from './say.ts';

const FLAGS: Partial<Record<EdgeType, string>> = { prod: '', dev: '-D', optional: '-O' };

export const pnpm: Words = {
  shares: false,
  pins: true,
  byHand: { override: 'only an override lets the fix in: https://pnpm.io/settings#overrides' },
  update({ folder, members, direct }, movers) {
    // What stands behind an alias is updated by its own name.
    const names = [...new Set(movers.map(({ name }) => name))].sort();
    if (!names.every(isName)) return undefined;
    // Up to pnpm 10 a name that the project asks for itself keeps it from looking at the others of the command.
    const own = names.filter((name) => direct.has(name));
    const inner = names.filter((name) => !direct.has(name));
    const verb = ['update', ...(members ? ['-r'] : []), '--no-save'];
    const commands = [own, inner].map((part) => say(line(folder, ...verb), part));
    return commands.filter((one) => one !== undefined).join(' && ') || undefined;
  },
  group: ({ importer, type }) => `${importer} ${type}`,
  install({ folder, members }, installs) {
    const [first] = installs;
    const flag = FLAGS[first?.type ?? 'peer'];
    if (first === undefined || flag === undefined) return undefined;
    const target = isRoot(first.importer)
      ? members
        ? ['-w']
        : []
      : ['--filter', quoted(`./${first.importer}`)];
    return say(line(folder, 'add', ...target, ...(flag === '' ? [] : [flag])), installs.map(asked));
  },
  override(where, overrides, before) {
    const { folder } = where;
    const home = homeOf(where.format, where.version);
    if (home === undefined || (home === 'workspace' && where.forces)) return undefined;
    const entries = (home === 'package.json' ? overrides : [...before, ...overrides]).map(
      (one) => [selector(one, (below, name) => `${below}>${name}`), one.to] as const,
    );
    const set =
      home === 'package.json'
        ? setInManifest(folder, 'pnpm.overrides', entries)
        : setInWorkspace(folder, entries);
    return set === undefined ? undefined : `${set} && ${line(folder, 'install').join(' ')}`;
  },
};

// pnpm 11 reads pnpm-workspace.yaml alone, pnpm 9 package.json alone; their lock files look the same.
function homeOf(format: string, version: string | undefined): 'package.json' | 'workspace' | undefined {
  const lock = Number(/\d+/.exec(format)?.[0]);
  if (lock < 9) return 'package.json';
  const major = Number(version?.split('.', 1)[0] ?? Number.NaN);
  if (Number.isNaN(major)) return undefined;
  return major >= 11 ? 'workspace' : 'package.json';
}

// Takes the place of all overrides there: only for projects that have none but those of earlier steps.
function setInWorkspace(folder: string, entries: readonly (readonly [string, string])[]): string | undefined {
  if (entries.some(([key]) => key === '')) return undefined;
  const text = `{${entries.map(([key, to]) => `${JSON.stringify(key)}:${JSON.stringify(to)}`).join(',')}}`;
  return say(line(folder, 'config', 'set', '--location', 'project', '--json', 'overrides'), [text]);
}

function line(folder: string, ...verb: string[]): string[] {
  return ['pnpm', ...(folder === '' ? [] : ['-C', quoted(folder)]), ...verb];
}
