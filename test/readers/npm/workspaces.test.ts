import fc from 'fast-check';
import { workspaceMatcher } from '../../../src/readers/npm/workspaces.ts';
import { assert, failure, suite } from '../../helpers.ts';

function members(patterns: unknown, ...locations: string[]): string[] {
  const test = workspaceMatcher({ workspaces: patterns }, () => 'package.json:1:1');
  return test === undefined ? [] : locations.filter(test);
}

suite('npm workspaces', (test) => {
  const cases: [patterns: unknown, fits: string[], not: string[]][] = [
    [
      ['packages/*'],
      ['packages/a', 'packages/a-b'],
      ['packages', 'packages/a/b', 'packages/.x', 'x/packages/a'],
    ],
    [['./packages/*/'], ['packages/a'], ['packages']],
    [['packages/**'], ['packages/a', 'packages/a/b/c'], ['other', 'packages/a/node_modules/b']],
    [['**/lib'], ['lib', 'a/b/lib'], ['a/lib/b']],
    [
      ['apps/{web,api-*}', 'x{1,2}{a,b}'],
      ['apps/web', 'apps/api-1', 'x1a', 'x2b'],
      ['apps/webx', 'x12'],
    ],
    [['packages/*', '!packages/no', 'packages/no?e'], ['packages/a', 'packages/nope'], ['packages/no']],
    [['!a', 'a'], ['a'], []],
    [{ packages: ['a'] }, ['a'], ['b']],
    [['a', 7, null], ['a'], ['7']],
    [{}, [], ['a']],
    ['packages/*', [], ['packages/a']],
    [['win\\*'], ['win/a'], []],
  ];
  for (const [patterns, fits, not] of cases) {
    test(JSON.stringify(patterns), () => assert.equal(members(patterns, ...fits, ...not), fits));
  }

  test('hostile patterns cost no time and no memory', async () => {
    const name = 'a'.repeat(3000);
    assert.equal(members([`${'*a'.repeat(1500)}b`], name), []);
    assert.equal(members([`${'**/a/'.repeat(500)}b`], 'a/'.repeat(500)), []);
    assert.equal(members(['{a,b}'.repeat(40)], 'a'), []);
    assert.match((await failure(() => members(Array(1000).fill('a*')))).message, 'wildcards');
  });

  test('property: a pattern without wildcards means itself', () => {
    const part = fc.stringMatching(/^[a-z0-9-]{1,5}$/);
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 3 }),
        fc.array(part, { minLength: 1, maxLength: 3 }),
        (a, b) => {
          assert.is(members([a.join('/')], b.join('/')).length === 1, a.join('/') === b.join('/'));
        },
      ),
    );
  });
});
