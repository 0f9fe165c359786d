import type { Package } from '../../src/model.ts';
import rule from '../../src/rules/new-install-script.ts';
import { facts, pkg, testRule } from '../builders.ts';

const change = (before: Package[], after: Package[]) =>
  facts(after, { base: { packages: before, loads: [] }, changed: new Set(after) });
const script = (spec: string) => pkg(spec, { installScript: true });

testRule(rule, [
  { name: 'silent without a change', facts: facts([script('a@1.0.0')]), want: [] },
  {
    name: 'silent where an earlier version had one',
    facts: change([script('a@1.0.0')], [script('a@1.1.0')]),
    want: [],
  },
  {
    name: 'silent where nobody says',
    facts: change([], [pkg('a@1.0.0', { installScript: null })]),
    want: [],
  },
  { name: 'reports a new package with one', facts: change([], [script('a@1.0.0')]), want: ['is new here'] },
  {
    name: 'reports a version that starts to have one',
    facts: change([pkg('a@1.0.0')], [script('a@1.0.1')]),
    want: ['a@1.0.1 runs a script of its own on every machine that installs it, and ran none before'],
  },
]);
