/** How Bun is told. https://bun.sh/docs/pm/cli/update, https://bun.sh/docs/pm/overrides */
import type { EdgeType } from '../model.ts';
import { asked, isRoot, quoted, say, selector, setInManifest, updateOwn, type Words } from './say.ts';

const FLAGS: Partial<Record<EdgeType, string>> = { prod: '', dev: '-d', optional: '--optional' };

export const bun: Words = {
  shares: false,
  pins: true,
  update(where, movers, before) {
    const { folder, members, format } = where;
    // Up to Bun 1.3 a name that the project does not ask for itself is added to its package.json.
    const old = !/v(?:[2-9]|\d\d)/.test(format);
    const all = members ? ['--filter', quoted('*')] : [];
    return updateOwn(where, movers, before, {
      way({ root, inner }) {
        const named = !old || (root && !inner && !members);
        return { named, forced: !named };
      },
      line: ['bun', 'update', ...cwd(folder), ...all],
      table: 'overrides',
      install: ['bun', 'install', ...cwd(folder)].join(' '),
    });
  },
  byHand: {
    update: 'fixed in range: bun update from Bun 1.4 on, or install anew without bun.lock',
    override: 'only an override below one package lets the fix in, and Bun has none',
  },
  group: ({ importer, type }) => `${importer} ${type}`,
  install({ folder }, installs) {
    const [first] = installs;
    const flag = FLAGS[first?.type ?? 'peer'];
    if (first === undefined || flag === undefined) return undefined;
    const at = [folder, isRoot(first.importer) ? '' : first.importer].filter((part) => part !== '').join('/');
    return say(['bun', 'add', ...cwd(at), ...(flag === '' ? [] : [flag])], installs.map(asked));
  },
  override({ folder }, overrides) {
    // Bun knows no overrides below a package.
    if (overrides.some(({ below }) => below !== undefined)) return undefined;
    const entries = overrides.map((one) => [selector(one, () => ''), one.to] as const);
    const set = setInManifest(folder, 'overrides', entries);
    return set === undefined ? undefined : `${set} && ${['bun', 'install', ...cwd(folder)].join(' ')}`;
  },
};

function cwd(folder: string): string[] {
  return folder === '' ? [] : ['--cwd', quoted(folder)];
}
