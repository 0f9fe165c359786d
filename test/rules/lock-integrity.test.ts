import rule from '../../src/rules/lock-integrity.ts';
import { FOREIGN, facts, pkg, testRule, tree } from '../builders.ts';

const lock = tree();
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
]);
