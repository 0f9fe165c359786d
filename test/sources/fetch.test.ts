import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { UserError } from '../../src/errors.ts';
import { createHttp } from '../../src/http.ts';
import { type Fetched, type FetchRequest, fetchDatabase } from '../../src/sources/advisories/fetch.ts';
import { packDatabase } from '../../src/sources/advisories/pack.ts';
import { createRegistry } from '../../src/sources/registry.ts';
import { assert, failure, inTemporaryFolder, suite } from '../helpers.ts';
import { loopback } from '../loopback.ts';
import { settingsIn } from '../settings.ts';
import { npmTarball } from '../tarballs.ts';
import { type World, world } from '../world.ts';

const TO = '/project/cache/advisories.vdb';
const NOW = new Date('2026-11-22T06:05:30Z');

function osv(id: string): string {
  return JSON.stringify({
    id,
    modified: '2026-11-20T00:00:00Z',
    summary: 'is bad',
    affected: [
      {
        package: { ecosystem: 'npm', name: 'left-pad' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.3.1' }] }],
      },
    ],
  });
}

/** The package as `vakt db pack` writes it, as a tarball. */
async function packed(
  id = 'GHSA-aaaa-bbbb-cccc',
  now = NOW,
): Promise<{ version: string; bytes: Buffer; compiled: Buffer }> {
  const io = world({ [`osv/${id}.json`]: osv(id) });
  const { version } = await packDatabase(io, { from: '/project/osv', folder: '/project/out', now });
  const file = (name: string) => io.files.get(`/project/out/${name}`) ?? Buffer.alloc(0);
  const files = {
    'package.json': file('package.json'),
    'README.md': file('README.md'),
    'advisories.vdb': file('advisories.vdb'),
  };
  return { version, bytes: npmTarball(files), compiled: files['advisories.vdb'] };
}

interface Served {
  tarballs: Map<string, Buffer>;
  latest: string;
  archive: { etag: string; body: Buffer } | undefined;
}

function serve(served: Served, origin: () => string) {
  return (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '';
    if (path === '/vakt-advisories' && served.tarballs.size > 0) {
      const versions = Object.fromEntries(
        [...served.tarballs].map(([version, bytes]) => [
          version,
          {
            dist: {
              tarball: `${origin()}/${version}.tgz`,
              integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
            },
          },
        ]),
      );
      return void response.end(
        JSON.stringify({ name: 'vakt-advisories', 'dist-tags': { latest: served.latest }, versions }),
      );
    }
    const tarball = served.tarballs.get(path.slice(1, -'.tgz'.length));
    if (tarball !== undefined) return void response.end(tarball);
    if (path === '/all.zip' && served.archive !== undefined) {
      response.setHeader('etag', served.archive.etag);
      if (request.headers['if-none-match'] === served.archive.etag) return void response.writeHead(304).end();
      return void response.end(served.archive.body);
    }
    response.writeHead(404).end();
  };
}

type Update = (over?: Partial<FetchRequest>) => Promise<Fetched>;

async function withServer(
  served: Served,
  body: (update: Update, requests: string[], io: World) => Promise<void>,
) {
  await inTemporaryFolder(async (folder) => {
    const server = await loopback(serve(served, () => server.origin));
    const settings = await settingsIn(folder, [`registry=${server.origin}/`]);
    const archive = `${server.origin}/all.zip`;
    const http = createHttp({ network: settings.network([archive]), limits: { backoffMs: 1 } });
    const io = world();
    const registry = createRegistry(http, settings);
    const update: Update = (over) =>
      fetchDatabase({ io, http, registry, to: TO, archive, progress() {}, ...over });
    try {
      await body(update, server.requests, io);
    } finally {
      await http.close();
      await server.close();
    }
  });
}

const none: Served = { tarballs: new Map(), latest: '', archive: undefined };

suite('db update from the network', (test) => {
  test('the package says what it is, and holds nothing that runs', async () => {
    const io = world({ 'osv/a.json': osv('GHSA-aaaa-bbbb-cccc') });
    const request = { from: '/project/osv', folder: '/project/out', name: '@acme/advisories', now: NOW };
    await packDatabase(io, { ...request, repository: 'git+https://git.example.test/a.git' });
    const manifest = JSON.parse(String(io.files.get('/project/out/package.json')));
    assert.equal(
      [
        manifest.name,
        manifest.version,
        manifest.files,
        manifest.repository.url,
        manifest.scripts,
        manifest.bin,
      ],
      [
        '@acme/advisories',
        '1.20261122.605',
        ['advisories.vdb'],
        'git+https://git.example.test/a.git',
        undefined,
        undefined,
      ],
    );
    assert.match(String(io.files.get('/project/out/README.md')), /records: 1, about 1 packages; malware: 0/);
  });

  test('the package is packed, fetched, verified, and not fetched twice', async () => {
    const { version, bytes, compiled } = await packed();
    assert.is(version, '1.20261122.605');
    const served = { ...none, tarballs: new Map([[version, bytes]]), latest: version };
    await withServer(served, async (update, requests, io) => {
      const first = await update();
      assert.equal([first.used, first.from, first.unchanged], ['npm', `vakt-advisories ${version}`, false]);
      assert.ok(io.files.get(TO)?.equals(compiled));
      assert.equal([...io.files.keys()].sort(), [TO, `${TO}.origin.json`]);
      const again = await update();
      assert.equal([again.unchanged, again.info.built], [true, NOW.toISOString()]);
      assert.equal(requests, ['GET /vakt-advisories', `GET /${version}.tgz`, 'GET /vakt-advisories']);
      // Somebody put another database there: what was fetched says nothing about it.
      io.files.set(TO, (await packed('GHSA-dddd-eeee-ffff', new Date())).compiled);
      assert.is((await update()).unchanged, false);
    });
  });

  test('the newest version that this vakt can read, whatever is called latest', async () => {
    const old = await packed();
    const served = {
      ...none,
      latest: '2.20270101.0',
      tarballs: new Map([
        ['1.20251231.2359', old.bytes],
        [old.version, old.bytes],
        ['1.20261122.5', old.bytes],
        ['2.20270101.0', old.bytes],
      ]),
    };
    await withServer(served, async (update) =>
      assert.is((await update()).from, `vakt-advisories ${old.version}`),
    );
    const newer = { ...none, latest: '2.1.0', tarballs: new Map([['2.20270101.0', old.bytes]]) };
    await withServer(newer, async (update) => {
      const error = await failure(update);
      assert.match(error.message, /no version for format 1/);
      assert.match(error.message, /archive .*HTTP 404/);
    });
  });

  test('a version whose content changed is an error, and the database stays', async () => {
    const [one, two] = [await packed(), await packed('GHSA-dddd-eeee-ffff')];
    const served = { ...none, tarballs: new Map([[one.version, one.bytes]]), latest: one.version };
    await withServer(served, async (update, _, io) => {
      await update();
      served.tarballs.set(one.version, two.bytes);
      const error = await failure(update);
      assert.instance(error, UserError);
      assert.match(error.message, /another content than when it was fetched before/);
      assert.ok(io.files.get(TO)?.equals(one.compiled));
    });
  });

  test("without the package, OSV's archive, asked for news by its ETag", async () => {
    // A compiled file is an archive as good as a zip here; zips have tests of their own.
    const { compiled } = await packed();
    const served: Served = { ...none, archive: { etag: '"7"', body: compiled } };
    await withServer(served, async (update, requests, io) => {
      const first = await update();
      assert.is(first.used, 'osv');
      assert.match(first.failed.join(), /^vakt-advisories from 127\.0\.0\.1:\d+: HTTP 404 \(not found\)$/);
      const again = await update({ only: 'osv' });
      assert.equal([again.used, again.unchanged], ['osv', true]);
      assert.equal(requests, ['GET /vakt-advisories', 'GET /all.zip', 'GET /all.zip']);
      assert.equal([...io.files.keys()].sort(), [TO, `${TO}.origin.json`]);
      served.archive = { etag: '"8"', body: Buffer.from('not a database') };
      const error = await failure(() => update({ only: 'osv' }));
      assert.match(error.message, /neither a zip archive nor a compiled/);
      assert.ok(io.files.get(TO)?.equals(compiled));
    });
  });

  test('a package without the file, or with a broken one, is no database', async () => {
    for (const [files, reason] of [
      [{ 'package.json': '{}' }, /holds no advisories\.vdb/],
      [{ 'advisories.vdb': 'broken' }, /neither a zip archive nor a compiled/],
    ] as const) {
      const bytes = npmTarball(files);
      const served = { ...none, tarballs: new Map([['1.20261122.1', bytes]]), latest: '1.20261122.1' };
      await withServer(served, async (update, _, io) => {
        assert.match((await failure(() => update({ only: 'npm' }))).message, reason);
        assert.is(io.files.size, 0);
      });
    }
  });
});
