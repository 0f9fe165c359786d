import { main } from '../src/cli/main.ts';
import { assert, suite } from './helpers.ts';
import { world } from './world.ts';

const DEPENDS = '{"name":"x","dependencies":{"a":"1.0.0"}}';
const lock = (packages: object) =>
  JSON.stringify({ name: 'x', lockfileVersion: 3, packages: { '': { name: 'x' }, ...packages } });

/** What is told of projects without a lock file. */
async function told(files: Record<string, string>): Promise<string[]> {
  const given = world({ 'package.json': '{"name":"x"}', 'package-lock.json': lock({}), ...files });
  await main(['--offline', '--format', 'json'], given);
  const { gaps } = JSON.parse(given.stdout) as {
    gaps: { fact: string; reason: string; required: boolean }[];
  };
  const mine = gaps.filter(({ fact }) => fact === 'lock file');
  assert.ok(mine.every(({ required }) => !required));
  return mine.map(({ reason }) => reason);
}

suite('projects without a lock file', (test) => {
  const cases: [string, Record<string, string>, string[]][] = [
    ['is told', { 'apps/a/package.json': DEPENDS }, ['1 folder has dependencies and no lock file: apps/a']],
    [
      'many are one line',
      Object.fromEntries('abcde'.split('').map((name) => [`apps/${name}/package.json`, DEPENDS])),
      ['5 folders have dependencies and no lock file: apps/a, apps/b, apps/c and 2 more'],
    ],
    ['one with its own is not', { 'a/package.json': DEPENDS, 'a/package-lock.json': lock({}) }, []],
    [
      'nor one with the lock file of another manager',
      { 'a/package.json': DEPENDS, 'a/yarn.lock': '# yarn lockfile v1' },
      [],
    ],
    ['nor one that asks for nothing', { 'a/package.json': '{"name":"a"}', 'b/package.json': '[' }, []],
    [
      'nor what nobody ships',
      { 'examples/a/package.json': DEPENDS, 'node_modules/a/package.json': DEPENDS },
      [],
    ],
    [
      'nor a workspace member or a linked folder',
      {
        'packages/a/package.json': DEPENDS,
        'tools/b/package.json': DEPENDS,
        'package-lock.json': lock({
          'packages/a': { name: 'a', version: '1.0.0' },
          'node_modules/a': { resolved: 'packages/a', link: true },
          'tools/b': { name: 'b', version: '1.0.0' },
          'node_modules/b': { resolved: 'tools/b', link: true },
        }),
      },
      [],
    ],
  ];
  for (const [name, files, want] of cases) {
    test(name, async () => assert.equal(await told(files), want));
  }
});
