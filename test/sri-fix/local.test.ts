/** sri-fix --local: the site's own files. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { realIo } from '../../src/io.ts';
import { type SriFixRequest, type SriFixResult, sriFix } from '../../src/sri-fix/run.ts';
import { assert, failure, inTemporaryFolder, suite } from '../helpers.ts';
import { world } from '../world.ts';
import { CORS, hashOf, request } from './fixing.ts';

interface Fixed {
  html: string;
  result: SriFixResult;
  actions: string[];
}

/** Fixes site/index.html (or `page`) of a site with these files. */
async function local(
  html: string,
  files: Record<string, string> = {},
  over: Partial<SriFixRequest> = {},
  page = 'site/index.html',
): Promise<Fixed> {
  const below = Object.fromEntries(Object.entries(files).map(([name, text]) => [`site/${name}`, text]));
  const io = world({ ...below, [page]: html });
  const result = await sriFix(
    io,
    request({ paths: ['site'], site: undefined, mirror: undefined, local: true, ...over }),
  );
  const lines = result.pages.flatMap((one) => one.lines);
  const actions = lines.map(({ action, url }) => `${action} ${url}`);
  return { html: io.readFile(`/project/${page}`).toString(), result, actions };
}

const sri = (body: string) => ` integrity="${hashOf(body)}"`;
const map = (entries: Record<string, string>) =>
  `<script type="importmap">{"integrity":{${Object.entries(entries)
    .map(([key, body]) => `"${key}":"${hashOf(body)}"`)
    .join()}}}</script>`;

