import { cvssScore } from '../../../src/sources/advisories/cvss.ts';
import { severityOf } from '../../../src/sources/advisories/severity.ts';
import { assert, suite } from '../../helpers.ts';

// Scores as FIRST's calculators give them.
const V2 = 'AV:N/AC:L/Au:N/C:P/I:P/A:P'; // 7.5
const V30 = 'CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:N'; // 6.5
const V31 = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H'; // 10
const V4 = 'CVSS:4.0/AV:N/AC:H/AT:N/PR:H/UI:P/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N'; // 2.0
const NONE = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N'; // 0

const vectors = (...pairs: [string, unknown][]) => pairs.map(([type, score]) => ({ type, score }));
const rate = (record: unknown, affected: unknown = {}) => severityOf(record, affected, cvssScore);

suite('severity', (test) => {
  test('the library scores each version of CVSS, and nothing for what is none', () => {
    assert.is(cvssScore(V2), 7.5);
    assert.is(cvssScore(V30), 6.5);
    assert.is(cvssScore(V31), 10);
    assert.is(cvssScore(V4), 2);
    assert.is(cvssScore('CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N'), 9.3);
    assert.is(cvssScore('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P/RL:O/RC:C'), 8.8);
    for (const vector of ['', 'high', '7.5', 'CVSS:3.1/AV:N/AC:L', 'CVSS:9.0/AV:N', 'CVSS:3.1/constructor:N'])
      assert.is(cvssScore(vector), undefined, vector);
  });

  test("the database's own word comes first, the package's before the record's", () => {
    const record = { database_specific: { severity: 'LOW' }, severity: vectors(['CVSS_V3', V31]) };
    assert.is(rate(record), 'low');
    assert.is(rate({ database_specific: { severity: 'Medium' } }), 'moderate');
    assert.is(rate(record, { database_specific: { severity: 'CRITICAL' } }), 'critical');
    assert.is(rate(record, { ecosystem_specific: { severity: 'high' } }), 'high');
    assert.is(
      rate({ database_specific: { severity: 'terrible' }, severity: vectors(['CVSS_V3', V30]) }),
      'moderate',
    );
  });

  test('then the newest vector that can be scored', () => {
    assert.is(rate({ severity: vectors(['CVSS_V2', V2]) }), 'high');
    assert.is(rate({ severity: vectors(['CVSS_V3', V31], ['CVSS_V4', V4]) }), 'low');
    assert.is(rate({ severity: vectors(['CVSS_V3', V31], ['CVSS_V4', 'broken']) }), 'critical');
    assert.is(rate({ severity: vectors(['CVSS_V3', NONE]) }), 'info');
    assert.is(
      rate({ severity: vectors(['CVSS_V3', V31]) }, { severity: vectors(['CVSS_V3', V30]) }),
      'moderate',
    );
    assert.is(rate({}, { database_specific: { cvss: { vectorString: V31 } } }), 'critical');
  });

  test('nothing said, or nothing readable, is no severity', () => {
    for (const record of [
      {},
      null,
      { severity: 'x' },
      { severity: [null, 5] },
      { severity: vectors(['Ubuntu', 'low']) },
    ])
      assert.is(rate(record), undefined);
    assert.is(rate({ severity: vectors(['CVSS_V3', 7]) }), undefined);
  });
});
