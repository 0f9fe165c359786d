import { type Memory, remembered } from '../../src/readers/memory.ts';
import { readProject } from '../../src/readers/read.ts';
import { assert, suite } from '../helpers.ts';
import { type World, world } from '../world.ts';

const FILES = {
  'package.json': JSON.stringify({ name: 'shop', workspaces: ['packages/*'], dependencies: { a: '^1.0.0' } }),
  'packages/x/package.json': JSON.stringify({ name: 'x' }),
  'package-lock.json': JSON.stringify({
    lockfileVersion: 3,
    packages: {
      '': { name: 'shop', workspaces: ['packages/*'], dependencies: { a: '^1.0.0' } },
      'node_modules/a': { version: '1.0.0' },
      'node_modules/x': { resolved: 'packages/x', link: true },
      'packages/x': { name: 'x' },
    },
  }),
};

const quiet = { root: '/project', offline: true, progress: () => {} };

/** Whether the project of another world is taken for the one that was read. */
async function isKnown(first: World, other: World): Promise<boolean> {
  const memory: Memory = new Map();
  const read = (io: World) =>
    remembered(io, '/project', memory, (seen) => readProject(seen, '/project', quiet));
  const [before] = await read(first);
  const [after] = await read(other);
  assert.ok(before !== undefined && after !== undefined);
  assert.equal([after.nodes.length, after.drift.length] as const, await fresh(other));
  return before === after;
}

async function fresh(io: World): Promise<readonly [number, number]> {
  const [tree] = await readProject(io, '/project', quiet);
  return [tree?.nodes.length ?? -1, tree?.drift.length ?? -1];
}

suite('what was read once', (test) => {
  test('is not read again where all that counts is the same', async () => {
    assert.ok(await isKnown(world(FILES), world({ ...FILES, 'README.md': 'other' })));
  });

  const changes: Record<string, Record<string, string>> = {
    'the lock file differs': {
      'package-lock.json': FILES['package-lock.json'].replace('"1.0.0"', '"1.0.1"'),
    },
    'its package.json differs': { 'package.json': FILES['package.json'].replace('^1.0.0', '^2.0.0') },
    'a member comes': { 'packages/y/package.json': JSON.stringify({ name: 'y' }) },
    'a lock file of another manager comes': { 'yarn.lock': '# yarn lockfile v1\n' },
    'npm reads another file instead': { 'npm-shrinkwrap.json': FILES['package-lock.json'] },
  };
  for (const [what, files] of Object.entries(changes)) {
    test(`is read again where ${what}`, async () => {
      assert.not.ok(await isKnown(world(FILES), world({ ...FILES, ...files })));
      assert.not.ok(await isKnown(world({ ...FILES, ...files }), world(FILES)));
    });
  }

  test('counts for nothing without a memory', async () => {
    const read = (io: World) =>
      remembered(io, '/project', undefined, (seen) => readProject(seen, '/project', quiet));
    assert.is.not((await read(world(FILES)))[0], (await read(world(FILES)))[0]);
  });
});
