import { createHash } from 'node:crypto';
import { type Io, realIo } from '../src/io.ts';
import { unknownHost, verdictRules } from '../src/rules/web-index.ts';
import { readSite, readSources, type SiteOptions } from '../src/site.ts';
import { assert, suite } from './helpers.ts';

const CDN = 'https://cdn.jsdelivr.net/npm/x@1.0.0/';
const HASH = `sha384-${createHash('sha384').update('x').digest('base64')}`;

function ioWith(files: Record<string, string | Buffer>): Io {
  return {
    ...realIo(),
    kind: (file) => (files[file] === undefined ? undefined : 'file'),
    readFile(file) {
      const body = files[file];
      if (body === undefined) throw new Error('does not exist');
      return Buffer.from(body);
    },
  };
}

async function read(page: string | Buffer, options: SiteOptions = {}, files: Record<string, string> = {}) {
  return readSite(ioWith({ ...files, 'a/page.html': page }), ['a/page.html'], {
    site: 'https://site.test',
    ...options,
  });
}

/** The findings of a page: `rule name-of-the-file`, in the order of the page. */
async function found(
  page: string | Buffer,
  options?: SiteOptions,
  files?: Record<string, string>,
): Promise<string[]> {
  const { loads } = await read(page, options, files);
  const all: [number, string][] = [];
  for (const rule of verdictRules) {
    for (const { locations, url = '' } of rule.check({ loads }, {})) {
      for (const { offset } of locations) all.push([offset, `${rule.id} ${url.replace(CDN, '')}`]);
    }
  }
  return all.sort((a, b) => a[0] - b[0]).map(([, line]) => line);
}

const script = (attributes: string) => `<script ${attributes}></script>`;
const missing = (...files: string[]) => files.map((file) => `missing-sri ${file}`);

