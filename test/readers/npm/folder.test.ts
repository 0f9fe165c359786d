/** What is read where: lock files, node_modules, and package.json alone, through a registry on loopback. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { UserError } from '../../../src/errors.ts';
import { type Io, realIo } from '../../../src/io.ts';
import type { Tree } from '../../../src/model.ts';
import { readNpm } from '../../../src/readers/npm/index.ts';
import { assert, failure, inTemporaryFolder, suite } from '../../helpers.ts';
import { memoryIo, nodeAt, readFiles } from './locks.ts';

const lock = (version: string) =>
  JSON.stringify({ lockfileVersion: 3, packages: { 'node_modules/a': { version } } });

suite('npm folder', (test) => {
  test('a shrinkwrap wins over a lock file beside it, and that is said', async () => {
    const said: string[] = [];
    const files = { 'npm-shrinkwrap.json': lock('1.0.0'), 'package-lock.json': lock('2.0.0') };
    const tree = await readFiles(files, '.', { progress: (message) => said.push(message) });
    assert.equal(
      [tree.file, tree.format, nodeAt(tree, 'node_modules/a').version],
      ['npm-shrinkwrap.json', 'npm-shrinkwrap v3', '1.0.0'],
    );
    assert.equal(said, ['.: reading npm-shrinkwrap.json; like npm, not package-lock.json beside it']);
    assert.is((await readFiles(files, 'package-lock.json')).file, 'package-lock.json');
  });

  test('a lock file may be named itself, whatever its name, or by package.json beside it', async () => {
    const files = {
      'x/old.json': lock('1.0.0'),
      'y/package-lock.json': lock('2.0.0'),
      'y/package.json': '{}',
    };
    assert.equal([(await readFiles(files, 'x/old.json')).file], ['x/old.json']);
    assert.equal((await readFiles(files, 'y/package.json')).file, 'y/package-lock.json');
    assert.equal((await readNpm(memoryIo(files), '/p/y', { root: '/p/y' })).file, 'package-lock.json');
  });

  test('the hidden lock file belongs to the project around node_modules', async () => {
    const files = {
      'node_modules/.package-lock.json': lock('1.0.0'),
      'package.json': '{"name": "app", "devDependencies": {"a": "^1"}}',
    };
    const tree = await readFiles(files, 'node_modules/.package-lock.json');
    assert.equal([tree.root.name, tree.format, tree.drift], ['app', 'package-lock v3', []]);
    const { direct, scope } = nodeAt(tree, 'node_modules/a');
    assert.equal([direct, scope], [true, 'dev']);
  });

  test('nothing to read: what was looked for, and what to do', async () => {
    for (const [target, where] of [
      ['.', '.'],
      ['empty', 'empty'],
    ] as const) {
      const error = await failure(() => readFiles({ 'empty/readme': '', readme: '' }, target));
      assert.instance(error, UserError);
      assert.is((error as UserError).where, where);
      for (const name of ['lock file', 'npm', 'pnpm', 'Yarn', 'Bun', 'package.json', 'page'])
        assert.match(error.message, name);
      assert.ok((error as UserError).hint);
    }
    assert.is(((await failure(() => readFiles({}, 'absent.json'))) as UserError).where, 'absent.json');
  });

  test('package.json alone is not resolved offline', async () => {
    const error = (await failure(() =>
      readFiles({ 'package.json': '{"devDependencies":{"a":"1"}}' }, '.', { offline: true }),
    )) as UserError;
    assert.match(error.message, 'offline');
    assert.match(error.hint ?? '', 'npm install --package-lock-only');
    assert.match((await failure(() => readFiles({ 'package.json': '{' }))).message, 'is not valid JSON');
  });

  test('without a lock file, what is installed', async () => {
    await inTemporaryFolder(async (folder) => {
      write(folder, {
        'package.json': { name: 'app', dependencies: { a: '^1' } },
        'node_modules/a/package.json': {
          name: 'a',
          version: '1.0.0',
          dependencies: { b: '1' },
          scripts: { postinstall: 'x' },
        },
        'node_modules/a/node_modules/b/package.json': { name: 'b', version: '1.0.0', license: 'MIT' },
        'node_modules/stray/package.json': { name: 'stray', version: '9.0.0' },
      });
      const tree = await readNpm(realIo(), folder, { root: folder, offline: true });
      assert.equal(
        tree.nodes.map(
          ({ key, scope, direct, installScript }) => `${key} ${scope} ${direct} ${installScript}`,
        ),
        [
          'node_modules/a prod true true',
          'node_modules/a/node_modules/b prod false false',
          'node_modules/stray prod false false',
        ],
      );
      assert.is(tree.file, 'node_modules');
    });
  });

  test('a node_modules that holds only caches is none', async () => {
    const files = { 'node_modules/.cache/x': '', 'package.json': '{"dependencies":{"a":"1"}}' };
    assert.match((await failure(() => readFiles(files, '.', { offline: true }))).message, 'offline');
  });
});

suite('npm registry', (test) => {
  test('package.json alone is resolved as .npmrc says: scopes, credentials; nothing is written', async () => {
    await withRegistry(async ({ url, asked }) => {
      await inTemporaryFolder(async (folder) => {
        write(folder, {
          'package.json': {
            name: 'app',
            dependencies: { a: '^1.0.0', '@own/b': '1' },
            devDependencies: { dev: 'npm:a@1' },
          },
          '.npmrc': `registry=${url}/pub/\n@own:registry=${url}/own/\n//${new URL(url).host}/own/:_authToken=secret\n`,
        });
        const said: string[] = [];
        const tree = await resolveIn(folder, (message) => said.push(message));
        assert.equal(
          tree.nodes.map((n) => `${n.key} ${n.name}@${n.version} ${n.source} ${n.scope} ${n.direct}`),
          [
            'node_modules/@own/b @own/b@1.0.0 registry prod true',
            'node_modules/a a@1.1.0 registry prod true',
            'node_modules/c c@1.0.0 registry prod false',
            'node_modules/dev a@1.1.0 registry dev true',
          ],
        );
        assert.equal(said, [
          'no lock file: resolving package.json through the registry (this can take a while)',
        ]);
        assert.equal(
          asked.filter((line) => line.startsWith('/own/')),
          ['/own/@own%2fb Bearer secret'],
        );
        assert.ok(
          asked.every((line) => line.startsWith('/own/') || line.endsWith(' -')),
          asked.join('\n'),
        );
        assert.equal(readdirSync(folder).sort(), ['.npmrc', 'package.json']);
        assert.equal([tree.drift, tree.gaps], [[], []]);
        const { file, offset } = tree.locate(nodeAt(tree, 'node_modules/a'));
        assert.equal(
          [file, JSON.stringify({ name: 'app', dependencies: { a: 1 } }).indexOf('"a"')],
          ['package.json', offset],
        );
      });
    });
  });

  test('what the registry does not have is an error with its words', async () => {
    await withRegistry(async ({ url }) => {
      await inTemporaryFolder(async (folder) => {
        write(folder, {
          'package.json': { dependencies: { absent: '1' } },
          '.npmrc': `registry=${url}/pub/\n`,
        });
        const error = (await failure(() => resolveIn(folder))) as UserError;
        assert.instance(error, UserError);
        assert.match(error.message, /registry: 404 Not Found/);
        assert.is(error.where, 'package.json');
      });
    });
  });
});

function resolveIn(folder: string, progress: (message: string) => void = () => {}): Promise<Tree> {
  // A home of its own: the settings of whoever runs the tests are not under test.
  const env = { HOME: folder, PATH: process.env.PATH, npm_config_userconfig: join(folder, 'none') };
  const io: Io = { ...realIo(), env };
  return readNpm(io, folder, { root: folder, progress });
}

function write(folder: string, files: Record<string, unknown>): void {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
  }
}

const PACKAGES: Record<string, Record<string, Record<string, unknown>>> = {
  a: { '1.0.0': {}, '1.1.0': { dependencies: { c: '^1.0.0' } }, '2.0.0': {} },
  c: { '1.0.0': {} },
  '@own/b': { '1.0.0': {} },
};

/** A registry with a public and a private half, and the list of what was asked with which credentials. */
async function withRegistry(
  body: (registry: { url: string; asked: string[] }) => Promise<void>,
): Promise<void> {
  const asked: string[] = [];
  const answer = (request: IncomingMessage, url: string): [number, unknown] => {
    asked.push(`${request.url} ${request.headers.authorization ?? '-'}`);
    const name = decodeURIComponent((request.url ?? '').replace(/^\/(pub|own)\//, ''));
    const versions = PACKAGES[name];
    const isOwn = request.url?.startsWith('/own/') === true;
    if (versions === undefined || isOwn !== name.startsWith('@own/')) return [404, {}];
    if (isOwn && request.headers.authorization !== 'Bearer secret') return [401, {}];
    return [200, packument(name, versions, url)];
  };
  const server = createServer((request, response) => {
    const [status, value] = answer(request, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await body({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function packument(name: string, versions: Record<string, Record<string, unknown>>, url: string): unknown {
  const base = name.slice(name.indexOf('/') + 1);
  const full = Object.entries(versions).map(([version, more]) => {
    const dist = { tarball: `${url}/pub/${name}/-/${base}-${version}.tgz`, integrity: 'sha512-AAAA' };
    return [version, { name, version, dist, ...more }];
  });
  return { name, 'dist-tags': { latest: Object.keys(versions).at(-1) }, versions: Object.fromEntries(full) };
}
