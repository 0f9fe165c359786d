/** The page: within bounds, without a network, and in Chromium without a console error or an accessibility defect. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { load } from 'cheerio';
import { type Browser, chromium, type Page } from 'playwright-core';
import { page } from '../../src/report/html/html.ts';
import { link } from '../../src/report/html/markup.ts';
import { junit } from '../../src/report/junit.ts';
import type { Report } from '../../src/report/report.ts';
import { assert, inTemporaryFolder, suite, testWith } from '../helpers.ts';
import { everything, LOOK, large, report } from './sample.ts';

const executablePath = process.env.VAKT_CHROMIUM ?? '/usr/bin/chromium';
const missing = existsSync(executablePath) ? undefined : 'Chromium (VAKT_CHROMIUM)';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const HOSTILE = '</script><img src=x onerror=alert(1)>"\'<!--\u202e@x`|';

suite('html', (test) => {
  test('its policy names its own script and style and nothing else', () => {
    const $ = load(page(everything('lodash'), LOOK));
    const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    assert.is(
      $('meta[http-equiv]').attr('content'),
      `default-src 'none'; script-src ${hash($('script').text())}; style-src ${hash($('style').text())}; base-uri 'none'; form-action 'none'`,
    );
  });

  test('says without its script what to do, what was found and what was not checked', () => {
    const $ = load(page(everything('lodash'), LOOK));
    $('script').remove();
    const text = $('body').text();
    for (const part of [
      'npm i lodash',
      'command',
      'Could not be checked',
      'required',
      'cdn.test',
      'Accepted',
    ])
      assert.ok(part === 'command' || text.includes(part), part);
    assert.is($('#todo .card').length > 0, true);
    assert.is($('#tree li').length, 2);
    assert.is($('#packages tbody tr').length, 1);
    assert.is($('#scripts tbody tr').length, 1);
    assert.ok($('.pill.new').length > 0);
  });

  test('3,000 packages and 500 findings stay below 3 MB', () => {
    const bytes = Buffer.byteLength(page(large(3000, 500), LOOK));
    assert.ok(bytes < 3_000_000, String(bytes));
  });

  test('links lead to https alone', () => {
    assert.is(link('javascript:alert(1)', 'a').markup, 'a');
    assert.is(link('http://a.test/', '<b>').markup, '&#60;b&#62;');
    assert.match(link('https://a.test/"x', 'a').markup, /href="https:\/\/a\.test\/%22x"/);
  });

  testWith(
    missing,
    test,
    'in Chromium: no request, no error, searched, sorted, copied, accessible',
    async () => {
      const browser = await chromium.launch({ executablePath, args: FLAGS });
      try {
        await inTemporaryFolder(async (folder) => {
          for (const width of [390, 1280]) {
            for (const colorScheme of ['light', 'dark'] as const) {
              await looked(browser, folder, everything('lodash'), { width, colorScheme });
              await looked(browser, folder, everything(HOSTILE), { width, colorScheme });
            }
          }
          await looked(browser, folder, report(), { width: 390, colorScheme: 'dark' });
          await used(browser, folder);
        });
      } finally {
        await browser.close();
      }
    },
  );

  testWith(missing, test, 'junit is well-formed to an XML parser', async () => {
    const browser = await chromium.launch({ executablePath, args: FLAGS });
    try {
      const tab = await browser.newPage();
      for (const text of ['lodash', HOSTILE, ']]>&amp;\u0000\ufffe']) {
        const source = JSON.stringify(junit(everything(text), LOOK));
        const found = await tab.evaluate(
          `(() => { const d = new DOMParser().parseFromString(${source}, 'application/xml'); return [d.querySelector('parsererror')?.textContent ?? '', d.querySelectorAll('testcase').length].join() })()`,
        );
        assert.match(String(found), /^,[1-9]/);
      }
    } finally {
      await browser.close();
    }
  });
});

/** Waits, without a script of the page's, until a number is what it shall be; the test's own limit ends it. */
async function reaches(read: () => Promise<number>, wanted: number): Promise<void> {
  while ((await read()) !== wanted) await new Promise((resolve) => setTimeout(resolve, 20));
}

