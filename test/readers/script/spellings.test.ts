/** How people load other people's scripts and styles in sources, and what only looks like it. */
import { readSources } from '../../../src/site.ts';
import { assert, suite } from '../../helpers.ts';
import { ioWith } from '../../pages.ts';

const U = 'https://c.example';

/** What a source file loads: URLs in its order, ` …` behind one that goes on at run time, `css` before a style. */
async function loads(file: string, text: string): Promise<string> {
  const { loads: found } = await readSources(ioWith({ [file]: text }), [file], {});
  const words = found.map(({ url, dynamic, destination }) =>
    [destination === 'style' ? 'css ' : '', url.replace(U, ''), dynamic ? ' …' : ''].join(''),
  );
  return words.join(', ');
}

type Row = [file: string, text: string, wanted: string];

const ELEMENTS: Row[] = [
  ['a.tsx', `const p = { src: '${U}/a.js' }; export default () => <script async {...p} />;`, '/a.js'],
  [
    'a.ts',
    `preload('${U}/a.css', { as: 'style' }); preinitModule('${U}/b.js'); preinitModule('${U}/c.js', { as: 'script' }); preload('${U}/d.woff2', { as: 'font' });`,
    'css /a.css, /c.js',
  ],
  [
    'a.ts',
    `export const links = () => [{ rel: 'preload', as: 'script', href: '${U}/a.js' }, { rel: 'preload', as: 'font', href: '${U}/b.js' }];`,
    '/a.js',
  ],
  ['a.js', `const s = document.createElement('script'); s.type = 'text/x'; s.src = '${U}/a.js';`, ''],
  ['a.js', `document.createElement('script').src = policy.createScriptURL('${U}/a.js');`, '/a.js'],
  ['a.js', String.raw`loadScript("https:\/\/c.example\/a.js")`, '/a.js'],
  ['a.js', `import(import.meta.resolve('${U}/a.js'))`, '/a.js'],
  [
    'a.ts',
    `const URL_A = '${U}/a.js';\nconst s: HTMLScriptElement = document.createElement('script');\ns.src = URL_A;`,
    '/a.js',
  ],
  [
    'a.ts',
    `const SRC: string = "${U}/a.js" as const;\nfunction load(): Promise<void> { const el = document.createElement<'script'>('script'); el.src = SRC; }`,
    '/a.js',
  ],
  [
    'a.ts',
    `const BASE = '${U}';\nconst el = document.createElement('script')!;\nel.src = \`\${BASE}/v1/a.js\`;`,
    '/v1/a.js',
  ],
  [
    'a.ts',
    `const BASE = '${U}/';\nconst el = document.createElement('script');\nel.src = BASE + 'a.js';`,
    '/a.js',
  ],
  [
    'a.ts',
    `const VERSION = '1.2.3';\nconst el = document.createElement('script');\nel.src = \`${U}/x@\${VERSION}/a.js\`;`,
    '/x@1.2.3/a.js',
  ],
  ['a.ts', `const el = document.createElement('script');\nel.src = \`${U}/x?id=\${id}\`;`, '/x?id= …'],
  [
    'a.ts',
    `const CONFIG = { script: '${U}/a.js', api: '${U}/v1' } as const;\nconst el = document.createElement('script'); el.src = CONFIG.script;`,
    '/a.js',
  ],
  [
    'a.ts',
    `enum Urls { Sdk = '${U}/a.js', Api = '${U}/v1' }\nconst el = document.createElement('script'); el.src = Urls.Sdk;`,
    '/a.js',
  ],
  [
    'a.ts',
    `class Loader { private static readonly URL = '${U}/a.js'; load() { const el = document.createElement('script'); el.src = Loader.URL; } }`,
    '/a.js',
  ],
  [
    'a.ts',
    `class Loader { private readonly url: string = '${U}/a.js'; load() { const el = document.createElement('script'); el.src = this.url; } }`,
    '/a.js',
  ],
  ['a.ts', `(document.createElement('script') as HTMLScriptElement).src = '${U}/a.js';`, '/a.js'],
  [
    'a.ts',
    `const s = this.renderer.createElement('script') as HTMLScriptElement;\ns.src = '${U}/a.js';`,
    '/a.js',
  ],
  [
    'a.ts',
    `const s = this.renderer.createElement('script');\nthis.renderer.setAttribute(s, 'src', '${U}/a.js');`,
    '/a.js',
  ],
  [
    'a.ts',
    `const s = this.document.createElement('script');\nthis.renderer.setProperty(s, 'src', '${U}/a.js');`,
    '/a.js',
  ],
  [
    'a.tsx',
    `useEffect(() => { const script = document.createElement("script");\n script.src = "${U}/a.js"; script.async = true; document.body.appendChild(script); return () => { document.body.removeChild(script); } }, []);`,
    '/a.js',
  ],
  [
    'a.tsx',
    `const script = document.createElement("script"); script.setAttribute("src", SRC); const SRC = "${U}/a.js";`,
    '/a.js',
  ],
  ['a.ts', `Object.assign(document.createElement('script'), { async: true, src: '${U}/a.js' });`, '/a.js'],
  [
    'a.ts',
    `const script = Object.assign(document.createElement('script'), { src: \`${U}/a.js\` });`,
    '/a.js',
  ],
  [
    'a.ts',
    `const l = document.createElement('link'); l.rel = 'stylesheet'; l.href = '${U}/a.css';`,
    'css /a.css',
  ],
  [
    'a.ts',
    `const l = document.createElement('link'); l.setAttribute('rel', 'stylesheet'); l.setAttribute('href', '${U}/x');`,
    'css /x',
  ],
  [
    'a.ts',
    `const FONT = '${U}/x?f=1'; const l = document.createElement('link'); l.href = FONT; l.rel = 'stylesheet';`,
    'css /x?f=1',
  ],
  ['a.ts', `const s = document.createElement('script'); s.src = new URL('a.js', '${U}/').href;`, '/a.js'],
  [
    'a.ts',
    `const s = document.createElement('script'); s.src = new URL('/a.js', '${U}').toString();`,
    '/a.js',
  ],
  [
    'a.ts',
    `const s = document.createElement('script'); s.src = cond ? '${U}/a.js' : '${U}/b.js';`,
    '/a.js, /b.js',
  ],
  ['a.ts', `const s = document.createElement('script'); s.src = process.env.SDK ?? '${U}/a.js';`, '/a.js'],
  ['a.ts', `const s = document.createElement('script'); s.src = opts.url || "${U}/a.js";`, '/a.js'],
  ['a.js', `const s = document.createElement('script'); s.src = window.CDN_URL || "${U}/a.js";`, '/a.js'],
  [
    'a.js',
    `export const U = '${U}/a.js';\nexport default () => { const s = document.createElement('script'); s.src = U; }`,
    '/a.js',
  ],
  [
    'a.js',
    `const { url = '${U}/a.js' } = options; const s = document.createElement('script'); s.src = url;`,
    '/a.js',
  ],
  [
    'a.js',
    `function load(src = '${U}/a.js') { const s = document.createElement('script'); s.src = src; } load();`,
    '/a.js',
  ],
  [
    'a.js',
    `const URLS = { a: '${U}/a.js', b: '${U}/b.js' };\nfor (const key of Object.keys(URLS)) { const s = document.createElement('script'); s.src = URLS[key]; }`,
    '/a.js, /b.js',
  ],
  [
    'a.js',
    `const URLS = { a: '${U}/a.js', b: '${U}/b.js' };\nObject.values(URLS).forEach((u) => { const s = document.createElement('script'); s.src = u; });`,
    '/a.js, /b.js',
  ],
  [
    'a.js',
    `const list = [{ src: '${U}/a.js' }, { src: '${U}/b.js' }];\nfor (const { src } of list) { const s = document.createElement('script'); s.src = src; }`,
    '/a.js, /b.js',
  ],
  [
    'a.js',
    `const list = [{ src: '${U}/a.js' }, { src: '${U}/b.js' }];\nlist.forEach(item => { const s = document.createElement('script'); s.src = item.src; });`,
    '/a.js, /b.js',
  ],
  [
    'a.js',
    `const el = document.createElement('script'); el.setAttributeNS(null, 'src', '${U}/a.js');`,
    '/a.js',
  ],
  ['a.js', `const el = document.createElement('script'); el['src'] = '${U}/a.js';`, '/a.js'],
  ['a.js', `const el = document.createElement('script'); Reflect.set(el, 'src', '${U}/a.js');`, '/a.js'],
  [
    'a.js',
    `document.head.appendChild(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: '${U}/a.css' }));`,
    'css /a.css',
  ],
  [
    'a.js',
    `el.attachShadow({mode:'open'}).innerHTML = \`<link rel="stylesheet" href="${U}/a.css"><slot></slot>\`;`,
    'css /a.css',
  ],
  [
    'a.js',
    `const s = document.createElement('script'); s.textContent = "import '${U}/a.js'"; s.type = 'module';`,
    '/a.js',
  ],
  [
    'a.js',
    `const s = document.createElement('script'); s.src = ['https://c.example', 'a.js'].join('/');`,
    '/a.js',
  ],
  [
    'a.js',
    `const s = document.createElement('script'); s.src = 'https:' + '//' + 'c.example' + '/a.js';`,
    '/a.js',
  ],
  [
    'a.js',
    `const s = document.createElement('script'); s.src = '//c.example/a.js'.replace('a.js', 'b.js');`,
    '/ …',
  ],
  [
    'a.js',
    `var s = document.getElementsByTagName('script')[0], n = document.createElement('script'); n.src = '${U}/a.js', s.parentNode.insertBefore(n, s);`,
    '/a.js',
  ],
  ['a.js', `var s; (s = document.createElement('script')).src = '${U}/a.js';`, '/a.js'],
  [
    'a.js',
    `with (document) { var z = body.appendChild(createElement('script')); z.src = '${U}/a.js'; }`,
    '/a.js',
  ],
  [
    'a.js',
    `const make = (tag) => document.createElement(tag); const s = make('script'); s.src = '${U}/a.js';`,
    '/a.js',
  ],
];

