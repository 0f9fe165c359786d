/**
 * How Yarn is told: Yarn 1 and what came after it. https://classic.yarnpkg.com/en/docs/cli/add,
 * https://yarnpkg.com/cli/up, https://yarnpkg.com/configuration/manifest#resolutions
 */
import type { EdgeType } from '../model.ts';
import {
  asked,
  isName,
  isRoot,
  quoted,
  say,
  sayNames,
  selector,
  setInManifest,
  updateOwn,
  type Where,
  type Words,
} from './say.ts';
import type { Install, Override } from './types.ts';

const FLAGS: Partial<Record<EdgeType, string>> = { prod: '', dev: '-D', optional: '-O' };

const common = {
  shares: false,
  pins: true,
  group: ({ importer, type }: Install) => `${importer} ${type}`,
};

export const classic: Words = {
  ...common,
  // `yarn upgrade` takes nothing but what the root asks for, and that is what `resolutions` leave alone.
  update: (where, movers, before) =>
    updateOwn(where, movers, before, {
      way: ({ root, inner }) => ({ named: root, forced: inner }),
      line: line(where.folder, 'upgrade'),
      table: 'resolutions',
      install: line(where.folder, 'install').join(' '),
    }),
  byHand: { update: 'fixed in range: delete its entries from yarn.lock, then run: yarn install' },
  install: (where, installs) => add(where, installs, where.members ? ['-W'] : []),
  override: (where, overrides) => resolve(where, overrides, (below, name) => `**/${below}/${name}`),
};

export const berry: Words = {
  ...common,
  byHand: {},
  update: ({ folder }, movers) => sayNames(line(folder, 'up', '-R'), movers),
  install: (where, installs) => add(where, installs, []),
  override: (where, overrides) => resolve(where, overrides, (below, name) => `${below}/${name}`),
};

function add({ folder }: Where, installs: readonly Install[], atRoot: string[]): string | undefined {
  const [first] = installs;
  const flag = FLAGS[first?.type ?? 'peer'];
  if (first === undefined || flag === undefined) return undefined;
  const root = isRoot(first.importer);
  if (!root && !isName(first.member)) return undefined;
  const target = root ? ['add', ...atRoot] : ['workspace', first.member, 'add'];
  return say(line(folder, ...target, ...(flag === '' ? [] : [flag])), installs.map(asked));
}

function resolve(
  { folder }: Where,
  overrides: readonly Override[],
  join: (below: string, name: string) => string,
): string | undefined {
  const entries = overrides.map((one) => [selector(one, join), one.to] as const);
  const set = setInManifest(folder, 'resolutions', entries);
  return set === undefined ? undefined : `${set} && ${line(folder, 'install').join(' ')}`;
}

function line(folder: string, ...verb: string[]): string[] {
  return ['yarn', ...(folder === '' ? [] : ['--cwd', quoted(folder)]), ...verb];
}
