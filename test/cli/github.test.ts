/** GitHub's half of the report, through the command line, with a registry and a GitHub on loopback. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../src/cli/main.ts';
import { realIo } from '../../src/io.ts';
import type { ReportJson } from '../../src/report/json-shapes.ts';
import { faultServer, REASONS } from '../faults.ts';
import { assert, inTemporaryFolder, suite } from '../helpers.ts';
import { loopback } from '../loopback.ts';
import { type FakeSetup, githubFake, globalAdvisory, TOKEN } from '../support/github.ts';
import { lockOf, packument } from '../support/packuments.ts';

interface Run {
  code: number;
  out: string;
  err: string;
  /** Everything that lies in the folders of project and user afterwards, with names. */
  disk: string;
}

type Vakt = (argv: string[], env?: Record<string, string>) => Promise<Run>;

/** A project of these packages, a registry that knows them, and a GitHub. */
async function project(
  setup: FakeSetup & { packages: Record<string, object>; locked: string[]; vakt?: string },
  body: (vakt: Vakt, fake: Awaited<ReturnType<typeof githubFake>>) => Promise<void>,
): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const registry = await loopback((request, response) => {
      if (request.method === 'POST') return void request.resume().on('end', () => response.end('{}'));
      const found = setup.packages[decodeURIComponent((request.url ?? '').slice(1))];
      response.writeHead(found === undefined ? 404 : 200).end(JSON.stringify(found ?? {}));
    });
    const fake = await githubFake(setup);
    const home = join(folder, 'home');
    mkdirSync(join(folder, 'project'));
    mkdirSync(home);
    const files = {
      ...lockOf(setup.locked),
      '.npmrc': `registry=${registry.origin}/\n`,
      ...(setup.vakt && { 'vakt.yml': setup.vakt }),
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'project', name), text);
    const vakt: Vakt = async (argv, env = {}) => {
      const run: Run = { code: 0, out: '', err: '', disk: '' };
      const io = {
        ...realIo(),
        cwd: join(folder, 'project'),
        env: {
          HOME: home,
          npm_config_globalconfig: join(folder, 'none'),
          GITHUB_API_URL: fake.origin,
          GITHUB_SERVER_URL: 'https://github.com',
          GITHUB_TOKEN: TOKEN,
          ...env,
        },
        now: () => new Date('2026-11-22T12:00:00Z'),
        columns: undefined,
        out(text: string) {
          run.out += text;
        },
        err(text: string) {
          run.err += text;
        },
      };
      run.code = await main(argv, io);
      run.disk = contents(folder);
      return run;
    };
    try {
      await body(vakt, fake);
    } finally {
      await fake.close();
      await registry.close();
    }
  });
}

function contents(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  return files
    .map((file) => (statSync(file).isFile() ? `${file}\n${readFileSync(file, 'latin1')}` : file))
    .join('\n');
}

const from = (name: string, repository: string, day = '2018-01-01') =>
  packument(name, { '1.0.0': { day } }, { repository: { type: 'git', url: repository } });

const SETUP = {
  locked: ['closed@1.0.0', 'finished@1.0.0', 'request@1.0.0'],
  packages: {
    closed: from('closed', 'git+https://github.com/acme/closed.git'),
    finished: from('finished', 'acme/finished'),
    request: from('request', 'git@github.com:acme/request.git'),
  },
  repositories: {
    'acme/closed': { archived: '2021-03-04T00:00:00Z', lastCommit: '2021-03-01T00:00:00Z' },
    'acme/finished': { lastCommit: '2016-05-05T00:00:00Z' },
    'acme/request': { lastCommit: '2019-05-05T00:00:00Z' },
  },
  advisories: [globalAdvisory({ name: 'request', range: '<= 9.0.0' })],
};

const reported = (out: string) =>
  (JSON.parse(out) as ReportJson).findings
    .filter(({ rule }) => rule === 'archived-repository' || rule === 'unmaintained')
    .map(({ rule, level, message }) => `${level} ${rule}: ${message}`);
const told = (out: string) =>
  (JSON.parse(out) as ReportJson).gaps.filter(({ source }) => source.startsWith('GitHub'));

