import rule from '../../src/rules/unpublished.ts';
import { facts, history, pkg, release, testRule, tree, withHistory } from '../builders.ts';

const past = history('a', [release('1.0.0', '2020-01-01')], {
  withdrawn: new Map([['1.0.1', new Date('2026-01-02')]]),
});

testRule(rule, [
  { name: 'silent about what is there', facts: withHistory(pkg('a@1.0.0'), past), want: [] },
  { name: 'silent where the registry was not asked', facts: facts([pkg('a@9.0.0')]), want: [] },
  {
    name: 'reports what was withdrawn',
    facts: withHistory(pkg('a@1.0.1'), past),
    want: ['registry.example.test no longer serves a@1.0.1, published on 2026-01-02'],
    severities: ['moderate'],
  },
  {
    name: 'reports what never was',
    facts: withHistory(pkg('a@1.0.2'), past),
    want: ['registry.example.test does not know a@1.0.2'],
  },
  {
    name: 'build metadata is no part of what registries know',
    facts: withHistory(pkg('a@1.0.0+build.7'), past),
    want: [],
  },
  {
    name: 'another version with build metadata is gone all the same',
    facts: withHistory(pkg('a@1.0.3+build.7'), past),
    want: ['does not know a@1.0.3+build.7'],
  },
  {
    name: 'what the registry took down is worse',
    facts: withHistory(
      pkg('a@1.0.1'),
      history('a', [release('0.0.1-security', '2026-01-03')], { withdrawn: past.withdrawn }),
    ),
    want: ['a@1.0.1 was taken down by the registry, which keeps 0.0.1-security in its place'],
    severities: ['high'],
  },
  {
    name: 'silent about the placeholder itself',
    facts: withHistory(pkg('a@0.0.1-security'), history('a', [release('0.0.1-security', '2026-01-03')])),
    want: [],
  },
  {
    name: 'a placeholder that others came after is history',
    facts: withHistory(
      pkg('a@1.0.1'),
      history('a', [release('0.0.1-security', '2016-01-03'), release('2.0.0', '2020-01-01')]),
    ),
    want: ['does not know a@1.0.1'],
    severities: ['moderate'],
  },
  {
    name: "a publisher's own prerelease of that name is no placeholder",
    facts: withHistory(
      pkg('a@1.0.1'),
      history('a', [release('1.0.0', '2016-01-03'), release('1.0.2-security', '2020-01-01')]),
    ),
    want: ['does not know a@1.0.1'],
    severities: ['moderate'],
  },
  {
    name: 'withdrawn altogether',
    facts: withHistory(pkg('a@1.0.1'), history('a', [])),
    want: ['withdrawn with all other versions'],
  },
  {
    name: 'silent about another source',
    facts: withHistory(pkg('a@1.0.2', { source: 'git' }), past),
    want: [],
  },
  {
    name: 'silent about what a parent bundles',
    facts: withHistory(pkg('a@1.0.2', { source: 'bundled' }), past),
    want: [],
  },
  {
    name: 'silent about pages',
    facts: withHistory(pkg('a@1.0.2', { tree: tree({ manager: 'cdn' }) }), past),
    want: [],
  },
]);
