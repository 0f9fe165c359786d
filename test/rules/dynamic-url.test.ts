import rule from '../../src/rules/dynamic-url.ts';
import { load, testWebRule } from './web-rules.ts';

testWebRule(rule, [
  {
    name: 'a version that a template fills in',
    load: load({ url: 'https://unpkg.com/vue@{{ v }}/a.js', dynamic: true }),
    want: [/a template decides/],
  },
  { name: 'silent about fixed URLs', load: load(), want: [] },
]);
