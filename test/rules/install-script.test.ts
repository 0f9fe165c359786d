import rule from '../../src/rules/install-script.ts';
import { facts, pkg, testRule } from '../builders.ts';

testRule(rule, [
  { name: 'silent without a script', facts: facts([pkg('a@1.0.0')]), want: [] },
  {
    name: 'silent where the lock file does not say',
    facts: facts([pkg('a@1.0.0', { installScript: null })]),
    want: [],
  },
  {
    name: 'reports a script',
    facts: facts([pkg('esbuild@0.18.20', { installScript: true })]),
    want: ['esbuild@0.18.20 runs'],
  },
]);
