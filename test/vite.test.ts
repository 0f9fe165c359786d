/** A real build by Vite, with the plugin and with sri-fix after it, under an Integrity-Policy in Chromium. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { build, createLogger, type InlineConfig, type Plugin } from 'vite';
import { fixSite } from '../src/sri-fix/library.ts';
import { type VaktOptions, vakt } from '../src/vite.ts';
import { assert, failure, inTemporaryFolder, suite, testWith } from './helpers.ts';

const app = fileURLToPath(new URL('vite-app', import.meta.url));
const executablePath = process.env.VAKT_CHROMIUM ?? '/usr/bin/chromium';
const missing = existsSync(executablePath) ? undefined : 'Chromium (VAKT_CHROMIUM)';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];

/** Builds the application into a folder; gives what the plugin logged. */
async function built(
  outDir: string,
  options: VaktOptions | undefined,
  config: InlineConfig = {},
): Promise<string[]> {
  const logged: string[] = [];
  const logger = createLogger('silent');
  logger.info = (text) => void logged.push(`info ${text}`);
  logger.warn = (text) => void logged.push(`warn ${text}`);
  const plugin: Plugin | undefined = options && vakt({ offline: true, ...options });
  const { plugins = [], ...rest } = config;
  await build({
    configFile: false,
    root: app,
    logLevel: 'silent',
    customLogger: logger,
    plugins: [...plugins, plugin],
    ...rest,
    build: { outDir, emptyOutDir: true, ...config.build },
  });
  return logged.filter((text) => text.includes('vakt: '));
}

const TYPES: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html' };

/** The text of the application in Chromium, served below `base` under a strict Integrity-Policy. */
async function visit(browser: Browser, folder: string, base = '/', tampered?: string): Promise<string> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://host.test');
    const file = join(folder, pathname.slice(base.length) || 'index.html');
    if (!pathname.startsWith(base) || !existsSync(file)) return void response.writeHead(404).end();
    const type = TYPES[extname(file)] ?? 'text/plain';
    response.writeHead(200, { 'content-type': type, 'integrity-policy': 'blocked-destinations=(script)' });
    response.end(readFileSync(file, 'utf8') + (tampered !== undefined && file.includes(tampered) ? ' ' : ''));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const page = await browser.newPage();
  try {
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`);
    await page.waitForLoadState('networkidle');
    return (await page.locator('#root').textContent()) ?? '';
  } finally {
    await page.close();
    server.close();
  }
}

const RAN = 'lazy chunk ran';
const html = (folder: string) => readFileSync(join(folder, 'index.html'), 'utf8');

suite('the Vite plugin', (test) => {
  testWith(
    missing,
    test,
    'what it builds runs under an Integrity-Policy, and nothing tampered with',
    async () => {
      const browser = await chromium.launch({ executablePath, args: FLAGS });
      try {
        for (const base of ['/', '/app/', './']) {
          await inTemporaryFolder(async (folder) => {
            const path = base === './' ? '/some/where/' : base;
            await built(folder, undefined, { base });
            assert.is(await visit(browser, folder, path), '', 'the policy lets the bare build run');
            const bare = html(folder);
            const site = `https://shop.example${path}`;
            const fixed = await fixSite(folder, {
              local: true,
              offline: true,
              ...(base !== './' && { site }),
            });
            assert.is(fixed.exitCode, 0);
            const afterwards = html(folder);
            assert.is(await visit(browser, folder, path), RAN);

            const logged = await built(folder, {}, { base });
            assert.is(html(folder), afterwards, 'the plugin and sri-fix do the same');
            assert.not.equal(html(folder), bare);
            assert.match(logged.join('\n'), /^info vakt: 1 page, 1 changed/);
            assert.is(await visit(browser, folder, path), RAN);
            assert.is(await visit(browser, folder, path, 'lazy-'), '', 'a tampered chunk ran');
            assert.is(await visit(browser, folder, path, 'index-'), '', 'a tampered entry ran');
            for (const file of readdirSync(join(folder, 'assets'))) {
              const module = file.endsWith('.js') && html(folder).includes(`assets/${file}":"sha384-`);
              assert.is(module, file.endsWith('.js'), `${file} is in the import map`);
            }
          });
        }
      } finally {
        await browser.close();
      }
    },
  );

  const page = (tag: string): Plugin => ({
    name: 'a tag more',
    transformIndexHtml: (text) => text.replace('</head>', `${tag}</head>`),
  });

  test('refusals are warnings', () =>
    inTemporaryFolder(async (folder) => {
      const plugins = [page('<script src="https://js.stripe.com/v3/"></script>')];
      const [logged = ''] = await built(folder, {}, { plugins });
      assert.match(logged, /^warn vakt: not pinned:\n {2}https:\/\/js\.stripe\.com/);
      assert.match(html(folder), '"integrity"');
    }));

  test('what could not be learnt fails the build, unless told not to', () =>
    inTemporaryFolder(async (folder) => {
      const plugins = [page('<script src="https://cdn.jsdelivr.net/npm/x@1.0.0/a.js"></script>')];
      const { message } = await failure(() => built(folder, {}, { plugins }));
      assert.match(message, /UNKNOWN +https:\/\/cdn\.jsdelivr\.net/);
      const [logged = ''] = await built(folder, { fail: false }, { plugins });
      assert.match(logged, /^warn .*UNKNOWN/s);
      assert.match(html(folder), '"integrity"');
    }));

  test('builds for servers, and builds that write nothing, are left alone', () =>
    inTemporaryFolder(async (folder) => {
      assert.equal(await built(folder, {}, { build: { ssr: 'main.js' } }), []);
      assert.equal(await built(folder, {}, { build: { write: false } }), []);
    }));

  test('without local only what others serve is covered', () =>
    inTemporaryFolder(async (folder) => {
      await built(folder, { local: false });
      assert.not.match(html(folder), 'integrity');
    }));

  test('a rebuild that leaves an old page behind is told, and written over with --update alone', () =>
    inTemporaryFolder(async (folder) => {
      const site = join(folder, 'site');
      await built(site, {});
      const old = html(site);
      const [entry = ''] = readdirSync(join(site, 'assets')).filter((file) => /^index-.*\.js$/.test(file));
      writeFileSync(join(site, 'assets', entry), 'import("./new.js")');
      writeFileSync(join(site, 'assets', 'new.js'), '');
      const told = await fixSite(site, { local: true, offline: true });
      assert.is(told.exitCode, 1);
      assert.match(html(site), old.match(/<script integrity="[^"]+"/)?.[0] ?? 'none');
      assert.is((await fixSite(site, { local: true, offline: true, update: true })).exitCode, 0);
      assert.is((await fixSite(site, { local: true, offline: true, check: true })).exitCode, 0);
    }));
});
