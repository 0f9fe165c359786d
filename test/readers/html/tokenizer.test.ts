import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attributesOf, lowerCased } from '../../../src/readers/html/attributes.ts';
import { rawTextEnd, scriptTextEnd } from '../../../src/readers/html/rawtext.ts';
import { cursorAt, nextTag } from '../../../src/readers/html/tokenizer.ts';
import { assert, suite, testWith } from '../../helpers.ts';

const corpus = process.env.VAKT_CORPUS;
const utf8 = (bytes: Uint8Array) => Buffer.from(bytes).toString();

interface Start {
  name: string;
  attributes: Record<string, string>;
  offset: number;
}

function startTags(html: string, from = 0, foreign = false): Start[] {
  const bytes = Buffer.from(html);
  const cursor = cursorAt(bytes, from);
  const found: Start[] = [];
  while (nextTag(cursor, foreign)) {
    if (cursor.closing) continue;
    const name = lowerCased(
      utf8(bytes.subarray(cursor.nameStart, cursor.nameEnd)).replaceAll('\0', '\ufffd'),
    );
    const attributes: Record<string, string> = Object.create(null);
    for (const { name: key, value } of attributesOf(cursor, utf8)) attributes[key] = value;
    found.push({ name, attributes, offset: cursor.start });
  }
  return found;
}

const names = (html: string) => startTags(html).map((tag) => tag.name);
const attributesIn = (html: string) => ({ ...startTags(html)[0]?.attributes });

suite('tokenizer', (test) => {
  test('ends comments where browsers do', () => {
    assert.equal(names('<!-- <a> --><b>'), ['b']);
    assert.equal(names('<!--><b>'), ['b']);
    assert.equal(names('<!---><b>'), ['b']);
    assert.equal(names('<!-- a --!><b>'), ['b']);
    assert.equal(names('<!-- <!-- <a> --><b>'), ['b']);
    assert.equal(names('<!-- <!--> <b>'), ['b']);
    assert.equal(names('<!-- --!-- <a> ---><b>'), ['b']);
    assert.equal(names('<!-- - -> -- > <a>'), []);
    assert.equal(names('<!---!> <a> --><b>'), ['b']);
  });

  test('reads bogus comments, doctypes and CDATA', () => {
    assert.equal(names('<!doctype html SYSTEM "a>b"><b>'), ['b']);
    assert.equal(names('<?php echo "<a>"; ?><b>'), ['b']);
    assert.equal(names('</><b></ <a><c>'), ['b', 'c']);
    assert.equal(names('<![CDATA[<a>]]><b>'), ['b']);
    assert.equal(
      startTags('<![CDATA[<a>]]><b>', 0, true).map((t) => t.name),
      ['b'],
    );
    assert.equal(names('a < b, <3, <<b>'), ['b']);
  });

  test('reads attributes as the standard has it', () => {
    assert.equal(attributesIn('<a =x y=1>'), { '=x': '', y: '1' });
    assert.equal(attributesIn('<a href=x/>'), { href: 'x/' });
    assert.equal(attributesIn('<a/href="x"/b>'), { href: 'x', b: '' });
    assert.equal(attributesIn('<a SRC=1 src=2 Src=3>'), { src: '1' });
    assert.equal(attributesIn("<a b = 'x>\"y' c>"), { b: 'x>"y', c: '' });
    assert.equal(attributesIn('<a b="1"c="2">'), { b: '1', c: '2' });
    assert.equal(attributesIn('<a b=>'), { b: '' });
    assert.equal(attributesIn('<a b="\r\nx\ry\0">'), { b: '\nx\ny\ufffd' });
    assert.equal(attributesIn('<a \u212a=1 k=2>'), { '\u212a': '1', k: '2' });
  });

  test('resolves character references in values', () => {
    assert.equal(attributesIn('<a b="?x=1&amp;y=2&copy=3&lt=4&copy;&#x2F;&#47&colon;">'), {
      b: '?x=1&y=2&copy=3&lt=4©//:',
    });
  });

  test('tells ranges in bytes', () => {
    const bytes = Buffer.from('é<a x  b = "ü" c=d>');
    const cursor = cursorAt(bytes, 0);
    assert.ok(nextTag(cursor, false));
    const slices = attributesOf(cursor, utf8).map((a) => [
      utf8(bytes.subarray(a.start, a.end)),
      a.valueStart < 0 ? undefined : utf8(bytes.subarray(a.valueStart, a.valueEnd)),
    ]);
    assert.equal(slices, [
      ['x', undefined],
      ['b = "ü"', 'ü'],
      ['c=d', 'd'],
    ]);
  });

  test('makes no tag of what the document ends in', () => {
    for (const html of ['<a', '<a ', '<a b', '<a b=', '<a b="c>', '<a b=c', '</a', '<a/', '<', '</']) {
      assert.equal(names(html), [], html);
    }
  });

  test('ends raw text and script text where browsers do', () => {
    const raw = (html: string) => rawTextEnd(Buffer.from(html), 0, 'style');
    assert.is(raw('</styles></STYLE x'), 9);
    assert.is(raw('abc'), 3);
    const script = (html: string) => html.slice(scriptTextEnd(Buffer.from(html), 0));
    assert.is(script('a</script>b'), '</script>b');
    assert.is(script('<!-- <script> </script> --></script>b'), '</script>b');
    assert.is(script('<!-- <script> </script></script>b'), '</script>b');
    assert.is(script('<!-- <scripts> </script>b'), '</script>b');
    assert.is(script('<!--><script> </script>b'), '</script>b');
    assert.is(script('<!-- <script> --> </script>b'), '</script>b');
    assert.is(script('<!-- <script> </script>b'), '');
  });

  test('takes as long as the input is', () => {
    const long = 3_000_000;
    for (const unit of [
      '<',
      '</',
      '<!--',
      '<a b="',
      "<a b='x",
      '<!',
      '<![CDATA[',
      '<a ',
      '\0',
      '<!-- --',
      '&',
    ]) {
      startTags(unit.repeat(Math.ceil(long / unit.length)), 0, true);
    }
    rawTextEnd(Buffer.from('</style'.repeat(long / 7)), 0, 'style');
    scriptTextEnd(Buffer.from('<!-- <script'.repeat(long / 12)), 0);
    startTags(`<a ${'x y=1 '.repeat(20_000)}${[...Array(20_000).keys()].map((i) => `n${i}`).join(' ')}>`);
  });

  testWith(corpus ? undefined : 'VAKT_CORPUS', test, 'finds the start tags of html5lib', () => {
    const folder = join(corpus ?? '', 'html5lib-tokenizer');
    let checked = 0;
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.test'))) {
      const { tests } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { tests?: Html5libTest[] };
      for (const one of tests ?? []) checked += checkHtml5lib(one, file);
    }
    assert.ok(checked > 6_800, `only ${checked} checked`);
  });
});