const WRITTEN: Row[] = [
  [
    'a.js',
    `const s = document.createElement('style'); s.textContent = '@import "${U}/a.css"';`,
    'css /a.css',
  ],
  ['a.js', `style.append(document.createTextNode('@import "${U}/a.css"'));`, 'css /a.css'],
  [
    'a.js',
    `root.innerHTML = \`<style>@import url(${U}/a.css);</style><link rel=stylesheet href=${U}/b.css>\`;`,
    'css /a.css, css /b.css',
  ],
  ['a.ts', `const Global = createGlobalStyle\`@import url('${U}/a.css'); a {}\`;`, 'css /a.css'],
  [
    'a.ts',
    `class A extends LitElement { static styles = css\`@import "${U}/a.css";\`; render() { return html\`<link rel=stylesheet href="${U}/b.css"><script src="${U}/c.js"></script>\`; } }`,
    'css /b.css',
  ],
  ['a.ts', `@Component({ styles: ['@import "${U}/a.css";'] }) class A {}`, 'css /a.css'],
  ['a.astro', `---\n---\n<Fragment set:html={\`<script src="${U}/a.js"></script>\`} />`, '/a.js'],
  ['a.js', `document.write('<scr' + 'ipt src="${U}/a.js"></scr' + 'ipt>');`, '/a.js'],
  ['a.ts', `document.write('<scr' + 'ipt src="${U}/a.js"></scr' + 'ipt>');`, '/a.js'],
  ['a.ts', `document.write("<script src='${U}/a.js'><\\/script>");`, '/a.js'],
  ['a.ts', `document.write(\`<script src="${U}/a.js"></\${'script'}>\`);`, '/a.js'],
  ['a.js', `document.write(unescape('%3Cscript src="${U}/a.js"%3E%3C/script%3E'));`, '/a.js'],
  ['a.js', `document.writeln("<link rel='stylesheet' href='${U}/a.css'>")`, 'css /a.css'],
  ['a.js', `$('head').append('<link rel="stylesheet" href="${U}/a.css">');`, 'css /a.css'],
  ['a.ts', `$('head').append('<link rel="stylesheet" href="${U}/a.css">');`, 'css /a.css'],
  ['a.js', `$('<script>', { src: '${U}/a.js' }).appendTo('head');`, '/a.js'],
  ['a.js', `$('<script/>').attr('src', '${U}/a.js').appendTo('head');`, '/a.js'],
  ['a.js', `$('<link>').attr({ rel: 'stylesheet', href: '${U}/a.css' }).appendTo('head');`, 'css /a.css'],
  [
    'a.js',
    `$('<link/>', { rel: 'stylesheet', type: 'text/css', href: '${U}/a.css' }).appendTo('head');`,
    'css /a.css',
  ],
  ['a.js', `$.ajax({ url: '${U}/a.js', dataType: 'script', cache: true });`, '/a.js'],
  ['a.js', `$.getScript('${U}/a.js', function () {});`, '/a.js'],
  [
    'a.js',
    `document.head.insertAdjacentHTML('beforeend', '<link rel="stylesheet" href="${U}/a.css">');`,
    'css /a.css',
  ],
  [
    'a.js',
    `document.body.append(document.createRange().createContextualFragment('<script src="${U}/a.js"></script>'));`,
    '/a.js',
  ],
  ['a.js', `el.setHTMLUnsafe('<link rel=stylesheet href=${U}/a.css>')`, 'css /a.css'],
  ['a.js', `iframe.srcdoc = '<script src="${U}/a.js"></script>';`, '/a.js'],
  ['a.js', `postscribe('#ad', '<script src="${U}/a.js"></script>');`, '/a.js'],
];