suite('GitHub through the command line', (test) => {
  test('says what is archived and what nobody mends, and nothing of what is finished', () =>
    project(SETUP, async (vakt, fake) => {
      const { out, err, disk } = await vakt([
        'scan',
        '--online',
        '--advisories',
        'github',
        '--format',
        'json',
      ]);
      assert.equal(reported(out).sort(), [
        'todo archived-repository: closed@1.0.0 has its source in acme/closed, which was archived by its owner on 2021-03-04: no fix will come from there',
        'todo unmaintained: request@1.0.0 is abandoned: 1 advisory without a published fix (GHSA-35jh-r3h4-6jhm); last release 2018-01-01, 8.9 years ago; last commit 2019-05-05, 7.6 years ago; 0 commits in the last year',
      ]);
      assert.match(out, /replace it by fetch \(Node 18 or later\), ofetch or ky/);
      assert.equal(told(out), []);
      assert.is(fake.asked.length, 1);
      assert.not.match(out + err + disk, new RegExp(TOKEN));
    }));

  test('without --online nobody is asked', () =>
    project(SETUP, async (vakt, fake) => {
      await vakt(['scan', '--format', 'json']);
      assert.equal(fake.requests, []);
    }));

  test('without a token that is a gap, told once, and no policy requires it', () =>
    project(SETUP, async (vakt, fake) => {
      const { out } = await vakt(['scan', '--online', '--format', 'json'], { GITHUB_TOKEN: '' });
      assert.equal(
        told(out).map(({ reason, required }) => [reason, required]),
        [
          [
            'there is no token (GITHUB_TOKEN or GH_TOKEN); 3 repositories not looked at (acme/closed, acme/finished, acme/request)',
            false,
          ],
        ],
      );
      assert.equal(fake.requests, []);
    }));

  test("thresholds and internal names are the policy's", () =>
    project(
      {
        ...SETUP,
        vakt: 'extends: strict\ninternal: [closed]\noptions: { unmaintained: { stale: 9000, abandoned: 9000 } }\n',
      },
      async (vakt, fake) => {
        const { out } = await vakt(['scan', '--online', '--advisories', 'github', '--format', 'json']);
        assert.equal(reported(out), []);
        assert.not.match(fake.requests.join(), /closed/);
        assert.equal(fake.asked, [['n0', 'n1']]);
      },
    ));

  test('a GitHub that fails leaves the rest of the report as it is', () =>
    project(SETUP, async (vakt) => {
      for (const fault of Object.keys(REASONS)) {
        const server = await faultServer(fault);
        const env = { GITHUB_API_URL: server.origin, npm_config_fetch_timeout: '700' };
        const argv = ['scan', '--online', '--advisories', 'github', '--format', 'json'];
        try {
          const { out, err, disk } = await vakt(argv, env);
          // Half of nothing: repositories by GraphQL, advisories by REST. An empty list is an answer to the latter.
          const gaps = told(out);
          assert.is(gaps.length, fault === 'array' ? 1 : 2, `${fault}: ${JSON.stringify(gaps)}`);
          // A limit ends the asking of both.
          for (const { reason } of gaps)
            if (fault !== '429' || !reason.startsWith('rate limit'))
              assert.match(reason, new RegExp((REASONS[fault] ?? /never/).source.replace('^', '')));
          assert.match(out, /"asked": 3/);
          assert.not.match(out + err + disk, new RegExp(TOKEN));
        } finally {
          await server.close();
        }
      }
    }));

  test('why --health shows every signal, at 80 columns and for machines', () =>
    project(SETUP, async (vakt) => {
      const { out, code } = await vakt(['why', '--health', 'closed']);
      assert.is(code, 0);
      assert.ok(
        out.split('\n').every((line) => line.length <= 80),
        out,
      );
      for (const part of [
        /^closed@1\.0\.0 {2}abandoned {2}\(prod, package-lock\.json\)/,
        /- its repository acme\/closed is archived since 2021-03-04/,
        /can publish +1: ann \[127/,
        /state +archived since 2021-03-04 \[github\.com\]/,
        /last commit +2021-03-01, 5\.7 years ago/,
        /open +0 issues, 1 pull request/,
      ])
        assert.match(out, part);
      const { packages } = JSON.parse((await vakt(['why', '--health', 'request', '--format', 'json'])).out);
      assert.equal(
        [packages[0].verdict, packages[0].replacement],
        ['slow', 'fetch (Node 18 or later), ofetch or ky'],
      );
      const asked = await vakt(['why', '--health', 'request', '--advisories', 'github']);
      assert.match(asked.out, /^request@1\.0\.0 {2}abandoned.*1 advisory without a published fix/s);
    }));

  test('what a publisher writes without end fits all the same', () =>
    project(
      {
        ...SETUP,
        packages: {
          closed: packument('closed', {
            '1.0.0': { day: '2020-01-01', deprecated: `no ${'x'.repeat(3000)}` },
          }),
        },
      },
      async (vakt) => {
        const { out } = await vakt(['why', '--health', 'closed']);
        assert.match(out, /deprecated +no/);
        assert.ok(out.split('\n').length < 30 && out.split('\n').every((line) => line.length <= 80), out);
      },
    ));

  test('why --health --offline shows what the lock file knows, and what it does not', () =>
    project(SETUP, async (vakt, fake) => {
      const { out } = await vakt(['why', '--health', 'request', '--offline']);
      assert.match(out, /^request@1\.0\.0 {2}unknown/);
      assert.match(out, /Not known: registry and GitHub: were not asked \(--offline\)/);
      assert.equal(fake.requests, []);
    }));

  test('an address that is none is an error', () =>
    project(SETUP, async (vakt) => {
      const { code, err } = await vakt(['scan', '--online'], { GITHUB_API_URL: 'nonsense' });
      assert.is(code, 2);
      assert.match(err, /GITHUB_API_URL.*no address of a GitHub server/);
    }));
});
