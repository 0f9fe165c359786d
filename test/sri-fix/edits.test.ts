import fc from 'fast-check';
import { applyEdits, type Edit, encoded, sorted } from '../../src/sri-fix/edits.ts';
import { assert, failure, suite } from '../helpers.ts';

const at = (start: number, end: number, text: string): Edit => ({ start, end, text: Buffer.from(text) });

suite('edits', (test) => {
  test('insert, replace and remove', () => {
    const edits = [at(6, 11, 'all'), at(0, 0, '<'), at(0, 0, '>'), at(11, 12, '')];
    assert.is(applyEdits(Buffer.from('hello world!'), edits).toString(), '<>hello all');
  });

  test('overlapping edits and edits outside are refused', async () => {
    const bytes = Buffer.from('hello');
    for (const edits of [[at(0, 3, 'x'), at(2, 4, 'y')], [at(4, 6, 'x')], [at(3, 2, 'x')]])
      assert.match((await failure(() => applyEdits(bytes, edits))).message, 'overlaps');
  });

  test('ASCII in the encodings of pages', () => {
    assert.is(encoded('a"', 'windows-1252').toString('hex'), '6122');
    assert.is(encoded('a"', 'utf-16le').toString('hex'), '61002200');
    assert.is(encoded('a"', 'utf-16be').toString('hex'), '00610022');
  });

  test('taking insertions out restores every byte', () => {
    const bytes = fc.uint8Array({ maxLength: 60 });
    const inserts = fc.array(fc.tuple(fc.nat(60), fc.uint8Array({ maxLength: 9 })), { maxLength: 12 });
    fc.assert(
      fc.property(bytes, inserts, (original, places) => {
        const edits = places.map(([place, text]) => {
          const start = Math.min(place, original.length);
          return { start, end: start, text: Buffer.from(text) };
        });
        let restored = applyEdits(Buffer.from(original), edits);
        for (const { start, text } of sorted(edits))
          restored = Buffer.concat([restored.subarray(0, start), restored.subarray(start + text.length)]);
        assert.ok(restored.equals(original));
      }),
    );
  });
});
