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
    want: ['a@1.0.1, published on 2026-01-02, was withdrawn'],
  },
  {
    name: 'reports what never was',
    facts: withHistory(pkg('a@1.0.2'), past),
    want: ['registry.example.test does not know a@1.0.2'],
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
