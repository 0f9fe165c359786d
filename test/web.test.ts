import { readSite } from '../src/site.ts';
import { assert, suite } from './helpers.ts';
import { CDN, found, HASH, ioWith, missing, script } from './pages.ts';

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
      'Module',
      ' TEXT/ECMASCRIPT\t',
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
    'style sheets as CSS writes them',
    [
      `@charset "x"; @layer a, b; @import "${CDN}1.css"; @\\69mport url( '${CDN}2.css' ) print; @import/**/"${CDN}3.css"; p{} @import "${CDN}no.css"`,
      `<!-- @unknown x; @import url(\\68ttps://cdn.jsdelivr.net/npm/x@1.0.0/4.css)`,
      `@import url(${CDN}5.css`,
      `;@import "${CDN}no.css";`,
      `@media print{} @import "${CDN}no.css";`,
      `@import "${CDN}no.css" x{}`,
      `@import url(${CDN} no.css);`,
    ]
      .map((text) => `<style>${text}</style>`)
      .join(''),
    [1, 2, 3, 4, 5].map((n) => `unprotectable-script ${n}.css`),
  );
  same(
    'text of SVG elements',
    `<svg><style><![CDATA[@import "${CDN}1.css";]]></style><script>/* &lt; */ import(&quot;${CDN}2.js&quot;)</script><script><![CDATA[import("${CDN}3.js")]]></script></svg>`,
    ['unprotectable-script 1.css', 'injected-script 2.js', 'injected-script 3.js'],
  );
  test('queries in the encoding of the page', async () => {
    const page = (charset: string, bytes: number[]) =>
      Buffer.concat([
        Buffer.from(`<meta charset=${charset}><script src="${CDN}a.js?q=`),
        Buffer.from(bytes),
        Buffer.from('"></script>'),
      ]);
    assert.equal(await found(page('windows-1252', [0xe9, 0x80])), missing('a.js?q=%E9%80'));
    assert.equal(await found(page('gbk', [0x81, 0x40])), missing('a.js?q=%81@'));
    assert.equal(await found(page('utf-8', [0xc3, 0xa9])), missing('a.js?q=%C3%A9'));
  });
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
  test('XHTML: what closes itself, and text that is none', async () => {
    const page = `<html><script src="${CDN}1.js"/><title/><style/><textarea>${script(`src="${CDN}2.js"`)}</textarea><noscript>${script(`src="${CDN}3.js"`)}</noscript><style><![CDATA[@import "${CDN}4.css";]]></style><p><![CDATA[${script(`src="${CDN}5.js"`)}]]></p><template/><script src="${CDN}6.js"/></html>`;
    const { loads } = await readSite(ioWith({ 'a.xhtml': page }), ['a.xhtml'], {});
    const files = loads.map(({ url }) => url.replace(CDN, ''));
    assert.equal(files, ['1.js', '2.js', '3.js', '4.css', '6.js']);
  });
  same(
    'select holds markup in Chromium of today',
    `<select><link rel=stylesheet href=${CDN}a.css></select>`,
    missing('a.css'),
  );
});
