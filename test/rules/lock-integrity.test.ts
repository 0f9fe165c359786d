import type { Manager, Package } from '../../src/model.ts';
import rule from '../../src/rules/lock-integrity.ts';
import { FOREIGN, facts, node, pkg, testRule, tree } from '../builders.ts';
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
