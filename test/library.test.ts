/** `scan` for programs: what the registry tells, by `online` and `deep`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scan, UserError } from '../src/index.ts';
import { assert, failure, inTemporaryFolder, suite } from './helpers.ts';
import { loopback } from './loopback.ts';
import { lockOf, packument } from './support/packuments.ts';

suite('scan as a library', (test) => {
  test('asks nobody unless told to; online about direct packages, deep about all', () =>
    inTemporaryFolder(async (folder) => {
      const server = await loopback((request, response) => {
        if (request.method === 'POST') return void response.writeHead(404).end();
        const name = (request.url ?? '').slice(1);
        const versions = {
          '1.0.0': { day: '2020-01-01', deprecated: 'use next' },
          '2.0.0': { day: '2024-01-01' },
        };
        response.end(JSON.stringify(packument(name, versions)));
      });
      const cache = process.env.XDG_CACHE_HOME;
      const api = process.env.GITHUB_API_URL;
      process.env.XDG_CACHE_HOME = join(folder, 'cache');
      try {
        const files = {
          ...lockOf(['a@1.0.0', 'b@1.0.0'], { direct: ['a@1.0.0'] }),
          '.npmrc': `registry=${server.origin}/`,
        };
        for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
        const asked = () =>
          server.requests
            .splice(0)
            .filter((line) => /^GET \/[ab]$/.test(line))
            .sort();

        const plain = await scan({ paths: [folder], offline: true });
        assert.equal([plain.coverage.registry, asked()], [undefined, []]);
        const online = await scan({ paths: [folder], online: true });
        assert.equal([online.coverage.registry?.answered, asked()], [1, ['GET /a']]);
        const [finding] = online.findings;
        assert.equal([finding?.rule, finding?.name], ['deprecated', 'a']);
        assert.equal(finding?.evidence, { deprecation: 'use next', successor: { name: 'next' } });
        await scan({ paths: [folder], advisories: 'npm' });
        assert.ok(server.requests.splice(0).includes('POST /-/npm/v1/security/advisories/bulk'));
        process.env.GITHUB_API_URL = server.origin;
        const github = await scan({ paths: [folder], advisories: 'github' });
        assert.ok(server.requests.some((line) => line.startsWith('GET /advisories?')));
        assert.ok(github.gaps.some(({ source }) => source.startsWith('GitHub')));
        server.requests.splice(0);
        const deep = await scan({ paths: [folder], deep: true });
        assert.equal([deep.coverage.registry?.answered, asked()], [2, ['GET /a', 'GET /b']]);
      } finally {
        if (api === undefined) delete process.env.GITHUB_API_URL;
        else process.env.GITHUB_API_URL = api;
        if (cache === undefined) delete process.env.XDG_CACHE_HOME;
        else process.env.XDG_CACHE_HOME = cache;
        await server.close();
      }
    }));

  test('says what is wrong where JavaScript passes something else than options', async () => {
    const untyped = scan as (options: unknown) => Promise<unknown>;
    for (const [given, message] of [
      ['.', 'the options are no object'],
      [['.'], 'the options are no object'],
      [null, 'the options are no object'],
      [{ paths: 'apps' }, 'paths are no list of texts'],
      [{ paths: [7] }, 'paths are no list of texts'],
    ] as const) {
      const error = await failure(() => untyped(given));
      assert.instance(error, UserError);
      assert.is((error as UserError).message, message);
    }
  });
});
