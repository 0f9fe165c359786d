import { createHash } from 'node:crypto';
import { httpCache } from '../../src/http/cache.ts';
import { createHttp } from '../../src/http.ts';
import { createRegistry, type Registry } from '../../src/sources/registry.ts';
import { assert, inTemporaryFolder, suite } from '../helpers.ts';
import { type Loopback, loopback } from '../loopback.ts';
import { settingsIn } from '../settings.ts';
import { npmTarball } from '../tarballs.ts';
import { world } from '../world.ts';

const bytes = npmTarball({ 'package.json': '{}' });
const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
const shasum = createHash('sha1').update(bytes).digest('hex');

/** A registry of these packuments by path; everything else is 404. */
async function withRegistry(
  packuments: (origin: string) => Record<string, unknown>,
  npmrc: (origin: string) => string[],
  body: (registry: Registry, server: Loopback) => Promise<void>,
): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const server = await loopback((request, response) => {
      const path = request.url ?? '';
      if (path.endsWith('.tgz')) return void response.end(bytes);
      const found = packuments(server.origin)[path];
      if (found === undefined) return void response.writeHead(404).end('{}');
      response.setHeader('etag', `"${path}"`);
      if (request.headers['if-none-match'] === `"${path}"`) return void response.writeHead(304).end();
      response.end(JSON.stringify(found));
    });
    const settings = await settingsIn(folder, npmrc(server.origin));
    const http = createHttp({ network: settings.network(), cache: httpCache(world(), '/cache') });
    try {
      await body(createRegistry(http, settings), server);
    } finally {
      await http.close();
      await server.close();
    }
  });
}

const own = (origin: string) => [`registry=${origin}/npm`];

suite('registry', (test) => {
  test('published versions with deprecation, times and what the tarball must be', () =>
    withRegistry(
      (origin) => ({
        '/npm/@acme%2fui': {
          name: '@acme/ui',
          'dist-tags': { latest: '2.0.0', odd: 3 },
          readme: 'x'.repeat(100_000),
          time: { created: 'x', '1.0.0': '2020-01-02T03:04:05.000Z', '2.0.0': 'nonsense' },
          versions: {
            '1.0.0': { deprecated: 'use 2', dist: { shasum, tarball: `${origin}/npm/a.tgz` } },
            '2.0.0': { deprecated: '', dist: { integrity, shasum, tarball: `${origin}/npm/a.tgz` } },
            __proto__: { dist: {} },
          },
        },
      }),
      own,
      async (registry, server) => {
        for (let i = 0; i < 2; i++) {
          const answer = await registry.releases('@acme/ui', { times: true });
          if (!answer.ok) throw new Error(answer.reason);
          const { tags, versions } = answer.value;
          assert.equal([...tags], [['latest', '2.0.0']]);
          assert.equal([...versions.keys()], ['1.0.0', '2.0.0']);
          const one = versions.get('1.0.0');
          assert.is(one?.published?.toISOString(), '2020-01-02T03:04:05.000Z');
          assert.is(one?.deprecated, 'use 2');
          assert.is(one?.integrity, `sha1-${Buffer.from(shasum, 'hex').toString('base64')}`);
          const two = versions.get('2.0.0');
          assert.equal(two, {
            version: '2.0.0',
            integrity,
            tarball: `${server.origin}/npm/a.tgz`,
            bundles: false,
          });
        }
        assert.equal(server.requests, ['GET /npm/@acme%2fui', 'GET /npm/@acme%2fui']);
      },
    ));

  test('a name that does not exist, one that was withdrawn, and one of somebody else', () =>
    withRegistry(
      () => ({
        '/npm/gone': { name: 'gone', time: { unpublished: { time: 'x' } } },
        '/npm/other': { name: 'left-pad', versions: {} },
        '/npm/empty': {},
      }),
      own,
      async (registry, server) => {
        const absent = await registry.releases('absent');
        assert.equal([absent.ok, !absent.ok && absent.status], [false, 404]);
        const gone = await registry.releases('gone');
        assert.ok(gone.ok && gone.value.versions.size === 0);
        for (const [name, reason] of [
          ['other', /about another package/],
          ['empty', /versions is missing/],
        ] as const) {
          const answer = await registry.releases(name);
          assert.match(answer.ok ? '' : answer.reason, reason);
        }
        const before = server.requests.length;
        for (const name of ['..', '../x', '@a/../b', 'a?b', 'a/b', '', '@a', 'a%2fb', 'a\\b'])
          assert.is((await registry.releases(name)).ok, false, name);
        assert.is(server.requests.length, before);
      },
    ));

  test('a tarball that fits what was promised, and none else', () =>
    withRegistry(
      () => ({}),
      own,
      async (registry, server) => {
        const tarball = `${server.origin}/npm/a/-/a-1.0.0.tgz`;
        const good = await registry.tarball('a', { version: '1.0.0', integrity, tarball });
        assert.ok(good.ok && good.value.bytes.equals(bytes));
        for (const [release, reason] of [
          [{ version: '1.0.0', integrity: `sha512-${'a'.repeat(86)}==`, tarball }, /are not a@1\.0\.0/],
          [{ version: '1.0.0', tarball }, /promises no integrity/],
          [{ version: '1.0.0', integrity }, /names no tarball/],
          [{ version: '1.0.0', integrity, tarball: 'file:///etc/passwd' }, /names no tarball/],
          [{ version: '1.0.0', integrity, tarball: 'http://169.254.169.254/x' }, /private address/],
        ] as const) {
          const answer = await registry.tarball('a', release);
          assert.match(answer.ok ? 'ok' : answer.reason, reason);
        }
        const small = await registry.tarball('a', { version: '1.0.0', integrity, tarball }, 10);
        assert.match(small.ok ? 'ok' : small.reason, /larger than the 10 bytes/);
      },
    ));

  test("a mirror that keeps the public registry's URLs is asked itself", () =>
    withRegistry(
      () => ({}),
      own,
      async (registry, server) => {
        await inTemporaryFolder(async (folder) => {
          const { publicRegistry } = await settingsIn(folder, []);
          const tarball = `${publicRegistry}a/-/a-1.0.0.tgz`;
          const answer = await registry.tarball('a', { version: '1.0.0', integrity, tarball });
          assert.ok(answer.ok, answer.ok ? '' : answer.reason);
          assert.equal(server.requests, ['GET /npm/a/-/a-1.0.0.tgz']);
        });
      },
    ));
});
