import fc from 'fast-check';
import { SEVERITIES } from '../../../src/model.ts';
import { decodeLine, encodeLine, encodeRecord, withAliases } from '../../../src/sources/advisories/codec.ts';
import type { AdvisoryRecord } from '../../../src/sources/advisories/record.ts';
import { parseBound } from '../../../src/sources/advisories/version.ts';
import { assert, failure, suite } from '../../helpers.ts';

const bound = fc
  .tuple(fc.constantFrom('0.0.0-0', '0.0.0', '1.2.3', '1.2.3-rc.1', '99.999.99999'), fc.boolean())
  .map(([text, after]) => {
    const parsed = parseBound(text);
    return parsed === undefined ? undefined : { version: parsed.version, after };
  });
const PLAIN = { noNullPrototype: true } as const;
const interval = fc.record(
  { from: fc.option(bound, { nil: undefined }), to: fc.option(bound, { nil: undefined }), fix: fc.boolean() },
  PLAIN,
);
const filled = fc.string({ minLength: 1 });
const record: fc.Arbitrary<AdvisoryRecord> = fc.record(
  {
    id: fc.constantFrom('GHSA-1', 'X-2', 'CVE-3'),
    aliases: fc.array(filled),
    withdrawn: fc.boolean(),
    severity: fc.constantFrom(undefined, ...SEVERITIES),
    malware: fc.boolean(),
    title: filled,
    reference: fc.string(),
    versions: fc.array(filled),
    intervals: fc.array(interval),
    hashes: fc.array(fc.record({ version: fc.string(), integrity: filled }, PLAIN)),
  },
  PLAIN,
);

suite('lines of the database', (test) => {
  test('property: reading a line gives what was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(record), (name, records) => {
        const encoded = records.map((one) => withAliases(encodeRecord(name, one), one.aliases));
        const line = encodeLine(name, encoded);
        assert.not.ok(line.includes('\n'));
        assert.equal(decodeLine(line), { name, records });
      }),
    );
  });

  test('the usual malware record is short', () => {
    const one: AdvisoryRecord = {
      id: 'MAL-2024-1',
      aliases: [],
      withdrawn: false,
      severity: undefined,
      malware: true,
      title: 'Malicious code in a (npm)',
      reference: '',
      versions: ['1.0.0'],
      intervals: [],
      hashes: [],
    };
    const line = encodeLine('a', [encodeRecord('a', one)]);
    assert.is(line, '"a"[["MAL-2024-1",["1.0.0"]]]');
    assert.equal(decodeLine(line).records, [one]);
  });

  test('anything else is refused', async () => {
    for (const line of [
      '',
      'a',
      '"a"',
      '"a"{}',
      '"a"[5]',
      '"a"[[]]',
      '"a"[[5]]',
      '"a"[["X",5]]',
      '"a"[["X",[],"0"]]',
    ])
      await failure(() => decodeLine(line));
    for (const intervals of ['[5]', '[["1.0.0"]]', '[["x","",0]]', '[["","",""]]'])
      await failure(() => decodeLine(`"a"[["X",[],0,-1,${intervals}]]`));
  });
});
