import rule from '../../src/rules/unpinned-script.ts';
import { HASH, load, testWebRule } from './web-rules.ts';

testWebRule(rule, [
  { name: 'no version', load: load({ url: 'https://unpkg.com/vue' }), want: [/names no version/] },
  {
    name: 'a range with integrity',
    load: load({ url: 'https://unpkg.com/vue@3', integrity: HASH, cors: 'anonymous' }),
    want: [/will then block it/],
  },
  { name: 'silent for an exact version', load: load({ url: 'https://unpkg.com/vue@3.4.21/a.js' }), want: [] },
]);