const LOADERS: Row[] = [
  ['a.js', `mapboxgl.workerUrl = '${U}/a.js';`, '/a.js'],
  ['a.ts', `import { loadScript } from './util';\nawait loadScript('${U}/a.js', { async: true });`, '/a.js'],
  ['a.ts', `const SDK = '${U}/a.js';\nawait loadScript(SDK);`, '/a.js'],
  ['a.tsx', `const status = useScript("${U}/a.js", { removeOnUnmount: false });`, '/a.js'],
  ['a.tsx', `const [loaded, error] = useScript({ src: '${U}/a.js', checkForExisting: true });`, '/a.js'],
  ['a.tsx', `const SRC = '${U}/a.js';\nexport function A() { const status = useScript(SRC); }`, '/a.js'],
  ['a.tsx', `useExternalScript(\`${U}/a.js\`)`, '/a.js'],
  ['a.js', `loadjs(['${U}/a.js', '${U}/a.css'], 'bundle');`, '/a.js, css /a.css'],
  ['a.js', `$script('${U}/a.js', () => {});`, '/a.js'],
  ['a.js', `scriptjs(['${U}/a.js'], 'x');`, '/a.js'],
  ['a.js', `import scriptLoader from 'scriptjs'; scriptLoader('${U}/a.js')`, '/a.js'],
  ['a.js', `head.js('${U}/a.js'); head.load('${U}/b.js');`, '/a.js, /b.js'],
  [
    'a.js',
    `yepnope({ test: Modernizr.x, nope: '${U}/a.js' }); Modernizr.load('${U}/b.js'); yepnope('${U}/c.js')`,
    '/a.js, /b.js, /c.js',
  ],
  ['a.js', `LazyLoad.js('${U}/a.js'); LazyLoad.css('${U}/a.css')`, '/a.js, css /a.css'],
  ['a.js', `System.import('${U}/a.js').then(x);`, '/a.js'],
  ['a.js', `requirejs.config({ paths: { jquery: '${U}/jquery.min', own: './own' } });`, '/jquery.min'],
  ['a.js', `require.config({ paths: { vs: ['${U}/vs', './vs'] } });`, '/vs'],
  ['a.js', `loader.config({ paths: { vs: '${U}/monaco/vs' } });`, '/monaco/vs'],
  ['a.js', `require(['${U}/a.js', './own'], function (a) {});`, '/a.js'],
  ['a.js', `define(['${U}/a.js'], function (a) {});`, '/a.js'],
  ['a.js', `importScripts('${U}/workbox-sw.js');`, '/workbox-sw.js'],
  ['a.ts', `importScripts("${U}/a.js", "${U}/b.js");`, '/a.js, /b.js'],
  ['a.ts', `declare const self: ServiceWorkerGlobalScope;\nself.importScripts('${U}/a.js');`, '/a.js'],
  ['a.ts', `const w = new Worker('${U}/a.js', { type: 'module' });`, '/a.js'],
  ['a.ts', `const w = new Worker(new URL('${U}/a.js'));`, '/a.js'],
  ['a.js', `const w = new SharedWorker('${U}/a.js');`, '/a.js'],
  [
    'a.js',
    `audio.audioWorklet.addModule('${U}/a.js'); CSS.paintWorklet.addModule("${U}/b.js")`,
    '/a.js, /b.js',
  ],
  [
    'a.js',
    `const b = new Blob([\`importScripts('${U}/a.js')\`]); new Worker(URL.createObjectURL(b));`,
    '/a.js',
  ],
  [
    'a.ts',
    `const b = new Blob([\`importScripts('${U}/a.js')\`], { type: 'text/javascript' } as BlobPropertyBag);`,
    '/a.js',
  ],
  ['a.js', `pdfjsLib.GlobalWorkerOptions.workerSrc = '${U}/pdf.worker.min.js';`, '/pdf.worker.min.js'],
  [
    'a.ts',
    `pdfjs.GlobalWorkerOptions.workerSrc = \`${U}/pdf.js/\${pdfjs.version}/pdf.worker.min.js\`;`,
    '/pdf.js/ …',
  ],
];

