/** What is written shorter in the committed Action does the same. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { ALIAS, ONE_FILE } from '../../.ci/bundle.ts';
import { LIGHTER, light } from '../../.ci/light.ts';
import { readNpmrc } from '../../src/npmrc.ts';
import { popularNames } from '../../src/popular.ts';
import { assert, inTemporaryFolder, suite } from '../helpers.ts';

const FILES: Record<string, string> = {
  'package.json': '{"name":"r","workspaces":["packages/*","./libs/**","!libs/none"]}',
  '.npmrc': '@acme:registry=https://acme.example.test/',
  'packages/a/package.json': '\ufeff{"name":"a"}',
  'packages/a/.npmrc': '@own:registry=https://own.example.test/',
  'libs/x/b/package.json': '{}',
  'libs/none/package.json': '{}',
  'other/c/package.json': '{"name":"c"}',
};

suite('parts of packages', (test) => {
  test('the names that many use are the same, and among as many', () =>
    inTemporaryFolder(async (home) => {
      const outfile = join(home, 'popular.cjs');
      await build({ ...ONE_FILE, entryPoints: ['src/popular.ts'], outfile, plugins: [light] });
      const short: { popularNames: typeof popularNames } = createRequire(import.meta.url)(outfile);
      const sorted = (names: ReadonlyMap<string, number>) => [...names].sort(([a], [b]) => (a < b ? -1 : 1));
      assert.equal(sorted(short.popularNames()), sorted(popularNames()));
    }));

  test("a workspace's settings are found as npm finds them", () =>
    inTemporaryFolder(async (home) => {
      const outfile = join(home, 'npmrc.cjs');
      const alias = { ...ALIAS, ...LIGHTER };
      await build({ ...ONE_FILE, alias, entryPoints: ['src/npmrc.ts'], outfile, plugins: [light] });
      const short: { readNpmrc: typeof readNpmrc } = createRequire(import.meta.url)(outfile);
      for (const [name, text] of Object.entries(FILES)) {
        mkdirSync(dirname(join(home, 'r', name)), { recursive: true });
        writeFileSync(join(home, 'r', name), text);
      }
      const io = {
        cwd: home,
        env: { HOME: home },
        readFile: (file: string) => readFileSync(file),
        kind: () => undefined,
      };
      const scopes = async (read: typeof readNpmrc, folder: string) =>
        [...(await read(io, join(home, 'r', folder))).scopes].join();
      for (const folder of ['', 'packages/a', 'packages', 'libs/x/b', 'libs/none', 'other/c'])
        assert.is(await scopes(short.readNpmrc, folder), await scopes(readNpmrc, folder), folder);
      assert.match(await scopes(short.readNpmrc, 'packages/a'), /@acme/);
    }));
});
