import rule from '../../src/rules/ineffective-sri.ts';
import { HASH, load, testWebRule } from './web-rules.ts';

testWebRule(rule, [
  { name: 'upper case', load: load({ integrity: HASH.toUpperCase() }), want: [/upper case/] },
  { name: 'empty', load: load({ integrity: '' }), want: [/empty/] },
  {
    name: 'silent when one token counts',
    load: load({ integrity: `sha1-x ${HASH}`, cors: 'anonymous' }),
    want: [],
  },
  { name: 'silent without any', load: load(), want: [] },
]);
