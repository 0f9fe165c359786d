import fc from 'fast-check';
import semver from 'semver';
import { readOsv } from '../../../src/sources/advisories/osv.ts';
import { affects, candidate } from '../../../src/sources/advisories/record.ts';
import { assert, suite } from '../../helpers.ts';
import { type Events, named, osv, ranged } from './records.ts';

interface Row {
  name: string;
  affected: unknown[];
  /** Versions that are meant. */
  yes: string[];
  no: string[];
}

const ROWS: Row[] = [
  {
    name: 'introduced 0 lies before everything, prereleases of 0.0.0 too',
    affected: [ranged('a', [{ introduced: '0' }])],
    yes: ['0.0.0-0', '0.0.0', '1.0.0', '99999.0.0', 'latest', ''],
    no: [],
  },
  {
    name: 'introduced 0.0.0 is a version like any other',
    affected: [ranged('a', [{ introduced: '0.0.0' }])],
    yes: ['0.0.0'],
    no: ['0.0.0-0'],
  },
  {
    name: 'fixed excludes itself, not its prereleases; build metadata does not count',
    affected: [ranged('a', [{ introduced: '1.0.0' }, { fixed: '2.0.0' }])],
    yes: ['1.0.0', '1.9.9', '2.0.0-rc.1', 'v1.2.3', '=1.2.3', '1.0.0+build', '1.2.3+2.0.0'],
    no: ['1.0.0-rc.1', '2.0.0', '2.0.0+x', '3.0.0', 'latest', '1.2', '1.2.3.4'],
  },
  {
    name: 'last_affected includes itself and nothing above',
    affected: [ranged('a', [{ introduced: '0' }, { last_affected: '1.5.1' }])],
    yes: ['1.5.1', '1.5.1-rc', '1.5.1+b'],
    no: ['1.5.2-0', '1.5.2'],
  },
  {
    name: 'limits: before any of them',
    affected: [ranged('a', [{ introduced: '1.0.0' }, { limit: '2.0.0' }, { limit: '3.0.0' }])],
    yes: ['1.0.0', '2.5.0'],
    no: ['3.0.0', '0.9.0'],
  },
  {
    name: 'a limit with a star is none',
    affected: [ranged('a', [{ introduced: '1.0.0' }, { limit: '*' }, { limit: '2.0.0' }])],
    yes: ['5.0.0'],
    no: ['0.1.0'],
  },
  {
    name: 'unsorted events',
    affected: [
      ranged('a', [{ fixed: '1.3.2' }, { introduced: '2.0.0' }, { fixed: '2.0.1' }, { introduced: '0' }]),
    ],
    yes: ['1.3.1', '2.0.0'],
    no: ['1.3.2', '1.9.0', '2.0.1'],
  },
  {
    name: 'a single version written backwards',
    affected: [ranged('a', [{ last_affected: '4.1.1' }, { introduced: '4.1.1' }])],
    yes: ['4.1.1'],
    no: ['4.1.0', '4.1.2'],
  },
  {
    name: 'fixed and introduced again at one version',
    affected: [
      ranged('a', [{ introduced: '0' }, { fixed: '1.0.0' }, { introduced: '1.0.0' }, { fixed: '2.0.0' }]),
    ],
    yes: ['0.9.0', '1.0.0', '1.5.0'],
    no: ['2.0.0'],
  },
  {
    name: 'several ranges and several affected entries of one package',
    affected: [
      ranged(
        'a',
        [{ introduced: '1.0.0' }, { fixed: '1.1.0' }],
        [{ introduced: '2.0.0' }, { fixed: '2.1.0' }],
      ),
      ranged('a', [{ introduced: '3.0.0' }, { fixed: '3.1.0' }]),
      named('a', '9.9.9'),
    ],
    yes: ['1.0.5', '2.0.5', '3.0.5', '9.9.9'],
    no: ['1.1.0', '2.1.0', '3.1.0', '9.9.8'],
  },
  {
    name: 'versions alone, compared as versions and as texts',
    affected: [named('a', '2.0.3', 'v2.0.4', 'nightly', '1.2.3.4')],
    yes: ['2.0.3', '2.0.4', 'v2.0.3', '2.0.3+b', 'nightly', '1.2.3.4'],
    no: ['2.0.2', 'stable', '1.2.3'],
  },
  {
    name: 'versions beside a range: either counts',
    affected: [{ ...ranged('a', [{ introduced: '1.0.0' }, { fixed: '1.1.0' }]), versions: ['5.0.0'] }],
    yes: ['1.0.0', '5.0.0'],
    no: ['1.1.0', '5.0.1'],
  },
  {
    name: 'ECOSYSTEM is SEMVER for npm, GIT tells nothing',
    affected: [
      {
        package: { ecosystem: 'npm', name: 'a' },
        ranges: [
          { type: 'ECOSYSTEM', events: [{ introduced: '1.0.0' }, { fixed: '1.0.10' }] },
          { type: 'GIT', repo: 'https://example.test/a', events: [{ introduced: '0' }] },
        ],
      },
    ],
    yes: ['1.0.9'],
    no: ['1.0.10', '0.1.0'],
  },
  {
    name: 'last_known_affected_version_range ends a range that has no end',
    affected: [
      {
        ...ranged('a', [{ introduced: '1.4.1' }], [{ introduced: '5.0.0' }, { fixed: '5.1.0' }]),
        database_specific: { last_known_affected_version_range: '<= 1.4.2' },
      },
    ],
    yes: ['1.4.1', '1.4.2', '5.0.1'],
    no: ['1.4.3', '5.1.0'],
  },
  {
    name: 'last_known_affected_version_range with < excludes its version',
    affected: [
      {
        ...ranged('a', [{ introduced: '0' }]),
        database_specific: { last_known_affected_version_range: '< 7.23.2' },
      },
    ],
    yes: ['7.23.1', '7.23.2-rc.1'],
    no: ['7.23.2'],
  },
  {
    name: 'last_known_affected_version_range leaves a range with fixed, last_affected or limit alone',
    affected: [
      {
        ...ranged('a', [{ introduced: '0' }, { fixed: '2.68.0' }], [{ introduced: '3.0.0' }, { limit: '*' }]),
        database_specific: { last_known_affected_version_range: '< 2.47.0' },
      },
    ],
    yes: ['2.60.0', '4.0.0'],
    no: ['2.68.0'],
  },
  {
    name: 'partial and four-part bounds',
    affected: [
      ranged('a', [{ introduced: '1' }, { fixed: '1.2' }], [{ introduced: '2.0.0.1' }, { fixed: '2.1.0.5' }]),
    ],
    yes: ['1.0.0', '1.1.9', '2.0.1', '2.1.0'],
    no: ['1.2.0', '2.0.0', '2.1.1'],
  },
  {
    name: 'a bound that is no version widens the range',
    affected: [
      ranged('a', [{ introduced: 'first' }, { fixed: '2.0.0' }], [{ introduced: '3.0.0' }, { fixed: 'x' }]),
    ],
    yes: ['0.1.0', '1.0.0', '3.0.0', '4.0.0'],
    no: ['2.0.0'],
  },
  {
    name: 'another ecosystem and another spelling of the name are other packages',
    affected: [
      { package: { ecosystem: 'PyPI', name: 'a' }, versions: ['1.0.0'] },
      named('A', '2.0.0'),
      named('a', '3.0.0'),
    ],
    yes: ['3.0.0'],
    no: ['1.0.0', '2.0.0'],
  },
];

