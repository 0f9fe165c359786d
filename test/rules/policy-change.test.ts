import rule from '../../src/rules/policy-change.ts';
import { facts, testRule } from '../builders.ts';

const place = { file: 'vakt.yml', line: 3, column: 5, offset: 0 };

testRule(rule, [
  { name: 'silent where the policy stays', facts: facts([]), want: [] },
  {
    name: 'tells what the change does to it',
    facts: facts([], {
      ruling: [{ message: 'this change accepts GHSA-x', severity: 'moderate', place, identity: ['x'] }],
    }),
    want: ['this change accepts GHSA-x'],
    severities: ['moderate'],
  },
]);
