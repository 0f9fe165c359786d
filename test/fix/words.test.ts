import { bun } from '../../src/fix/bun.ts';
import { npm } from '../../src/fix/npm.ts';
import { pnpm } from '../../src/fix/pnpm.ts';
import type { Mover, Where, Words } from '../../src/fix/say.ts';
import type { Install, Override } from '../../src/fix/types.ts';
import { berry, classic } from '../../src/fix/yarn.ts';
import { assert, suite } from '../helpers.ts';

const ALL: Record<string, Words> = { npm, pnpm, classic, berry, bun };

const at = (over: Partial<Where> = {}): Where => ({
  folder: '',
  members: false,
  direct: new Set(['ms']),
  format: 'bun.lock v2',
  version: undefined,
  forces: false,
  ...over,
});
const shop = { folder: 'apps/shop', members: true };

const want = (over: Partial<Install> = {}): Install => {
  const made = { importer: '.', member: 'shop', as: 'ms', name: 'ms', type: 'prod' as const, spec: '^2.0.0' };
  return { ...made, to: '2.1.3', ask: '2.1.3', ...over };
};
const member = { importer: 'packages/x', member: '@acme/x' };

const mover = (as: string, over: Partial<Mover> = {}): Mover => ({
  as,
  name: as,
  root: false,
  inner: true,
  to: '1.2.3',
  ...over,
});

suite('words: update', (test) => {
  const [a, b, ms] = [mover('a'), mover('b'), mover('ms', { root: true, inner: false })];
  const lo = mover('lo', { name: 'lodash', root: true, inner: false });
  const once = (table: string, install: string, unset = table) =>
    `npm pkg set ${table}.a=1.2.3 && ${install} && npm pkg delete ${unset} && ${install}`;
  const cases: [Words, Partial<Where>, Mover[], string | undefined][] = [
    [npm, {}, [a, ms], 'npm update a ms'],
    [pnpm, {}, [a, b], 'pnpm update --no-save a b'],
    [pnpm, {}, [a, ms], 'pnpm update --no-save ms && pnpm update --no-save a'],
    [pnpm, shop, [mover('@s/a')], 'pnpm -C apps/shop update -r --no-save @s/a'],
    [pnpm, { direct: new Set(['lo']) }, [lo], 'pnpm update --no-save lodash'],
    [classic, {}, [ms, lo], 'yarn upgrade ms lo'],
    [classic, {}, [a], once('resolutions', 'yarn install')],
    [classic, { forces: true }, [a], once('resolutions', 'yarn install', 'resolutions.a')],
    [classic, {}, [a, ms], `yarn upgrade ms && ${once('resolutions', 'yarn install')}`],
    [
      classic,
      {},
      [mover('ms', { root: true, to: '^2.1.3' })],
      'yarn upgrade ms && npm pkg set "resolutions.ms=^2.1.3" && yarn install && npm pkg delete resolutions && yarn install',
    ],
    [
      classic,
      shop,
      [mover('ms')],
      'npm --prefix apps/shop pkg set resolutions.ms=1.2.3 && yarn --cwd apps/shop install && npm --prefix apps/shop pkg delete resolutions && yarn --cwd apps/shop install',
    ],
    [classic, {}, [mover('a', { to: undefined })], undefined],
    [classic, { members: true }, [mover('lo', { name: 'lodash' })], undefined],
    [berry, {}, [a, ms], 'yarn up -R a ms'],
    [berry, shop, [a], 'yarn --cwd apps/shop up -R a'],
    [bun, {}, [a, ms], 'bun update a ms'],
    [bun, shop, [a], 'bun update --cwd apps/shop --filter "*" a'],
    [bun, { format: 'bun.lock v1' }, [ms], 'bun update ms'],
    [bun, { format: 'bun.lock v1' }, [a], once('overrides', 'bun install')],
    [bun, { format: 'bun.lock v1' }, [mover('a', { to: undefined })], undefined],
    [bun, { format: 'bun.lock v1', members: true }, [lo], undefined],
  ];
  for (const [words, where, movers, command] of cases) {
    test(command ?? `no command for ${movers.map(({ as }) => as).join(' ')}`, () =>
      assert.is(words.update(at(where), movers, []), command),
    );
  }

  test('what earlier steps force is left alone', () => {
    const before: Override[] = [{ name: 'ms', to: '2.1.3', below: undefined }];
    assert.is(classic.update(at(), [a], before), once('resolutions', 'yarn install', 'resolutions.a'));
  });
});

