import { createHash } from 'node:crypto';
import { UserError } from '../../src/errors.ts';
import { createHttp } from '../../src/http.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { policyPackages } from '../../src/policy/package.ts';
import { createRegistry } from '../../src/sources/registry.ts';
import { assert, failure, inTemporaryFolder, suite } from '../helpers.ts';
import { loopback } from '../loopback.ts';
import { settingsIn } from '../settings.ts';
import { npmTarball, tgz } from '../tarballs.ts';
import { world } from '../world.ts';

const sri = (bytes: Buffer) => `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
/** Of this version the registry promises something else than it serves. */
const FORGED = '6.6.6';
type Fetch = (spec: string, network?: boolean) => Promise<{ text: string; from: string }>;

/** A registry that has @acme/policy in these versions; the highest is the last. */
async function withPackage(
  versions: Map<string, Buffer>,
  body: (fetch: Fetch, requests: string[], stop: () => Promise<void>) => Promise<void>,
): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const server = await loopback((request, response) => {
      const path = request.url ?? '';
      const tarball = versions.get(path.slice(1, -'.tgz'.length));
      if (tarball !== undefined) return void response.end(tarball);
      if (path !== '/@acme%2fpolicy') return void response.writeHead(404).end();
      const listed = Object.fromEntries(
        [...versions].map(([version, bytes]) => [
          version,
          {
            dist: {
              integrity: sri(version === FORGED ? Buffer.from('another') : bytes),
              tarball: `${server.origin}/${version}.tgz`,
            },
          },
        ]),
      );
      const latest = [...versions.keys()].at(-1);
      response.end(JSON.stringify({ name: '@acme/policy', 'dist-tags': { latest }, versions: listed }));
    });
    const settings = await settingsIn(folder, [`@acme:registry=${server.origin}/`]);
    const http = createHttp({ network: settings.network(), limits: { backoffMs: 1, failingMs: 100 } });
    const io = world();
    const registry = async () => createRegistry(http, settings);
    const fetch: Fetch = (spec, network = true) =>
      policyPackages({ io, folder: '/cache/policies', registry: network ? registry : undefined })(spec);
    try {
      await body(fetch, server.requests, () => server.close());
    } finally {
      await http.close();
      await server.close();
    }
  });
}

suite('policy packages', (test) => {
  test('the file that package.json names, else the first of three names', async () => {
    const cases: [Record<string, string>, string][] = [
      [{ 'package.json': '{"vakt":"./deep/mine.yml"}', 'deep/mine.yml': 'named', 'vakt.yml': 'no' }, 'named'],
      [{ 'package.json': '{}', 'index.yml': 'index', 'policy.yml': 'policy' }, 'policy'],
      [{ 'package.json': '{}', 'index.yml': 'index' }, 'index'],
      [{ 'vakt.yml': 'plain', 'index.yml': 'no' }, 'plain'],
    ];
    for (const [files, text] of cases) {
      await withPackage(new Map([['1.0.0', npmTarball(files)]]), async (fetch) => {
        assert.is((await fetch('@acme/policy')).text, text);
      });
    }
  });

  test('versions, tags, and what was verified is told', async () => {
    const [one, two] = [npmTarball({ 'vakt.yml': 'one' }), npmTarball({ 'vakt.yml': 'two' })];
    await withPackage(
      new Map([
        ['1.0.0', one],
        ['2.0.0', two],
      ]),
      async (fetch) => {
        assert.equal(await fetch('@acme/policy'), {
          text: 'two',
          from: `@acme/policy@2.0.0 (${sri(two)}) vakt.yml`,
        });
        assert.is((await fetch('@acme/policy@1.0.0')).text, 'one');
        assert.is((await fetch('@acme/policy@latest')).text, 'two');
        const error = await failure(() => fetch('@acme/policy@3.0.0'));
        assert.instance(error, UserError);
        assert.match(error.message, /no version or tag 3\.0\.0/);
      },
    );
  });

  test('what was fetched once serves without a network, and while the registry is silent', async () => {
    await withPackage(
      new Map([['1.0.0', npmTarball({ 'vakt.yml': 'kept' })]]),
      async (fetch, requests, stop) => {
        const error = await failure(() => fetch('@acme/policy', false));
        assert.match(error.message, /no copy of it here/);
        await fetch('@acme/policy');
        const before = requests.length;
        for (const spec of ['@acme/policy', '@acme/policy@latest', '@acme/policy@1.0.0'])
          assert.is((await fetch(spec, false)).text, 'kept');
        assert.is(requests.length, before);
        await fetch('@acme/policy');
        assert.is(requests.length, before + 1, 'the tarball is not fetched again');
        await stop();
        const { text, from } = await fetch('@acme/policy');
        assert.is(text, 'kept');
        assert.match(from, /a kept copy: 127\.0\.0\.1:\d+: it refuses connections/);
      },
    );
  });

  test('a version whose content changed is an error', async () => {
    const versions = new Map([['1.0.0', npmTarball({ 'vakt.yml': 'one' })]]);
    await withPackage(versions, async (fetch) => {
      await fetch('@acme/policy');
      versions.set('1.0.0', npmTarball({ 'vakt.yml': 'other' }));
      const error = await failure(() => fetch('@acme/policy'));
      assert.instance(error, UserError);
      assert.match(error.message, /another content than when it was fetched before/);
    });
  });

  test('a tarball that is not what the registry promises is an error, and is not kept', async () => {
    const versions = new Map([[FORGED, npmTarball({ 'vakt.yml': 'rules: {}' })]]);
    await withPackage(versions, async (fetch) => {
      for (const network of [true, true, false]) {
        const error = await failure(() => fetch(`@acme/policy@${FORGED}`, network));
        assert.instance(error, UserError);
        assert.match(
          error.message,
          network ? /that are not @acme\/policy@6\.6\.6: they do not fit sha512-/ : /no copy/,
        );
      }
    });
  });

  test('packages that hold no policy, or lead elsewhere', async () => {
    for (const [bytes, reason] of [
      [npmTarball({ 'package.json': '{}' }), /holds no policy/],
      [npmTarball({ 'package.json': '{"vakt":"../../x.yml"}', 'vakt.yml': 'x' }), /no YAML file of it/],
      [npmTarball({ 'package.json': '{"vakt":"x.js"}', 'x.js': 'x' }), /no YAML file of it/],
      [npmTarball({ 'package.json': '{', 'vakt.yml': 'x' }), /package\.json that is no JSON/],
      [tgz([{ path: 'package/vakt.yml', type: '2' }]), /link or a device/],
      [Buffer.from('no tarball'), /gzip stream is broken/],
    ] as const) {
      await withPackage(new Map([['1.0.0', bytes]]), async (fetch) => {
        const error = await failure(() => fetch('@acme/policy'));
        assert.instance(error, UserError);
        assert.match(error.message, reason);
      });
    }
  });

  test('a policy extends one', async () => {
    const bytes = npmTarball({ 'vakt.yml': 'fail-on: low\n' });
    await withPackage(new Map([['1.0.0', bytes]]), async (fetch) => {
      const io = world({ 'vakt.yml': 'extends: ["@acme/policy"]\n' });
      const policy = await loadPolicy(io, '/project', undefined, (spec) => fetch(spec));
      assert.equal(policy.failOn, { production: 'low', development: 'low' });
      assert.match(policy.from, /@acme\/policy@1\.0\.0/);
    });
  });
});
