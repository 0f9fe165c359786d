import { judge } from '../../src/judge.ts';
import type { Finding, TreeNode } from '../../src/model.ts';
import { accept, matchPath, type PathsOf } from '../../src/policy/accept.ts';
import type { Ignore } from '../../src/policy/policy.ts';
import { preset } from '../../src/policy/presets.ts';
import vulnerability from '../../src/rules/known-vulnerability.ts';
import { advisory, facts, node, pkg } from '../builders.ts';
import { assert, suite } from '../helpers.ts';

const now = new Date('2026-11-22T23:30:00Z');
const finding = judge(
  vulnerability.check(
    facts([
      [pkg('braces@3.0.2'), advisory({ id: 'GHSA-grv7-fg5c-xmjg', aliases: ['CVE-2024-4068'], fixed: [] })],
    ]),
  ),
  preset('strict'),
)[0] as Finding;
const fixable = { ...finding, fixable: true };

function entry(over: Partial<Ignore>): Ignore {
  return { reason: 'r', owner: 'o', until: '2027-12-31', where: 'vakt.yml:3:5', ...over };
}

function path(...names: string[]): TreeNode[] {
  return [node('shop@1.0.0', { key: '', importer: true }), ...names.map((name) => node(`${name}@1.0.0`))];
}

const noPaths: PathsOf = () => undefined;

function outcome(over: Partial<Ignore>, { of = finding, paths = noPaths } = {}): string {
  const { open, accepted, stale } = accept([of], [entry(over)], paths, now);
  return [
    accepted.length > 0 ? 'accepted' : 'open',
    open.length + accepted.length,
    ...stale.map(({ why }) => why),
  ].join(' ');
}

suite('ignore: which findings an entry covers', (test) => {
  const table: [string, Partial<Ignore>, string][] = [
    ['by id', { id: 'GHSA-grv7-fg5c-xmjg' }, 'accepted 1'],
    ['by alias, in any case', { id: 'cve-2024-4068' }, 'accepted 1'],
    ['by another id', { id: 'CVE-2024-4067' }, 'open 1 unused'],
    ['by name', { package: 'braces' }, 'accepted 1'],
    ['by name and range', { package: 'braces@<3.0.3' }, 'accepted 1'],
    ['by a range that it has left', { package: 'braces@<3.0.2' }, 'open 1 unused'],
    ['by rule', { rule: 'known-vulnerability' }, 'accepted 1'],
    ['by scope', { id: 'CVE-2024-4068', scope: 'production' }, 'accepted 1'],
    ['by the other scope', { id: 'CVE-2024-4068', scope: 'development' }, 'open 1 unused'],
    ['by fingerprint', { fingerprint: finding.fingerprint }, 'accepted 1'],
    ['by the address of a script, which it has none', { url: '*' }, 'open 1 unused'],
    ['all keys must match', { id: 'CVE-2024-4068', package: 'micromatch' }, 'open 1 unused'],
    ['no key accepts nothing', {}, 'open 1 unused'],
  ];
  for (const [name, over, want] of table) test(name, () => assert.is(outcome(over), want));

  test('by path only when each way to the package fits', () => {
    const one: PathsOf = () => [path('webpack', 'micromatch', 'braces')];
    const two: PathsOf = () => [path('webpack', 'micromatch', 'braces'), path('server', 'braces')];
    assert.is(outcome({ path: 'webpack > ** > braces' }, { paths: one }), 'accepted 1');
    assert.is(outcome({ path: 'webpack > ** > braces' }, { paths: two }), 'open 1 unused');
    assert.is(outcome({ path: 'webpack > ** > braces' }, { paths: () => undefined }), 'open 1 unused');
  });

  test('by workspace, name or folder; the root is "."', () => {
    const paths: PathsOf = () => [path('braces')];
    assert.is(outcome({ workspace: 'shop' }, { paths }), 'accepted 1');
    assert.is(outcome({ workspace: '.' }, { paths }), 'accepted 1');
    assert.is(outcome({ workspace: 'packages/a' }, { paths }), 'open 1 unused');
  });
});

suite('ignore: when it ends', (test) => {
  const id = finding.advisory?.id;
  const table: [string, string, string][] = [
    ['holds on its last day', '2026-11-22', 'accepted 1 ends soon'],
    ['is over the day after', '2026-11-21', 'open 1 ended'],
    ['tells 14 days before', '2026-12-06', 'accepted 1 ends soon'],
    ['and not 15 days before', '2026-12-07', 'accepted 1'],
  ];
  for (const [name, until, want] of table) test(name, () => assert.is(outcome({ id, until }), want));

  test('fixed: true ends it when a fix exists, and never prolongs it', () => {
    assert.is(outcome({ id, fixed: true }), 'accepted 1');
    assert.is(outcome({ id, fixed: true }, { of: fixable }), 'open 1 fixed');
    assert.is(outcome({ id, fixed: true, until: '2026-11-21' }), 'open 1 ended');
    assert.is(outcome({ id, fixed: false }, { of: fixable }), 'accepted 1');
  });

  test('a second entry that still holds accepts in place of an ended one', () => {
    const { accepted, stale } = accept(
      [finding],
      [entry({ id, until: '2026-01-01' }), entry({ id })],
      noPaths,
      now,
    );
    assert.is(accepted[0]?.ignore.until, '2027-12-31');
    assert.equal(
      stale.map(({ why }) => why),
      ['ended'],
    );
  });
});

suite('ignore: path globs', (test) => {
  const table: [string, string[], boolean][] = [
    ['a', ['a'], true],
    ['a', ['a', 'b'], false],
    ['**', [], true],
    ['** > b', ['b'], true],
    ['** > b', ['a', 'c', 'b'], true],
    ['a > ** > b', ['a', 'b'], true],
    ['a > * > b', ['a', 'b'], false],
    ['a > * > b', ['a', 'x', 'b'], true],
    ['@babel/*', ['@babel/core'], true],
    ['*', ['@babel/core'], false],
    ['babel-*-x', ['babel-y-x'], true],
    ['babel-*-x', ['babel-x'], false],
  ];
  for (const [glob, names, want] of table) {
    test(`${glob} ${want ? 'fits' : 'does not fit'} ${names.join(' > ') || '(root)'}`, () =>
      assert.is(matchPath(glob, names), want));
  }

  test('is not made slow by a hostile pattern', () => {
    assert.not.ok(matchPath(`${Array(300).fill('**').join('>')}>x`, Array(300).fill('a')));
  });
});
