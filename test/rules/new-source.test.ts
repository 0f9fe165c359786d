import type { Package } from '../../src/model.ts';
import rule from '../../src/rules/new-source.ts';
import { facts, pkg, testRule } from '../builders.ts';

const change = (before: Package[], after: Package[]) =>
  facts(after, { base: { packages: before, loads: [] }, changed: new Set(after) });
const git = pkg('a@1.0.0', {
  source: 'git',
  resolved: 'git+https://user:secret@git.example.test/a.git#main',
});

testRule(rule, [
  { name: 'silent without a change', facts: facts([git]), want: [] },
  { name: 'silent where the package is new', facts: change([], [git]), want: [] },
  { name: 'silent where it came from git before', facts: change([git], [git]), want: [] },
  { name: 'silent on the way back', facts: change([git], [pkg('a@1.0.0')]), want: [] },
  {
    name: 'reports git in the place of the registry, without secrets',
    facts: change([pkg('a@0.9.0')], [git]),
    want: ['a@1.0.0 came from the registry and now comes from git (git+https://git.example.test'],
  },
  {
    name: 'reports a tarball and a file',
    facts: change(
      [pkg('a@1.0.0'), pkg('b@1.0.0')],
      [pkg('a@1.0.0', { source: 'tarball' }), pkg('b@1.0.0', { source: 'file' })],
    ),
    want: ['a tarball elsewhere', 'from a file'],
  },
]);
