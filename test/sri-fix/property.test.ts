/** On any page: nothing but attributes is added, a second run changes nothing, and what can be pinned is. */
import fc from 'fast-check';
import { readPage } from '../../src/readers/html/read.ts';
import { originsOf } from '../../src/readers/html/urls.ts';
import { assert, suite } from '../helpers.ts';
import { bodyOf, CDN, fix, hashOf } from './fixing.ts';

const urls = ['a.js', 'b.js', 'm.js', 'none.js'].map((file) => `${CDN}${file}`);
const url = fc.constantFrom(...urls, '/own.js', 'https://js.stripe.com/v3/', `//${CDN.slice(8)}c.js`);
const quote = fc.constantFrom('"', "'", '');
const hash = fc.constantFrom(
  '',
  ...['a.js', 'b.js', 'x'].map((file) => hashOf(bodyOf(file))),
  'sha1-x',
  '{{ x }}',
);
const attribute = fc.oneof(
  fc.tuple(fc.constantFrom('integrity', 'INTEGRITY'), hash, quote).map(([n, v, q]) => {
    const bare = q === '' && (v === '' || v.includes(' '));
    return bare ? n : `${n}=${q}${v}${q}`;
  }),
  fc.constantFrom('crossorigin', 'crossorigin=use-credentials', 'async', 'type=module', 'data-x="é>"', '/'),
);
const tag = fc
  .tuple(
    fc.constantFrom(
      'script',
      'SCRIPT',
      'link rel=stylesheet',
      'link rel=modulepreload',
      'link rel=preload as=script',
    ),
    url,
    quote,
    fc.array(attribute, { maxLength: 3 }),
    fc.boolean(),
  )
  .map(([name, at, q, rest, first]) => {
    const link = name.startsWith('link');
    const source = `${link ? 'href' : 'src'}=${q}${at}${q}`;
    const attributes = first ? [source, ...rest] : [...rest, source];
    return `<${name} ${attributes.join(' ')}>${link ? '' : '</script>'}`;
  });
const piece = fc.oneof(
  { weight: 4, arbitrary: tag },
  fc.constantFrom(
    ...[
      '<!--',
      '-->',
      '<template>',
      '</template>',
      '<svg>',
      '</svg>',
      '\r\n  ',
      'é\0',
      '<textarea>',
      '</textarea>',
    ],
    ...[
      '<noscript>',
      '</noscript>',
      '<base href="https://cdn.jsdelivr.net/npm/x@1.0.0/">',
      '<script>',
      '</script>',
    ],
    `<script type=module>import "${CDN}b.js"</script>`,
    `<script type="importmap">{"imports":{"x":"${CDN}c.js"}}</script>`,
    '<meta http-equiv=content-security-policy content="script-src *">',
  ),
  fc.string({ maxLength: 5 }),
);
const html = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));

const MAP = /<script type="importmap">\{"integrity":\{[^<]*\}\}<\/script>(?:\r?\n[ \t]*)?/;

suite('sri-fix on any page', (test) => {
  test('a second run changes nothing, and finds nothing to do', () =>
    fc.assert(
      fc.asyncProperty(html, async (page) => {
        const once = await fix(page, { update: true });
        const twice = await fix(once.bytes, { update: true });
        assert.is(twice.html, once.html);
        assert.not.ok(twice.lines.some(({ action }) => action === 'set'));
      }),
      { numRuns: 300 },
    ));

  test('what is inserted can be taken out again', () =>
    fc.assert(
      fc.asyncProperty(html, async (page) => {
        // Without values to replace, and without a map to extend, there are only insertions.
        const plain = page
          .replace(/ ?integrity(?:=(?:"[^"]*"|'[^']*'|[^\s>]*))?/gi, '')
          .replaceAll('importmap', 'x');
        const bare = plain.replaceAll('use-credentials', 'anonymous');
        const { html: fixed } = await fix(bare);
        const restored = fixed
          .replace(MAP, '')
          .replace(/ integrity="sha384-[\w+/]{64}"(?: crossorigin="anonymous")?/g, '');
        assert.is(restored, bare);
      }),
      { numRuns: 300 },
    ));

  test('the page loads the same as before', () =>
    fc.assert(
      fc.asyncProperty(html, async (page) => {
        const loads = async (bytes: Buffer) => {
          const origins = originsOf('https://site.test', []);
          const read = await readPage('page.html', bytes, 'https://site.test/page.html', origins);
          return read.loads.map(({ kind, url: at, condition }) => [kind, at, condition]);
        };
        const { bytes } = await fix(page, { update: true });
        assert.equal(await loads(bytes), await loads(Buffer.from(page)));
      }),
      { numRuns: 300 },
    ));
});
