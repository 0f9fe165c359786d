import rule from '../../src/rules/injected-script.ts';
import { HASH, load, testWebRule } from './web-rules.ts';

testWebRule(rule, [
  {
    name: 'an element that code makes',
    load: load({ kind: 'injected', via: 'createElement' }),
    want: [/^createElement makes the browser run/],
  },
  {
    name: 'advice for what cannot be pinned',
    load: load({
      kind: 'injected',
      via: 'createElement',
      url: 'https://www.googletagmanager.com/gtm.js?id=X',
    }),
    want: [/createElement/],
    fix: /Content-Security-Policy/,
  },
  {
    name: 'silent when the code sets integrity',
    load: load({ kind: 'injected', via: 'createElement', integrity: HASH, cors: 'anonymous' }),
    want: [],
  },
  {
    name: 'loud when the integrity it sets is ignored',
    load: load({ kind: 'injected', via: 'createElement', integrity: 'sha1-x', cors: 'anonymous' }),
    want: [/createElement/],
  },
]);
