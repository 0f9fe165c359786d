/** The registry's half of the report, through the command line, against a registry on loopback. */
import { faultServer, REASONS } from '../faults.ts';
import { assert, inTemporaryFolder, suite } from '../helpers.ts';
import { loopback } from '../loopback.ts';
import { integrityOf, lockOf, packument, registryKey } from '../support/packuments.ts';
import { type Run, TOKEN, vakt, withRegistry } from '../support/scanning.ts';

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

  test('what a page loads from a CDN is asked about at the registry, by its name, and the CDN is not', () =>
    withRegistry(world, async (run, requests) => {
      const page = '<script src="https://cdn.jsdelivr.net/npm/direct@2.0.0/d.js"></script>';
      const { json } = await run({ ...shop, 'index.html': page }, '--format', 'json', '--online');
      assert.equal(asked(requests), ['-/npm/v1/keys', 'direct', 'gone']);
      assert.equal([json.coverage.registry?.asked, json.coverage.registry?.answered], [3, 3]);
      assert.equal(
        json.gaps.filter(({ reason }) => reason.includes('jsdelivr')),
        [],
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

  test('a mirror that leaves out times or publishers: no finding, and gaps that say so', () => {
    const versions = { '0.9.0': { day: '2020-01-01', attested: true }, '1.0.0': { day: '2026-11-20' } };
    const bare = (name: string) => {
      const document = JSON.parse(JSON.stringify(packument(name, versions)));
      for (const manifest of Object.values<Record<string, unknown>>(document.versions)) {
        delete manifest._npmUser;
        manifest.dist = { integrity: integrityOf(name, String(manifest.version)) };
      }
      return document;
    };
    const { time: _, ...timeless } = packument('timeless', versions) as Record<string, unknown>;
    return withRegistry({ bare: bare('bare'), timeless, '-/npm/v1/keys': { keys: [] } }, async (run) => {
      const policy = 'rules: { fresh-release: todo, publisher-changed: todo, provenance-lost: todo }\n';
      const files = { ...lockOf(['bare@1.0.0', 'timeless@1.0.0']), 'vakt.yml': policy };
      const one = await run(files, '--format', 'json');
      assert.equal(found(one), ['fresh-release bare todo']);
      const told = one.json.gaps
        .filter(({ fact }) => fact === 'times' || fact === 'publishers')
        .map(({ fact, reason, required }) => `${fact} ${required} ${reason.replace(/^\S+ /, '')}`);
      assert.equal(told, [
        'times false does not tell when these were published (fresh-release, publisher-changed, provenance-lost); 1 package not judged (timeless)',
        'publishers false does not tell who published these, or how (publisher-changed, provenance-lost); 1 package not judged (bare)',
      ]);
      // Rules that are off lack nothing.
      const quiet = await run({ ...files, 'vakt.yml': '' }, '--format', 'json', '--online');
      assert.not.ok(quiet.json.gaps.some(({ fact }) => fact === 'times' || fact === 'publishers'));
    });
  });

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
  // Faults that end by a deadline have the one that npm's own setting gives them.
  const SLOW = new Set(['slow', 'never', 'bomb', 'endless']);
  for (const fault of Object.keys(REASONS)) {
    test(`${fault}: a gap with its reason, and the rest of the report`, () =>
      inTemporaryFolder(async (folder) => {
        const server = await faultServer(fault);
        const names = Array.from({ length: 30 }, (_, i) => `p${i}@1.0.0`);
        const lock = lockOf([...names, 'deep@1.0.0'], { direct: names });
        const files = {
          ...lock,
          'package-lock.json': lock['package-lock.json'].replace(
            '"node_modules/deep":{',
            '"node_modules/deep":{"deprecated":"no more",',
          ),
          ...(SLOW.has(fault) && {
            '.npmrc': `registry=${server.origin}/\n//${server.host}/:_authToken=${TOKEN}\nfetch-timeout=700\n`,
          }),
        };
        try {
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
          assert.equal([json.coverage.registry?.asked, json.coverage.registry?.answered], [31, 0]);
          // By the same words, one gap for all; of what never ends some may be cut by size and some by time.
          const gaps = json.gaps.filter(({ fact }) => fact === 'histories');
          assert.ok(gaps.length === 1 || (fault === 'endless' && gaps.length === 2), JSON.stringify(gaps));
          const reason = (gaps[0]?.reason ?? '').replace(/^\S+ /, '');
          assert.match(reason, REASONS[fault] ?? /never/);
          // Redirects are followed by each name; else a registry that fails is left alone.
          if (fault !== 'loop') assert.ok(server.requests.length <= 45, `${server.requests.length} requests`);
          assert.not.match(`${out}${err}`, TOKEN);
        } finally {
          await server.close();
        }
      }));
  }

  test('where some names fail the others are told of, and the gap says which', () =>
    inTemporaryFolder(async (folder) => {
      const names = Array.from({ length: 60 }, (_, i) => `p${i}`);
      const server = await loopback((request, response) => {
        const name = (request.url ?? '').slice(1);
        const i = names.indexOf(name);
        if (request.method === 'POST') return void response.writeHead(404).end();
        if (i < 0 || i % 10 === 3) return void response.writeHead(404).end('{}');
        if (i % 10 === 5) return void response.writeHead(500).end('{}');
        if (i % 10 === 7) return void response.end('<!doctype html>');
        response.end(JSON.stringify(packument(name, { '1.0.0': { day: '2020-01-01' } })));
      });
      try {
        const lock = lockOf(names.map((name) => `${name}@1.0.0`));
        const policy = 'extends: recommended\nrequire: { advisories: false, histories: true }\n';
        const { json, code } = await vakt(
          folder,
          server.origin,
          { ...lock, 'vakt.yml': policy },
          '--format',
          'json',
          '--online',
        );
        assert.is(code, 3);
        assert.equal([json.coverage.registry?.asked, json.coverage.registry?.answered], [60, 42]);
        const gaps = json.gaps.filter(({ fact, required }) => fact === 'histories' && required);
        assert.equal(gaps.map(({ reason }) => reason.replace(/^\S+ /, '')).sort(), [
          'HTTP 404 (not found); 6 packages not judged (p13, p23, p3 …)',
          'HTTP 500; 6 packages not judged (p15, p25, p35 …)',
          'answered HTML, not JSON (a login page?); 6 packages not judged (p17, p27, p37 …)',
        ]);
      } finally {
        await server.close();
      }
    }));

  test('advisories that fail cost the histories nothing', () =>
    inTemporaryFolder(async (folder) => {
      const server = await loopback((request, response) => {
        if (request.method === 'POST') return void response.writeHead(503).end();
        response.end(JSON.stringify(packument('direct', { '1.0.0': { day: '2020-01-01' } })));
      });
      try {
        const files = lockOf(['direct@1.0.0']);
        const { json } = await vakt(folder, server.origin, files, '--format', 'json', '--online');
        assert.is(json.coverage.registry?.answered, 1);
        assert.ok(json.gaps.some(({ fact, reason }) => fact === 'advisories' && reason.includes('HTTP 503')));
      } finally {
        await server.close();
      }
    }));
});
