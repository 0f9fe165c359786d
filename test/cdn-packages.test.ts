/** A package that a page loads from a CDN is judged as one of a lock file, and reported where the page names it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../src/cli/main.ts';
import { realIo } from '../src/io.ts';
import type { FindingJson, ReportJson } from '../src/report/json-shapes.ts';
import { compileDatabase } from '../src/sources/advisories/compile.ts';
import { assert, inTemporaryFolder, suite } from './helpers.ts';
import { loopback } from './loopback.ts';
import { named, osv, ranged } from './sources/advisories/records.ts';
import { packument } from './support/packuments.ts';

const HIGH = { severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H' }] };
const RECORDS = [
  osv('GHSA-2222-3333-4444', [ranged('jquery', [{ introduced: '0' }, { fixed: '3.5.0' }])], HIGH),
  osv('GHSA-2222-3333-5555', [ranged('bootstrap', [{ introduced: '3.0.0' }, { fixed: '3.4.1' }])], HIGH),
  osv('GHSA-2222-3333-6666', [ranged('vue', [{ introduced: '0' }, { fixed: '2.7.0' }])], HIGH),
  osv(
    'GHSA-2222-3333-7777',
    [ranged('vue', [{ introduced: '0' }, { fixed: '2.6.0' }, { introduced: '3.0.0' }, { fixed: '3.2.0' }])],
    HIGH,
  ),
  osv('MAL-2026-7', [named('free-icons-kit', '2.1.0')]),
];

/** The place of the tag in each page: behind a line of its own, indented, with a letter of two bytes before it. */
const page = (url: string) => `<!doctype html>\n<p>é</p>  <script src="${url}"></script>\n`;
const LINE = 2;
const COLUMN = 11;

interface Judged {
  code: number;
  findings: FindingJson[];
}

/** Runs the program over one page, with the records compiled. */
async function judged(
  folder: string,
  html: string,
  args = ['--offline', '--only', 'web'],
  npmrc = '',
): Promise<Judged> {
  const { code, out } = await ran(
    folder,
    html,
    ['scan', '--db', DATABASE, '--format', 'json', ...args],
    npmrc,
  );
  return { code, findings: (JSON.parse(out) as ReportJson).findings };
}

const DATABASE = '../advisories.vdb';

async function ran(
  folder: string,
  html: string,
  argv: string[],
  npmrc = '',
): Promise<{ code: number; out: string }> {
  const project = join(folder, 'site');
  const home = join(folder, 'home');
  const records = join(folder, 'osv');
  for (const one of [project, home, records]) mkdirSync(one, { recursive: true });
  for (const record of RECORDS) writeFileSync(join(records, `${record.id}.json`), JSON.stringify(record));
  const db = join(folder, 'advisories.vdb');
  await compileDatabase(realIo(), { from: records, to: db, now: new Date() });
  writeFileSync(join(project, 'index.html'), html);
  // npm takes a folder's .npmrc for the project's where a package.json stands beside it.
  writeFileSync(join(project, 'package.json'), '{}');
  writeFileSync(join(project, '.npmrc'), npmrc);
  let out = '';
  let err = '';
  const io = {
    ...realIo(),
    cwd: project,
    env: { HOME: home, npm_config_globalconfig: join(folder, 'none') },
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
  };
  const code = await main(argv, io);
  assert.ok(out !== '', err);
  return { code, out };
}

const JQUERY = 'pkg:npm/jquery@3.4.1';
const VULNERABLE: [url: string, purl: string][] = [
  ['https://cdn.jsdelivr.net/npm/jquery@3.4.1/dist/jquery.min.js', JQUERY],
  ['https://cdn.jsdelivr.net/npm/jquery@3.4.1', JQUERY],
  ['https://cdn.jsdelivr.net/npm/jquery@3.4.1/+esm', JQUERY],
  ['https://cdn.jsdelivr.net/jquery/3.4.1/jquery.min.js', JQUERY],
  ['https://cdn.jsdelivr.net/combine/npm/vue@3.4.21/dist/vue.js,npm/jquery@3.4.1/dist/jquery.js', JQUERY],
  ['//unpkg.com/jquery@3.4.1/dist/jquery.js', JQUERY],
  ['HTTPS://CDNJS.cloudflare.com/ajax/libs/jquery/3.4.1/jquery.min.js', JQUERY],
  [
    'https://cdnjs.cloudflare.com/ajax/libs/twitter-bootstrap/3.3.7/js/bootstrap.js',
    'pkg:npm/bootstrap@3.3.7',
  ],
  ['https://esm.sh/jquery@3.4.1', JQUERY],
  ['https://esm.sh/v135/jquery@3.4.1/es2022/jquery.mjs', JQUERY],
  ['https://ga.jspm.io/npm:jquery@3.4.1/dist/jquery.js', JQUERY],
  ['https://cdn.skypack.dev/jquery@3.4.1', JQUERY],
  ['https://ajax.googleapis.com/ajax/libs/jquery/3.4.1/jquery.min.js', JQUERY],
  ['https://code.jquery.com/jquery-3.4.1.slim.min.js', JQUERY],
  ['https://ajax.aspnetcdn.com/ajax/jQuery/jquery-3.4.1.min.js', JQUERY],
  ['https://maxcdn.bootstrapcdn.com/bootstrap/3.3.7/js/bootstrap.min.js', 'pkg:npm/bootstrap@3.3.7'],
  ['https://cdn.datatables.net/v/dt/jq-3.4.1/dt-1.10.20/datatables.min.js', JQUERY],
  ['https://cdn.bootcss.com/jquery/3.4.1/jquery.min.js', JQUERY],
];

