import * as cheerio from 'cheerio';
import fc from 'fast-check';
import type { Element, Reading } from '../../../src/readers/html/elements.ts';
import { MOST_ELEMENTS, readElements } from '../../../src/readers/html/elements.ts';
import { judgeElements } from '../../../src/readers/html/judge.ts';
import { assert, suite } from '../../helpers.ts';

const utf8 = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const native = (html: string, scripting = false) => readElements(Buffer.from(html), 0, utf8, scripting);

async function judged(html: string, scripting = false): Promise<Reading> {
  const reading = await judgeElements(Buffer.from(html), 0, utf8, scripting);
  if (typeof reading === 'string') throw new Error(reading);
  return reading;
}

/** What both readings agree on: an element in one line. */
function line(element: Element): string {
  const attributes = element.attributes.map((a) => `${a.name}=${JSON.stringify(a.value)}`).join(' ');
  const flags = `${element.svg ? 'svg:' : ''}${element.inert ? 'inert ' : ''}`;
  const text = element.name === 'script' || element.name === 'style' ? ` text to ${element.textEnd}` : '';
  return `${element.start} ${flags}${element.name} ${attributes}${text}`;
}

interface Tree {
  name?: string;
  namespace?: string;
  attribs?: Record<string, string>;
  children?: Tree[];
  sourceCodeLocation?: { startOffset: number } | null;
}

/** The same from cheerio alone, without a line of ours: name, offset and attributes. */
function fromCheerio(html: string, scripting: boolean): string[] {
  const $ = cheerio.load(html, { scriptingEnabled: scripting, sourceCodeLocationInfo: true });
  const found: [number, string][] = [];
  const visit = (node: Tree): void => {
    const html5 = node.namespace === 'http://www.w3.org/1999/xhtml';
    const svg = node.namespace === 'http://www.w3.org/2000/svg';
    const name = node.name ?? '';
    if (
      (html5 && ['script', 'link', 'base', 'meta', 'style', 'iframe'].includes(name)) ||
      (svg && (name === 'script' || name === 'style'))
    ) {
      const start = node.sourceCodeLocation?.startOffset ?? -1;
      const attributes = Object.entries(node.attribs ?? {}).map(
        ([key, value]) => `${key}=${JSON.stringify(value)}`,
      );
      found.push([start, `${start} ${svg ? 'svg:' : ''}${name} ${attributes.sort().join(' ')}`]);
    }
    for (const child of node.children ?? []) visit(child);
  };
  visit($.root()[0] as unknown as Tree);
  return found.sort((a, b) => a[0] - b[0]).map(([, text]) => text);
}

function forCheerio(element: Element): string {
  const attributes = element.attributes.map((a) => `${a.name}=${JSON.stringify(a.value)}`);
  return `${element.start} ${element.svg ? 'svg:' : ''}${element.name} ${attributes.sort().join(' ')}`;
}

const found = (html: string) => native(html)?.elements.map((e) => html.slice(e.start, e.end)) ?? 'judge';

