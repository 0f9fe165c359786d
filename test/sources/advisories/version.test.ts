import fc from 'fast-check';
import semver from 'semver';
import {
  compareBounds,
  compareVersions,
  formatVersion,
  parseBound,
  parseVersion,
} from '../../../src/sources/advisories/version.ts';
import { assert, suite } from '../../helpers.ts';

const numeral = fc.integer({ min: 0, max: 12 }).map(String);
const identifier = fc.oneof(numeral, fc.constantFrom('a', 'rc', 'beta', 'x-1', '-', '0a', 'RC'));
const prerelease = fc.array(identifier, { minLength: 1, maxLength: 3 }).map((ids) => ids.join('.'));
const version = fc
  .tuple(numeral, numeral, numeral, fc.option(prerelease), fc.option(fc.constantFrom('1', 'b.2')))
  .map(
    ([a, b, c, pre, build]) =>
      `${a}.${b}.${c}${pre === null ? '' : `-${pre}`}${build === null ? '' : `+${build}`}`,
  );
const odd = fc.oneof(
  version,
  version.map((v) => `v${v}`),
  version.map((v) => `= ${v}`),
  fc.stringMatching(/^[v=]?[\d.]{1,9}[-+a-z\d.]{0,6}$/),
  fc.string({ maxLength: 12 }),
);

suite('versions', (test) => {
  test('property: reads what semver reads loosely, and spells it so', () => {
    fc.assert(
      fc.property(odd, (text) => {
        const own = parseVersion(text);
        assert.is(
          own === undefined ? null : formatVersion(own),
          semver.parse(text, { loose: true })?.version ?? null,
        );
      }),
      { numRuns: 3000 },
    );
  });

  test('property: orders as semver does', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        const [x, y] = [parseVersion(a), parseVersion(b)];
        if (x === undefined || y === undefined) throw new Error(`cannot read ${a} or ${b}`);
        assert.is(Math.sign(compareVersions(x, y)), semver.compare(a, b));
      }),
      { numRuns: 3000 },
    );
  });

  test('numerals larger than any exact number keep their order', () => {
    const small = parseVersion('1.0.0-9007199254740993');
    const large = parseVersion('1.0.0-9007199254740994');
    if (small === undefined || large === undefined) throw new Error('unread');
    assert.ok(compareVersions(small, large) < 0);
  });

  test('bounds: partial ones are filled, longer ones lie behind their first three parts', () => {
    const spelled = (text: string) => {
      const bound = parseBound(text);
      return bound && `${bound.after ? '>' : ''}${formatVersion(bound.version)}`;
    };
    assert.is(spelled('1'), '1.0.0');
    assert.is(spelled('v1.2'), '1.2.0');
    assert.is(spelled('5.0-rc1'), '5.0.0-rc1');
    assert.is(spelled('1.2.3.4'), '>1.2.3');
    assert.is(spelled('1.2.3.0'), '1.2.3');
    assert.is(spelled('1.2.3.4-beta'), '>1.2.3');
    assert.is(spelled('99.999.99999'), '99.999.99999');
    for (const text of ['', 'latest', '1.x', '1..2', '>=1.0.0', '1.2.3.4.x', '9'.repeat(400)])
      assert.is(parseBound(text), undefined, text);
    const [at, behind] = [parseBound('1.2.3'), parseBound('1.2.3.4')];
    if (at === undefined || behind === undefined) throw new Error('unread');
    assert.ok(compareBounds(at, behind) < 0);
  });
});
