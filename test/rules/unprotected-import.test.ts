import rule from '../../src/rules/unprotected-import.ts';
import { HASH, load, testWebRule } from './web-rules.ts';

testWebRule(rule, [
  {
    name: 'an import',
    load: load({ kind: 'import', cors: 'anonymous' }),
    want: [/protected by the import map/],
  },
  {
    name: 'a map that Firefox ignores',
    load: load({
      kind: 'module',
      cors: 'anonymous',
      integrity: HASH,
      integrityFrom: 'import-map',
      mapIgnored: true,
    }),
    want: [/second or late import map/],
  },
  {
    name: 'silent when the map has its hash',
    load: load({ kind: 'map-entry', cors: 'anonymous', integrity: HASH }),
    want: [],
  },
]);
