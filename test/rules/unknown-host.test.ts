import rule from '../../src/rules/unknown-host.ts';
import { load, testWebRule } from './web-rules.ts';

testWebRule(rule, [
  { name: 'silent without a list', load: load(), want: [] },
  {
    name: 'a host that is not on the list',
    load: load(),
    allow: ['unpkg.com'],
    want: [/does not name cdn.jsdelivr.net/],
  },
  { name: 'silent about a host on the list', load: load(), allow: ['*.jsdelivr.net'], want: [] },
]);
