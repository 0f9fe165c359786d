import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { httpCache } from '../../src/http/cache.ts';
import { repositoryOf } from '../../src/repository.ts';
import { adviseByGitHub, joinRecords } from '../../src/sources/advisories/github.ts';
import { askRepositories } from '../../src/sources/github/repositories.ts';
import { githubNetwork, githubSettings } from '../../src/sources/github/settings.ts';
import { createGitHub } from '../../src/sources/github.ts';
import { upstreamOf } from '../../src/upstream.ts';
import { history, pkg, release } from '../builders.ts';
import { assert, failure, inTemporaryFolder, suite, testWith } from '../helpers.ts';
import { serving } from '../loopback.ts';
import { network } from '../network.ts';
import { settingsIn } from '../settings.ts';
import { type FakeSetup, type GitHubFake, githubFake, globalAdvisory, TOKEN } from '../support/github.ts';
import { type World, world } from '../world.ts';

const NOW = new Date('2026-11-22T12:00:00Z');

interface Fixture {
  fake: GitHubFake;
  github: ReturnType<typeof createGitHub>;
  io: World;
}

async function withFake(
  setup: FakeSetup,
  body: (fixture: Fixture) => Promise<void>,
  token: string | undefined = TOKEN,
) {
  const fake = await githubFake(setup);
  const io = world(
    {},
    { env: { GITHUB_API_URL: fake.origin, GITHUB_SERVER_URL: 'https://github.com', GITHUB_TOKEN: token } },
  );
  const cache = httpCache(io, '/cache');
  const github = createGitHub({
    network: network([]),
    cache,
    settings: githubSettings(io),
    limits: { backoffMs: 10 },
  });
  try {
    await body({ fake, github, io });
  } finally {
    await github.close();
    await fake.close();
  }
}

const names = (...specs: string[]) => specs.flatMap((spec) => repositoryOf(spec) ?? []);
const many = (n: number) => Array.from({ length: n }, (_, i) => `acme/r${i}`);

