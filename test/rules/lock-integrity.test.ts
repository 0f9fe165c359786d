import { createHash } from 'node:crypto';
import type { Manager, Package } from '../../src/model.ts';
import rule from '../../src/rules/lock-integrity.ts';
import type { PastRelease } from '../../src/sources/history.ts';
import { FOREIGN, facts, history, node, pkg, release, testRule, tree, withHistory } from '../builders.ts';
import { assert, suite } from '../helpers.ts';

const lock = tree();
const berry = tree({ file: 'yarn.lock', manager: 'yarn', format: 'yarn.lock berry v8' });
const at = (spec: string, path: string, over: Partial<Package> = {}) => {
  const resolved = `https://registry.example.test/${path}`;
  return pkg(spec, { integrity: strong, resolved, nodes: [node(spec, { resolved })], ...over });
};
const strong = 'sha512-AAAA';

testRule(rule, [
  {
    name: 'silent where each registry package is pinned, also beside a weak hash',
    facts: facts([
      pkg('a@1.0.0', { integrity: strong }),
      pkg('b@1.0.0', { integrity: `sha1-AAAA ${strong}` }),
    ]),
    want: [],
  },
  {
    name: 'silent about what has no tarball of its own',
    facts: facts(
      FOREIGN.filter((s) => s !== 'tarball')
        .map((source) => pkg('a@1.0.0', { source }))
        .concat(pkg('b@1.0.0', { source: 'bundled' })),
    ),
    want: [],
  },
  {
    name: 'counts missing and weak hashes per lock file',
    facts: facts([
      pkg('a@1.0.0', { tree: lock }),
      pkg('b@1.0.0', { tree: lock, source: 'tarball' }),
      pkg('c@1.0.0', { tree: lock, integrity: 'sha1-AAAA' }),
      pkg('d@1.0.0', { tree: tree({ file: 'other/package-lock.json' }) }),
    ]),
    want: [
      '2 packages of package-lock.json without integrity (a@1.0.0, b@1.0.0)',
      '1 package of package-lock.json pinned by sha1',
      '1 package of other/package-lock.json without',
    ],
    severities: ['moderate', 'low', 'moderate'],
  },
  {
    name: 'silent about what Yarn keeps no checksum of by design, and only that',
    facts: facts([
      pkg('a@1.0.0', { tree: berry, checksum: '10c0/00' }),
      pkg('b@1.0.0', { tree: berry, nodes: [node('b@1.0.0', { conditional: true })] }),
      pkg('c@1.0.0', { tree: berry }),
    ]),
    want: ['1 package of yarn.lock without integrity (c@1.0.0)'],
  },
  {
    name: 'silent about the addresses of the packages themselves, aliases included',
    facts: facts([
      at('a@1.0.0', 'a/-/a-1.0.0.tgz'),
      at('b@1.0.0', 'b/-/b-1.0.0.tgz', { alias: 'a' }),
      at('c@1.0.0', 'other/-/other-9.0.0.tgz', { source: 'tarball' }),
      at('d@1.0.0', 'other/-/other-9.0.0.tgz', { source: 'git' }),
    ]),
    want: [],
  },
  {
    name: 'reports the address of another package, whatever its hash',
    facts: facts([at('a@1.0.0', 'evil/-/evil-1.0.0.tgz'), at('b@1.0.1', 'b/-/b-1.0.0.tgz')]),
    want: [
      'package-lock.json says a@1.0.0 and downloads evil@1.0.0',
      'package-lock.json says b@1.0.1 and downloads b@1.0.0',
    ],
    severities: ['high', 'high'],
  },
]);

const sha = (algorithm: string, text: string) =>
  `${algorithm}-${createHash(algorithm).update(text).digest('base64')}`;
const served = (over: Partial<PastRelease> = {}) =>
  history('a', [
    release('1.0.0', '2020-01-01', {
      integrity: sha('sha512', 'good'),
      shasum: sha('sha1', 'good'),
      ...over,
    }),
  ]);
const locked = (integrity: string, past = served(), over = {}) =>
  withHistory(pkg('a@1.0.0', { integrity, ...over }), past);

testRule(rule, [
  { name: 'the same hash', facts: locked(sha('sha512', 'good')), want: [] },
  {
    name: 'another one',
    facts: locked(sha('sha512', 'evil')),
    want: ['package-lock.json pins other bytes of a@1.0.0 than registry.example.test serves: sha512'],
    severities: ['critical'],
  },
  {
    name: 'one too many',
    facts: locked(`${sha('sha512', 'good')} ${sha('sha512', 'evil')}`),
    want: ['other bytes'],
  },
  {
    name: 'sha1 beside a right sha512',
    facts: locked(`${sha('sha1', 'evil')} ${sha('sha512', 'good')}`),
    want: ['other bytes'],
  },
  {
    name: 'sha1 alone, compared with the shasum',
    facts: locked(sha('sha1', 'good')),
    want: ['pinned by sha1'],
  },
  { name: 'another sha1', facts: locked(sha('sha1', 'evil')), want: ['pinned by sha1', 'other bytes'] },
  {
    name: 'an old release whose registry knows sha1 alone',
    facts: locked(
      sha('sha512', 'good'),
      history('a', [release('1.0.0', '2012-01-01', { shasum: sha('sha1', 'good') })]),
    ),
    want: [],
  },
  { name: 'options behind the hash', facts: locked(`${sha('sha512', 'good')}?x`), want: [] },
  { name: 'a patched copy', facts: locked(sha('sha512', 'mine'), served(), { source: 'patch' }), want: [] },
  {
    name: 'a tarball from elsewhere',
    facts: locked(sha('sha512', 'mine'), served(), { source: 'tarball' }),
    want: [],
  },
  {
    name: "Yarn's own archive",
    facts: withHistory(pkg('a@1.0.0', { checksum: `10c0/${'0'.repeat(128)}` }), served()),
    want: [],
  },
]);

suite('lock-integrity repair', (test) => {
  const cases: [Manager, string, string, string][] = [
    ['npm', 'package-lock.json', 'package-lock v3', 'run: npm install --package-lock-only'],
    ['pnpm', 'pnpm-lock.yaml', 'pnpm-lock 9.0', 'run: pnpm install --lockfile-only'],
    ['yarn', 'yarn.lock', 'yarn.lock v1', 'run: yarn install --force'],
    ['yarn', 'apps/a/yarn.lock', 'yarn.lock berry v8', 'in apps/a: yarn install --mode=update-lockfile'],
    ['bun', 'bun.lock', 'bun.lock v1', 'run: bun install --lockfile-only'],
  ];
  for (const [manager, file, format, want] of cases) {
    test(`is said to ${format}`, () => {
      const [issue] = rule.check(facts([pkg('a@1.0.0', { tree: tree({ manager, file, format }) })]));
      assert.ok(issue?.fix?.endsWith(want), issue?.fix);
    });
  }
});
