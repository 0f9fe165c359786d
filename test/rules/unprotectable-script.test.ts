import rule from '../../src/rules/unprotectable-script.ts';
import { HASH, load, testWebRule } from './web-rules.ts';

testWebRule(rule, [
  {
    name: 'an SVG script',
    load: load({ kind: 'svg-script', integrity: HASH }),
    want: [/SVG script has no integrity/],
  },
  {
    name: '@import',
    load: load({ kind: 'css-import', destination: 'style' }),
    want: [/@import has no integrity/],
  },
  { name: 'silent about elements', load: load(), want: [] },
]);
