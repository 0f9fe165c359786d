import { readOsv } from '../../../src/sources/advisories/osv.ts';
import { Misshapen } from '../../../src/sources/advisories/shape.ts';
import { assert, failure, suite } from '../../helpers.ts';
import { named, osv, ranged } from './records.ts';

const read = (value: unknown) => readOsv(value, () => undefined);
const npm = (more: object) => [{ package: { ecosystem: 'npm', name: 'a' }, ...more }];

const BROKEN: [what: string, value: unknown, reason: RegExp][] = [
  ['an array', [], /the record is an array/],
  ['null', null, /the record is null/],
  ['no id', { modified: '2024-01-01T00:00:00Z' }, /^id is missing/],
  ['an id that is a number', { id: 5 }, /^id is a number/],
  ['an id with a line feed', osv('A\nB', []), /^id is no id/],
  ['aliases that are a text', osv('A-1', [], { aliases: 'B-1' }), /^aliases is a string/],
  ['affected that is a text', osv('A-1', 'all'), /^affected is a string/],
  ['an affected entry that is null', osv('A-1', [null]), /^affected\[0\] is null/],
  ['a package that is a text', osv('A-1', [{ package: 'a' }]), /^affected\[0\]\.package is a string/],
  ['a package without a name', osv('A-1', [{ package: { ecosystem: 'npm' } }]), /package\.name is missing/],
  ['versions of numbers', osv('A-1', npm({ versions: [1] })), /versions\[0\] is a number/],
  ['ranges that are an object', osv('A-1', npm({ ranges: {} })), /ranges is an object/],
  ['a range without a type', osv('A-1', npm({ ranges: [{ events: [] }] })), /ranges\[0\]\.type is missing/],
  ['an unknown range type', osv('A-1', npm({ ranges: [{ type: 'X', events: [] }] })), /type is unknown: X/],
  ['no events', osv('A-1', [ranged('a', [])]), /has no introduced/],
  ['no introduced', osv('A-1', [ranged('a', [{ fixed: '1.0.0' }])]), /has no introduced/],
  [
    'two keys in an event',
    osv('A-1', [ranged('a', [{ introduced: '0', fixed: '1.0.0' }])]),
    /introduced and fixed/,
  ],
  [
    'an event of no kind',
    osv('A-1', [ranged('a', [{ introduced: '0' }, { ended: '1' }])]),
    /events\[1\] has no event/,
  ],
];

suite('OSV records', (test) => {
  for (const [what, value, reason] of BROKEN) {
    test(`breaks the schema: ${what}`, async () => {
      const error = await failure(() => read(value));
      assert.instance(error, Misshapen);
      assert.match(error.message, reason);
    });
  }

  test('what breaks the schema without making it useless is noted', () => {
    const record = read({
      id: 'A-1',
      affected: [
        ranged('a', [{ introduced: '0' }, { fixed: 'soon' }]),
        ranged('a', [{ introduced: '1.0.0' }, { fixed: '2.0.0' }, { last_affected: '1.5.0' }]),
      ],
      severity: 'bad',
      references: 7,
    });
    assert.equal(record.notes, [
      'modified is missing',
      'affected[0].ranges[0].events[1].fixed is no version: soon',
      'affected[1].ranges[0].events has both fixed and last_affected',
    ]);
    assert.is(record.packages.size, 1);
  });

  test('other ecosystems, code without a package and names of the prototype', () => {
    const record = read(
      JSON.parse(`{"id":"A-1","modified":"2024-01-01T00:00:00Z","__proto__":{"withdrawn":"x"},"affected":[
        {"ranges":[{"type":"GIT","events":[{"introduced":"0"}]}]},
        {"package":{"ecosystem":"Go","name":"x"},"ranges":"not ours to judge"},
        {"package":{"ecosystem":"npm","name":"__proto__"},"versions":["1.0.0"]},
        {"package":{"ecosystem":"npm","name":"constructor"},"versions":["1.0.0"]}]}`),
    );
    assert.equal([...record.packages.keys()], ['__proto__', 'constructor']);
    assert.is(record.withdrawn, false);
  });

  test('titles lose control characters and length; details serve where no summary is', () => {
    const title = (more: object) => read(osv('A-1', [named('a', '1.0.0')], more)).packages.get('a')?.title;
    assert.is(title({ summary: ' a\u001b[31m\n\u202eb ' }), 'a [31m b');
    assert.is(title({ summary: 'x'.repeat(5000) })?.length, 300);
    assert.is(title({ details: '\n\n## Impact\nmore' }), '## Impact');
    assert.is(title({}), 'A-1');
  });

  test('malware by id, weakness number or title', () => {
    const malware = (id: string, more: object, affected = named('a', '1.0.0')) =>
      read(osv(id, [affected], more)).packages.get('a')?.malware;
    assert.is(malware('MAL-2024-1', {}), true);
    assert.is(malware('LWA-2024-1', {}), true);
    for (const cwe of ['CWE-506', 'CWE-509', 'CWE-512'])
      assert.is(malware('GHSA-1', { database_specific: { cwe_ids: ['CWE-79', cwe] } }), true);
    for (const cwe of ['CWE-505', 'CWE-513', 'CWE-5061'])
      assert.is(malware('GHSA-1', { database_specific: { cwe_ids: [cwe] } }), false);
    const cwes = { ...named('a', '1.0.0'), database_specific: { cwes: [{ cweId: 'CWE-506' }] } };
    assert.is(malware('GHSA-1', {}, cwes), true);
    for (const summary of [
      'Malware in a',
      'Malicious code in a (npm)',
      'Embedded malware in a',
      'Embedded Malicious Code in a',
    ])
      assert.is(malware('GHSA-1', { summary }), true, summary);
    for (const summary of ['Runs code when it compiles malicious code', 'Scanner misses malware in archives'])
      assert.is(malware('GHSA-1', { summary }), false, summary);
  });

  test('hashes belong to the version in the file name', () => {
    const sri = `sha512-${'A'.repeat(86)}==`;
    const record = read(
      osv('MAL-1', [
        {
          ...named('@x/plex', '6.0.0', '6.0.1-rc.1'),
          database_specific: {
            indicators: {
              package_integrity: [
                { filename: 'plex-2d-6.0.1-rc.1.tgz', hashes: { sha512_sri: sri, sha1: '00'.repeat(20) } },
                { filename: 'unclear', hashes: { sha512_sri: sri } },
                { filename: 'plex-6.0.0.tgz', hashes: { sha512_sri: 'sha512-short', sha1: 5 } },
                null,
              ],
            },
          },
        },
      ]),
    );
    assert.equal(record.packages.get('@x/plex')?.hashes, [
      { version: '6.0.1-rc.1', integrity: sri },
      { version: '6.0.1-rc.1', integrity: 'sha1-AAAAAAAAAAAAAAAAAAAAAAAAAAA=' },
      { version: '', integrity: sri },
    ]);
  });
});
