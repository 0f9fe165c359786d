import { generateKeyPairSync } from 'node:crypto';
import { httpCache } from '../../src/http/cache.ts';
import { createHttp } from '../../src/http.ts';
import type { Package } from '../../src/model.ts';
import { askHistories } from '../../src/sources/ask-histories.ts';
import { pkg } from '../builders.ts';
import { assert, inTemporaryFolder, suite } from '../helpers.ts';
import { type Loopback, loopback } from '../loopback.ts';
import { settingsIn } from '../settings.ts';
import { PUBLIC_REGISTRY, packument, registryKey } from '../support/packuments.ts';
import { world } from '../world.ts';

type Answer = Awaited<ReturnType<typeof askHistories>>;

interface Setup {
  /** By path below the registry; a text is sent as it is. */
  answers: Record<string, unknown>;
  packages: Package[];
  npmrc?: (origin: string) => string[];
  internal?: string[];
  limit?: number;
}

/** Asks a registry on loopback that knows these answers. */
async function asking(setup: Setup, check: (answer: Answer, server: Loopback) => void): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const server = await loopback((request, response) => {
      const found = setup.answers[(request.url ?? '').slice(1)];
      if (found === undefined) return void response.writeHead(404).end('{}');
      response.setHeader('etag', '"1"');
      response.end(typeof found === 'string' ? found : JSON.stringify(found));
    });
    const lines = setup.npmrc ?? ((origin: string) => [`registry=${origin}/`]);
    const settings = await settingsIn(folder, lines(server.origin));
    const http = createHttp({ network: settings.network(), cache: httpCache(world(), '/cache') });
    const privacy = { privateHosts: new Set<string>(), internal: setup.internal ?? [] };
    const limit = setup.limit === undefined ? {} : { limit: setup.limit };
    try {
      check(
        await askHistories(setup.packages, { http, settings, privacy, signatures: true, ...limit }),
        server,
      );
    } finally {
      await http.close();
      await server.close();
    }
  });
}

const reasons = ({ gaps }: Answer) =>
  gaps.map(({ fact, reason }) => `${fact}: ${reason.replace(/127\.\S+:\d+/g, 'HOST')}`);
const good = registryKey('SHA256:good');
const past = registryKey('SHA256:past', '2021-01-01');
const keys = (...list: (typeof good)[]) => ({ '-/npm/v1/keys': { keys: list.map((one) => one.public) } });
const a = pkg('a@2.0.0');