suite('packages of CDNs in a scan', (test) => {
  for (const [url, purl] of VULNERABLE) {
    test(url, () =>
      inTemporaryFolder(async (folder) => {
        const { code, findings } = await judged(folder, page(url));
        const found = findings.filter(({ rule }) => rule === 'known-vulnerability');
        assert.equal(
          found.map((one) => [one.purl, one.locations.map((at) => `${at.file}:${at.line}:${at.column}`)]),
          [[purl, [`index.html:${LINE}:${COLUMN}`]]],
        );
        assert.is(code, 1);
      }),
    );
  }

  test('a fixed version, a moving one and somebody else of that name are no known vulnerability', () =>
    inTemporaryFolder(async (folder) => {
      const urls = [
        'https://code.jquery.com/jquery-3.7.1.min.js',
        'https://cdn.jsdelivr.net/npm/jquery@3/dist/jquery.min.js',
        'https://cdn.jsdelivr.net/gh/jquery/jquery@3.4.1/dist/jquery.js',
        'https://cdn.jsdelivr.net/npm/@other/jquery@3.4.1/jquery.js',
        'https://cdn.example.test/npm/jquery@3.4.1/dist/jquery.js',
      ];
      const { findings } = await judged(folder, urls.map(page).join(''));
      assert.not.ok(findings.some(({ rule }) => rule === 'known-vulnerability'));
    }));

  test('one vulnerable package in two tags has two places', () =>
    inTemporaryFolder(async (folder) => {
      const [first = '', second = ''] = [VULNERABLE[0]?.[0], VULNERABLE[6]?.[0]];
      const { findings } = await judged(folder, page(first) + page(second));
      const places = findings
        .filter(({ rule }) => rule === 'known-vulnerability')
        .flatMap(({ locations }) => locations.map(({ line }) => line));
      assert.equal(places, [LINE, LINE + 2]);
    }));

  test('malware', () =>
    inTemporaryFolder(async (folder) => {
      const { code, findings } = await judged(folder, page('https://unpkg.com/free-icons-kit@2.1.0/kit.js'));
      const [found] = findings.filter(({ rule }) => rule === 'malware');
      assert.is(found?.purl, 'pkg:npm/free-icons-kit@2.1.0');
      assert.is(found?.level, 'block');
      assert.is(found?.locations[0]?.line, LINE);
      assert.is(code, 1);
    }));

  test('deprecated, as the registry says', () =>
    inTemporaryFolder(async (folder) => {
      const answer = packument('old-slider', {
        '1.0.0': { day: '2019-01-01', deprecated: 'use @acme/slider instead' },
      });
      const registry = await loopback((_, response) => void response.end(JSON.stringify(answer)));
      try {
        const url = 'https://cdn.jsdelivr.net/npm/old-slider@1.0.0/slider.js';
        const npmrc = `registry=${registry.origin}/\n`;
        const { findings } = await judged(folder, page(url), ['--deep', '--only', 'web'], npmrc);
        const [found] = findings.filter(({ rule }) => rule === 'deprecated');
        assert.match(found?.message ?? '', 'use @acme/slider instead');
        assert.is(found?.locations[0]?.line, LINE);
      } finally {
        await registry.close();
      }
    }));
});

suite('packages in pages, for people', (test) => {
  const html = page('https://code.jquery.com/jquery-3.4.1.min.js');
  const scan = ['scan', '--db', DATABASE, '--offline', '--only', 'web'];

  test('the first screen names the tag, the version to load, and what to do', () =>
    inTemporaryFolder(async (folder) => {
      const { out } = await ran(folder, html, scan);
      assert.match(out, /Load fixed versions of 1 package that pages load/);
      assert.match(out, /index\.html:2 {2}jquery 3\.4\.1 -> 3\.5\.0 {2}high/);
      assert.match(out, /write the new version into the URL/);
      assert.not.match(out, /Find a way/);
    }));

  test('of several advisories the version to load is the lowest without any of them', () =>
    inTemporaryFolder(async (folder) => {
      const { out } = await ran(folder, page('https://cdn.jsdelivr.net/npm/vue@2.5.0/dist/vue.js'), scan);
      assert.match(out, /index\.html:2 {2}vue 2\.5\.0 -> 2\.7\.0 {2}high/);
    }));

  test('malware is told for the page that loads it, and for its visitors', () =>
    inTemporaryFolder(async (folder) => {
      const url = 'https://cdn.jsdelivr.net/npm/free-icons-kit@2.1.0/a.js';
      const { code, out } = await ran(folder, page(url), scan);
      assert.is(code, 1);
      assert.match(out, /\(in index\.html:2\)/);
      assert.match(out, /take it out of the page/);
    }));

  test('why names the tag, and a bill of materials the page', () =>
    inTemporaryFolder(async (folder) => {
      const why = await ran(folder, html, ['why', 'jquery', '--offline']);
      assert.is(
        why.out,
        'jquery@3.4.1  1 place in pages\n  index.html:2  https://code.jquery.com/jquery-3.4.1.min.js\n',
      );
      const { out } = await ran(folder, html, ['sbom', '--offline']);
      const { components } = JSON.parse(out) as { components: { properties: unknown[] }[] };
      assert.equal(components[0]?.properties, [{ name: 'vakt:file', value: 'index.html' }]);
    }));
});
