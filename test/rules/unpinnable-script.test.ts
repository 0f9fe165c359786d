import rule from '../../src/rules/unpinnable-script.ts';
import { HASH, load, testWebRule } from './web-rules.ts';

testWebRule(rule, [
  {
    name: 'a tag manager',
    load: load({ url: 'https://www.googletagmanager.com/gtag/js?id=G-X' }),
    want: [/no integrity can hold/],
    fix: /Content-Security-Policy/,
  },
  {
    name: 'with integrity that will break',
    load: load({ url: 'https://js.stripe.com/v3/', integrity: HASH, cors: 'anonymous' }),
    want: [/will block it one day/],
  },
  {
    name: 'even with a template in it',
    load: load({ url: 'https://www.googletagmanager.com/gtag/js?id={{ id }}', dynamic: true }),
    want: [/tag manager/],
  },
  { name: 'silent about files', load: load(), want: [] },
]);