suite('package histories', (test) => {
  test('releases by time, with who published them and what is gone', () =>
    asking(
      {
        answers: {
          a: packument(
            'a',
            {
              '2.0.0': { day: '2021-01-01', trusted: true, attested: true, publisher: 'GitHub Actions' },
              '1.0.0': { day: '2020-01-01', deprecated: 'use 2', key: good },
            },
            {
              time: {
                created: '2020-01-01T00:00:00.000Z',
                modified: 'nonsense',
                '1.0.0': '2020-01-01T00:00:00.000Z',
                '1.5.0': '2020-05-05T00:00:00.000Z',
                '2.0.0': '2021-01-01T00:00:00.000Z',
              },
              repository: { type: 'git', url: 'git+https://github.com/acme/a.git' },
              maintainers: [{ name: 'ann' }, 'bob <bob@example.test>', 7],
            },
          ),
        },
        packages: [a],
      },
      ({ histories, asked }) => {
        const history = histories.get(a);
        assert.is(asked, 1);
        assert.equal([...(history?.releases.keys() ?? [])], ['1.0.0', '2.0.0']);
        assert.equal([...(history?.withdrawn ?? [])], [['1.5.0', new Date('2020-05-05T00:00:00.000Z')]]);
        assert.equal(history?.maintainers, ['ann', 'bob']);
        assert.is(history?.repository, 'git+https://github.com/acme/a.git');
        assert.is(history?.created?.getUTCFullYear(), 2020);
        assert.is(history?.modified, undefined);
        const [one, two] = [...(history?.releases.values() ?? [])];
        assert.equal(
          [one?.trusted, one?.attested, one?.signed, one?.deprecated],
          [false, false, true, 'use 2'],
        );
        assert.equal([two?.trusted, two?.attested, two?.publisher], [true, true, 'GitHub Actions']);
      },
    ));

  test('what publishers write without end is cut, and takes no time', () => {
    const long = 'x'.repeat(300_000);
    const versions = {
      '1.0.0': { license: long, deprecated: `${long}.`, _npmUser: { name: long }, dist: {} },
      '2.0.0': { licenses: [{ type: 'MIT' }, { type: 'ISC' }], dist: {} },
    };
    const maintainers = [' '.repeat(2_000_000), { name: long }, 'ann <ann@example.test>'];
    return asking({ answers: { a: { versions, maintainers } }, packages: [a] }, ({ histories }) => {
      const told = histories.get(a);
      const one = told?.releases.get('1.0.0');
      assert.equal([one?.license?.length, one?.deprecated?.length, one?.publisher?.length], [500, 2000, 200]);
      assert.is(told?.releases.get('2.0.0')?.license, '(MIT OR ISC)');
      assert.equal(told?.maintainers.slice(1), ['x'.repeat(200), 'ann']);
    });
  });

  test('a name is asked about once, whatever the number of its versions', () =>
    asking(
      {
        answers: {
          a: packument('a', { '1.0.0': { day: '2020-01-01' }, '2.0.0': { day: '2020-01-02' } }),
          ...keys(good),
        },
        packages: [a, pkg('a@1.0.0')],
      },
      ({ histories }, { requests }) => {
        assert.is(histories.size, 2);
        assert.equal(requests.sort(), ['GET /-/npm/v1/keys', 'GET /a']);
      },
    ));

  const shapes: [string, unknown, RegExp][] = [
    ['an array', [], /the answer is an array/],
    ['no versions', {}, /versions is missing/],
    ['another package', { name: 'b', versions: {} }, /about another package/],
    ['a version that is none', { versions: { '1.0.0': 7 } }, /versions of 1\.0\.0 is a number/],
    [
      'signatures in words',
      { versions: { '1.0.0': { dist: { signatures: 'yes' } } } },
      /signatures of 1\.0\.0 is a string/,
    ],
    [
      'a signature without a key',
      { versions: { '1.0.0': { dist: { signatures: [{}] } } } },
      /a signature of 1\.0\.0/,
    ],
    [
      'attestations in words',
      { versions: { '1.0.0': { dist: { attestations: 'yes' } } } },
      /attestations of 1\.0\.0/,
    ],
    ['half a document', '{"versions":{"1.0.0"', /no JSON, or not all of it/],
  ];
  for (const [name, answer, reason] of shapes) {
    test(`${name} is a gap`, () =>
      asking({ answers: { a: answer }, packages: [a] }, (found) => {
        assert.is(found.histories.size, 0);
        assert.match(reasons(found)[0] ?? '', reason);
        assert.match(reasons(found)[0] ?? '', /^histories: HOST: .*; 1 package not judged \(a\)$/);
      }));
  }

  const deprecations: [unknown, string | undefined][] = [
    ['', undefined],
    [false, undefined],
    [null, undefined],
    ['  use b ', 'use b'],
    ['   ', 'its publisher says no more'],
    [true, 'its publisher says no more'],
    [{ message: 'x' }, 'its publisher says no more'],
    ['x'.repeat(9000), 'x'.repeat(2000)],
  ];
  for (const [deprecated, want] of deprecations) {
    test(`deprecated: ${JSON.stringify(deprecated).slice(0, 20)}`, () =>
      asking({ answers: { a: { versions: { '2.0.0': { deprecated } } } }, packages: [a] }, (found) =>
        assert.is(found.histories.get(a)?.releases.get('2.0.0')?.deprecated, want),
      ));
  }

  const times: [unknown, string | undefined][] = [
    ['2020-01-01T00:00:00.000Z', '2020-01-01T00:00:00.000Z'],
    ['+275760-09-13T00:00:00.000Z', undefined],
    ['-000001-01-01T00:00:00.000Z', undefined],
    [1577836800000, undefined],
    ['2020-13-45', undefined],
    [{}, undefined],
  ];
  for (const [time, want] of times) {
    test(`time: ${JSON.stringify(time)}`, () =>
      asking(
        { answers: { a: { versions: { '2.0.0': {} }, time: { '2.0.0': time } } }, packages: [a] },
        (found) => assert.is(found.histories.get(a)?.releases.get('2.0.0')?.published?.toISOString(), want),
      ));
  }

  test('names with odd characters are asked about as they are, and lead nowhere else', () =>
    asking(
      {
        answers: { "jQuery.(x)'~!*": packument("jQuery.(x)'~!*", { '1.0.0': { day: '2020-01-01' } }) },
        packages: ["jQuery.(x)'~!*@1.0.0", '../x@1.0.0', '@a/../b@1.0.0', 'a?b@1.0.0', 'a%2fb@1.0.0'].map(
          (spec) => pkg(spec),
        ),
      },
      ({ histories }, { requests }) => {
        assert.is(histories.size, 1);
        assert.equal(
          requests.filter((line) => !line.includes('keys')),
          ["GET /jQuery.(x)'~!*"],
        );
      },
    ));

  test('hostile keys are keys like any other', () =>
    asking(
      {
        answers: {
          a: '{"name":"a","versions":{"__proto__":{"dist":{}},"constructor":{}},"time":{"__proto__":"2020-01-01"}}',
        },
        packages: [a],
      },
      ({ histories }) => {
        assert.equal([...(histories.get(a)?.releases.keys() ?? [])], ['constructor', '__proto__']);
        assert.is(Object.hasOwn(Object.prototype, 'dist'), false);
      },
    ));

  test('the answers of a run have a bound', () =>
    asking(
      {
        answers: { a: packument('a', { '2.0.0': { day: '2020-01-01' } }), b: packument('b', {}) },
        packages: [a],
        limit: 100,
      },
      (found) => assert.match(reasons(found)[0] ?? '', /not asked: 0 MiB were taken in already/),
    ));

  test('what is withdrawn altogether has a history without releases', () =>
    asking(
      { answers: { a: { name: 'a', time: { unpublished: { time: 'x' } } } }, packages: [a] },
      (found) => {
        assert.is(found.histories.get(a)?.releases.size, 0);
      },
    ));

  test('internal names go to the registry of their scope, never to another one', () =>
    asking(
      {
        answers: {
          'own/@acme%2fui': packument('@acme/ui', { '1.0.0': { day: '2020-01-01' } }),
        },
        packages: [
          pkg('@acme/ui@1.0.0'),
          pkg('@other/ui@1.0.0'),
          pkg('acme-x@1.0.0'),
          pkg('x@1.0.0', { source: 'git' }),
        ],
        npmrc: (origin) => [`registry=${origin}/`, `@acme:registry=${origin}/own/`],
        internal: ['@acme', '@other', 'acme-*'],
      },
      (found, { requests }) => {
        assert.equal(requests.sort(), ['GET /own/-/npm/v1/keys', 'GET /own/@acme%2fui']);
        assert.equal([found.asked, found.histories.size], [1, 1]);
      },
    ));

  test('a scope that is internal and set to the public registry is asked about nowhere', () =>
    asking(
      {
        answers: {},
        packages: [pkg('@acme/ui@1.0.0')],
        npmrc: (origin) => [`registry=${origin}/`, `@acme:registry=${PUBLIC_REGISTRY}`],
        internal: ['@acme'],
      },
      (found, { requests }) => assert.equal([found.asked, requests], [0, []]),
    ));

  test('a host that is no registry of the project is not asked', () =>
    asking(
      { answers: {}, packages: [pkg('a@1.0.0', { resolved: 'https://evil.example.test/a/-/a-1.0.0.tgz' })] },
      (found, { requests }) => {
        assert.equal(requests, []);
        assert.match(reasons(found)[0] ?? '', /evil\.example\.test is no registry of this project/);
      },
    ));
});

