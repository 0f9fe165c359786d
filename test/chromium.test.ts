/** What the scan finds in small pages, beside what Chromium really asks the CDN for. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { assert, suite, testWith } from './helpers.ts';
import { CDN, read, script } from './pages.ts';

const executablePath = process.env.VAKT_CHROMIUM ?? '/usr/bin/chromium';
const missing = existsSync(executablePath) ? undefined : 'Chromium (VAKT_CHROMIUM)';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
// Its scanner asks for what it guesses; what counts is what the parser makes of the page.
FLAGS.push('--blink-settings=doHtmlPreloadScanning=false', '--disable-features=IsolateSandboxedIframes');

const src = (file: string, more = '') => script(`${more} src="${CDN}${file}"`);
const sheet = (file: string, more = '') => `<link rel=stylesheet ${more} href="${CDN}${file}">`;
const map = (json: object) => `<script type=importmap>${JSON.stringify(json)}</script>`;

/** Each page loads 1.js, 2.js … or not. */
const PAGES: Record<string, string | Buffer> = {
  plain: src('1.js') + sheet('2.css'),
  'base href': `<base href="${CDN}"><script src=1.js></script><base href=/x/><script src=2.js></script>`,
  'base behind a script': `<script src=/own.js></script><base href="${CDN}"><script src=1.js></script>`,
  'base in svg, template and noscript': `<svg><base href="${CDN}"></base></svg><template><base href="${CDN}"></template><noscript><base href="${CDN}"></noscript><script src=own.js></script>`,
  'base of data:': `<base href="data:,x"><base href="${CDN}"><script src=own.js></script>`,
  'base with target only': `<base target=_top><base href="${CDN}"><script src=1.js></script>`,
  entities: `<script src="https&colon;//cdn.jsdelivr.net&sol;npm/x@1.0.0/1.js?a=1&amp;b&copy=2&lt=3"></script>`,
  'duplicate attributes': `<script src="${CDN}1.js" src="${CDN}2.js"></script><script type=text/x type=module src="${CDN}3.js"></script>`,
  noscript: `<noscript>${src('1.js')}${sheet('2.css')}</noscript>${src('3.js')}`,
  'noscript in a comment in it': `<noscript><!--</noscript>${src('1.js')}--></noscript>`,
  template: `<template>${src('1.js')}${sheet('2.css')}</template>`,
  'declarative shadow root': `<div><template shadowrootmode=open>${src('1.js')}${sheet('2.css')}</template></div>`,
  'second shadow root': `<div><template shadowrootmode=open></template><template shadowrootmode=open>${src('1.js')}</template></div>`,
  'shadow root on a link': `<a><template shadowrootmode=open>${src('1.js')}</template></a>`,
  srcdoc: `<iframe srcdoc="<script src='${CDN}1.js'></script>"></iframe>`,
  'srcdoc with entities': `<iframe srcdoc="&lt;script src=&quot;${CDN}1.js&quot;&gt;&lt;/script&gt;"></iframe>`,
  'srcdoc sandboxed': `<iframe sandbox srcdoc="<script src='${CDN}1.js'></script><link rel=stylesheet href='${CDN}2.css'>"></iframe>`,
  'srcdoc sandboxed with scripts': `<iframe sandbox="x ALLOW-SCRIPTS" srcdoc="<script src='${CDN}1.js'></script>"></iframe>`,
  'svg script': `<svg><script href="${CDN}1.js"></script><script xlink:href="${CDN}2.js"/><script src="${CDN}3.js"></script></svg>`,
  'svg breaks out': `<svg><p>${src('1.js')}</p></svg>`,
  'svg style and foreignObject': `<svg><foreignObject>${src('1.js')}</foreignObject><desc>${sheet('2.css')}</desc></svg>`,
  'svg cdata': `<svg><![CDATA[>${src('1.js')}]]></svg><![CDATA[>${src('2.js')}]]>`,
  'math annotation': `<math><annotation-xml encoding="text/html">${src('1.js')}</annotation-xml></math>`,
  'import map': `${map({ imports: { a: `${CDN}1.js`, 'b/': CDN } })}<script type=module>import "a"; import "b/2.js"</script>`,
  'import map after a module': `<script type=module src="${CDN}1.js"></script>${map({ imports: { a: `${CDN}2.js` } })}<script type=module>import "a"</script>`,
  'import map broken': `<script type=importmap>{ x }</script><script type=module>import "${CDN}1.js"</script>`,
  preload: `<link rel=preload as=script href="${CDN}1.js"><link rel=preload as=style href="${CDN}2.css"><link rel=preload href="${CDN}3.js"><link rel=preload as=worker href="${CDN}4.js">`,
  'preload with media': `<link rel=preload as=script media="print" href="${CDN}1.js"><link rel=preload as=script media="screen" href="${CDN}2.js">`,
  'preload with type': `<link rel=preload as=style type=text/x href="${CDN}1.css"><link rel=preload as=script type=text/x href="${CDN}2.js"><link rel=preload as=script type=module href="${CDN}3.js">`,
  modulepreload: `<link rel=modulepreload href="${CDN}1.js"><link rel=modulepreload as=image href="${CDN}3.js">`,
  'stylesheet and preload': `<link rel="preload stylesheet" as=script href="${CDN}1.css">`,
  nomodule: src('1.js', 'nomodule') + src('2.js', 'type=module nomodule'),
  'type spellings': [
    '',
    'text/javascript',
    ' TEXT/JAVASCRIPT ',
    'text/jscript',
    'text/javascript1.5',
    'application/x-javascript',
    'text/javascript; charset=utf-8',
    'javascript',
    'text/plain',
    '&#160;text/javascript',
    'text/ecmascript&#10;',
    'text/livescript',
    'text/javascript2',
  ]
    .map((type, i) => src(`${i}.js`, `type="${type}"`))
    .join(''),
  'type module with spaces':
    src('1.js', 'type=" module"') +
    src('2.js', 'type="module "') +
    src('3.js', 'type="MODULE"') +
    src('4.js', 'type="module;"'),
  'type without a value': `<script type src="${CDN}1.js"></script><script type=" " src="${CDN}2.js"></script>`,
  language:
    src('1.js', 'language=JavaScript') +
    src('2.js', 'language=vbscript') +
    src('3.js', 'language=""') +
    src('4.js', 'language=" javascript"') +
    src('5.js', 'language=javascript1.5'),
  'for and event': src('1.js', 'for=window event=onload') + src('2.js', 'for=window'),
  'self-closing': `<script src="${CDN}1.js" />${src('2.js')}</script>${src('3.js')}`,
  'unquoted slash': `<script src=${CDN}1.js/></script>`,
  'double escaped': `<script><!-- <script> </script>${src('1.js')}--></script>${src('2.js')}`,
  'comment ends': `<!-->${src('1.js')}--><!--->${src('2.js')}--><!-- --!>${src('3.js')}<!-- -- >${src('4.js')}-->`,
  'bogus comments': `<?x ${src('1.js')}?><!x ${src('2.js')}></ ${src('3.js')}>`,
  rawtext: `<title>${src('1.js')}</title><textarea>${src('2.js')}</textarea><xmp>${src('3.js')}</xmp><noembed>${src('4.js')}</noembed><noframes>${src('5.js')}</noframes><iframe>${src('6.js')}</iframe><style>${src('7.js')}</style>`,
  plaintext: `${src('1.js')}<plaintext>${src('2.js')}`,
  'unclosed script': `${src('1.js')}<script src="${CDN}2.js">`,
  'unclosed tag': `${src('1.js')}<script src="${CDN}2.js"`,
  'odd URLs': [
    'https:\\\\cdn.jsdelivr.net\\npm/x@1.0.0/1.js',
    '//cdn.jsdelivr.net/npm/x@1.0.0/2.js',
    ' \thttps://cdn.jsdelivr.net/npm/x@1.0.0/3.js\n',
    'ht\ntps://cdn.jsdelivr.net/npm/x@1.0.0/4.js',
    'https:/cdn.jsdelivr.net/npm/x@1.0.0/5.js',
    'HTTPS://CDN.jsdelivr.net:443/npm/x@1.0.0/6.js',
    'https://cdn.jsdelivr.net/npm/x@1.0.0/../x@1.0.0/./7.js',
    'https://cdn%2ejsdelivr.net/npm/x@1.0.0/8.js',
    '///cdn.jsdelivr.net/npm/x@1.0.0/9.js',
  ]
    .map((url) => script(`src="${url}"`))
    .join(''),
  'link spellings': `<LINK HREF="${CDN}1.css" REL=" StyleSheet "><link rel="alternate stylesheet" title=x href="${CDN}2.css"><link rel=stylesheet type="text/css; charset=x" href="${CDN}3.css"><link rel=stylesheet type=text/less href="${CDN}4.css"><link rel=stylesheet disabled href="${CDN}5.css"><link rel=stylesheet media=print href="${CDN}6.css">`,
  'link in the body, in a table and in select': `<table><tr>${sheet('1.css')}</tr></table><select>${sheet('2.css')}</select><p>${sheet('3.css')}`,
  'script in a table and in select': `<table>${src('1.js')}<tr>${src('2.js')}</table><select>${src('3.js')}<option>${src('4.js')}</select>`,
  frameset: `<frameset>${src('1.js')}<noframes>${src('2.js')}</noframes></frameset>`,
  '@import': `<style>@import "${CDN}1.css"; @import url(${CDN}2.css) layer(x) supports(display: grid) print; p {} @import "${CDN}3.css";</style>`,
  '@import supports': `<style>@import url("${CDN}1.css") supports(display: nonsense); @import "${CDN}2.css" supports(not (display: nonsense));</style>`,
  'style of another type': `<style type=text/less>@import "${CDN}1.css";</style><style media=print>@import "${CDN}2.css";</style>`,
  'event handlers': `<body onload="import('${CDN}1.js')"><img src="data:," onerror="import(&quot;${CDN}2.js&quot;)">`,
  'event handler that makes an element': `<body onload="var s=document.createElement('script');s.src='${CDN}1.js';document.head.append(s)">`,
  'javascript: URL of a frame': `<iframe src="javascript:import('${CDN}1.js')"></iframe>`,
  'dynamic import': `<script>import("${CDN}1.js")</script><script type=module>import "${CDN}2.js"; export * from "${CDN}3.js"</script>`,
  'document.write': `<script>document.write('<script src="${CDN}1.js"></' + 'script>')</script>`,
  createElement: `<script>const s = document.createElement('script'); s.src = '${CDN}1.js'; document.head.append(s)</script>`,
  innerHTML: `<body><script>document.body.innerHTML = '<script src="${CDN}1.js"></' + 'script><link rel=stylesheet href="${CDN}2.css">'</script>`,
  'charset windows-1252': Buffer.from(
    `<meta charset=latin1><script src="${CDN}1.js?\xe9"></script>`,
    'latin1',
  ),
  'utf-16 by mark': Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(src('1.js'), 'utf16le')]),
  'charset late': Buffer.from(`${' '.repeat(1100)}<script src="${CDN}1.js?a"></script>`),
  'charset shift_jis': Buffer.concat([
    Buffer.from(`<meta charset=shift_jis><script src="${CDN}1.js?`),
    Buffer.from([0x83, 0x5c]),
    Buffer.from('"></script>'),
  ]),
  'modulepreload as': ['', 'script', 'style', 'worker', 'image', 'fetch', 'bogus']
    .map((as, i) => `<link rel=modulepreload as="${as}" href="${CDN}${i}.js">`)
    .join(''),
  'preload of a style with parameters': `<link rel=preload as=style type="text/css; charset=x" href="${CDN}1.css">`,
  'types of styles': ['', 'TEXT/CSS', ' text/css', 'text/css;charset=utf-8']
    .map((type, i) => `<style type="${type}">@import "${CDN}${i}.css";</style>`)
    .join(''),
  '@layer between imports': `<style>@layer a; @import "${CDN}1.css"; @layer b; @import "${CDN}2.css";</style>`,
  '@import behind rules': ['view-transition', 'counter-style x', 'scope', 'position-try --x', 'foo']
    .map((rule, i) => `<style>@${rule} {} @import "${CDN}${i}.css";</style>`)
    .join(''),
  'select where a tree decides': `<select><div><template shadowrootmode=open>${src('1.js')}</template></div><svg><p>${sheet('2.css')}</select>${src('3.js')}`,
  'a frameset takes the body out': `<div><template shadowrootmode=open></template></div>${src('1.js')}</div><svg></p><frameset>${src('2.js')}`,
  'names that host no shadow root': `<font-face><template shadowrootmode=open>${src('1.js')}</template></font-face><x-y><template shadowrootmode=open>${src('2.js')}</template></x-y>`,
  'svg script with something open in it': `<svg><script href="${CDN}1.js"><a></script></svg><svg><script href="${CDN}2.js"><a/></script></svg>`,
  'import map of another shape': `${map({ imports: { a: `${CDN}1.js` }, scopes: [] })}<script type=module>import "a"</script>`,
  'import map with a folder that is none': `${map({ imports: { 'a/': `${CDN}1.js` } })}<script type=module>import("a/2.js").catch(() => 0)</script>`,
  'import.meta.resolve': `<script type=module>import(import.meta.resolve("${CDN}1.js"))</script>`,
  'style that code makes': `<script>const s = document.createElement('style'); s.textContent = '@import "${CDN}1.css"'; document.head.append(s)</script>`,
  'NUL and CR': `<script\0 src="${CDN}1.js"></script><script\rsrc="${CDN}2.js"></script>`,
};