suite('sri-fix --local', (test) => {
  const becomes = (
    name: string,
    page: string,
    files: Record<string, string>,
    wanted: string,
    over: Partial<SriFixRequest> = {},
    at?: string,
  ) =>
    test(name, async () => {
      const { html, result, actions } = await local(page, files, over, at);
      assert.is(html, wanted);
      assert.is(result.exitCode, 0, actions.join('\n'));
      const again = await local(html, files, over, at);
      assert.is(again.html, wanted);
      assert.not.ok(again.actions.some((action) => action.startsWith('set')));
    });

  becomes(
    'scripts and styles get integrity and CORS, whatever query they have',
    '<script src=/a.js?v=1></script><link rel=stylesheet href="s%20s.css#x">',
    { 'a.js': 'A', 's s.css': 'S' },
    `<script${sri('A')}${CORS} src=/a.js?v=1></script><link${sri('S')}${CORS} rel=stylesheet href="s%20s.css#x">`,
  );
  becomes(
    'a right hash stays, and gets CORS',
    `<script src=a.js integrity="${hashOf('A', 'sha512')}"></script>`,
    { 'a.js': 'A' },
    `<script${CORS} src=a.js integrity="${hashOf('A', 'sha512')}"></script>`,
  );
  const entry = 'import{a}from"./b.js";import(`./c.js`);import("./d.js?x")';
  const chunks = { 'as/e.js': entry, 'as/b.js': 'export{}from"./e.js"', 'as/c.js': '', 'as/d.js': '//d' };
  const listed = (prefix: string) =>
    map({
      [`${prefix}b.js`]: chunks['as/b.js'],
      [`${prefix}c.js`]: '',
      [`${prefix}d.js?x`]: '//d',
      [`${prefix}e.js`]: entry,
    });
  becomes(
    'every module of a build is in the map, before the first',
    '<head>\n  <link rel=modulepreload href=/as/b.js>\n<script type=module src=/as/e.js></script>',
    chunks,
    `<head>\n  ${map({ '/as/e.js': entry, '/as/b.js': chunks['as/b.js'], '/as/c.js': '', '/as/d.js?x': '//d' })}\n` +
      `  <link${sri(chunks['as/b.js'])} rel=modulepreload href=/as/b.js>\n<script${sri(entry)} type=module src=/as/e.js></script>`,
  );
  const tag = (src: string) => `<script type=module src="${src}"></script>`;
  const pinned = (src: string) => `<script${sri(entry)} type=module src="${src}"></script>`;
  becomes('named as the page does: relative', tag('as/e.js'), chunks, listed('./as/') + pinned('as/e.js'));
  becomes(
    'named as the page does: from a folder',
    tag('../as/e.js'),
    chunks,
    listed('../as/') + pinned('../as/e.js'),
    {},
    'site/sub/index.html',
  );
  becomes(
    'named as the page does: in full',
    tag('https://site.test/x/as/e.js'),
    chunks,
    listed('https://site.test/x/as/') + pinned('https://site.test/x/as/e.js'),
    { site: 'https://site.test/x/' },
  );
  becomes(
    'a path that the site is served at',
    tag('/x/as/e.js'),
    chunks,
    listed('/x/as/') + pinned('/x/as/e.js'),
    { site: 'https://site.test/x' },
  );
  becomes(
    'a base element counts',
    `<base href="/as/">${tag('e.js')}`,
    chunks,
    `<base href="/as/">${listed('./')}${pinned('e.js')}`,
  );
  becomes(
    'imports in the page and by the names of its map',
    '<script type="importmap">{"imports":{"lib":"/l.js"}}</script><script type=module>import "lib"; import("/c.js")</script>',
    { 'l.js': 'import "/m.js"', 'm.js': '', 'c.js': '//c' },
    `<script type="importmap">{"imports":{"lib":"/l.js"},"integrity":{"/l.js":"${hashOf('import "/m.js"')}","/c.js":"${hashOf('//c')}","/m.js":"${hashOf('')}"}}</script><script type=module>import "lib"; import("/c.js")</script>`,
  );
  const called = '<script type=module src="/m.js?v=1#x"></script>';
  becomes(
    'queries and fragments belong to the name of a module',
    called,
    { 'm.js': 'import "/c.js"', 'c.js': '' },
    `${map({ '/c.js': '', '/m.js?v=1#x': 'import "/c.js"' })}<script${sri('import "/c.js"')} ${called.slice(8)}`,
  );
  const classic = 'import("./c.js")';
  becomes(
    'import() in a script that is no module',
    '<p><script src=/a.js></script>',
    { 'a.js': classic, 'c.js': '' },
    `<p>${map({ '/c.js': '' })}<script${sri(classic)}${CORS} src=/a.js></script>`,
  );
  becomes(
    'no map where nothing needs it',
    tag('/m.js'),
    { 'm.js': 'M' },
    `<script${sri('M')} ${tag('/m.js').slice(8)}`,
  );
  becomes(
    "workers and data are nobody's matter",
    '<script>new Worker("/w.js")</script><img src=/i.png><style>@import "/s.css"</style>',
    {},
    '<script>new Worker("/w.js")</script><img src=/i.png><style>@import "/s.css"</style>',
  );

  test('a wrong hash is told, and written over with --update alone', async () => {
    const page = `<script src=/a.js${sri('old')}></script>`;
    const { html, result, actions } = await local(page, { 'a.js': 'A' });
    assert.equal(actions, ['wrong /a.js']);
    assert.is(result.exitCode, 1);
    assert.is(html, page);
    const updated = await local(page, { 'a.js': 'A' }, { update: true });
    assert.is(updated.html, `<script${CORS} src=/a.js${sri('A')}></script>`);
    const stale = `${map({ '/c.js': 'old' })}<script type=module>import("/c.js")</script>`;
    assert.equal((await local(stale, { 'c.js': 'new' })).actions, ['wrong /c.js']);
    const mended = await local(stale, { 'c.js': 'new' }, { update: true });
    assert.is(mended.html, stale.replace(hashOf('old'), hashOf('new')));
  });

  test('what is not there is a hash that could not be learnt', async () => {
    const { result, actions } = await local('<script src=/a.js></script><script src=/b.js></script>', {
      'b.js': '',
    });
    assert.equal(actions, ['unlearned /a.js', 'set /b.js']);
    assert.is(result.exitCode, 3);
  });

  test('no path leads out of the folder', async () => {
    const bad = [
      '/..%2fsecret.js',
      '/..%5csecret.js',
      '/%2e%2e/secret.js',
      '../../secret.js',
      '/a%00.js',
      '/%ff.js',
      '/',
    ];
    const page = bad.map((src) => `<script src="${src}"></script>`).join('');
    const { actions } = await local(page, { '../secret.js': 'S' });
    assert.is(actions.length, bad.length);
    for (const action of actions) assert.match(action, /^unlearned /);
  });

  test('nor does a link', () =>
    inTemporaryFolder(async (folder) => {
      const site = join(folder, 'site');
      mkdirSync(site);
      writeFileSync(join(folder, 'secret.js'), 'S');
      writeFileSync(join(site, 'a.js'), 'A');
      symlinkSync('../secret.js', join(site, 'out.js'));
      symlinkSync('a.js', join(site, 'in.js'));
      symlinkSync('..', join(site, 'up'));
      writeFileSync(
        join(site, 'index.html'),
        ['out', 'in', 'up/secret'].map((name) => `<script src=${name}.js></script>`).join(''),
      );
      const io = { ...realIo(), cwd: folder };
      const { pages } = await sriFix(io, request({ paths: ['site'], mirror: undefined, local: true }));
      assert.equal(
        pages[0]?.lines.map(({ action, reason }) => [action, reason]),
        [
          ['unlearned', 'a link leads out of the folder'],
          ['set', undefined],
          ['unlearned', 'a link leads out of the folder'],
        ],
      );
    }));

  test('what only a build, a template or a person can cover is told', async () => {
    const page =
      '<script type=module src=/src/main.tsx></script><script src="/{{ a }}.js"></script><svg><script href=/a.js /></svg>' +
      '<iframe srcdoc="<script src=/a.js></script>"></iframe><script>document.head.append(Object.assign(document.createElement("script"),{src:"/a.js"}))</script>';
    const { html, result, actions } = await local(page, { 'a.js': 'A', 'src/main.tsx': '' });
    assert.is(html, page);
    assert.is(result.exitCode, 0);
    assert.is(actions.length, 5);
    for (const action of actions) assert.match(action, /^refused /);
  });

  test('a page beside the configuration of Vite is source', async () => {
    const { result, actions } = await local('<script type=module src=/m.js></script>', {
      'm.js': '',
      'vite.config.js': '',
    });
    assert.equal(actions, ['refused /m.js']);
    assert.match(result.notes.join(), 'vakt/vite');
  });

  test('a map that a content security policy would block is not written', async () => {
    const page = `<meta http-equiv=content-security-policy content="script-src 'self'">${tag('/as/e.js')}`;
    const { html, result } = await local(page, chunks);
    assert.not.match(html, 'importmap');
    assert.match(html, `<script${sri(entry)} type=module`);
    const advice = result.pages[0]?.lines.find(({ action }) => action === 'refused')?.advice ?? '';
    const [hash = ''] = /'sha256-[^']+'/.exec(advice) ?? [];
    const allowed = page.replace("'self'", `'self' ${hash}`);
    assert.match((await local(allowed, chunks)).html, 'importmap');
  });

  const island =
    '<script>x=e=>import(e.getAttribute("m"))</script><p>é<is-land m="/as/i.js" no="/as/x.js" r=./as/r.js?a>';
  becomes(
    'what code imports by names in the page',
    `<p>${island}`,
    { 'as/i.js': 'import "./d.js"', 'as/d.js': '', 'as/r.js': 'R' },
    `<p>${map({ '/as/i.js': 'import "./d.js"', './as/r.js?a': 'R', '/as/d.js': '' })}${island}`,
  );

  test('modules with integrity whose file is elsewhere are told', async () => {
    const page = `<script type=module src=/as/gone.js${sri('G')}></script>`;
    const { html, result } = await local(page);
    assert.is(html, page);
    assert.is(result.exitCode, 3);
    assert.equal(result.pages[0]?.problems, [
      '/as/gone.js: the folder has no such file, so what it imports was not looked at',
    ]);
  });

  test('chunks that nothing can cover are told', async () => {
    const loader = 's=document.createElement("script");e.name="ChunkLoadError"';
    const page = '<script src=/a.js></script>';
    const { result } = await local(page, { 'a.js': loader });
    assert.match(result.notes.join(), /^site\/a\.js adds .* Integrity-Policy would block them/);
    assert.equal((await local(page, { 'a.js': `${loader};s.integrity=h[1]` })).result.notes, []);
  });

  test('names that only the running code makes are noted, and what stands beside is covered', async () => {
    const files = { 'm.js': 'import(x)', 'n.js': '', 'p q.mjs': '', 'deep/o.js': '' };
    const { html, result } = await local(tag('/m.js'), files);
    for (const name of ['m.js', 'n.js', 'p%20q.mjs']) assert.match(html, `"/${name}":"sha384-`);
    assert.not.match(html, 'deep');
    assert.match(result.notes.join(), 'only the running code makes');
    assert.is(result.exitCode, 0);
  });

  test('a folder beside the pages, and pages beside it', async () => {
    const { html } = await local('<script src=/site/a.js></script>', { 'a.js': 'A' }, { root: '.' });
    assert.match(html, hashOf('A'));
    const error = await failure(() => local('', { 'x/a.js': '' }, { root: 'site/x' }));
    assert.match(error.message, 'not below the root');
  });
});

