/** The table of formats: what is typed, and that no text from outside changes the shape of any of them. */
import { load as parseHtml } from 'cheerio';
import { marked } from 'marked';
import { UserError } from '../../src/errors.ts';
import { FORMATS, type FormatName, outputsOf } from '../../src/report/formats.ts';
import type { Report } from '../../src/report/report.ts';
import { assert, failure, suite } from '../helpers.ts';
import { everything, LOOK, report } from './sample.ts';

/** Printed in all formats; a comment says what each would do where it is not held. */
const HOSTILE: readonly string[] = [
  '</script><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '<!--',
  ']]>',
  'a|b|c',
  '\\|',
  '`a` ``b`` ```',
  '**bold** _it_ ~~no~~',
  '[text](https://evil.test)',
  '![image](https://evil.test/x.png)',
  'https://evil.test www.evil.test',
  '@everyone @octo-org/team',
  'octo/repo#12 #34 GH-56',
  ':shipit: $x^2$',
  '\n::error file=a,line=1::gone',
  '::add-mask::x%0A::stop-commands::y',
  '\u001b[31mred\u001b[0m\u0007',
  '\u202egnp.exe\u2066',
  'one\r\ntwo\nthree\u2028four',
  '\u0000\u0008\u000b\ufffe\uffff',
  '\ud800 half',
  '{0} [1](2)',
  '%25 %0A , :',
  '../../etc/passwd',
  'C:\\x y?#&<b>',
  '__proto__',
  '# heading\n- list\n> quote',
  '&lt;b&gt; &amp; &#60;',
  'x'.repeat(5000),
];

async function print(name: FormatName, given: Report, all = true): Promise<string> {
  const format = await FORMATS[name].load();
  return format(given, { ...LOOK, all, base: 'apps/' });
}

const UNSEEN = /[^\P{Cc}\t\n]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** The elements of an HTML document in their order, with the names of their attributes. */
function shapeOf(markup: string): string {
  const $ = parseHtml(markup);
  return $('*')
    .toArray()
    .map((element) =>
      'attribs' in element ? `${element.tagName} ${Object.keys(element.attribs).join(' ')}` : '',
    )
    .join('\n');
}

const lines = (text: string) => text.split('\n').length;

/** What must be equal for a hostile and a harmless text. */
const SHAPES: Readonly<Record<FormatName, (printed: string) => unknown>> = {
  text: () => 0,
  json: (printed) => Object.keys(JSON.parse(printed)),
  sarif: (printed) => JSON.parse(printed).runs[0].results.map((one: object) => Object.keys(one)),
  github: (printed) =>
    printed.split('\n').map((line) => /^::\w+ [\w=]+|^vakt: |^$/.exec(line)?.[0]?.slice(0, 9)),
  markdown: (printed) => shapeOf(marked.parse(printed, { gfm: true, async: false })),
  junit: (printed) =>
    printed
      .replace(/"[^"]*"/g, '""')
      .replace(/>[^<]*</g, '><')
      .replace(/\s+/g, ' '),
  html: shapeOf,
};

suite('formats and hostile text', (test) => {
  for (const name of Object.keys(FORMATS) as FormatName[]) {
    test(`${name} keeps its shape`, async () => {
      const harmless = SHAPES[name](await print(name, everything('lodash')));
      for (const text of HOSTILE) {
        const printed = await print(name, everything(text));
        assert.equal(SHAPES[name](printed), harmless, text);
        if (name !== 'text') assert.not.match(printed, /\p{Cs}/u, text);
        if (name !== 'json') assert.not.match(printed, UNSEEN, text);
      }
    });
  }

  test('markdown renders to no link, image, mention or reference that was not ours', async () => {
    for (const text of HOSTILE) {
      const rendered = marked.parse(await print('markdown', everything(text)), { gfm: true, async: false });
      const $ = parseHtml(rendered);
      assert.is($('a, img, script, style, iframe').length, 0, text);
      $('code, pre').remove();
      const words = $('body').text();
      assert.not.match(words, /@\w|#\d|\bGH-\d|\bwww\./, text);
    }
  });

  test('junit holds only what XML 1.0 allows', async () => {
    for (const text of HOSTILE) {
      const printed = await print('junit', everything(text));
      assert.not.match(printed, /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u, text);
      assert.not.match(printed.replace(/&#\d+;/g, ''), /&/, text);
    }
  });

  test('html has one script and one style, both in its policy, and no handler', async () => {
    for (const text of HOSTILE) {
      const $ = parseHtml(await print('html', everything(text)));
      assert.is($('script').length, 1);
      assert.is($('style').length, 1);
      assert.is($('[style], [onerror], [onmouseover], iframe, img, form, base').length, 0, text);
      for (const a of $('a').toArray())
        assert.match(a.attribs.href ?? '', /^(?:#[a-z]+$|https:\/\/a\.test\/)/, text);
    }
  });
});

suite('what --format says', (test) => {
  const RIGHT: [string[], string | undefined, unknown][] = [
    [[], undefined, [{ format: 'text' }]],
    [[], 'x', [{ format: 'text', file: 'x' }]],
    [['json'], 'x', [{ format: 'json', file: 'x' }]],
    [['text', 'sarif=a.sarif'], undefined, [{ format: 'text' }, { format: 'sarif', file: 'a.sarif' }]],
    [
      ['text,sarif=a,html=b'],
      undefined,
      [{ format: 'text' }, { format: 'sarif', file: 'a' }, { format: 'html', file: 'b' }],
    ],
    [['sarif=a,b.sarif'], undefined, [{ format: 'sarif', file: 'a,b.sarif' }]],
    [['sarif=a=b'], undefined, [{ format: 'sarif', file: 'a=b' }]],
    [
      ['text', 'sarif=s'],
      't',
      [
        { format: 'text', file: 't' },
        { format: 'sarif', file: 's' },
      ],
    ],
  ];
  for (const [values, file, want] of RIGHT)
    test(`${values.join(' ')} ${file ?? ''}`, () => assert.equal(outputsOf(values, file), want));

  const WRONG: [string[], string | undefined, RegExp][] = [
    [['text', 'json'], undefined, /cannot share/],
    [['text,json'], undefined, /cannot share/],
    [['text', 'text'], undefined, /cannot share/],
    [['json=a'], 'b', /its file already/],
    [['json='], undefined, /no file is named/],
    [['jsn'], undefined, /no format "jsn"/],
    [['text,yaml'], undefined, /no format "yaml"/],
    [[''], undefined, /no format ""/],
    [['constructor'], undefined, /no format/],
    [['__proto__=x'], undefined, /no format/],
  ];
  for (const [values, file, message] of WRONG) {
    test(`${values.join(' ')} is refused`, async () => {
      const error = await failure(() => outputsOf(values, file));
      assert.instance(error, UserError);
      assert.match(error.message, message);
      assert.ok((error as UserError).hint);
    });
  }

  test('a report without findings prints in every format', async () => {
    for (const name of Object.keys(FORMATS) as FormatName[])
      assert.ok(lines(await print(name, report(), false)) > 1, name);
  });
});