suite('repositories from GitHub', (test) => {
  test('what it tells, of what was found; the rest is a gap', () =>
    withFake(
      {
        repositories: {
          'acme/a': {
            lastCommit: '2026-11-01T00:00:00Z',
            commits: 12,
            release: '2026-10-01T00:00:00Z',
            issues: 7,
          },
          'acme/old': { name: 'new-home/old', archived: '2021-03-04T00:00:00Z' },
          'acme/empty': {},
          'acme/broken': { broken: true },
        },
      },
      async ({ github }) => {
        const asked = names(
          'acme/a',
          'ACME/A',
          'acme/old',
          'acme/empty',
          'acme/broken',
          'acme/gone',
          'gitlab:acme/x',
        );
        const { repositories, gaps } = await askRepositories(asked, github, NOW);
        assert.equal([...repositories.keys()].sort(), ['acme/a', 'acme/empty', 'acme/old']);
        const a = repositories.get('acme/a');
        assert.equal(
          [a?.commits, a?.openIssues, a?.openPulls, a?.archived, a?.moved, a?.license],
          [12, 7, 1, false, false, 'MIT'],
        );
        assert.is(a?.lastRelease?.toISOString(), '2026-10-01T00:00:00.000Z');
        const old = repositories.get('acme/old');
        assert.equal(
          [old?.archived, old?.moved, old?.name, old?.commits],
          [true, true, 'new-home/old', undefined],
        );
        assert.equal(gaps.map(({ reason }) => reason).sort(), [
          'answered another shape than expected: isArchived is neither true nor false; 1 repository not looked at (acme/broken)',
          'no such repository (deleted, private, or never there); 1 repository not looked at (acme/gone)',
        ]);
        assert.ok(gaps.every(({ required }) => !required));
      },
    ));

  test('120 repositories are 3 queries, at a time', () =>
    withFake(
      { repositories: Object.fromEntries(many(120).map((name) => [name, {}])), delayMs: 150 },
      async ({ github, fake }) => {
        const { repositories, gaps } = await askRepositories(names(...many(120)), github, NOW);
        assert.is(repositories.size, 120);
        assert.equal(gaps, []);
        assert.equal(fake.asked.map((one) => one.length).sort(), [20, 50, 50]);
        assert.is(fake.most(), 3);
      },
    ));

  test('without a token nobody is asked, and it is told once', () =>
    withFake(
      { repositories: {} },
      async ({ github, fake }) => {
        const { gaps } = await askRepositories(names(...many(60)), github, NOW);
        assert.is(gaps.length, 1);
        assert.match(gaps[0]?.reason ?? '', /no token \(GITHUB_TOKEN or GH_TOKEN\); 60 repositories/);
        assert.equal(fake.requests, []);
      },
      '',
    ));

  test('a limit that ends soon is waited for, a long one ends the asking', async () => {
    const soon: FakeSetup['instead'] = (response, n) => {
      if (n === 0)
        response
          .writeHead(403, { 'retry-after': '1', 'content-type': 'application/json' })
          .end('{"message":"secondary rate limit"}');
      return n === 0;
    };
    await withFake({ repositories: { 'acme/a': {} }, instead: soon }, async ({ github }) => {
      assert.is((await askRepositories(names('acme/a'), github, NOW)).repositories.size, 1);
    });
    const byDate: FakeSetup['instead'] = (response) => {
      response.writeHead(429, { 'retry-after': 'Wed, 01 Jan 2098 00:00:00 GMT' }).end('{}');
      return true;
    };
    await withFake({ instead: byDate }, async ({ github }) => {
      const { gaps } = await askRepositories(names('acme/a'), github, NOW);
      assert.match(gaps[0]?.reason ?? '', /HTTP 429.*rate limit used up until 2098-01-01 00:00 UTC/);
    });
    const wordless: FakeSetup['instead'] = (response) => {
      response
        .writeHead(403, { 'content-type': 'application/json; charset=utf-8' })
        .end('{"message":"You have exceeded a secondary rate limit. Please wait a few minutes."}');
      return true;
    };
    await withFake({ instead: wordless }, async ({ github, fake }) => {
      const { gaps } = await askRepositories(names('acme/a'), github, NOW);
      assert.match(gaps[0]?.reason ?? '', /HTTP 403.*rate limit used up until \d{4}-/);
      await askRepositories(names('acme/b'), github, NOW);
      assert.is(fake.requests.length, 1);
    });
    const forbidden: FakeSetup['instead'] = (response) => {
      response.writeHead(403).end('{"message":"Resource not accessible by personal access token"}');
      return true;
    };
    await withFake({ instead: forbidden }, async ({ github }) => {
      const { gaps } = await askRepositories(names('acme/a'), github, NOW);
      assert.match(gaps[0]?.reason ?? '', /HTTP 403 \(forbidden\);/);
    });
    const long: FakeSetup['instead'] = (response) => {
      response.writeHead(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '4000000000' }).end('{}');
      return true;
    };
    await withFake({ instead: long }, async ({ github, fake }) => {
      const { gaps } = await askRepositories(names('acme/a'), github, NOW);
      assert.match(gaps[0]?.reason ?? '', /HTTP 403.*rate limit used up until 2096-10-02 07:06 UTC/);
      await askRepositories(names('acme/b'), github, NOW);
      assert.is(fake.requests.length, 1);
    });
  });

  test('GraphQL says 200 and means a limit, or a token that may not', async () => {
    const says =
      (errors: object[], data: unknown = null): FakeSetup['instead'] =>
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data, errors }));
        return true;
      };
    const cases: [FakeSetup['instead'], RegExp][] = [
      [says([{ type: 'RATE_LIMITED', message: 'x' }]), /rate limit used up until/],
      [says([{ type: 'FORBIDDEN', path: ['r0'] }], { r0: null }), /may not see them; 1 repository/],
      [says([{ message: 'x' }]), /refused by GraphQL/],
      [says([], {}), /left out of the answer/],
    ];
    for (const [instead, reason] of cases)
      await withFake(instead === undefined ? {} : { instead }, async ({ github }) => {
        const { gaps, repositories } = await askRepositories(names('acme/a'), github, NOW);
        assert.is(repositories.size, 0);
        assert.match(gaps[0]?.reason ?? '', reason);
      });
  });

  test('the token goes to GitHub alone, and nowhere is it written down', () =>
    serving(
      (request, response) =>
        void response.end(JSON.stringify({ leaked: request.headers.authorization ?? 'no' })),
      async (elsewhere) => {
        const instead: FakeSetup['instead'] = (response) => {
          response.writeHead(302, { location: `${elsewhere}/graphql` }).end();
          return true;
        };
        await withFake({ instead }, async ({ github, io, fake }) => {
          const { gaps } = await askRepositories(names('acme/a'), github, NOW);
          const told = await github.advisories({ type: 'reviewed', affects: ['a@1.0.0'] });
          assert.ok(fake.tokens.every((one) => one === `Bearer ${TOKEN}`));
          const all = JSON.stringify([
            gaps,
            told,
            [...io.files].map(([name, body]) => name + body),
            io.stdout,
            io.stderr,
          ]);
          assert.not.match(all, new RegExp(TOKEN.slice(4)));
          assert.match(gaps[0]?.reason ?? '', /another host/);
        });
      },
    ));

  test('which server, by the environment', async () => {
    const of = (env: Record<string, string>) => githubSettings({ env });
    assert.equal(of({}), {
      api: 'https://api.github.com',
      graphql: 'https://api.github.com/graphql',
      host: 'github.com',
      named: [],
    });
    const own = of({ GITHUB_API_URL: 'https://git.acme.test/api/v3/', GH_TOKEN: 'x' });
    assert.equal(
      [own.graphql, own.host, own.token],
      ['https://git.acme.test/api/graphql', 'git.acme.test', 'x'],
    );
    assert.is(of({ GITHUB_API_URL: 'https://api.octo.ghe.com' }).host, 'octo.ghe.com');
    for (const GITHUB_API_URL of ['nonsense', 'ftp://x.test', 'https://u:p@x.test'])
      assert.match(
        (await failure(async () => of({ GITHUB_API_URL }))).message,
        /no address of a GitHub server/,
      );
    const split = { GITHUB_API_URL: 'https://a.test/api/v3', GITHUB_GRAPHQL_URL: 'https://b.test/graphql' };
    assert.match((await failure(async () => of(split))).message, /another host/);
    const wire = githubNetwork(network(['inner.test'], { authorizationFor: () => 'Bearer npm' }), own);
    assert.is(wire.authorizationFor(new URL('https://git.acme.test/api/v3/x')), 'Bearer x');
    assert.is(wire.authorizationFor(new URL('https://api.github.com/x')), undefined);
    assert.not.ok(wire.isConfigured('inner.test'));
  });

  test('repositories of internal packages stay at home', () =>
    withFake({ repositories: { 'acme/a': {} } }, ({ github, fake }) =>
      inTemporaryFolder(async (folder) => {
        const settings = await settingsIn(folder, ['@own:registry=https://npm.own.test/']);
        const told = (repository: string) => history('x', [release('1.0.0', '2020-01-01')], { repository });
        const histories = new Map([
          [pkg('a@1.0.0'), told('acme/a')],
          [pkg('@own/b@1.0.0'), told('own/secret')],
          [pkg('inner-c@1.0.0'), told('own/inner')],
          [pkg('d@1.0.0'), told('https://gitlab.com/x/y')],
        ]);
        const privacy = { privateHosts: new Set<string>(), internal: ['inner-*'] };
        const { repositories, gaps } = await upstreamOf(histories, { github, settings, privacy, now: NOW });
        assert.equal([...repositories.keys()], ['acme/a']);
        assert.equal(fake.asked, [['n0']]);
        assert.equal(
          gaps.map(({ reason }) => reason),
          ['1 package names no repository on github.com'],
        );
      }),
    ));
});