/** Where Chromium differs for good: what the scan says besides, or leaves out, and why. */
const DIFFERENCES: Record<string, { more?: string[]; less?: string[] }> = {
  // Loads where scripts are off, so the style is judged.
  noscript: { more: ['2.css'] },
  // Loads once code enables it.
  'link spellings': { more: ['5.css'] },
  // Only browsers without modules load it.
  nomodule: { more: ['1.js'] },
  // The device decides about a preload's media, and the engine about what it supports.
  'preload with media': { more: ['1.js'] },
  '@import supports': { more: ['1.css'] },
  // Chromium's scanner, which is off here, asks for them all the same.
  'preload with type': { more: ['2.js', '3.js'] },
};

/** A tab that tells which files of the CDN a page asks for. */
async function tab(browser: Browser): Promise<(html: string | Buffer, wait: number) => Promise<string[]>> {
  const page = await (await browser.newContext()).newPage();
  const files = new Set<string>();
  let body: string | Buffer = '';
  await page.route('**/*', (route) => {
    const url = route.request().url();
    if (url === 'https://site.test/a/page.html') return route.fulfill({ contentType: 'text/html', body });
    if (url.startsWith(CDN)) files.add(url.replace(CDN, ''));
    const contentType = url.includes('.css') ? 'text/css' : 'text/javascript';
    return route.fulfill({ contentType, headers: { 'access-control-allow-origin': '*' }, body: '' });
  });
  return async (html, wait) => {
    await page.goto('about:blank');
    files.clear();
    body = html;
    await page.goto('https://site.test/a/page.html', { waitUntil: 'load' });
    await page.waitForTimeout(wait);
    return [...files];
  };
}

suite('pages in Chromium', (test) => {
  testWith(missing, test, 'are asked for what the scan finds in them', async () => {
    const browser = await chromium.launch({ executablePath, args: FLAGS });
    const wrong: string[] = [];
    try {
      const asked = await tab(browser);
      for (const [name, page] of Object.entries(PAGES)) {
        const { more = [], less = [] } = DIFFERENCES[name] ?? {};
        const { loads } = await read(page);
        const found = new Set(loads.map(({ url }) => url.replace(CDN, '')));
        found.delete('');
        const a = [...found].sort().join(' ');
        const loaded = async (wait: number) => {
          const all = new Set([...(await asked(page, wait)), ...more]);
          return [...all]
            .filter((f) => !less.includes(f))
            .sort()
            .join(' ');
        };
        // On a busy machine a request may come late.
        let b = await loaded(30);
        if (a !== b) b = await loaded(1000);
        if (a !== b) wrong.push(`${name}\n  scan:     ${a}\n  Chromium: ${b}`);
      }
    } finally {
      await browser.close();
    }
    assert.is(wrong.join('\n'), '');
  });
});