suite('what a page loads', (test) => {
  const same = (name: string, page: string, wanted: string[]) =>
    test(name, async () => assert.equal(await found(page), wanted));

  same('unquoted values keep their slash', `<script src=${CDN}a.js/></script>`, missing('a.js/'));
  same(
    'upper case',
    `<SCRIPT SRC="HTTPS://CDN.JSDELIVR.NET/npm/x@1.0.0/A.JS"></SCRIPT><LINK REL=STYLESHEET HREF=${CDN}a.css>`,
    missing('A.JS', 'a.css'),
  );
  same(
    'the first of equal attributes counts',
    script(`src="${CDN}1.js" src="${CDN}2.js"`) +
      script(`src=${CDN}3.js integrity="" integrity="${HASH}" crossorigin`) +
      script(`src=${CDN}4.js integrity="${HASH}" crossorigin=use-credentials crossorigin`),
    ['missing-sri 1.js', 'ineffective-sri 3.js', 'sri-without-cors 4.js'],
  );
  same(
    'protocol-relative and odd URLs',
    script(`src=//cdn.jsdelivr.net/npm/x@1.0.0/a.js`) +
      script('src="https:/own.js"') +
      script('src="https:own.js"') +
      script('src="\\\\cdn.jsdelivr.net\\npm/x@1.0.0/b.js"'),
    missing('a.js', 'b.js'),
  );
  same(
    'no network',
    ['data:text/javascript,1', 'blob:https://x/1', 'about:blank', 'javascript:1', '', ' ', '#', '?']
      .map((u) => script(`src="${u}"`))
      .join(''),
    [],
  );
  same(
    'own servers',
    script('src=a.js') +
      script('src=/a.js') +
      script('src="https://site.test/a.js"') +
      script('src="https://SITE.test:443/a.js"') +
      script('src=//site.test/a.js') +
      script('src=http://localhost:3000/a.js'),
    [],
  );
  same('own host by http is still blocked', script('src=http://site.test/a.js'), [
    'insecure-script http://site.test/a.js',
  ]);
  same(
    'base',
    `<script src=1.js></script><base target=x><base href="${CDN}"><base href=/><script src=2.js></script><link rel=stylesheet href=./a.css>`,
    missing('2.js', 'a.css'),
  );
  same(
    'a base in a template, in noscript or with a data: URL changes nothing',
    `<template><base href="${CDN}"></template><noscript><base href="${CDN}"></noscript><base href="data:,x"><base href="${CDN}"><script src=2.js></script>`,
    [],
  );
  same(
    'hidden conditional comments are comments, revealed ones are not',
    `<!--[if lt IE 9]>${script(`src=${CDN}1.js`)}<![endif]--><!--[if !IE]><!-->${script(`src=${CDN}2.js`)}<!--<![endif]--><![if !IE]>${script(`src=${CDN}3.js`)}<![endif]>`,
    missing('2.js', '3.js'),
  );
  same(
    'templates and shadow roots',
    `<template>${script(`src=${CDN}1.js`)}</template><div><template shadowrootmode=open>${script(`src=${CDN}2.js`)}<link rel=stylesheet href=${CDN}a.css></template></div>`,
    missing('2.js', 'a.css'),
  );
  same(
    'noscript: styles where scripts are off, scripts never',
    `<noscript><link rel=stylesheet href=${CDN}a.css>${script(`src=${CDN}1.js`)}</noscript>`,
    missing('a.css'),
  );
  same(
    'noscript that hides different bytes with scripts on and off',
    `<noscript><!--</noscript>${script(`src=${CDN}1.js`)}--></noscript>`,
    missing('1.js'),
  );
  same(
    'svg scripts',
    `<svg><script href=${CDN}1.js></script><script xlink:href=${CDN}2.js href=${CDN}3.js /><script src=${CDN}4.js></script></svg>`,
    ['unprotectable-script 1.js', 'unprotectable-script 3.js'],
  );
  same(
    'svg script with integrity',
    `<svg><script href=${CDN}1.js integrity=${HASH} crossorigin></script></svg>`,
    ['unprotectable-script 1.js'],
  );
  same(
    'a script that closes itself swallows what follows',
    `<script src=${CDN}1.js />${script(`src=${CDN}2.js`)}`,
    missing('1.js'),
  );
  same(
    'script types',
    [
      'text/template',
      'application/json',
      'text/babel',
      'text/javascript; charset=x',
      'importmap',
      'speculationrules',
      'module ',
      'TEXT/ECMASCRIPT',
      '',
    ]
      .map((t, i) => script(`type="${t}" src=${CDN}${i}.js`))
      .join(''),
    missing('6.js', '7.js', '8.js'),
  );
  same(
    'language',
    script(`language=vbscript src=${CDN}1.js`) +
      script(`language="" src=${CDN}2.js`) +
      script(`language=JavaScript src=${CDN}3.js`),
    missing('2.js', '3.js'),
  );
  same(
    'nomodule, for and event',
    script(`nomodule src=${CDN}1.js`) +
      script(`type=module nomodule src=${CDN}2.js`) +
      script(`for=" WINDOW " event="onload()" src=${CDN}3.js`) +
      script(`for=a event=onload src=${CDN}4.js`) +
      script(`for=window src=${CDN}5.js`),
    missing('1.js', '2.js', '3.js', '5.js'),
  );
  same(
    'rel',
    [
      'stylesheet',
      'preload stylesheet',
      'alternate stylesheet',
      'x\tSTYLESHEET\ny',
      'stylesheet/less',
      'icon',
      'manifest',
      'preconnect',
      'dns-prefetch',
      'canonical',
      'prefetch',
      'next',
    ]
      .map((r, i) => `<link rel="${r}" href=${CDN}${i}.css>`)
      .join(''),
    missing('0.css', '1.css', '2.css', '3.css'),
  );
  same(
    'sheets that are not applied',
    `<link rel=stylesheet type=text/less href=${CDN}1.css><link rel=stylesheet disabled href=${CDN}2.css><link rel=stylesheet media=print type="text/css" href=${CDN}3.css>`,
    missing('2.css', '3.css'),
  );
  same(
    'preloads',
    ['script', 'style', 'font', 'fetch', 'image', '', 'SCRIPT']
      .map((as, i) => `<link rel=preload as="${as}" href=${CDN}${i}>`)
      .join('') + `<link rel=modulepreload href=${CDN}m.js>`,
    missing('0', '1', '6', 'm.js'),
  );
  same(
    'elements without integrity are no business of ours',
    `<img src=${CDN}a.png integrity=x><iframe src=${CDN}a.html></iframe><object data=${CDN}a.svg></object><embed src=${CDN}a.swf><video src=${CDN}a.mp4></video><script integrity=x>1</script>`,
    [],
  );
  same('an unclosed script never runs', `<script src=${CDN}1.js>`, []);
  same(
    'srcdoc',
    `<iframe srcdoc="&lt;script src=&quot;${CDN}1.js&quot;>&lt;/script><iframe srcdoc='<link rel=stylesheet href=${CDN}2.css>'></iframe>"></iframe><iframe sandbox srcdoc="<script src=${CDN}3.js></script>"></iframe>`,
    missing('1.js', '2.css'),
  );
  same(
    '@import',
    `<style>/**/ @charset "x";@import '${CDN}1.css' print;@IMPORT url( ${CDN}2.css );a{}@import "${CDN}3.css"</style><style type=text/less>@import "${CDN}4.css"</style>`,
    ['unprotectable-script 1.css', 'unprotectable-script 2.css'],
  );
  same(
    'templates',
    script('src="{{ own }}/a.js"') +
      script('src="https://{{ cdn }}/a.js"') +
      script(`src="${CDN}{{ v }}/a.js"`) +
      script(`src="//x.test/<?= $v ?>/a.js"`) +
      script(`src=${CDN}1.js integrity="{{ sri }}"`),
    ['dynamic-url https://{{ cdn }}/a.js', 'dynamic-url {{ v }}/a.js', 'dynamic-url //x.test/<?= $v ?>/a.js'],
  );
  same(
    'integrity',
    [
      script(`src=${CDN}1.js integrity=${HASH} crossorigin`),
      script(`src=${CDN}2.js integrity=${HASH}`),
      script(`src=${CDN}3.js integrity=SHA384-x crossorigin`),
      script(`src=${CDN}4.js integrity=${HASH}x crossorigin`),
      script(`src=${CDN}5.js integrity=${HASH} crossorigin=whatever`),
      script(`type=module src=${CDN}6.js integrity=${HASH}`),
      script(`src=${CDN}7.js integrity=${HASH} crossorigin=use-credentials`),
      script(`src=https://unknown.test/8.js integrity=${HASH} crossorigin=use-credentials`),
      `<link rel=modulepreload href=${CDN}9.js integrity=${HASH}>`,
      script(`src=${CDN}10.js integrity=sha384-${'A'.repeat(64)} crossorigin`),
    ].join(''),
    [
      'sri-without-cors 2.js',
      'ineffective-sri 3.js',
      'wrong-sri 4.js',
      'sri-without-cors 7.js',
      'wrong-sri 10.js',
    ],
  );
  same(
    'swallowed by script text',
    `<script>"<!--<script>"</script>${script(`src=${CDN}1.js`)}</script>${script(`src=${CDN}2.js`)}`,
    missing('2.js'),
  );
  same(
    'XHTML',
    `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><link rel="stylesheet" href="${CDN}a.css" /></head></html>`,
    missing('a.css'),
  );
  same(
    'select holds markup in Chromium of today',
    `<select><link rel=stylesheet href=${CDN}a.css></select>`,
    missing('a.css'),
  );

  test('import maps', async () => {
    const map = (body: object) => `<script type=importmap>${JSON.stringify(body)}</script>`;
    assert.equal(
      await found(
        map({
          imports: { a: `${CDN}a.js`, own: './a.js', bad: 'x', dir: `${CDN}d/` },
          scopes: { '/x': { b: `${CDN}b.js` } },
        }),
      ),
      ['unprotected-import a.js', 'unprotected-import d/', 'unprotected-import b.js'],
    );
    const integrity = { [`${CDN}a.js`]: HASH, 'b.js': HASH };
    const covered = map({ imports: { a: `${CDN}a.js` }, integrity });
    const use = `<script type=module>import "a"; import '${CDN}a.js'; import "${CDN}c.js"; import("${CDN}d.js")</script>`;
    assert.equal(await found(covered + use), ['unprotected-import c.js', 'injected-script d.js']);
    const tag = `<script type=module src=${CDN}a.js></script><link rel=modulepreload href=${CDN}a.js>`;
    assert.equal(await found(covered + tag), []);
    assert.equal(await found(covered + script(`src=${CDN}a.js`)), missing('a.js'));
    assert.equal(await found(`${covered}<script type=module src=${CDN}a.js integrity></script>`), [
      'ineffective-sri a.js',
    ]);
    assert.equal(await found(map({}) + covered + tag), [
      'unprotected-import a.js',
      'unprotected-import a.js',
    ]);
    assert.equal(await found(`<script type=module>1</script>${covered}${tag}`), [
      'unprotected-import a.js',
      'unprotected-import a.js',
    ]);
    assert.equal(
      await found(map({ imports: { a: `${CDN}a.js` }, integrity: { [`${CDN}a.js`]: 'sha1-x' } })),
      ['ineffective-sri a.js'],
    );
    assert.equal(await found(`<script type=importmap>{ broken</script>${tag}`), missing('a.js', 'a.js'));
    assert.equal(
      await found(map({ imports: { 'x/': CDN } }) + '<script type=module>import "x/a.js"</script>'),
      ['unprotected-import ', 'unprotected-import a.js'],
    );
    assert.equal(
      await found(
        map(JSON.parse('{"imports":{"__proto__":"x","constructor":"y"},"integrity":{"__proto__":"z"}}')),
      ),
      [],
    );
  });

  test('code in pages', async () => {
    const page = `<p>é</p><script>
      var a = '${CDN}string.js'; // import('${CDN}comment.js')
      document.write("<script src='${CDN}write.js'><\\/script>");
      var s = document.createElement('script'); s.src = '${CDN}made.js'; document.head.append(s);
      var p = document.createElement('script'); p.src = '${CDN}safe.js'; p.integrity = '${HASH}'; p.crossOrigin = '';
      import('${CDN}dynamic.js');
    </script><script type=module>import x from '${CDN}static.js'</script>`;
    assert.equal(await found(page), [
      'injected-script write.js',
      'injected-script made.js',
      'injected-script dynamic.js',
      'unprotected-import static.js',
    ]);
    const { loads } = await read(page);
    for (const load of loads) {
      const bytes = Buffer.from(page);
      assert.is(bytes.subarray(load.location.offset).toString().slice(0, load.url.length), load.url);
    }
    assert.equal(await found(`<base href="${CDN}"><script>import('./a.js')</script>`), [
      'injected-script a.js',
    ]);
  });

  test('places in every encoding', async () => {
    const line = (text: string) => `<!doctype html>\r\n<p>ü😀</p>${text}<script src="${CDN}ü.js"></script>`;
    const place = async (bytes: Buffer) => {
      const { loads } = await read(bytes);
      assert.equal(
        loads.map((l) => l.url),
        [`${CDN}%C3%BC.js`],
      );
      return loads.map(
        (l) => `${l.location.line}:${l.location.column} ${l.location.offset} ${l.tag?.nameEnd}`,
      )[0];
    };
    const text = line('');
    const utf8 = Buffer.from(text);
    const index = text.indexOf('<script');
    const offset = utf8.indexOf('<script');
    assert.is(await place(utf8), `2:11 ${offset} ${offset + 7}`);
    const bom = Buffer.concat([Buffer.from('\ufeff'), utf8]);
    assert.is(await place(bom), `2:11 ${offset + 3} ${offset + 10}`);
    const le = Buffer.from(`\ufeff${text}`, 'utf16le');
    assert.is(await place(le), `2:11 ${2 + 2 * index} ${2 + 2 * index + 14}`);
    assert.is(await place(Buffer.from(le).swap16()), `2:11 ${2 + 2 * index} ${2 + 2 * index + 14}`);
    const legacy = Buffer.from(line('').replace('😀', 'é'), 'latin1');
    const at = legacy.indexOf('<script');
    assert.is(await place(legacy), `2:10 ${at} ${at + 7}`);
    const meta = Buffer.from(`<meta charset=utf-16>${text}`);
    assert.is(await place(meta), `2:11 ${offset + 21} ${offset + 28}`);
  });

  test('what cannot be read is a gap', async () => {
    const jis = await read(Buffer.from('<meta charset=iso-2022-jp>\x1b$B'));
    assert.match(jis.gaps[0]?.reason ?? '', /encoding/);
    const { gaps } = await readSite(ioWith({}), ['none.html'], {});
    assert.match(gaps[0]?.reason ?? '', /none.html does not exist/);
    const deep = await read('<svg>'.repeat(3000));
    assert.match(deep.gaps[0]?.reason ?? '', /deep/);
    const frames = await read(
      '<iframe srcdoc="'.repeat(1) + '&lt;iframe srcdoc=&amp;quot;x&amp;quot;>'.repeat(2) + '"></iframe>',
    );
    assert.equal(frames.gaps, []);
  });

  test('compares with a mirror folder', async () => {
    const files = {
      'm/cdn.jsdelivr.net/npm/x@1.0.0/a.js': 'x',
      'm/cdn.jsdelivr.net/npm/x@1.0.0/b.js%3Fv%3D1': 'y',
    };
    const page =
      script(`src=${CDN}a.js#f integrity=${HASH} crossorigin`) +
      script(`src=${CDN}b.js?v=1 integrity=${HASH} crossorigin`) +
      script(`src=${CDN}c.js integrity=${HASH} crossorigin`);
    assert.equal(await found(page, { mirror: 'm' }, files), ['wrong-sri b.js?v=1']);
    const { gaps } = await read(page, { mirror: 'm' }, files);
    assert.equal(
      gaps.map((g) => g.reason),
      [`no body of ${CDN}c.js`],
    );
  });

  test('own origins, and pages without an address', async () => {
    const page =
      script('src=https://static.test/a.js') +
      script('src=https://a.img.test/b.js') +
      script('src=https://other.test/c.js');
    assert.equal(await found(page, { ownOrigins: ['https://static.test', '*.img.test'] }), [
      'missing-sri https://other.test/c.js',
    ]);
    const { loads } = await readSite(
      ioWith({ 'p.html': script('src=a.js') + script('src=//site.test/a.js') }),
      ['p.html'],
      {},
    );
    assert.equal(
      loads.map((l) => l.url),
      ['https://site.test/a.js'],
    );
  });

  test('packages of CDNs join the inventory', async () => {
    const { trees } = await read(
      `<p>\n${script('src=https://cdn.jsdelivr.net/npm/jquery@3.4.1/dist/jquery.min.js')}${script('src=https://unpkg.com/vue@3')}`,
    );
    const [tree] = trees;
    assert.equal(
      tree?.nodes.map((n) => `${n.name}@${n.version}`),
      ['jquery@3.4.1'],
    );
    const [node] = tree?.nodes ?? [];
    assert.equal(node && tree?.locate(node), { file: 'a/page.html', line: 2, column: 1, offset: 4 });
  });

  test('one issue for one URL on many pages', async () => {
    const page = script(`src=${CDN}a.js`);
    const { loads } = await readSite(ioWith({ a: page, b: page }), ['a', 'b'], {});
    const issues = verdictRules.flatMap((rule) => [...rule.check({ loads }, {})]);
    assert.equal(
      issues.map((i) => [i.rule, i.locations.map((l) => l.file)]),
      [['missing-sri', ['a', 'b']]],
    );
  });

  test('hosts that the policy does not name', async () => {
    const { loads } = await read(script(`src=${CDN}a.js`) + script('src=https://a.ok.test/a.js'));
    assert.equal([...unknownHost.check({ loads }, { allow: [] })], []);
    assert.equal(
      [...unknownHost.check({ loads }, { allow: ['*.ok.test'] })].map((i) => i.url),
      [`${CDN}a.js`],
    );
  });

  test('source files', async () => {
    const files = {
      'a.tsx': `export const A = () => <Script src="${CDN}a.js" />;`,
      'b.js': `const s = document.createElement('script');\ns.src = '${CDN}b.js';`,
      'c.ts': 'import x from "./own.ts"; // https://example.com',
    };
    const { loads } = await readSources(ioWith(files), Object.keys(files), {});
    assert.equal(
      loads.map((l) => `${l.verdict} ${l.location.file}:${l.location.line}:${l.location.column} ${l.url}`),
      [`injected-script a.tsx:1:37 ${CDN}a.js`, `injected-script b.js:2:10 ${CDN}b.js`],
    );
  });

  test('hostile pages end in time', async () => {
    const long = 2_000_000;
    for (const unit of [
      '\0',
      '<script>',
      '<!--',
      '<a "',
      '<svg>',
      '<style>@import "',
      '<noscript>',
      '<iframe srcdoc="',
      '&',
      '<base href=x>',
      '<template>',
      '<link rel=stylesheet href=//a.test>',
    ]) {
      await read(unit.repeat(Math.ceil(long / unit.length)));
    }
    await read(`<iframe srcdoc="${'&lt;iframe srcdoc=&quot;'.repeat(20_000)}"></iframe>`);
    await read(`<script type=importmap>${'{"a":'.repeat(100_000)}</script>`);
  });
});