const MODULES: Row[] = [
  ['a.ts', `const m = await import('${U}/a.js');`, '/a.js'],
  ['a.ts', `const m = await import(/* webpackIgnore: true */ '${U}/a.js');`, '/a.js'],
  ['a.ts', `const m = await import(/* @vite-ignore */ \`${U}/a.js\`);`, '/a.js'],
  ['a.ts', `const URL = '${U}/a.js'; const m = await import(/* @vite-ignore */ URL);`, '/a.js'],
  ['a.ts', `import confetti from '${U}/confetti?bundle';`, '/confetti?bundle'],
  [
    'a.ts',
    `import '${U}/a.js'; export * from '${U}/b.js'; export { c } from "${U}/c.js";`,
    '/a.js, /b.js, /c.js',
  ],
  ['a.ts', `import {\n  a,\n  b as c,\n} from '${U}/a.js';`, '/a.js'],
  ['a.ts', `import lib = require('${U}/a.js');`, '/a.js'],
  ['a.ts', `import type { T } from '${U}/a.js';\nexport type { V } from '${U}/b.js';`, ''],
  [
    'a.ts',
    `type T = typeof import('${U}/a.js');\ntype W = import('${U}/a.js').W;\nlet x: import('${U}/c.js').V;`,
    '',
  ],
  ['a.ts', `declare module '${U}/a.js' { export const x: number; }`, ''],
  ['a.ts', `/// <reference types="${U}/a.d.ts" />\n// @deno-types="${U}/a.d.ts"\nexport const x = 1;`, ''],
  ['a.js', `new Function('return import("${U}/a.js")')()`, '/a.js'],
  [
    'webpack.config.js',
    `new ModuleFederationPlugin({ name: 'host', remotes: { app: 'app@${U}/remoteEntry.js' } })`,
    '/remoteEntry.js',
  ],
  [
    'vite.config.ts',
    `federation({ name: 'host', remotes: { app: '${U}/assets/remoteEntry.js' }, shared: ['react'] })`,
    '/assets/remoteEntry.js',
  ],
  [
    'webpack.config.js',
    `module.exports = { externalsType: 'script', externals: { lodash: ['${U}/lodash.min.js', '_'] } };`,
    '/lodash.min.js',
  ],
];