suite('elements', (test) => {
  test('a page made of more elements than are kept is read up to there, and says so', () => {
    const most = native('<link>'.repeat(MOST_ELEMENTS));
    assert.is(most?.elements.length, MOST_ELEMENTS);
    assert.is(most?.cut, undefined);
    const more = native('<link>'.repeat(MOST_ELEMENTS + 1));
    assert.is(more?.elements.length, MOST_ELEMENTS);
    assert.is(more?.cut, true);
  });

  test('skips what is text', () => {
    for (const name of ['textarea', 'title', 'style', 'xmp', 'noembed', 'noframes', 'iframe', 'script']) {
      const html = `<${name}><link></${name}><base>`;
      assert.equal(
        native(html)
          ?.elements.filter((e) => e.name !== name)
          .map((e) => e.name),
        ['base'],
        name,
      );
    }
    assert.equal(found('<link><plaintext><link></plaintext><link>'), ['<link>']);
  });

  test('follows well nested foreign content and asks the judge about the rest', () => {
    assert.equal(
      found('<svg><g><path/></g><title>x</title><script href=a></script></svg><script src=b></script>'),
      ['<script href=a>', '<script src=b>'],
    );
    assert.equal(found('<svg><link/><style><![CDATA[<link>]]></style></svg><link>'), ['<style>', '<link>']);
    assert.equal(found('<math><mi>x</mi></math><link>'), ['<link>']);
    for (const html of [
      '<svg><p></svg>',
      '<svg></p>',
      '<svg><g></svg>',
      '<svg><foreignObject><div></div></foreignObject></svg>',
      '<svg><title><b></b></title></svg>',
      '<math><annotation-xml></annotation-xml></math>',
      '<frameset>',
      '<template><col></template>',
      '<template shadowrootmode=open></template>',
      '<template><svg></template>',
    ]) {
      assert.is(native(html), undefined, html);
    }
  });

  test('knows templates and declarative shadow roots', async () => {
    const inert = async (html: string) =>
      (native(html) ?? (await judged(html))).elements.map((e) => `${e.inert} ${e.shadow}`);
    assert.equal(await inert('<template><template><link></template><link></template><link>'), [
      'true false',
      'true false',
      'false false',
    ]);
    assert.equal(await inert('<div><template shadowrootmode=OPEN><link></template>'), ['false true']);
    assert.equal(await inert('<x-y><template shadowrootmode=closed><link></template>'), ['false true']);
    assert.equal(await inert('<head><template shadowrootmode=open><link></template>'), ['true false']);
    assert.equal(await inert('<div><template shadowrootmode=x><link></template>'), ['true false']);
    assert.equal(await inert('<a><template shadowrootmode=open><link></template>'), ['true false']);
    assert.equal(
      await inert('<template><div><template shadowrootmode=open><link></template></div></template>'),
      ['true false'],
    );
    const two =
      '<div><template shadowrootmode=open></template><template shadowrootmode=open><link></template></div>';
    assert.equal(await inert(two), ['true false']);
  });

  test('reads noscript with and without scripts, and tells when they differ', () => {
    const html = '<noscript><link></noscript><link>';
    assert.equal(
      native(html)?.elements.map((e) => e.noscript),
      [true, false],
    );
    assert.is(native(html)?.split, false);
    assert.is(native(html, true)?.elements.length, 1);
    const differs = '<noscript><!-- </noscript><script src=x></script> --></noscript>';
    assert.equal(native(differs)?.split, true);
    assert.equal(native(differs, true)?.elements.length, 1);
    assert.is(native('<noscript><style></noscript></style>')?.split, true);
    assert.is(native('<noscript><template></noscript>')?.split, true);
    assert.is(native('<noscript><link>')?.split, false);
  });

  test('tells whether an attribute may hold code that loads something', () => {
    const told = (html: string) => native(html)?.handlers;
    assert.is(told('<p onclick="go()"><img src=a onerror=b><a href="import(1)">'), false);
    assert.is(told('<p>import(<p title="onclick=import(1)">'), false);
    assert.is(told('<img src=a onerror="import(1)">'), true);
    assert.is(told('<img/ONERROR=import(1)>'), true);
    assert.is(told('<p onclick="a<b;&#105;mport(1)">'), true);
    const [masked, written] = ['\x01\x01', '{}'].map((block) =>
      Buffer.from(`<p ${block}onclick="import(1)">`),
    );
    assert.is(masked && readElements(masked, 0, utf8, false, written)?.handlers, true);
    assert.is(told('<iframe src=" javascript:import(1)"></iframe>'), true);
    assert.is(told('<img src="javascript:import(1)">'), false);
    assert.is(told('<noscript><p onclick=import(1)></noscript>'), true);
    assert.is(told('<svg onload=import(1)></svg>'), true);
    assert.is(told('</p onclick=import(1)><!-- <p onclick=import(1)> -->'), false);
    assert.is(told('<plaintext><p onclick=import(1)>'), false);
    assert.is(told('<svg><![CDATA[<p onclick=import(1)>]]></svg>'), false);
  });

  test('refuses what would cost a tree builder too much', async () => {
    const deep = await judgeElements(Buffer.from(`<frameset>${'<svg>'.repeat(2000)}`), 0, utf8, false);
    assert.type(deep, 'object');
    const svg = await judgeElements(Buffer.from('<svg>'.repeat(5000)), 0, utf8, false);
    assert.match(String(svg), /nests elements/);
    const many = `<svg><p ${[...Array(3000).keys()].map((i) => `a${i}`).join(' ')}>`;
    assert.match(String(await judgeElements(Buffer.from(many), 0, utf8, false)), /attributes/);
    assert.match(String(await judgeElements(Buffer.alloc(5 * 2 ** 20), 0, utf8, false)), /bytes/);
  });

  const piece = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('script', 'link', 'base', 'meta', 'style', 'iframe').chain(tag) },
    {
      weight: 6,
      arbitrary: fc
        .constantFrom(
          ...[
            'svg',
            'math',
            'g',
            'title',
            'desc',
            'foreignObject',
            'mi',
            'annotation-xml',
            'template',
            'noscript',
          ],
          ...[
            'table',
            'tr',
            'td',
            'colgroup',
            'caption',
            'p',
            'div',
            'b',
            'a',
            'head',
            'body',
            'html',
            'font',
          ],
          ...[
            'textarea',
            'xmp',
            'noembed',
            'noframes',
            'form',
            'button',
            'li',
            'ruby',
            'h1',
            'br',
            'img',
            'input',
          ],
        )
        .chain(tag),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom('frameset', 'frame', 'col', 'plaintext', 'image', 'object').chain(tag),
    },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        ...[
          '<!-- ',
          '-->',
          '--!>',
          '<!-->',
          '<![CDATA[',
          ']]>',
          '<?php >',
          '<!doctype html>',
          '</>',
          '</ x>',
          '<',
        ],
        ...[
          '<!-- <script>',
          '</script',
          '</noscript',
          '</template>',
          'text',
          ' ',
          '"',
          "'",
          '>',
          '/',
          '=',
          '\0',
          '\r\n',
        ],
      ),
    },
  );
  function tag(name: string): fc.Arbitrary<string> {
    const value = fc.constantFrom('', '=x', '="a b"', "='&amp;&lt=1'", '=a/', '=', '= "\r\n"', '="<!--"');
    const attribute = fc.tuple(
      fc.constantFrom('src', 'href', 'SRC', 'type', 'color', 'x:y', '=z', '"'),
      value,
    );
    const inside = fc
      .array(
        attribute.map(([n, v]) => ` ${n}${v}`),
        { maxLength: 3 },
      )
      .map((list) => list.join(''));
    return fc.oneof(
      fc.tuple(inside, fc.constantFrom('>', '>', '/>', ' >', ' />')).map(([a, end]) => `<${name}${a}${end}`),
      fc.constantFrom(`</${name}>`, `</${name.toUpperCase()} x>`),
    );
  }

  test('property: finds what parse5 finds, with the same attributes and offsets', async () => {
    let alone = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 25 }), fc.boolean(), async (pieces, scripting) => {
        const html = pieces.join('');
        const mine = native(html, scripting);
        if (mine !== undefined) alone++;
        const reading = mine ?? (await judged(html, scripting));
        assert.equal(reading.elements.map(forCheerio), fromCheerio(html, scripting), JSON.stringify(html));
        if (mine === undefined) return;
        assert.equal(
          mine.elements.map(line),
          (await judged(html, scripting)).elements.map(line),
          JSON.stringify(html),
        );
      }),
      { numRuns: Number(process.env.VAKT_RUNS ?? 1500) },
    );
    assert.ok(alone > 300, `only ${alone} pages were read without the judge`);
  });
});
