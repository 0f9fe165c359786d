import rule from '../../src/rules/sri-without-cors.ts';
import { HASH, load, testWebRule } from './web-rules.ts';

testWebRule(rule, [
  { name: 'no crossorigin', load: load({ integrity: HASH }), want: [/needs the attribute crossorigin/] },
  {
    name: 'credentials against a host that allows all',
    load: load({ integrity: HASH, cors: 'use-credentials' }),
    want: [/use-credentials/],
  },
  {
    name: 'silent for modules',
    load: load({ kind: 'module', integrity: HASH, cors: 'anonymous' }),
    want: [],
  },
  {
    name: 'silent about credentials of a host nobody knows',
    load: load({ url: 'https://x.test/a.js', integrity: HASH, cors: 'use-credentials' }),
    want: [],
  },
]);