const COMPONENTS: Row[] = [
  [
    'a.tsx',
    `import Script from 'next/script';\nexport default () => <Script src="${U}/a.js" strategy="lazyOnload" onLoad={() => { x > 1; }} />;`,
    '/a.js',
  ],
  ['a.tsx', `<Script src={\`${U}/gtag/js?id=\${GA_ID}\`} strategy="afterInteractive" />`, '/gtag/js?id= …'],
  ['a.tsx', `const SRC = '${U}/a.js';\nexport default () => <Script id="x" src={SRC} />;`, '/a.js'],
  [
    'a.jsx',
    `<Helmet><script async src="${U}/a.js" crossOrigin="anonymous" /><link rel="stylesheet" href="${U}/a.css" /><link rel="icon" href="${U}/i.png" /></Helmet>`,
    '/a.js, css /a.css',
  ],
  [
    'a.jsx',
    `<Helmet script={[{ src: '${U}/a.js', type: 'text/javascript' }]} link={[{ rel: 'stylesheet', href: '${U}/a.css' }]} />`,
    '/a.js, css /a.css',
  ],
  [
    '_document.jsx',
    `<Html><Head><link\n  href="${U}/a.css"\n  rel="stylesheet"\n/></Head><body><script src={'${U}/a.js'}></script></body></Html>`,
    'css /a.css, /a.js',
  ],
  [
    'a.tsx',
    `export const links: LinksFunction = () => [{ rel: 'stylesheet', href: '${U}/a.css' }, { rel: 'icon', href: '${U}/i.ico' }];`,
    'css /a.css',
  ],
  ['a.tsx', `return React.createElement('script', { src: '${U}/a.js', async: true });`, '/a.js'],
  ['a.js', `React.createElement("script", { src: "${U}/a.js" })`, '/a.js'],
  ['a.js', `h('link', { rel: 'stylesheet', href: '${U}/a.css' })`, 'css /a.css'],
  ['a.js', `(0, jsx)("script", { src: "${U}/a.js" }); _jsx("script", { src: "${U}/b.js" });`, '/a.js, /b.js'],
  [
    'a.tsx',
    `<script dangerouslySetInnerHTML={{ __html: \`(function(){var s=document.createElement('script');s.src='${U}/a.js';document.head.appendChild(s)})()\` }} />`,
    '/a.js',
  ],
  [
    'a.tsx',
    `<Script id="x">{\`var s=document.createElement('script');s.src='${U}/a.js';\`}</Script>`,
    '/a.js',
  ],
  ['a.tsx', `<style>{\`@import url('${U}/a.css');\`}</style>`, 'css /a.css'],
  [
    'gatsby-ssr.js',
    `exports.onRenderBody = ({ setHeadComponents }) => setHeadComponents([<script key="x" src="${U}/a.js" />]);`,
    '/a.js',
  ],
  [
    'docusaurus.config.js',
    `module.exports = { scripts: ['${U}/a.js', { src: '${U}/b.js', async: true }], stylesheets: ['${U}/a.css', { href: '${U}/b.css' }] };`,
    '/a.js, /b.js, css /a.css, css /b.css',
  ],
  [
    'docusaurus.config.ts',
    `const config: Config = { scripts: ['${U}/a.js'], stylesheets: [{ href: '${U}/b.css', type: 'text/css' }] };`,
    '/a.js, css /b.css',
  ],
  [
    'config.ts',
    `export default defineConfig({ head: [['script', { src: '${U}/a.js' }], ['link', { rel: 'stylesheet', href: '${U}/a.css' }], ['link', { rel: 'icon', href: '${U}/i' }]] });`,
    '/a.js, css /a.css',
  ],
  [
    'nuxt.config.ts',
    `export default defineNuxtConfig({ app: { head: { script: [{ src: '${U}/a.js', defer: true }], link: [{ rel: 'stylesheet', href: '${U}/a.css' }] } } });`,
    '/a.js, css /a.css',
  ],
  [
    'nuxt.config.js',
    `export default { head: { script: [{ src: '${U}/a.js' }], link: [{ rel: 'icon', href: '${U}/favicon.ico' }] } }`,
    '/a.js',
  ],
  [
    'a.vue',
    `<script setup lang="ts">\nuseHead({ script: [{ src: '${U}/a.js' }] })\n</script>\n<template><div/></template>`,
    '/a.js',
  ],
  [
    'a.vue',
    `<template><p/></template>\n<script lang="ts">\nexport default { name: 'A' }\n</script>\n<script setup lang="ts">\nconst SRC: string = '${U}/a.js'\nonMounted(() => { const s = document.createElement('script'); s.src = SRC })\n</script>`,
    '/a.js',
  ],
  ['a.vue', `<template><component :is="'script'" src="${U}/a.js" async></component></template>`, '/a.js'],
  ['a.vue', `<template><component is="script" :src="'${U}/a.js'" /></template>`, '/a.js'],
  ['a.vue', `<script src="${U}/a.js"></script>`, '/a.js'],
  [
    'a.vue',
    `<script setup>\nuseScript('${U}/a.js'); useScript({ src: '${U}/b.js' })\n</script>`,
    '/a.js, /b.js',
  ],
  [
    'a.vue',
    `<script>\nexport default { mounted() { this.$loadScript("${U}/a.js").then(() => {}) }, metaInfo: { script: [{ src: '${U}/b.js' }] } }\n</script>`,
    '/a.js, /b.js',
  ],
  [
    'a.vue',
    `<template><Head><Script src="${U}/a.js" /><Link rel="stylesheet" href="${U}/a.css" /></Head></template>`,
    '/a.js, css /a.css',
  ],
  [
    'a.vue',
    `<template><p/></template>\n<style scoped>\n@import url("${U}/a.css");\np { color: red }\n</style>`,
    'css /a.css',
  ],
  [
    'a.svelte',
    `<svelte:head>\n\t<script src="${U}/a.js" defer></script>\n\t<link rel="stylesheet" href="${U}/a.css" />\n</svelte:head>`,
    '/a.js, css /a.css',
  ],
  [
    'a.svelte',
    `<script lang="ts">\n  const src: string = '${U}/a.js';\n</script>\n<svelte:head><script {src}></script></svelte:head>`,
    '/a.js',
  ],
  [
    'a.svelte',
    `<script>\n  const url = '${U}/a.js';\n</script>\n<svelte:head><script src={url} on:load={go}></script></svelte:head>`,
    '/a.js',
  ],
  ['a.svelte', `<svelte:head>{@html \`<script src="${U}/a.js"></\${'script'}>\`}</svelte:head>`, '/a.js'],
  [
    'a.svelte',
    `<script>\nimport { onMount } from 'svelte';\nonMount(() => import('${U}/a.js'));\n</script>`,
    '/a.js',
  ],
  [
    'a.astro',
    `---\nconst cdn = "${U}/a.js";\n---\n<html><head><script is:inline src={cdn}></script><link rel="stylesheet" href="${U}/a.css"></head></html>`,
    '/a.js, css /a.css',
  ],
  [
    'a.astro',
    `---\nimport x from '../x';\n---\n<script is:inline src="${U}/a.js"></script>\n<script>\nimport y from '${U}/b.js';\n</script>`,
    '/a.js, /b.js',
  ],
  [
    'a.astro',
    `<script is:inline>\n(function(d,s){var j=d.createElement(s);j.src='${U}/a.js';d.head.appendChild(j)})(document,'script');\n</script>`,
    '/a.js',
  ],
  ['a.astro', `<script type="text/partytown" src="${U}/a.js"></script>`, ''],
  [
    'a.astro',
    `---\nconst V = '1.0.0';\n---\n<script is:inline src={\`${U}/x@\${V}/a.js\`} />`,
    '/x@1.0.0/a.js',
  ],
  ['a.jsx', `<amp-script src="${U}/a.js"></amp-script>`, ''],
  [
    'a.ts',
    `@Component({ selector: 'a', template: '<p>x</p>' })\nexport class A implements OnInit { ngOnInit(): void { const s = document.createElement('script'); s.type = 'text/javascript'; s.src = '${U}/a.js'; document.body.appendChild(s); } }`,
    '/a.js',
  ],
  [
    'a.ts',
    `const head = \`<script src="${U}/a.js"></script>\`;\nres.send(\`<html><head>\${head}</head></html>\`);`,
    '/a.js',
  ],
  [
    'a.ts',
    `export const html = /* html */ \`<!doctype html><html><head><link rel="stylesheet" href="${U}/a.css"></head><body><script src="${U}/a.js"></script></body></html>\`;`,
    'css /a.css, /a.js',
  ],
];

