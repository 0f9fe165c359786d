import { addName, emptyFilter, mayHold } from '../../../src/sources/advisories/bloom.ts';
import { assert, suite } from '../../helpers.ts';

suite('name filter', (test) => {
  test('holds what was added and little else, for any number of names', () => {
    for (const count of [0, 1, 10, 20_000]) {
      const filter = emptyFilter(count);
      for (let i = 0; i < count; i++) addName(filter, `@scope/name-${i}`);
      for (let i = 0; i < count; i++) assert.ok(mayHold(filter, `@scope/name-${i}`));
      let wrong = 0;
      for (let i = 0; i < 20_000; i++) if (mayHold(filter, `absent-${i}`)) wrong++;
      assert.ok(wrong < 200, `${wrong} of 20,000 absent names pass a filter of ${count}`);
    }
  });
});
