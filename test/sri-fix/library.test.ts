/** sri-fix for programs. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fixHtml, fixSite } from '../../src/index.ts';
import { assert, failure, inTemporaryFolder, suite, testWith } from '../helpers.ts';
import { CORS, hashOf } from './fixing.ts';

const built = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
const missing = existsSync(built) ? undefined : 'dist/ (npm run build)';
const URL_A = 'https://cdn.jsdelivr.net/npm/x@1.0.0/a.js';

async function inSite(body: (folder: string) => Promise<void>): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const mirror = join(folder, 'mirror/cdn.jsdelivr.net/npm/x@1.0.0');
    mkdirSync(mirror, { recursive: true });
    writeFileSync(join(mirror, 'a.js'), 'A');
    writeFileSync(join(folder, 'own.js'), 'O');
    await body(folder);
  });
}

suite('sri-fix as a library', (test) => {
  test('a page as text', () =>
    inSite(async (cwd) => {
      // A text is no windows-1252, whatever it says.
      const page = `<meta charset=windows-1252><p>é<script src=${URL_A}></script><script src=/own.js></script>`;
      const options = { cwd, mirror: 'mirror', offline: true, local: true };
      const { html, changed, exitCode, problems, resources } = await fixHtml(page, options);
      const attributes = (body: string) => `<script integrity="${hashOf(body)}"${CORS} src`;
      assert.is(
        html,
        page.replace('<script src', attributes('A')).replace('<script src=/', `${attributes('O')}=/`),
      );
      assert.equal([changed, exitCode, problems], [true, 0, []]);
      const [first] = resources;
      assert.equal(
        [first?.action, first?.url, first?.from, first?.line, first?.column, first?.offset],
        ['set', URL_A, 'mirror', 1, 32, Buffer.byteLength(page.slice(0, page.indexOf('<script')))],
      );
      const again = await fixHtml(html, options);
      assert.equal([again.html, again.changed], [html, false]);
    }));

  test('a page as bytes, in its encoding', () =>
    inSite(async (cwd) => {
      const text = `\ufeff<script src=${URL_A}></script>`;
      const { html } = await fixHtml(Buffer.from(text, 'utf16le'), { cwd, mirror: 'mirror', offline: true });
      assert.is(
        Buffer.from(html).toString('utf16le'),
        text.replace('<script', `<script integrity="${hashOf('A')}"${CORS}`),
      );
    }));

  test('a page below the root', () =>
    inSite(async (cwd) => {
      const options = {
        cwd,
        offline: true,
        local: true,
        file: 'a/b/c.html',
        site: 'https://shop.example/x/',
      };
      const { html } = await fixHtml('<script src=../../own.js></script>', options);
      assert.match(html, hashOf('O'));
    }));

  test('a folder', () =>
    inSite(async (cwd) => {
      writeFileSync(join(cwd, 'index.html'), '<script src=/own.js></script>');
      const options = { cwd, offline: true, local: true };
      const dry = await fixSite('.', { ...options, dryRun: true });
      assert.match(dry.pages[0]?.diff ?? '', '+<script integrity=');
      assert.is((await fixSite('.', { ...options, check: true })).exitCode, 1);
      const { pages, exitCode } = await fixSite(['.'], options);
      assert.equal([pages[0]?.changed, exitCode], [true, 0]);
      assert.match(readFileSync(join(cwd, 'index.html'), 'utf8'), hashOf('O'));
    }));

  test('says what is wrong with what it is given', async () => {
    assert.match((await failure(() => fixHtml('', { site: 'shop' }))).message, 'no address of a site');
    assert.match((await failure(() => fixSite('/does/not/exist'))).message, 'does not exist');
  });

  testWith(missing, test, 'what is published loads by import and by require', async () => {
    const require = createRequire(import.meta.url);
    for (const file of [built, built.replace('index.js', 'vite.js')])
      assert.equal(Object.keys(require(file)).sort(), Object.keys(await import(file)).sort());
    const { fixHtml: fix } = require(built) as typeof import('../../src/index.ts');
    assert.is((await fix('<p>', { offline: true })).exitCode, 0);
  });
});
