import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { realIo } from '../../src/io.ts';
import { matchesGlobs, parseGlobs } from '../../src/readers/globs.ts';
import { openProject } from '../../src/readers/manifests.ts';
import { assert, inTemporaryFolder, suite } from '../helpers.ts';
import { memoryIo, ROOT } from './project.ts';

function write(root: string, files: Record<string, string>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
}

suite('manifests: the packages around a lock file', (test) => {
  const io = memoryIo({
    'package.json': '{"name": "root"}',
    'packages/a/package.json': '{"name": "a"}',
    'packages/a/sub/package.json': '{"name": "a-sub"}',
    'packages/.hidden/package.json': '{"name": "hidden"}',
    'packages/b/node_modules/c/package.json': '{"name": "c"}',
    'apps/web/package.json': '{"name": "web"}',
    'broken/package.json': '{"name": ',
    'list/package.json': '[]',
  });
  const open = (lock = 'yarn.lock') => openProject(io, ROOT, `${ROOT}/${lock}`, 'yarn');

  test('finds the members that the globs mean', () => {
    const cases: [string[], string[]][] = [
      [['packages/*'], ['packages/a']],
      [['./packages/*/', '!packages/a'], []],
      [['packages/**'], ['packages/a', 'packages/a/sub']],
      [['**'], ['apps/web', 'broken', 'list', 'packages/a', 'packages/a/sub']],
      [
        ['**', '!**/sub', '!{broken,list}'],
        ['apps/web', 'packages/a'],
      ],
      [['{apps,packages}/{web,a}'], ['apps/web', 'packages/a']],
      [['packages/?'], ['packages/a']],
      [['packages/.hidden'], ['packages/.hidden']],
      [['../outside/*', 'nowhere/*', ''], []],
    ];
    for (const [globs, members] of cases) assert.equal(open().members(globs), members, globs.join(' '));
  });

  test('never leaves the root and never enters node_modules', () => {
    assert.is(open().manifest('packages/b/node_modules/c'), undefined);
    assert.is(open().manifest('../../etc'), undefined);
    assert.is(open('packages/a/yarn.lock').manifest('../../apps/web')?.name, 'web');
    assert.is(open('packages/a/yarn.lock').manifest('../../../project'), undefined);
    assert.is(open().manifest('.')?.name, 'root');
  });

  test('a manifest that cannot be read is a gap', () => {
    const project = open();
    assert.is(project.manifest('broken'), undefined);
    assert.is(project.manifest('list'), undefined);
    assert.equal([...project.unreadable], ['broken', 'list']);
    assert.match(project.gaps[0]?.reason ?? '', /^broken\/package.json /);
    assert.is(project.gaps[1]?.reason, 'list/package.json is no JSON object');
  });

  test('does not follow links below the lock file', async () => {
    await inTemporaryFolder((folder) => {
      write(folder, {
        'outside/package.json': '{"name": "outside"}',
        'root/package.json': '{"name": "root"}',
        'root/packages/real/package.json': '{"name": "real"}',
      });
      symlinkSync(join(folder, 'outside'), join(folder, 'root/packages/link'));
      const project = openProject(realIo(), join(folder, 'root'), join(folder, 'root/yarn.lock'), 'yarn');
      assert.equal(project.members(['packages/*']), ['packages/real']);
      assert.is(project.manifest('packages/link'), undefined);
      assert.is(project.manifest('packages/real')?.name, 'real');
    });
  });
});

suite('manifests: globs', (test) => {
  test('stars match within a segment, double stars any number of segments', () => {
    const matches = (glob: string, path: string) => matchesGlobs(parseGlobs([glob]), path.split('/'));
    assert.ok(matches('a/*', 'a/b'));
    assert.not(matches('a/*', 'a/b/c'));
    assert.not(matches('a/*', 'a/.b'));
    assert.ok(matches('a/**', 'a/b/c'));
    assert.ok(matches('**/c', 'a/b/c'));
    assert.ok(matches('a/**/c', 'a/c'));
    assert.ok(matches('a/x-*-z', 'a/x-y-z'));
    assert.not(matches('a/x-*-z', 'a/x-y'));
  });

  test('hostile patterns end', () => {
    const stars = `${'*a'.repeat(500)}b`;
    assert.not(matchesGlobs(parseGlobs([stars]), ['a'.repeat(255)]));
    assert.not(
      matchesGlobs(
        parseGlobs([`${'**/a/'.repeat(200)}b`]),
        Array.from({ length: 200 }, () => 'a'),
      ),
    );
    assert.ok(parseGlobs(['{a,b}'.repeat(30)]).length < 1000);
  });
});