const src = fc.constantFrom(
  '/a.js',
  'b.js',
  './m.js',
  '/sub/n.js?v',
  '/none.js',
  'https://cdn.test/x.js',
  '/s.css',
);
const attribute = fc.constantFrom(
  '',
  ' type=module',
  ' crossorigin',
  ' async',
  ` integrity="${hashOf('A')}"`,
  ' integrity=sha1-x',
);
const element = fc
  .tuple(
    fc.constantFrom('script', 'link rel=stylesheet', 'link rel=modulepreload', 'link rel=preload as=script'),
    src,
    attribute,
  )
  .map(([name, url, more]) =>
    name === 'script' ? `<script src="${url}"${more}></script>` : `<${name} href="${url}"${more}>`,
  );
const piece = fc.oneof(
  { weight: 3, arbitrary: element },
  fc.constantFrom(
    '<!--',
    '-->',
    '\r\n ',
    '<template>',
    '</template>',
    '<base href="/sub/">',
    '<svg>',
    '<noscript>',
    '</noscript>',
  ),
  fc.constantFrom('<script>import("/m.js")</script>', '<script type=module>import "./b.js"</script>'),
);
const html = fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join(''));
const FILES = {
  'a.js': 'A',
  'b.js': 'import("./m.js")',
  'm.js': 'import "./sub/n.js"',
  'sub/n.js': 'N',
  's.css': 'S',
  'sub/b.js': '',
  'sub/m.js': 'import "../a.js"',
};
const MAP = /<script type="importmap">\{"integrity":\{[^<]*\}\}<\/script>(?:\r?\n[ \t]*)?/;

suite('sri-fix --local on any page', (test) => {
  test('a second run changes nothing', () =>
    fc.assert(
      fc.asyncProperty(html, async (page) => {
        const once = await local(page, FILES, { update: true });
        const twice = await local(once.html, FILES, { update: true });
        assert.is(twice.html, once.html);
        assert.not.ok(twice.actions.some((action) => action.startsWith('set')));
      }),
      { numRuns: 300 },
    ));

  test('what is inserted can be taken out again', () =>
    fc.assert(
      fc.asyncProperty(html, async (page) => {
        const bare = page.replace(/ integrity=(?:"[^"]*"|\S*?(?=>))/g, '');
        const fixed = await local(bare, FILES);
        const restored = fixed.html
          .replace(MAP, '')
          .replace(/ integrity="sha384-[\w+/]{64}"(?: crossorigin="anonymous")?/g, '');
        assert.is(restored, bare);
      }),
      { numRuns: 300 },
    ));
});
