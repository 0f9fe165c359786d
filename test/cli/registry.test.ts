/** The registry's half of the report, through the command line, against a registry on loopback. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../src/cli/main.ts';
import { realIo } from '../../src/io.ts';
import type { ReportJson } from '../../src/report/json.ts';
import { faultServer, REASONS } from '../faults.ts';
import { assert, inTemporaryFolder, suite } from '../helpers.ts';
import { loopback } from '../loopback.ts';
import { integrityOf, lockOf, packument, registryKey } from '../support/packuments.ts';

interface Run {
  code: number;
  out: string;
  err: string;
  json: ReportJson;
}

const TOKEN = 'npm_0123456789abcdefghijklmnopqrstuvwxyz';

/** Runs vakt in a project of these files whose registry is `origin`. */
async function vakt(
  folder: string,
  origin: string,
  files: Record<string, string>,
  ...argv: string[]
): Promise<Run> {
  const project = join(folder, 'project');
  mkdirSync(join(folder, 'home'), { recursive: true });
  mkdirSync(project, { recursive: true });
  const npmrc = `registry=${origin}/\n//${new URL(origin).host}/:_authToken=${TOKEN}\n`;
  for (const [name, text] of Object.entries({ '.npmrc': npmrc, ...files }))
    writeFileSync(join(project, name), text);
  let out = '';
  let err = '';
  const io = {
    ...realIo(),
    cwd: project,
    env: { HOME: join(folder, 'home'), npm_config_globalconfig: join(folder, 'none') },
    now: () => new Date('2026-11-22T12:00:00Z'),
    columns: undefined,
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
  };
  const code = await main(['scan', ...argv], io);
  return {
    code,
    out,
    err,
    json: argv.includes('json') ? (JSON.parse(out) as ReportJson) : ({} as ReportJson),
  };
}

/** A registry of these documents by name; everything else is not found. */
async function withRegistry(
  packages: Record<string, unknown>,
  body: (
    run: (files: Record<string, string>, ...argv: string[]) => Promise<Run>,
    requests: string[],
  ) => Promise<void>,
): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const server = await loopback((request, response) => {
      const found = packages[decodeURIComponent((request.url ?? '').slice(1))];
      if (found === undefined) return void response.writeHead(404).end('{}');
      response.end(JSON.stringify(found));
    });
    try {
      await body((files, ...argv) => vakt(folder, server.origin, files, ...argv), server.requests);
    } finally {
      await server.close();
    }
  });
}

const asked = (requests: readonly string[]) =>
  requests
    .filter((line) => line.startsWith('GET '))
    .map((line) => line.slice(5))
    .sort();
const found = ({ json }: Run) =>
  json.findings.map(({ rule, name, level }) => `${rule} ${name} ${level}`).sort();
const key = registryKey('SHA256:one');

const shop = lockOf(['direct@1.0.0', 'deep@1.0.0', 'gone@1.0.1'], { direct: ['direct@1.0.0', 'gone@1.0.1'] });
const world = {
  direct: packument('direct', { '1.0.0': { day: '2020-01-01', key }, '3.0.0': { day: '2024-01-01', key } }),
  gone: packument('gone', { '1.0.0': { day: '2020-01-01', key } }),
  deep: packument('deep', { '1.0.0': { day: '2020-01-01', key, wrong: true } }),
  '-/npm/v1/keys': { keys: [key.public] },
};

