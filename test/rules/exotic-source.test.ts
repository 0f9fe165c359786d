import rule from '../../src/rules/exotic-source.ts';
import { facts, pkg, testRule, tree } from '../builders.ts';

const lock = tree();
const id = '5b2c1f0a9d7e4c3b8a6f5e4d3c2b1a0f9e8d7c6b';
const commit = `#${id}`;

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
  {
    name: 'a commit is a pin in each manager’s own spelling',
    facts: facts(
      [
        `https://codeload.github.com/x/a/tar.gz/${id}`,
        `https://codeload.github.com/x/a/tar.gz/${id}#path:/packages/a`,
        `https://github.com/x/a/archive/${id}.tar.gz`,
        `https://github.com/x/a/tarball/${id}`,
        `https://bitbucket.org/x/a/get/${id}.tar.gz`,
        `https://gitlab.com/api/v4/projects/x%2Fa/repository/archive.tar.gz?ref=${id}`,
        `https://github.com/x/a.git#commit=${id}`,
        `https://github.com/x/a.git#workspace=a&commit=${id}`,
        `git@github.com:x/a.git#${id}`,
      ].map((resolved) => pkg('a@1.0.0', { source: 'git', resolved, tree: lock })),
    ),
    want: Array.from({ length: 4 }, () => 'from git from '),
    severities: Array.from({ length: 4 }, () => 'moderate'),
  },
  {
    name: 'Bun cuts the commits of GitHub short; nobody else does',
    facts: facts([
      pkg('a@', { source: 'git', resolved: 'github:x/a#98e8ff1', tree: tree({ manager: 'bun' }) }),
      pkg('a@', { source: 'git', resolved: 'github:x/a#98e8ff1' }),
    ]),
    want: ['2 packages from git from github: a, a; one is not pinned'],
    severities: ['high'],
  },
  {
    name: 'digits elsewhere in an address are no pin',
    facts: facts([
      pkg('a@', { source: 'git', resolved: `https://github.com/${id}/a.git#main` }),
      pkg('a@', { source: 'git', resolved: 'https://codeload.github.com/x/a/tar.gz/v1.28.1' }),
    ]),
    want: ['one is not pinned to a commit', 'one is not pinned to a commit'],
  },
  {
    name: 'names the host in each spelling of ssh',
    facts: facts(
      [
        `git+ssh://gitlab:x/a${commit}`,
        `ssh://git@git.example.test:x/a.git${commit}`,
        `git@b.example.test:x/a${commit}`,
      ].map((resolved) => pkg('a@', { source: 'git', resolved, tree: lock })),
    ),
    want: ['git from gitlab:', 'git from git.example.test:', 'git from b.example.test:'],
  },
]);
