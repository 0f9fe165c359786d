import rule from '../../src/rules/missing-sri.ts';
import { HASH, load, testWebRule } from './web-rules.ts';

testWebRule(rule, [
  {
    name: 'a script without integrity',
    load: load(),
    want: ['the browser runs whatever cdn.jsdelivr.net sends as this script (a@1.0.0)'],
    fix: 'vakt sri-fix',
  },
  {
    name: 'a style sheet, only where scripts are off',
    load: load({ kind: 'style', destination: 'style', condition: 'noscript' }),
    want: [/style sheet.*only where scripts are off/],
  },
  {
    name: 'a module that is preloaded',
    load: load({ kind: 'modulepreload', cors: 'anonymous' }),
    want: [/is not checked again/],
  },
  { name: 'silent with integrity', load: load({ integrity: HASH, cors: 'anonymous' }), want: [] },
  { name: 'silent when a template fills it in', load: load({ integrity: '{{ sri }}' }), want: [] },
]);
