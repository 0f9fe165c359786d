import rule from '../../src/rules/wrong-sri.ts';
import { HASH, load, testWebRule } from './web-rules.ts';

testWebRule(rule, [
  {
    name: 'a value that is too short',
    load: load({ integrity: HASH.slice(0, -1), cors: 'anonymous' }),
    want: [/63 characters/],
  },
  {
    name: 'a placeholder of zeros',
    load: load({ integrity: `sha384-${'A'.repeat(64)}`, cors: 'anonymous' }),
    want: [/placeholder/],
  },
  {
    name: 'another file',
    load: load({ integrity: HASH.replace('oqVu', 'AqVu'), cors: 'anonymous' }),
    want: [/not that of the file in the mirror/],
    fix: '--update',
  },
  {
    name: 'in a second import map',
    load: load({
      kind: 'module',
      integrity: HASH.replace('oqVu', 'AqVu'),
      integrityFrom: 'import-map',
      mapIgnored: true,
      cors: 'anonymous',
    }),
    want: [/^Chromium blocks this module, and Firefox, .* runs whatever cdn\.jsdelivr\.net sends/],
  },
  {
    name: 'a module that was asked for without integrity',
    load: load({ kind: 'module', integrity: HASH.slice(0, -1), cors: 'anonymous', earlier: 'unprotected' }),
    want: [/^the browser does not compare this module, .* runs whatever cdn\.jsdelivr\.net sends: /],
  },
  {
    name: 'a module that was asked for with another integrity',
    load: load({ kind: 'module', integrity: HASH.slice(0, -1), cors: 'anonymous', earlier: 'protected' }),
    want: [/^the browser does not compare this module, .* which decides: /],
  },
  { name: 'silent when right', load: load({ integrity: HASH, cors: 'anonymous' }), want: [] },
  { name: 'silent when ignored', load: load({ integrity: 'sha1-x' }), want: [] },
]);
