import type { LicenseVerdict } from '../../src/license.ts';
import rule from '../../src/rules/license.ts';
import { facts, pkg, testRule } from '../builders.ts';

const judged = (license: string, verdict: LicenseVerdict) =>
  facts([pkg('a@1.0.0', { license })], { licenses: () => verdict });

testRule(rule, [
  { name: 'silent without lists', facts: facts([pkg('a@1.0.0', { license: 'GPL-3.0-only' })]), want: [] },
  { name: 'silent for an allowed one', facts: judged('MIT', 'allowed'), want: [] },
  { name: 'silent for a package that names none', facts: facts([pkg('a@1.0.0')]), want: [] },
  {
    name: 'reports a denied one',
    facts: judged('GPL-3.0-only', 'denied'),
    want: ['a@1.0.0 is licensed GPL-3.0-only, which the policy denies'],
    severities: ['high'],
  },
  {
    name: 'reports one that is not listed',
    facts: judged('ISC', 'not-allowed'),
    want: ["not on the policy's list"],
    severities: ['moderate'],
  },
  {
    name: 'reports a text that is no licence',
    facts: judged('UNLICENSED', 'unreadable'),
    want: ['no SPDX expression'],
    severities: ['low'],
  },
]);