interface Screen {
  width: number;
  colorScheme: 'light' | 'dark';
}

async function open(
  browser: Browser,
  folder: string,
  given: Report,
  screen: Screen,
): Promise<{ tab: Page; said: string[] }> {
  const file = join(folder, 'report.html');
  writeFileSync(file, page(given, LOOK));
  const context = await browser.newContext({
    viewport: { width: screen.width, height: 900 },
    colorScheme: screen.colorScheme,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const tab = await context.newPage();
  const said: string[] = [];
  tab.on('console', (message) => said.push(`${message.type()} ${message.text()}`));
  tab.on('pageerror', (error) => said.push(error.message));
  tab.on('dialog', (dialog) => {
    said.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  tab.on('request', (request) => {
    if (request.url() !== `file://${file}`) said.push(`request ${request.url()}`);
  });
  await tab.goto(`file://${file}`);
  return { tab, said };
}

async function looked(browser: Browser, folder: string, given: Report, screen: Screen): Promise<void> {
  const { tab, said } = await open(browser, folder, given, screen);
  try {
    assert.is(await tab.evaluate('document.documentElement.scrollWidth'), screen.width, 'scrolls sideways');
    await tab.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
    const cut = await tab.evaluate(
      '[...document.querySelectorAll(".scroll")].filter((one) => one.scrollWidth > one.clientWidth).length',
    );
    assert.is(cut, 0, 'a table scrolls sideways');
    await tab.evaluate(axe);
    const found = (await tab.evaluate(
      `axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) => impact + ' ' + id + ' ' + nodes[0].html + ' ' + nodes[0].failureSummary))`,
    )) as string[];
    assert.equal(
      found.filter((one) => /^(?:serious|critical)/.test(one)),
      [],
      JSON.stringify(screen),
    );
    assert.equal(said, []);
  } finally {
    await tab.context().close();
  }
}

async function used(browser: Browser, folder: string): Promise<void> {
  const { tab, said } = await open(browser, folder, large(3000, 500), { width: 1280, colorScheme: 'light' });
  try {
    const shown = () => tab.locator('#packages tbody tr:visible').count();
    assert.is(await shown(), 100);
    await tab.getByRole('button', { name: 'Show 500 of 3000' }).click();
    assert.is(await shown(), 500);
    await tab.getByRole('button', { name: 'Show 2500 of 3000' }).click();
    await tab.getByRole('button', { name: 'Show 3000 of 3000' }).click();
    assert.is(await shown(), 3000);
    await tab.getByLabel('Search in this report').fill('a-package-with-a-name-2999');
    await reaches(shown, 1);
    await tab.getByLabel('Search in this report').fill('');
    await reaches(shown, 3000);
    await tab.getByRole('button', { name: 'Package', exact: true }).click();
    assert.match(
      await tab.locator('#packages tbody tr').first().innerText(),
      /^@scope-of-0\/a-package-with-a-name-0\b/,
    );
    await tab.getByLabel('critical').uncheck();
    assert.is(await tab.locator('details.finding:visible').count(), 375);
    await tab.getByRole('button', { name: /light and dark/ }).click();
    assert.is(await tab.evaluate('getComputedStyle(document.documentElement).colorScheme'), 'dark');
    assert.equal(said, []);
  } finally {
    await tab.context().close();
  }
  const { tab: small } = await open(browser, folder, everything('lodash'), {
    width: 390,
    colorScheme: 'dark',
  });
  await small.getByRole('button', { name: 'Copy' }).first().click();
  assert.is(await small.evaluate('navigator.clipboard.readText()'), 'npm i lodash');
  await small.context().close();
}