const SILENT: Row[] = [
  ['a.ts', `// const s = document.createElement('script'); s.src = '${U}/a.js'`, ''],
  [
    'a.ts',
    `/**\n * @example\n * <script src="${U}/a.js"></script>\n * loadScript('${U}/a.js')\n */\nexport function loadScript(src: string): void {}`,
    '',
  ],
  [
    'a.js',
    `const re = /^https:\\/\\/c\\.example\\/a\\.js$/; const s = document.createElement('script'); s.src = './own.js';`,
    '',
  ],
  [
    'a.ts',
    `fetch('${U}/api'); axios.get('${U}/a.json'); axios.create({ baseURL: '${U}' }); createElement;`,
    '',
  ],
  [
    'a.tsx',
    `<a href="${U}/a.js">x</a>; <img src="${U}/a.png" />; <iframe src="${U}/a.html" />; <video src="${U}/a.mp4" />;`,
    '',
  ],
  [
    'a.tsx',
    `<script type="application/ld+json" dangerouslySetInnerHTML={{ __html: JSON.stringify({ '@context': 'https://schema.org', url: '${U}/a.js' }) }} />`,
    '',
  ],
  [
    'a.tsx',
    `<Script id="schema" type="application/ld+json">{\`{"@context":"https://schema.org","logo":"${U}/logo.png"}\`}</Script>`,
    '',
  ],
  ['a.tsx', `<Script src="/own.js" /> ; <Image src="${U}/a.png" alt="" />`, ''],
  ['a.tsx', `<script src={own} data-api="${U}/api" />`, ''],
  [
    'a.tsx',
    `<link rel="canonical" href="${U}/" /> ; <link rel="preconnect" href="${U}" /> ; <link rel="alternate" hrefLang="de" href="${U}/de" />`,
    '',
  ],
  ['a.tsx', `<Link href="${U}/a.css">styles</Link>; <Link to="${U}/a.js" />`, ''],
  [
    'a.ts',
    `const img = new Image(); img.src = '${U}/a.js'; const f = document.createElement('iframe'); f.src = '${U}/a.js';`,
    '',
  ],
  [
    'a.ts',
    `const s = document.createElement('script'); s.src = '/own.js'; const i = document.createElement('img'); i.src = '${U}/p.gif';`,
    '',
  ],
  ['a.ts', `const s = document.createElement('script'); s.src = own;\nimg.src = '${U}/pixel';`, ''],
  [
    'a.ts',
    `const a = document.createElement('a'); a.href = '${U}/a.css'; const link = document.createElement('link'); link.rel = 'canonical'; link.href = '${U}/';`,
    '',
  ],
  ['a.ts', `export const DOCS = 'Add <script src="${U}/a.js"></script> to your page';`, ''],
  ['a.ts', `throw new Error('See ${U}/import("x")'); import('./own');`, ''],
  ['a.ts', `const x = a < b; const y = 'https://c.example/a.js'; createElement('div');`, ''],
  [
    'a.ts',
    `interface Script { src: 'https://c.example/a.js' }\ntype LoaderUrl = \`https://\${string}.js\`; createElement`,
    '',
  ],
  ['a.ts', `const allowed = ['${U}']; const csp = "script-src 'self' ${U}"; createElement('script')`, ''],
  ['a.ts', `expect(script.src).toBe('${U}/a.js'); expect(html).toContain('<script src="${U}/a.js">');`, ''],
  ['a.ts', `if (s.src === '${U}/a.js') return; if (el.src == "${U}/b.js") {} createElement('script')`, ''],
  ['a.ts', `document.querySelector('script[src="${U}/a.js"]'); createElement`, ''],
  [
    'a.ts',
    `router.get('//x', h); const s = 'http://www.w3.org/2000/svg'; document.createElementNS(s, 'svg');`,
    '',
  ],
  ['a.js', `const ns = 'http://www.w3.org/2000/svg'; const s = document.createElementNS(ns, 'script');`, ''],
  [
    'a.vue',
    `<template><a href="${U}/a.js">x</a><img src="${U}/a.png"></template>\n<script>\nexport default {}\n</script>`,
    '',
  ],
  [
    'a.vue',
    `<script setup>\nuseHead({ link: [{ rel: 'canonical', href: '${U}/' }], meta: [{ property: 'og:image', content: '${U}/a.png' }] })\n</script>`,
    '',
  ],
  ['a.vue', `<template><!-- <script src="${U}/a.js"></script> --><p/></template>`, ''],
  ['a.astro', `<Image src="${U}/a.png" /><a href="${U}/a.css">x</a><script src="./own.ts"></script>`, ''],
  ['a.mdx.js', `export default "\`\`\`html\\n<script src='${U}/a.js'></script>\\n\`\`\`"; createElement`, ''],
  [
    'a.ts',
    `loadImage('${U}/a.png'); loadJSON('${U}/a.json'); fetchStyle('x'); useStyles(theme); getStyles('${U}')`,
    '',
  ],
  ['a.ts', `jest.mock('${U}/a.js'); vi.mock('${U}/a.js', () => ({})); import { x } from './x';`, ''],
  ['a.ts', `const api = { script: ['npm run x'], links: [{ label: 'Docs', href: '${U}/docs' }] };`, ''],
  ['a.ts', `export const nav = { links: [{ href: '${U}/a.css', label: 'CSS' }] };`, ''],
  [
    'a.ts',
    `const t = document.createElement('template'); t.innerHTML = '<script src="${U}/a.js"></script>';`,
    '',
  ],
  [
    'a.js',
    `navigator.sendBeacon('${U}/a.js'); new WebSocket('wss://c.example'); new EventSource('${U}/e'); import('./x')`,
    '',
  ],
  ['a.js', `const proxy = { '/api': '${U}' }; module.exports = { server: { proxy } }; createElement`, ''],
  ['a.ts', `const u = new URL('${U}/a.js'); createElement('div')`, ''],
];

