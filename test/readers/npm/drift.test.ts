import fc from 'fast-check';
import semver from 'semver';
import { assert, suite } from '../../helpers.ts';
import { readFiles, readPackages } from './locks.ts';

/** What drift is found, as `manifest:line name wanted -> locked`. */
async function drift(
  packages: Record<string, unknown>,
  manifests: Record<string, unknown>,
): Promise<string[]> {
  const tree = await readPackages(packages, manifests);
  assert.equal(tree.gaps, []);
  return tree.drift.map(
    ({ manifest, name, wanted = '-', locked = '-', location }) =>
      `${manifest}:${location.line} ${name} ${wanted} -> ${locked}`,
  );
}

const A = { 'node_modules/a': { version: '1.2.3' } };

suite('npm drift', (test) => {
  const silent: [
    name: string,
    asked: Record<string, unknown>,
    locked: Record<string, unknown>,
    nodes: Record<string, unknown>,
  ][] = [
    ['the same', { dependencies: { a: '^1.2.0' } }, { dependencies: { a: '^1.2.0' } }, A],
    ['another heading', { dependencies: { a: '^1' } }, { devDependencies: { a: '^1' } }, A],
    [
      'in two fields',
      { dependencies: { a: '^1' }, optionalDependencies: { a: '^1' } },
      { optionalDependencies: { a: '^1' } },
      A,
    ],
    ['a tag', { dependencies: { a: 'latest' } }, { dependencies: { a: 'latest' } }, A],
    [
      'any version, a prerelease',
      { dependencies: { a: '*' } },
      { dependencies: { a: '*' } },
      { 'node_modules/a': { version: '2.0.0-rc.1' } },
    ],
    [
      'empty is any',
      { dependencies: { a: '' } },
      { dependencies: { a: '*' } },
      { 'node_modules/a': { version: '2.0.0-rc.1' } },
    ],
    ['spaces', { dependencies: { a: ' ^1 ' } }, { dependencies: { a: '^1' } }, A],
    [
      'an optional one that is not there',
      { optionalDependencies: { a: '^1' } },
      { optionalDependencies: { a: '^1' } },
      {},
    ],
    ['peers', { peerDependencies: { a: '^9', b: '1' } }, {}, A],
    [
      'an alias',
      { dependencies: { a: 'npm:b@^2' } },
      { dependencies: { a: 'npm:b@^2' } },
      { 'node_modules/a': { name: 'b', version: '2.0.0' } },
    ],
    [
      'git',
      { dependencies: { a: 'o/a#v9' } },
      { dependencies: { a: 'o/a#v9' } },
      { 'node_modules/a': { version: '1.0.0', resolved: 'git+ssh://git@github.com/o/a.git#01' } },
    ],
    [
      'a version with v',
      { dependencies: { a: '1.2.3' } },
      { dependencies: { a: '1.2.3' } },
      { 'node_modules/a': { version: 'v1.2.3' } },
    ],
    [
      'overrides, also nested and with a version',
      { dependencies: { a: '^1.0.0', b: '1' }, overrides: { b: { 'a@^1': '2.0.0' } } },
      { dependencies: { a: '^1.0.0', b: '1' } },
      { 'node_modules/a': { version: '2.0.0' }, 'node_modules/b': { version: '1.0.0' } },
    ],
  ];
  for (const [name, asked, locked, nodes] of silent) {
    test(`silent: ${name}`, async () => {
      assert.equal(await drift({ '': locked, ...nodes }, { '.': asked }), []);
    });
  }

  const reported: [
    name: string,
    asked: Record<string, unknown>,
    locked: Record<string, unknown>,
    nodes: Record<string, unknown>,
    want: string[],
  ][] = [
    ['not locked', { dependencies: { a: '^1' } }, {}, {}, ['package.json:3 a ^1 -> -']],
    [
      'not locked, but somebody else brought it',
      { dependencies: { a: '^1' } },
      { name: 'x' },
      A,
      ['package.json:3 a ^1 -> 1.2.3'],
    ],
    [
      'another range',
      { dependencies: { a: '^2' } },
      { dependencies: { a: '^1' } },
      A,
      ['package.json:3 a ^2 -> ^1'],
    ],
    ['no longer asked for', { name: 'x' }, { devDependencies: { a: '^1' } }, A, ['package.json:1 a - -> ^1']],
    [
      'a version outside the range',
      { dependencies: { a: '^2.0.0' } },
      { dependencies: { a: '^2.0.0' } },
      A,
      ['package.json:3 a ^2.0.0 -> 1.2.3'],
    ],
    [
      'caret of 0',
      { dependencies: { a: '^0.2.3' } },
      { dependencies: { a: '^0.2.3' } },
      { 'node_modules/a': { version: '0.3.0' } },
      ['package.json:3 a ^0.2.3 -> 0.3.0'],
    ],
    [
      'entry lost',
      { dependencies: { a: '^1' } },
      { dependencies: { a: '^1' } },
      {},
      ['package.json:3 a ^1 -> -'],
    ],
    [
      'another repository',
      { dependencies: { a: 'o/b' } },
      { dependencies: { a: 'o/a' } },
      A,
      ['package.json:3 a o/b -> o/a'],
    ],
  ];
  for (const [name, asked, locked, nodes, want] of reported) {
    test(`reported: ${name}`, async () => {
      assert.equal(await drift({ '': locked, ...nodes }, { '.': asked }), want);
    });
  }

  test('property: a version is outside its range when semver says so', async () => {
    const number = fc.nat(2);
    const version = fc
      .tuple(number, number, number, fc.constantFrom('', '', '-rc.1'))
      .map(([a, b, c, pre]) => `${a}.${b}.${c}${pre}`);
    const range = fc.tuple(fc.constantFrom('^', '~', '>=', ''), version).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(range, version, async (wanted, has) => {
        const packages = { '': { dependencies: { a: wanted } }, 'node_modules/a': { version: has } };
        const found = await drift(packages, { '.': { dependencies: { a: wanted } } });
        assert.is(found.length === 0, semver.satisfies(has, wanted, true), `${has} in ${wanted}`);
      }),
      { numRuns: 1000 },
    );
  });

  test('members are looked at too, and answer for each other whatever their version', async () => {
    const packages = {
      '': { workspaces: ['packages/*'] },
      'node_modules/m': { resolved: 'packages/m', link: true },
      'node_modules/n': { resolved: 'packages/n', link: true },
      'packages/m': { version: '1.0.0', dependencies: { n: '^1' } },
      'packages/n': { version: '1.0.0', dependencies: { a: '^1' } },
      ...A,
    };
    const manifests = {
      '.': { workspaces: ['packages/*'] },
      'packages/m': { name: 'm', version: '2.0.0', dependencies: { n: '^2' } },
      'packages/n': { name: 'n', version: '2.0.0', dependencies: { a: '^3' } },
    };
    assert.equal(await drift(packages, manifests), ['packages/n/package.json:5 a ^3 -> ^1']);
  });

  test('version 1 has no word of the project: only what is resolved is compared', async () => {
    const lock = {
      lockfileVersion: 1,
      dependencies: { a: { version: '1.2.3' }, extra: { version: '1.0.0' } },
    };
    const manifest = { dependencies: { a: '^2' }, devDependencies: { b: '1' } };
    const tree = await readFiles({
      'package-lock.json': JSON.stringify(lock),
      'package.json': JSON.stringify(manifest),
    });
    assert.equal(
      tree.drift.map(({ name, wanted, locked }) => [name, wanted, locked]),
      [
        ['b', '1', undefined],
        ['a', '^2', '1.2.3'],
      ],
    );
  });

  test('members that the lock file does not know, whatever its version', async () => {
    const manifests = {
      'package.json': JSON.stringify({ name: 'p', workspaces: ['packages/*'] }),
      'packages/m/package.json': JSON.stringify({ name: 'm', dependencies: { a: '1' } }),
      'packages/n/package.json': JSON.stringify({ name: 'n' }),
      'elsewhere/package.json': JSON.stringify({ name: 'elsewhere' }),
    };
    const known = {
      '': { name: 'p', workspaces: ['packages/*'] },
      'node_modules/m': { resolved: 'packages/m', link: true },
      'packages/m': { name: 'm', dependencies: { a: '1' } },
      'node_modules/a': { version: '1.0.0' },
    };
    const locks: [object, string[]][] = [
      [{ lockfileVersion: 1, dependencies: { a: { version: '1.0.0' } } }, ['m', 'n']],
      [{ lockfileVersion: 3, packages: known }, ['n']],
    ];
    for (const [lock, names] of locks) {
      const tree = await readFiles({ 'package-lock.json': JSON.stringify(lock), ...manifests });
      assert.equal(
        tree.drift.map(({ name, wanted }) => `${name} ${wanted}`),
        names.map((name) => `${name} workspace:packages/${name}`),
      );
    }
  });

  test('without package.json there is nothing to compare; a broken one is a gap', async () => {
    const lock = JSON.stringify({
      lockfileVersion: 3,
      packages: { '': { dependencies: { a: '^2' } }, ...A },
    });
    const alone = await readFiles({ 'package-lock.json': lock });
    assert.equal([alone.drift, alone.gaps], [[], []]);
    const broken = await readFiles({ 'package-lock.json': lock, 'package.json': '{' });
    assert.equal(broken.drift, []);
    assert.equal(
      broken.gaps.map(({ source, fact }) => [source, fact]),
      [['npm', 'drift']],
    );
    assert.match(broken.gaps[0]?.reason ?? '', 'package.json:1:2: is not valid JSON');
  });
});
