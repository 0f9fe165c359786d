import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { readWithLibrary, YamlError } from '../../../src/readers/yaml/library.ts';
import { readSubset } from '../../../src/readers/yaml/subset.ts';
import type { YamlOptions, YamlValue } from '../../../src/readers/yaml/value.ts';
import { assert, suite, testWith } from '../../helpers.ts';

const STRICT: YamlOptions = { repeated: 'error' };
const LAX: YamlOptions = { repeated: 'last' };

/** Everything that the subset knows, in one text. */
const SAMPLE = `---
lockfileVersion: '9.0'

# a comment
settings:
  autoInstallPeers: true # why
  nested: # after a colon
    - one # item
    - 'two' # quoted: item
    - three#not
importers:

  .:
    dependencies:
      '@scope/it''s':
        specifier: ^1.0.0
        version: 1.0.0(react@18.2.0)
packages:

  a@1.0.0:
    resolution: {integrity: sha512-AAAA==, tarball: https://registry.example.test/a.tgz}
    engines: {node: '>=8', npm: ">=6"}
    cpu: [x64, arm64]
    deprecated: |-
      first line

        indented
      third
    hasBin: true
    bundledDependencies:
      - b
      - 'c'
  node@runtime:22.0.0:
    resolution:
      type: variations
      variants:
      - targets:
        - cpu: x64
          os: linux
        resolution: {type: binary}
    deprecated: >-
      folded
      text

      second paragraph
    message: "a \\"quoted\\" word \\\\ and\\nnewline"
    empty: {}
    none: []
    nothing:
---
lockfileVersion: '9.0'
packages:
    deep: yes
`;

function library(text: string, options: YamlOptions): YamlValue[] | string {
  try {
    return readWithLibrary(text, options);
  } catch (error) {
    if (error instanceof YamlError) return `error: ${error.message}`;
    throw error;
  }
}

function assertAgrees(text: string, options: YamlOptions): boolean {
  const fast = readSubset(text, options);
  if (fast === undefined) return false;
  assert.equal(fast, library(text, options), text);
  return true;
}

/** Small changes at random places: what a merge, a hand or a cut does to a file. */
const change = fc.tuple(
  fc.nat(),
  fc.constantFrom('cut', 'drop', 'insert', 'double', 'join'),
  fc.constantFrom(
    ' ',
    '  ',
    ':',
    ': ',
    '#',
    ' #',
    "'",
    '"',
    '-',
    '- ',
    '{',
    '}',
    '[',
    ']',
    ',',
    '\n',
    '\r\n',
    '\t',
    '|',
    '>',
    '\\',
    '&a ',
    '*a',
    '!',
    '?',
    '---\n',
    '...\n',
    'x',
    '@',
    '~',
    'é',
    '<<: ',
  ),
);

function mutate(text: string, changes: [number, string, string][]): string {
  let out = text;
  for (const [seed, kind, piece] of changes) {
    const at = seed % (out.length + 1);
    if (kind === 'cut') out = out.slice(0, at);
    else if (kind === 'drop') out = out.slice(0, at) + out.slice(at + 1);
    else if (kind === 'insert') out = out.slice(0, at) + piece + out.slice(at);
    else if (kind === 'join') out = out.slice(0, at) + out.slice(at).replace('\n', '');
    else out = out.slice(0, at) + out.slice(at, at + 40) + out.slice(at);
  }
  return out;
}

suite('yaml: the subset reader', (test) => {
  test('reads the sample itself, and as the library does', () => {
    assert.is(assertAgrees(SAMPLE, STRICT), true);
    assert.is(assertAgrees(SAMPLE.replaceAll('\n', '\r\n'), STRICT), true);
  });

  test('knows the place of each map', () => {
    const text = 'a:\n  b@1: {c: d}\n';
    const [document] = readSubset(text, STRICT) ?? [];
    assert.equal(document, {
      at: 0,
      entries: new Map([
        ['a', { at: 0, entries: new Map([['b@1', { at: 5, entries: new Map([['c', 'd']]) }]]) }],
      ]),
    });
  });

  test('leaves repeated keys to the library, or lets the last win', () => {
    const text = 'a: 1\nb: 2\na: 3\n';
    assert.is(readSubset(text, STRICT), undefined);
    assert.is(assertAgrees(text, LAX), true);
  });

  test('takes keys named as parts of an object prototype for what they are', () => {
    assert.is(assertAgrees('__proto__:\n  constructor: x\nconstructor: y\n', STRICT), true);
  });

  test('gives up where YAML means more than it knows', () => {
    const beyond = [
      'a: &x b\n',
      'a: *x\n',
      'a: !t b\n',
      '? a\n: b\n',
      'a:\n  b\n  c\n',
      "a: 'b\n  c'\n",

      'a: {b: c,\n d: e}\n',
      '\ta: b\n',
      '--- a\n',
      '%YAML 1.2\n---\na: b\n',
      'a: b\n...\n',
      'a: |+\n  b\n',
      'a: |2\n  b\n',
      'a: @b\n',
      '- a\n',
      'a\n',
      '',
    ];
    for (const text of beyond) assert.is(readSubset(text, STRICT), undefined, text);
  });

  test('nesting beyond any lock file is left to the library, which does not overflow', () => {
    const deep = Array.from({ length: 3000 }, (_, i) => `${' '.repeat(i)}a:\n`).join('');
    assert.is(readSubset(deep, STRICT), undefined);
    assert.ok(library(`a: ${'['.repeat(100_000)}`, STRICT));
  });

  test('property: whatever it reads of a changed text is what the library reads', () => {
    let read = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.boolean(), (changes, lax) => {
        if (assertAgrees(mutate(SAMPLE, changes), lax ? LAX : STRICT)) read++;
      }),
      { numRuns: 3000 },
    );
    assert.ok(read > 300, `only ${read} of 3000 changed texts were read`);
  });

  const corpus = process.env.VAKT_CORPUS;
  testWith(corpus ? undefined : 'VAKT_CORPUS', test, 'equals the library on every file of the corpus', () => {
    const names = readdirSync(corpus ?? '', { recursive: true, encoding: 'utf8' });
    let count = 0;
    for (const name of names) {
      if (!/(^|[\\/])(pnpm-lock\.yaml|yarn\.lock)$/.test(name)) continue;
      const text = readFileSync(join(corpus ?? '', name), 'utf8');
      if (text.includes('# yarn lockfile v1') || !/^\S+:/m.test(text)) continue;
      count++;
      const options = name.endsWith('yaml') ? STRICT : LAX;
      const fast = readSubset(text, options);
      assert.ok(fast, `${name} leaves the subset`);
      // uvu's diff of two large trees never ends.
      assert.ok(JSON.stringify(fast, plain) === JSON.stringify(library(text, options), plain), name);
    }
    assert.ok(count > 30, `${count} files`);
  });
});

function plain(_key: string, value: unknown): unknown {
  return value instanceof Map ? [...value] : value;
}