function recordOf(affected: unknown) {
  return readOsv(osv('GHSA-aaaa-bbbb-cccc', affected), () => undefined).packages.get('a');
}

suite('evaluation', (test) => {
  for (const { name, affected, yes, no } of ROWS) {
    test(name, () => {
      const record = recordOf(affected);
      if (record === undefined) throw new Error('the package is missing');
      const meant = [...yes, ...no].filter((version) => affects(record, candidate(version)));
      assert.equal(meant, yes);
    });
  }

  const places = ['0.0.0-0', '0.0.0', '1.0.0-rc.1', '1.0.0', '1.0.1', '1.1.0', '2.0.0-0', '2.0.0', '3.0.0'];
  const place = fc.constantFrom(...places);
  const event = fc.oneof(
    fc.oneof(fc.constant('0'), place).map((introduced) => ({ introduced })),
    place.map((fixed) => ({ fixed })),
    place.map((last_affected) => ({ last_affected })),
    fc.oneof(fc.constant('*'), place).map((limit) => ({ limit })),
  );

  test("property: intervals give what the specification's pseudocode gives", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 6 }), place, (events, version) => {
        const all = [...events, { introduced: '1.0.0' }];
        const record = recordOf([ranged('a', all)]);
        if (record === undefined) throw new Error('the package is missing');
        assert.is(affects(record, candidate(version)), pseudocode(all, version), JSON.stringify(all));
      }),
      { numRuns: 5000 },
    );
  });
});

// https://ossf.github.io/osv-schema/#evaluation, with semver to compare; a last affected version is passed
// only behind it, so at one version it is sorted after the others.
function pseudocode(events: Events, version: string): boolean {
  const limits = events.flatMap(({ limit }) => (limit === undefined ? [] : [limit]));
  if (limits.length > 0 && !limits.some((limit) => limit === '*' || semver.lt(version, limit))) return false;
  const at = (event: Events[number]) => event.introduced ?? event.fixed ?? event.last_affected ?? '';
  const sorted = events
    .filter(({ limit }) => limit === undefined)
    .sort((a, b) => {
      if (at(a) === '0' || at(b) === '0') return Number(at(a) !== '0') - Number(at(b) !== '0');
      return semver.compare(at(a), at(b)) || Number('last_affected' in a) - Number('last_affected' in b);
    });
  let vulnerable = false;
  for (const { introduced, fixed, last_affected } of sorted) {
    if (introduced !== undefined && (introduced === '0' || semver.gte(version, introduced)))
      vulnerable = true;
    else if (fixed !== undefined && semver.gte(version, fixed)) vulnerable = false;
    else if (last_affected !== undefined && semver.gt(version, last_affected)) vulnerable = false;
  }
  return vulnerable;
}
