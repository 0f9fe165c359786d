/** Rewritten pages in Chromium: what loaded before still loads, and what was tampered with does not run. */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Route } from 'playwright-core';
import { assert, suite, testWith } from '../helpers.ts';
import { CDN, fix } from './fixing.ts';

const executablePath = process.env.VAKT_CHROMIUM ?? '/usr/bin/chromium';
const missing = existsSync(executablePath) ? undefined : 'Chromium (VAKT_CHROMIUM)';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];

const says = (name: string) => `(self.ran ??= []).push("${name}");`;

/** By file of CDN. */
const BODIES: Record<string, string> = {
  'a.js': says('a'),
  'b.js': says('b'),
  'm.js': `import "./inner.js"; ${says('m')}`,
  'inner.js': says('inner'),
  'lib.js': says('lib'),
  'a.css': 'p { color: rgb(1, 2, 3) }',
};

const PAGE = `<!doctype html>
<meta charset=utf-8><title>t</title>
<link rel=preload as=script href="${CDN}a.js">
<link rel=stylesheet href=${CDN}a.css>
<link rel=modulepreload href="${CDN}m.js">
<script type="importmap">{ "imports": { "lib": "${CDN}lib.js" } }</script>
<script src="${CDN}a.js"></script><SCRIPT SRC="${CDN}b.js" INTEGRITY="sha1-x"></SCRIPT>
<script type=module src="${CDN}m.js"></script>
<script type=module>import "lib"</script>
<p>text`;

/** A map that was not there, put before the first module. */
const BARE = `<!doctype html><title>t</title><script type=module>import "${CDN}m.js"</script><p>text`;

/** What ran, sorted, and the colour of the text, with one of the files tampered with. */
async function visit(browser: Browser, html: string, tampered?: string): Promise<string[]> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.route('**/*', (route) => answer(route, html, tampered));
    await page.goto('https://site.test/page.html', { waitUntil: 'load' });
    const found = await page.evaluate(
      'JSON.stringify([...(self.ran ?? []), getComputedStyle(document.querySelector("p")).color])',
    );
    return (JSON.parse(String(found)) as string[]).sort();
  } finally {
    await context.close();
  }
}

function answer(route: Route, html: string, tampered: string | undefined): Promise<void> {
  const url = route.request().url();
  if (url === 'https://site.test/page.html') return route.fulfill({ contentType: 'text/html', body: html });
  const file = url.replace(CDN, '');
  const body = BODIES[file];
  if (body === undefined) return route.fulfill({ status: 404 });
  const contentType = file.endsWith('.css') ? 'text/css' : 'text/javascript';
  const headers = { 'access-control-allow-origin': '*' };
  return route.fulfill({ contentType, headers, body: file === tampered ? `${body} ` : body });
}

suite('rewritten pages in Chromium', (test) => {
  testWith(missing, test, 'run what they ran, and nothing that was tampered with', async () => {
    const browser = await chromium.launch({ executablePath, args: FLAGS });
    try {
      for (const page of [PAGE, BARE]) {
        const { html, result } = await fix(page, {}, BODIES);
        assert.is(result.exitCode, 0);
        const before = await visit(browser, page);
        assert.ok(before.length > 2, before.join());
        assert.equal(await visit(browser, html), before);
        for (const file of Object.keys(BODIES)) {
          if (!html.includes(file)) continue;
          assert.equal(await visit(browser, page, file), before, `${file} was not protected`);
          const after = await visit(browser, html, file);
          const lost = file === 'a.css' ? 'rgb(1, 2, 3)' : file.replace('.js', '');
          assert.not.ok(after.includes(lost), `${file} ran although it was tampered with`);
        }
      }
    } finally {
      await browser.close();
    }
  });
});
