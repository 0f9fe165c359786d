import rule from '../../src/rules/compromised-host.ts';
import { HASH, load, testWebRule } from './web-rules.ts';

testWebRule(rule, [
  {
    name: 'polyfill.io, integrity or not',
    load: load({ url: 'https://cdn.polyfill.io/v3/polyfill.min.js', integrity: HASH }),
    want: [/served malware/],
  },
  { name: 'first of all', load: load({ url: 'http://cdn.bootcss.com/a.js' }), want: [/polyfill.io/] },
  { name: 'silent about others', load: load(), want: [] },
]);
