import rule from '../../src/rules/deprecated.ts';
import { successorOf } from '../../src/rules/successor.ts';
import { facts, history, pkg, release, testRule, withHistory } from '../builders.ts';
import { assert, suite } from '../helpers.ts';

const old = (deprecated?: string) =>
  release('1.0.0', '2020-01-01', deprecated === undefined ? {} : { deprecated });
const past = (deprecated: string | undefined, ...more: ReturnType<typeof release>[]) =>
  history('a', [old(deprecated), ...more]);

testRule(rule, [
  { name: 'silent about the rest', facts: facts([pkg('a@1.0.0')]), want: [] },
  {
    name: "the lock file's word is enough",
    facts: facts([pkg('a@1.0.0', { deprecated: 'Use @acme/b instead' })]),
    want: ['a@1.0.0 is deprecated: Use @acme/b instead'],
    severities: ['moderate'],
  },
  {
    name: 'low without a successor, and of what others ask for',
    facts: facts([
      pkg('a@1.0.0', { deprecated: 'no longer supported' }),
      pkg('b@1.0.0', { deprecated: 'Use @acme/b instead', direct: false }),
    ]),
    want: ['a@1.0.0', 'b@1.0.0'],
    severities: ['low', 'low'],
  },
  {
    name: 'the registry outweighs the lock file, in both directions',
    facts: withHistory(pkg('a@1.0.0', { deprecated: 'was a mistake' }), past(undefined)),
    want: [],
  },
  {
    name: 'what the registry tells',
    facts: withHistory(pkg('a@1.0.0'), past('gone')),
    want: ['deprecated: gone'],
    severities: ['low'],
  },
  {
    name: 'a newer version that is not deprecated is a successor',
    facts: withHistory(pkg('a@1.0.0'), past('gone', release('2.0.0', '2021-01-01'))),
    want: ['deprecated: gone'],
    severities: ['moderate'],
  },
  {
    name: 'one that is deprecated too is none',
    facts: withHistory(pkg('a@1.0.0'), past('gone', release('2.0.0', '2021-01-01', { deprecated: 'too' }))),
    want: ['deprecated: gone'],
    severities: ['low'],
  },
]);

suite('what a deprecation names instead', (test) => {
  const table: [message: string, name: string | undefined, version?: string][] = [
    ['this library is no longer supported', undefined],
    ['Do not use it. Check out lru-cache if you want a good one', 'lru-cache'],
    ['Please use `pug` from now on', 'pug'],
    ['has been renamed to pug, please install the latest version of pug', 'pug'],
    ['Use uuid module instead', 'uuid'],
    ['Renamed to @acme/b.', '@acme/b'],
    ['superseded by acme-b (https://x.test/faq)', 'acme-b'],
    ['moved: https://www.npmjs.com/package/@acme/b', '@acme/b'],
    ["Use your platform's native DOMException instead", undefined],
    ['Use the optional chaining (?.) operator instead.', undefined],
    ['new code should use the URLSearchParams API instead', undefined],
    ['Please use a instead of a', undefined],
    ['A versions prior to v4 are no longer supported', undefined, '4'],
    ['Please update to a >=1.3.6 to avoid an issue', undefined, '1.3.6'],
    ['Please update to the latest version', undefined, 'latest'],
    ['a@<3.23.3 is no longer maintained', undefined, '3.23.3'],
    ['', undefined],
  ];
  for (const [message, name, version] of table) {
    test(message || 'nothing', () => {
      const found = successorOf(message, 'a');
      assert.equal([found?.name, found?.version], [name, version]);
    });
  }

  test('hostile messages take no time', () => {
    for (const piece of ['use ', 'upgrade a ', 'renamed to ', '@a/', '-', 'versions prior to ', "use '"])
      assert.ok(successorOf(piece.repeat(100_000), 'a')?.name !== '');
  });
});