interface Html5libTest {
  description: string;
  input: string;
  output: [string, string, Record<string, string>?][];
  initialStates?: string[];
  lastStartTag?: string;
  doubleEscaped?: boolean;
}

function checkHtml5lib(one: Html5libTest, file: string): number {
  const unescaped = (text: string) =>
    one.doubleEscaped
      ? text.replace(/\\u([0-9A-Fa-f]{4})/g, (_, hex: string) =>
          String.fromCharCode(Number.parseInt(hex, 16)),
        )
      : text;
  const input = unescaped(one.input);
  // Lone surrogates cannot stand in bytes.
  if (Buffer.from(input).toString() !== input) return 0;
  const wanted = one.output
    .filter(([kind]) => kind === 'StartTag')
    .map(([, name, attributes = {}]) => [
      unescaped(name),
      Object.fromEntries(
        Object.entries(attributes).map(([key, value]) => [unescaped(key), unescaped(value)]),
      ),
    ]);
  for (const state of one.initialStates ?? ['Data state']) {
    const bytes = Buffer.from(input);
    let from = 0;
    if (state === 'PLAINTEXT state') from = bytes.length;
    else if (state === 'Script data state') from = scriptTextEnd(bytes, 0);
    else if (state === 'RCDATA state' || state === 'RAWTEXT state')
      from = one.lastStartTag === undefined ? bytes.length : rawTextEnd(bytes, 0, one.lastStartTag);
    else if (state === 'CDATA section state') {
      const end = bytes.indexOf(']]>');
      from = end === -1 ? bytes.length : end + 3;
    }
    const got = startTags(input, from).map((tag) => [tag.name, { ...tag.attributes }]);
    assert.equal(got, wanted, `${file}: ${one.description} (${state})`);
  }
  return 1;
}