const OTHER = 'GHSA-aaaa-bbbb-cccc';
const ADVISORIES = [
  globalAdvisory({ name: 'a', range: '>= 1.0.0, < 2.0.0', patched: '2.0.0' }),
  globalAdvisory({
    name: 'a',
    range: '<= 1.4.0',
    patched: '1.4.1',
    ghsa_id: OTHER,
    identifiers: [{ type: 'GHSA', value: OTHER }],
    severity: 'critical',
  }),
  globalAdvisory({
    name: 'evil',
    range: '>= 0',
    ghsa_id: 'GHSA-evil-evil-evil',
    type: 'malware',
    severity: 'critical',
  }),
  globalAdvisory({
    name: 'a',
    range: '< 9',
    ghsa_id: 'GHSA-with-draw-nnnn',
    withdrawn_at: '2022-01-01T00:00:00Z',
  }),
];

suite('advisories from GitHub', (test) => {
  const privacy = { privateHosts: new Set<string>(), internal: ['inner-*'] };
  const ask = async (github: Fixture['github'], specs: string[]) => {
    let answer: Awaited<ReturnType<typeof adviseByGitHub>> | undefined;
    await inTemporaryFolder(async (folder) => {
      const settings = await settingsIn(folder, ['@own:registry=https://npm.own.test/']);
      answer = await adviseByGitHub(
        specs.map((spec) => pkg(spec)),
        { github, settings, privacy },
      );
    });
    if (answer === undefined) throw new Error('no answer');
    return answer;
  };

  test('reviewed ones and malware, page by page, in the records of the database', () =>
    withFake({ advisories: ADVISORIES, pageSize: 1 }, async ({ github, fake }) => {
      const { records, asked, gaps } = await ask(github, [
        'a@1.0.0',
        'evil@1.0.0',
        'fine@1.0.0',
        '@own/b@1.0.0',
        'inner-c@1.0.0',
      ]);
      assert.equal(gaps, []);
      assert.is(asked.size, 3);
      assert.not.match(fake.requests.join(), /own|inner/);
      assert.equal(
        records
          .get('a')
          ?.map(({ id, severity, withdrawn, aliases }) => [id, severity, withdrawn, aliases.join()]),
        [
          ['GHSA-35jh-r3h4-6jhm', 'moderate', false, 'CVE-2021-23337'],
          [OTHER, 'critical', false, ''],
          ['GHSA-with-draw-nnnn', 'moderate', true, 'CVE-2021-23337'],
        ],
      );
      const second = records.get('a')?.[1]?.intervals[0];
      assert.equal([second?.fix, second?.to?.version.patch], [true, 1]);
      assert.ok(records.get('evil')?.[0]?.malware);
      const before = fake.requests.length;
      await ask(github, ['a@1.0.0', 'evil@1.0.0', 'fine@1.0.0']);
      assert.is(fake.requests.length, 2 * before);
    }));

  const description = process.env.VAKT_GITHUB_OPENAPI;
  const missing =
    description === undefined
      ? 'VAKT_GITHUB_OPENAPI, api.github.com.deref.json of @octokit/openapi'
      : undefined;
  testWith(missing, test, "answers and questions fit GitHub's own description", () => {
    const { get } = JSON.parse(readFileSync(description ?? '', 'utf8')).paths['/advisories'];
    const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
    const fits = ajv.compile(get.responses['200'].content['application/json'].schema);
    assert.ok(fits(ADVISORIES), JSON.stringify(fits.errors?.slice(0, 3)));
    const names = get.parameters.map(({ name }: { name: string }) => name);
    for (const name of ['type', 'affects', 'ecosystem', 'per_page', 'after'])
      assert.ok(names.includes(name), name);
  });

  test('questions are as long as a URL may be', () =>
    withFake({ advisories: [] }, async ({ github, fake }) => {
      const { asked } = await ask(
        github,
        Array.from({ length: 400 }, (_, i) => `@scope/package-number-${i}@1.0.${i}`),
      );
      assert.is(asked.size, 400);
      assert.ok(
        fake.requests.length > 2 && fake.requests.every((one) => one.length < 7000),
        String(fake.requests.length),
      );
    }));

  test('sixty an hour, and then a gap', () => {
    const instead: FakeSetup['instead'] = (response) => {
      response.writeHead(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '4000000000' }).end('{}');
      return true;
    };
    return withFake(
      { instead },
      async ({ github }) => {
        const { asked, gaps } = await ask(github, ['a@1.0.0', 'b@1.0.0']);
        assert.is(asked.size, 0);
        assert.match(gaps[0]?.reason ?? '', /rate limit used up until .* UTC; 2 packages not checked there/);
      },
      '',
    );
  });

  test('records of two sources know all ids of each other', () => {
    const record = {
      withdrawn: false,
      severity: undefined,
      malware: false,
      title: '',
      reference: '',
      versions: [],
      intervals: [],
      hashes: [],
    };
    const joined = joinRecords(
      [{ ...record, id: 'GHSA-1', aliases: ['CVE-1'] }],
      [{ ...record, id: 'X', aliases: ['CVE-1'] }],
    );
    assert.equal(
      joined.map(({ aliases }) => aliases.join()),
      ['CVE-1,X', 'CVE-1,GHSA-1'],
    );
  });
});