suite('words: install', (test) => {
  const cases: [Words, Partial<Where>, Partial<Install>, string | undefined][] = [
    [npm, {}, { importer: '', spec: '2.0.0' }, 'npm i -E ms@2.1.3'],
    [pnpm, {}, {}, 'pnpm add ms@2.1.3'],
    [pnpm, shop, { type: 'dev' }, 'pnpm -C apps/shop add -w -D ms@2.1.3'],
    [pnpm, { members: true }, { ...member, type: 'optional' }, 'pnpm add --filter ./packages/x -O ms@2.1.3'],
    [pnpm, {}, { type: 'peer' }, undefined],
    [pnpm, {}, { as: 'm', name: 'ms' }, 'pnpm add m@npm:ms@2.1.3'],
    [pnpm, {}, { ask: '>2.1.2 <3' }, 'pnpm add "ms@>2.1.2 <3"'],
    [classic, {}, { type: 'dev' }, 'yarn add -D ms@2.1.3'],
    [classic, { members: true }, {}, 'yarn add -W ms@2.1.3'],
    [classic, { members: true }, { ...member, type: 'dev' }, 'yarn workspace @acme/x add -D ms@2.1.3'],
    [classic, { members: true }, { ...member, member: '' }, undefined],
    [berry, shop, {}, 'yarn --cwd apps/shop add ms@2.1.3'],
    [berry, shop, member, 'yarn --cwd apps/shop workspace @acme/x add ms@2.1.3'],
    [bun, {}, { type: 'dev' }, 'bun add -d ms@2.1.3'],
    [bun, shop, member, 'bun add --cwd apps/shop/packages/x ms@2.1.3'],
    [bun, {}, { type: 'peer' }, undefined],
  ];
  for (const [words, where, install, command] of cases) {
    test(command ?? `no command for ${JSON.stringify(install)}`, () =>
      assert.is(words.install(at(where), [want(install)]), command),
    );
  }

  test('only what fits in one command is grouped', () => {
    for (const words of Object.values(ALL)) {
      assert.is(words.group(want()), words.group(want({ as: 'other' })));
      assert.is.not(words.group(want()), words.group(want({ type: 'dev' })));
      assert.is.not(words.group(want()), words.group(want(member)));
    }
  });
});

suite('words: override', (test) => {
  const everywhere: Override = { name: 'ms', to: '2.1.3', below: undefined };
  const below: Override = { name: '@s/a.b', to: '1.0.1', below: 'debug' };
  const both = [everywhere, below];
  const set = 'pnpm config set --location project --json overrides';
  const cases: [Words, Partial<Where>, Override[], Override[], string | undefined][] = [
    [
      pnpm,
      { format: 'pnpm-lock 6.0' },
      both,
      [],
      'npm pkg set pnpm.overrides.ms=2.1.3 "pnpm.overrides[debug>@s/a.b]=1.0.1" && pnpm install',
    ],
    [
      pnpm,
      { format: 'pnpm-lock 9.0', version: '10.2.0', ...shop },
      [everywhere],
      [],
      'npm --prefix apps/shop pkg set pnpm.overrides.ms=2.1.3 && pnpm -C apps/shop install',
    ],
    [
      pnpm,
      { format: 'pnpm-lock 9.0', version: '11.0.0' },
      [below],
      [everywhere],
      `${set} '{"ms":"2.1.3","debug>@s/a.b":"1.0.1"}' && pnpm install`,
    ],
    [pnpm, { format: 'pnpm-lock 9.0', version: '11.0.0', forces: true }, both, [], undefined],
    [pnpm, { format: 'pnpm-lock 9.0' }, both, [], undefined],
    [
      classic,
      {},
      both,
      [],
      'npm pkg set resolutions.ms=2.1.3 "resolutions[**/debug/@s/a.b]=1.0.1" && yarn install',
    ],
    [
      berry,
      shop,
      [everywhere],
      [],
      'npm --prefix apps/shop pkg set resolutions.ms=2.1.3 && yarn --cwd apps/shop install',
    ],
    [berry, {}, [below], [], 'npm pkg set "resolutions[debug/@s/a.b]=1.0.1" && yarn install'],
    [bun, {}, [everywhere], [], 'npm pkg set overrides.ms=2.1.3 && bun install'],
    [bun, {}, both, [], undefined],
  ];
  for (const [words, where, overrides, before, command] of cases) {
    test(command ?? `no command for ${JSON.stringify(where)}`, () =>
      assert.is(words.override(at(where), overrides, before), command),
    );
  }
});

suite('words: names that a shell would take for more', (test) => {
  for (const [manager, words] of Object.entries(ALL)) {
    for (const name of ['a b', 'a;rm', '$(x)', '-g', '', 'x'.repeat(215)]) {
      test(`${manager} is never told ${JSON.stringify(name.slice(0, 10))}`, () => {
        const where = at({ format: 'pnpm-lock 6.0' });
        assert.is(words.update(where, [mover('ms'), mover(name)], []), undefined);
        assert.is(words.install(where, [want({ as: name })]), undefined);
        assert.is(words.install(where, [want({ name })]), undefined);
        assert.is(words.override(where, [{ name, to: '1.0.0', below: undefined }], []), undefined);
        assert.is(words.override(where, [{ name: 'ms', to: '1.0.0', below: name }], []), undefined);
      });
    }
  }
});