suite('scan: the past of packages', (test) => {
  test('nothing is asked without --online, and the report says which rules could not judge', () =>
    withRegistry(world, async (run, requests) => {
      const { json } = await run(shop, '--format', 'json', '--offline');
      assert.equal(asked(requests), []);
      const unasked = json.skipped
        .filter(({ reason }) => reason.includes('--online'))
        .map(({ rule }) => rule);
      assert.equal(unasked, ['signature-invalid', 'unpublished', 'archived-repository', 'unmaintained']);
      assert.is(json.coverage.registry, undefined);
      const text = await run(shop, '--offline');
      assert.match(text.out, /^Not checked {2}what the registry knows \(vakt --online\)$/m);
    }));

  test('--online asks about direct packages, --deep about all', () =>
    withRegistry(world, async (run, requests) => {
      const online = await run(shop, '--format', 'json', '--online');
      assert.equal(asked(requests), ['-/npm/v1/keys', 'direct', 'gone']);
      assert.equal(found(online), ['unpublished gone todo']);
      assert.equal(online.json.coverage.registry, { asked: 2, answered: 2, compared: 1, libyears: 4 });
      requests.length = 0;
      const deep = await run(shop, '--format', 'json', '--deep');
      assert.equal(asked(requests), ['-/npm/v1/keys', 'deep', 'direct', 'gone']);
      assert.equal(found(deep), ['signature-invalid deep block', 'unpublished gone todo']);
      assert.is(deep.code, 1);
      const text = await run(shop, '--deep');
      assert.match(
        text.out,
        /^Registry {5}told of 3 of 3 packages; 2 hashes compared; 4\.0 libyears behind$/m,
      );
    }));

  test('what already has a finding is asked about', () =>
    withRegistry(world, async (run, requests) => {
      const lock = shop['package-lock.json'].replace(
        '"node_modules/deep":{',
        '"node_modules/deep":{"deprecated":"no more",',
      );
      const { json } = await run({ ...shop, 'package-lock.json': lock }, '--format', 'json', '--online');
      assert.ok(asked(requests).includes('deep'));
      // The registry knows of no deprecation.
      assert.not.ok(json.findings.some(({ rule }) => rule === 'deprecated'));
    }));

  test('a lock file that was edited by hand blocks', () =>
    withRegistry(world, async (run) => {
      const specs = ['direct@1.0.0'];
      const edited = lockOf(specs, { integrity: { 'direct@1.0.0': integrityOf('evil', '1.0.0') } });
      const before = await run(edited, '--format', 'json', '--offline');
      assert.equal([before.code, found(before)], [3, []]);
      const after = await run(edited, '--format', 'json', '--online');
      assert.equal([after.code, found(after)], [1, ['lock-integrity direct block']]);
      assert.match(
        after.json.findings[0]?.message ?? '',
        /pins other bytes of direct@1\.0\.0 than 127\.0\.0\.1/,
      );
    }));

  test('a policy that names a rule asks for it, and options reach it', () =>
    withRegistry(world, async (run, requests) => {
      const policy = 'rules: { outdated: todo }\noptions: { outdated: { majors: 3, years: 3.5 } }\n';
      const one = await run({ ...shop, 'vakt.yml': policy }, '--format', 'json');
      assert.ok(asked(requests).includes('direct'));
      assert.equal(found(one), ['outdated direct todo', 'unpublished gone todo']);
      const high = policy.replace('3.5', '5');
      assert.equal(found(await run({ ...shop, 'vakt.yml': high }, '--format', 'json')), [
        'unpublished gone todo',
      ]);
    }));

  test('fresh releases, new publishers and lost provenance are told where a policy wants them everywhere', () =>
    withRegistry(
      {
        direct: packument('direct', {
          '0.9.0': { day: '2020-01-01', attested: true },
          '1.0.0': { day: '2026-11-20', publisher: 'eve' },
        }),
      },
      async (run, requests) => {
        const specs = lockOf(['direct@1.0.0']);
        const rules =
          'rules: { fresh-release: todo, publisher-changed: todo, provenance-lost: todo, single-maintainer: fold }\n';
        const one = await run({ ...specs, 'vakt.yml': rules }, '--format', 'json');
        assert.ok(asked(requests).includes('direct'));
        const names = ['fresh-release', 'provenance-lost', 'publisher-changed'].map(
          (rule) => `${rule} direct todo`,
        );
        assert.equal(found(one), [...names, 'single-maintainer direct fold']);
        // The default policy speaks of changes alone.
        assert.equal(found(await run({ ...specs, 'vakt.yml': '' }, '--format', 'json', '--online')), []);
      },
    ));

  test('what the policy requires and nobody could tell makes the report incomplete', () =>
    withRegistry({}, async (run) => {
      const policy = 'extends: []\nrequire: { histories: true }\nrules: { unpublished: todo }\n';
      const files = { ...shop, 'vakt.yml': policy };
      const offline = await run(files, '--format', 'json', '--offline');
      const gap = offline.json.gaps.find(({ fact }) => fact === 'histories');
      assert.equal([offline.code, gap?.required], [3, true]);
      assert.match(gap?.reason ?? '', /not asked \(--offline\).*unpublished/);
      const online = await run(files, '--format', 'json');
      assert.is(online.code, 3);
      assert.match(
        online.json.gaps.map(({ reason }) => reason).join('\n'),
        /HTTP 404 \(not found\); 2 packages not judged \(direct, gone\)/,
      );
    }));

  test('no token is in what is printed', () =>
    withRegistry(world, async (run) => {
      for (const argv of [['--deep'], ['--deep', '--format', 'json'], ['--online', '--all']]) {
        const { out, err } = await run(shop, ...argv);
        assert.not.match(`${out}${err}`, TOKEN);
      }
    }));
});

suite('scan: a registry that fails', (test) => {
  // Faults that end by a deadline take ten seconds here; the contract test has them with short ones.
  const SLOW = new Set(['slow', 'never', 'bomb', 'endless', '429', '503', '500']);
  for (const fault of Object.keys(REASONS)) {
    if (SLOW.has(fault)) continue;
    test(`${fault}: a gap with its reason, and the rest of the report`, () =>
      inTemporaryFolder(async (folder) => {
        const server = await faultServer(fault);
        const lock = shop['package-lock.json'].replace(
          '"node_modules/deep":{',
          '"node_modules/deep":{"deprecated":"no more",',
        );
        try {
          const files = { ...shop, 'package-lock.json': lock };
          const { json, code, out, err } = await vakt(
            folder,
            server.origin,
            files,
            '--format',
            'json',
            '--deep',
          );
          assert.is(code, 3);
          assert.equal(found({ json, code, out, err }), ['deprecated deep fold']);
          assert.equal([json.coverage.registry?.asked, json.coverage.registry?.answered], [3, 0]);
          assert.ok(json.gaps.some(({ fact }) => fact === 'histories'));
          assert.not.match(`${out}${err}`, TOKEN);
        } finally {
          await server.close();
        }
      }));
  }
});
