import rule from '../../src/rules/insecure-script.ts';
import { load, testWebRule } from './web-rules.ts';

testWebRule(rule, [
  { name: 'http', load: load({ url: 'http://cdn.jsdelivr.net/npm/a@1.0.0/a.js' }), want: [/over http/] },
  { name: 'silent about https', load: load(), want: [] },
]);