const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .publicKey.export({ format: 'der', type: 'spki' })
  .toString('base64');

suite('registry signatures', (test) => {
  const signed = (one: object) => ({ a: packument('a', { '2.0.0': { day: '2022-01-01', ...one } }) });
  const table: [
    name: string,
    answers: Record<string, unknown>,
    bad: RegExp | undefined,
    gap: RegExp | undefined,
  ][] = [
    ['a right one', { ...signed({ key: good }), ...keys(good) }, undefined, undefined],
    [
      'one of another version',
      { ...signed({ key: good, wrong: true }), ...keys(good) },
      /is not over this version/,
      undefined,
    ],
    [
      'one by a key that had expired',
      { ...signed({ key: past }), ...keys(past) },
      /had expired \(2021-01-01\)/,
      undefined,
    ],
    [
      'one from before the key expired',
      { ...signed({ key: past, day: '2020-12-31' }), ...keys(past) },
      undefined,
      undefined,
    ],
    [
      'a key that nobody publishes',
      { ...signed({ key: past }), ...keys(good) },
      undefined,
      /does not publish the keys/,
    ],
    ['none at all', { ...signed({}), ...keys(good) }, undefined, /without a signature/],
    ['a registry without keys', signed({ key: good }), undefined, /no keys to check them with: HTTP 404/],
    ['an empty list of keys', { ...signed({ key: good }), ...keys() }, undefined, /publishes no keys/],
    [
      'keys of another shape',
      { ...signed({ key: good }), '-/npm/v1/keys': { keys: [7] } },
      undefined,
      /another shape/,
    ],
    [
      'a key that is none',
      { ...signed({ key: good }), '-/npm/v1/keys': { keys: [{ ...good.public, key: 'AAAA' }] } },
      undefined,
      /publishes no keys to check signatures with/,
    ],
    [
      'a key that is none beside the right one',
      { ...signed({ key: good }), '-/npm/v1/keys': { keys: [{ ...past.public, key: 'AAAA' }, good.public] } },
      undefined,
      undefined,
    ],
    [
      'a key of another kind than its scheme says',
      { ...signed({ key: good }), '-/npm/v1/keys': { keys: [{ ...good.public, key: RSA }] } },
      undefined,
      /publishes no keys to check signatures with/,
    ],
    [
      'a key that expires at no time there is',
      { ...signed({ key: good }), '-/npm/v1/keys': { keys: [{ ...good.public, expires: 'never' }] } },
      undefined,
      /publishes no keys to check signatures with/,
    ],
    [
      'a key that expires at a number',
      { ...signed({ key: good }), '-/npm/v1/keys': { keys: [{ ...good.public, expires: 5 }] } },
      undefined,
      /publishes no keys to check signatures with/,
    ],
    [
      'an expired key and a release without a time',
      { a: packument('a', { '2.0.0': { day: 'nonsense', key: past } }), ...keys(past) },
      undefined,
      /does not tell whether these came before their key expired/,
    ],
  ];
  for (const [name, answers, bad, gap] of table) {
    test(name, () =>
      asking({ answers, packages: [a] }, (found) => {
        if (bad === undefined) assert.is(found.badSignatures.size, 0);
        else assert.match(found.badSignatures.get(a) ?? '', bad);
        assert.equal(
          found.gaps.map(({ fact }) => fact),
          gap === undefined ? [] : ['signatures'],
        );
        if (gap !== undefined) assert.match(reasons(found)[0] ?? '', gap);
      }),
    );
  }

  test('where there is a sha1 alone that is signed, as npm verifies it', () => {
    const sha1 = 'a'.repeat(40);
    const integrity = `sha1-${Buffer.from(sha1, 'hex').toString('base64')}`;
    const answer = (text: string) => ({
      a: {
        time: { '2.0.0': '2015-01-01T00:00:00.000Z' },
        versions: {
          '2.0.0': {
            dist: { shasum: sha1, signatures: [{ keyid: good.public.keyid, sig: good.sign(text) }] },
          },
        },
      },
      ...keys(good),
    });
    return asking({ answers: answer(`a@2.0.0:${integrity}`), packages: [a] }, (found) =>
      assert.equal([found.badSignatures.size, found.gaps], [0, []]),
    ).then(() =>
      asking({ answers: answer('a@2.0.0:sha1-xxxx'), packages: [a] }, (found) =>
        assert.is(found.badSignatures.size, 1),
      ),
    );
  });

  test('what is signed is the hash: another one is noticed', () => {
    const answer = packument('a', { '2.0.0': { day: '2022-01-01', key: good } });
    const changed = JSON.parse(JSON.stringify(answer).replace(/sha512-./, 'sha512-/'));
    return asking({ answers: { a: changed, ...keys(good) }, packages: [a] }, (found) =>
      assert.match(found.badSignatures.get(a) ?? '', /is not over this version and its hash/),
    );
  });
});