suite('spellings in sources', (test) => {
  test('takes as long as the text is', async () => {
    const parts = [
      '<a ',
      '<a {"',
      '<a {`',
      '<script>',
      '<!--',
      '<style>@import "',
      '---\n',
      '<script src={a} ',
    ];
    for (const part of parts) await loads('a.vue', `'${U}/a.js' createElement${part.repeat(50_000)}`);
    const calls = [...Array(2000).keys()].map(
      (i) => `function f${i}({ a, b = 1 }) { f${(i + 1) % 2000}({ a: b }); }`,
    );
    await loads('a.ts', `${calls.join('\n')} createElement('script').src = '${U}/a.js'`);
  });

  test('what is not looked at is told', async () => {
    const files = {
      'broken.ts': `const s = document.createElement('script'); s.src = '${U}/a.js'; let let = {{ x }} @@;`,
      'a.test.ts': `loadScript('${U}/a.js');`,
      'types.d.ts': `export * from '${U}/a.js';`,
      'large.js': `loadScript('${U}/a.js');${' '.repeat(9 << 20)}`,
    };
    const { loads: found, gaps } = await readSources(ioWith(files), Object.keys(files), {});
    assert.equal(
      found.map(({ url, location }) => `${location.file} ${url}`),
      [`broken.ts ${U}/a.js`],
    );
    assert.equal(
      gaps.map(({ reason }) => reason.replace(/ .*/, '')),
      ['broken.ts', 'a.test.ts', 'large.js'],
    );
  });
  const groups: [string, Row[]][] = [
    ['elements', ELEMENTS],
    ['markup', WRITTEN],
    ['loaders and workers', LOADERS],
    ['modules', MODULES],
    ['components and configurations', COMPONENTS],
    ['what loads nothing', SILENT],
  ];
  for (const [group, rows] of groups) {
    test(group, async () => {
      const wrong: string[] = [];
      for (const [file, text, wanted] of rows) {
        const got = await loads(file, text);
        if (got !== wanted) wrong.push(`${file}: ${text}\n  wanted: ${wanted}\n  found:  ${got}`);
      }
      if (wrong.length > 0) throw new Error(`\n${wrong.join('\n')}`);
    });
  }
});
