import fc from 'fast-check';
import { jsonFilter } from '../../src/sources/json-filter.ts';
import { assert, suite } from '../helpers.ts';

type Wanted = (path: readonly string[]) => boolean;

function filtered(text: string, wanted: Wanted, size: number): string {
  const filter = jsonFilter(wanted);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) filter.write(bytes.subarray(at, at + size));
  return filter.end().toString();
}

/** The slow way. */
function blanked(value: unknown, wanted: Wanted, path: string[] = []): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const here = [...path, key];
      return [key, wanted(here) ? blanked(inner, wanted, here) : 0];
    }),
  );
}

suite('json filter', (test) => {
  test('equals parsing all and blanking afterwards, however the bytes are cut', () => {
    const wanted: Wanted = (path) => [...path].join('').length % 3 !== 1;
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 5 }),
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        (json, size, spaced) => {
          const value: unknown = JSON.parse(json);
          const text = spaced ? JSON.stringify(value, null, 2) : json;
          assert.equal(JSON.parse(filtered(text, wanted, size)), blanked(value, wanted));
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('keeps of a large member nothing', () => {
    const text = `{"readme":"${'x'.repeat(1e6)}","versions":{"1.0.0":{"scripts":${'['.repeat(900)}${']'.repeat(900)},"dist":{}}}}`;
    const wanted: Wanted = ([top, , field]) => top === 'versions' && field !== 'scripts';
    assert.is(filtered(text, wanted, 4096), '{"readme":0,"versions":{"1.0.0":{"scripts":0,"dist":{}}}}');
  });

  test('what is broken stays broken', () => {
    for (const text of ['{"a":[1,2', '{"a" 1}', '<html>', '', '{"b":"x', '{"b":{]}}x']) {
      assert.throws(() => JSON.parse(filtered(text, ([key]) => key !== 'b', 3)), undefined, text);
    }
  });

  test('escaped keys are the keys they mean', () => {
    assert.is(
      filtered('{"\\u0061":1,"b":2}', ([key]) => key === 'a', 2),
      '{"\\u0061":1,"b":0}',
    );
  });
});
