import rule from '../../src/rules/exotic-source.ts';
import { facts, pkg, testRule, tree } from '../builders.ts';

const lock = tree();
const commit = '#5b2c1f0a9d7e4c3b8a6f5e4d3c2b1a0f9e8d7c6b';

testRule(rule, [
  {
    name: 'silent about registry, bundled, file, link and workspace',
    facts: facts([
      pkg('a@1.0.0'),
      pkg('b@1.0.0', { source: 'bundled' }),
      pkg('c@1.0.0', { source: 'file' }),
      pkg('d@1.0.0', { source: 'link' }),
      pkg('e@1.0.0', { source: 'workspace' }),
    ]),
    want: [],
  },
  {
    name: 'one finding per source',
    facts: facts([
      pkg('a@1.0.0', { source: 'git', resolved: `git+ssh://git@github.com/x/a.git${commit}`, tree: lock }),
      pkg('b@1.0.0', { source: 'git', resolved: `git+https://github.com/x/b.git${commit}`, tree: lock }),
      pkg('c@1.0.0', { source: 'tarball', resolved: 'https://files.example.test/c.tgz', tree: lock }),
    ]),
    want: [
      '2 packages from git from github.com: a@1.0.0, b@1.0.0',
      '1 package from a tarball from files.example.test',
    ],
    severities: ['moderate', 'moderate'],
  },
  {
    name: 'says when the connection is open or the commit is not pinned',
    facts: facts([
      pkg('a@1.0.0', { source: 'tarball', resolved: 'http://files.example.test/a.tgz' }),
      pkg('b@', { source: 'git', resolved: 'git@git.example.test:x/b.git#main' }),
    ]),
    want: ['over an unencrypted connection', 'one is not pinned to a commit'],
    severities: ['high', 'high'],
  },
  {
    name: 'bears a source that is no URL',
    facts: facts([pkg('a@1.0.0', { source: 'tarball' })]),
    want: ['a tarball from an unnamed place'],
  },
]);
