import fc from 'fast-check';
import { UserError } from '../../src/errors.ts';
import { parseJson, placeOf } from '../../src/readers/json.ts';
import { firstJsonError } from '../../src/readers/json-error.ts';
import { assert, failure, suite } from '../helpers.ts';

async function refused(input: string | Uint8Array, file = 'a.json'): Promise<UserError> {
  const error = await failure(() => parseJson(input, file));
  assert.instance(error, UserError);
  return error as UserError;
}

suite('json', (test) => {
  test('names the place and the reason of a syntax error', async () => {
    const cases: [string, string, string][] = [
      ['{\n  "a": 1,\n}', '3:1', 'a key in double quotes is expected, but "}" was found'],
      ['{"a" 1}', '1:6', '":" is expected, but "1" was found'],
      ['{"a": 1', '1:8', 'the file ends where "," or "}" is expected'],
      ['', '1:1', 'the file ends where a value is expected'],
      ['{"ä": "\u{1f600}", x}', '1:13', 'a key in double quotes is expected, but "x" was found'],
      ['{"a": "\n"}', '1:8', 'a control character inside a string'],
      ['{"a": "\\x"}', '1:8', 'an unknown escape inside a string'],
      ['{} {}', '1:4', 'the end of the file is expected, but "{" was found'],
      ['{"a": 01}', '1:8', '"," or "}" is expected, but "1" was found'],
    ];
    for (const [text, place, reason] of cases) {
      const error = await refused(text);
      assert.is(error.where, `a.json:${place}`);
      assert.is(error.message, `is not valid JSON: ${reason}`);
      assert.ok(error.hint);
    }
  });

  test('recognises git conflict markers first, with the remedy for lock files', async () => {
    const text = '{\n<<<<<<< HEAD\n  "a": 1\n=======\n  "a": 2\n>>>>>>> b\n}';
    const error = await refused(text, 'x/package-lock.json');
    assert.is(error.where, 'x/package-lock.json:2:1');
    assert.is(error.message, 'holds git conflict markers');
    assert.match(error.hint ?? '', 'npm install --package-lock-only');
    assert.not.match((await refused(text, 'package.json')).hint ?? '', '--package-lock-only` resolves');
  });

  test('takes nothing but an object at the top', async () => {
    for (const text of ['[]', '"a"', 'null', '1', 'true']) {
      assert.match((await refused(text)).message, 'where a JSON object is expected');
    }
  });

  test('says of UTF-16 that it is no UTF-8', async () => {
    assert.match((await refused(Buffer.from('{"a": 1}', 'utf16le'))).message, 'UTF-16');
  });

  test('counts columns in UTF-16 units and offsets in bytes, the byte order mark included', () => {
    const text = '\ufeff{\r\n  "\u{1f600}": {"é": 1}, "b": {"c": [1, {"d": "}\\""}], "e\\u0041": 2}\r\n}';
    const document = parseJson(Buffer.from(text), 'a.json');
    for (const path of [['\u{1f600}', 'é'], ['b'], ['b', 'eA']]) {
      const { line, column, offset } = document.locate(path);
      const key = path.at(-1) === 'eA' ? '"e\\u0041"' : `"${path.at(-1)}"`;
      const index = text.indexOf(key);
      assert.equal([line, column, offset], [2, index - 3, Buffer.byteLength(text.slice(0, index))]);
    }
    assert.is(placeOf(document.locate(['nothing'])), 'a.json:1:1');
    assert.is(placeOf(document.locate(['b', 'x', 'y'])), placeOf(document.locate(['b'])));
    assert.is(document.locate([]).offset, 3);
  });

  test('the last of duplicate keys wins, in the value and in the place', () => {
    const document = parseJson('{"a": 1,\n"a": {"b": 2}}', 'a.json');
    assert.equal(document.value, { a: { b: 2 } });
    assert.is(document.locate(['a', 'b']).column, 7);
    assert.is(document.locate(['a']).line, 2);
  });

  test('keys named __proto__ are keys like all others', () => {
    const document = parseJson('{"__proto__": {"x": 1},\n "constructor": 2}', 'a.json');
    assert.equal(Object.keys(document.value), ['__proto__', 'constructor']);
    assert.is(document.locate(['constructor']).line, 2);
    assert.is(document.locate(['__proto__', 'x']).column, 16);
    assert.is(document.locate(['toString']).column, 1);
  });

  test('depth costs no stack', async () => {
    const depth = 300_000;
    await refused('['.repeat(depth));
    await refused(`{"a":${'['.repeat(depth)}`);
    const nested = parseJson(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}, "b": 1}`, 'a.json');
    assert.is(nested.locate(['b']).column, 2 * depth + 8);
  });

  test('property: every member is where JSON.stringify put it', () => {
    const key = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom('__proto__', '"', '\\', '}{'),
    );
    const value = fc.dictionary(key, fc.dictionary(key, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 }), {
      maxKeys: 4,
    });
    fc.assert(
      fc.property(value, fc.constantFrom(0, 2, '\t'), fc.boolean(), (object, space, mark) => {
        const text = `${mark ? '\ufeff' : ''}${JSON.stringify(object, null, space)}`;
        const bytes = Buffer.from(text);
        const document = parseJson(bytes, 'a.json');
        for (const outer of Object.keys(object)) {
          for (const inner of Object.keys(object[outer] ?? {})) {
            const { line, column, offset } = document.locate([outer, inner]);
            const quoted = JSON.stringify(inner);
            assert.is(bytes.subarray(offset, offset + Buffer.byteLength(quoted)).toString(), quoted);
            const before = bytes.subarray(mark ? 3 : 0, offset).toString();
            assert.is(line, before.split('\n').length);
            assert.is(column, before.length - before.lastIndexOf('\n'));
          }
        }
      }),
    );
  });

  test('property: what JSON.parse refuses has a place, what it takes has none', () => {
    const mutated = fc.tuple(
      fc.json(),
      fc.nat(),
      fc.constantFrom('', '"', ',', '{', ']', '\\', '1', 'x', '\u0001', '\ud800'),
    );
    fc.assert(
      fc.property(mutated, ([text, at, put]) => {
        const place = at % (text.length + 1);
        const changed = text.slice(0, place) + put + text.slice(place + 1);
        let valid = true;
        try {
          JSON.parse(changed);
        } catch {
          valid = false;
        }
        const { offset, message } = firstJsonError(changed);
        assert.ok(offset <= changed.length);
        // Of valid text the scan runs off the end, expecting the end.
        assert.is(message === 'the file ends where the end of the file is expected', valid, changed);
      }),
      { numRuns: 2000 },
    );
  });
});
