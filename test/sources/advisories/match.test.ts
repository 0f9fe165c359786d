import type { Advisory, Package } from '../../../src/model.ts';
import { aliasGroups } from '../../../src/sources/advisories/aliases.ts';
import { matchAdvisories } from '../../../src/sources/advisories/match.ts';
import { readOsv } from '../../../src/sources/advisories/osv.ts';
import type { AdvisoryRecord } from '../../../src/sources/advisories/record.ts';
import { tree } from '../../builders.ts';
import { assert, suite } from '../../helpers.ts';
import { named, osv, pkg, ranged } from './records.ts';

/** A lookup over OSV records, as a database built from them answers. */
function lookupOf(...values: unknown[]): (name: string) => AdvisoryRecord[] {
  const records = values.map((value) => readOsv(value, () => undefined));
  const groups = aliasGroups();
  for (const { id, aliases, withdrawn } of records) if (!withdrawn) groups.join(id, aliases);
  return (name) =>
    records.flatMap(({ id, packages }) => {
      const record = packages.get(name);
      return record === undefined ? [] : [{ ...record, aliases: groups.others(id) }];
    });
}

const OPEN = { privateHosts: new Set<string>(), internal: [] };
const sri = (letter: string) => `sha512-${letter.repeat(86)}==`;

function one(lookup: (name: string) => AdvisoryRecord[], spec: string): Advisory[] {
  const pack = pkg(spec);
  return matchAdvisories([pack], lookup, OPEN).advisories.get(pack) ?? [];
}

suite('merging aliases', (test) => {
  const lookup = lookupOf(
    osv('RETIRE-1', [ranged('a', [{ introduced: '0' }, { fixed: '1.2.0' }])], {
      aliases: ['CVE-2024-1'],
      database_specific: { severity: 'LOW' },
      references: [{ type: 'WEB', url: 'https://retire.example.test/1' }],
    }),
    osv('GHSA-aaaa-bbbb-cccc', [ranged('a', [{ introduced: '1.0.0' }, { fixed: '1.3.0' }])], {
      summary: 'Hole in a',
      aliases: ['CVE-2024-1', 'CVE-2024-2'],
      database_specific: { severity: 'CRITICAL' },
      related: ['GHSA-rrrr-rrrr-rrrr'],
    }),
    osv('NSWG-7', [named('a', '9.0.0')], { aliases: ['CVE-2024-2'] }),
    osv('GHSA-rrrr-rrrr-rrrr', [named('a', '1.1.0')]),
    osv('GHSA-wwww-wwww-wwww', [named('a', '1.1.0')], {
      withdrawn: '2024-02-01T00:00:00Z',
      aliases: ['CVE-2024-1'],
    }),
  );

  test('is transitive; the best known id speaks; related and withdrawn records stay apart', () => {
    assert.equal(one(lookup, 'a@1.1.0'), [
      {
        id: 'GHSA-aaaa-bbbb-cccc',
        aliases: ['CVE-2024-1', 'CVE-2024-2', 'NSWG-7', 'RETIRE-1'],
        severity: 'critical',
        rated: true,
        title: 'Hole in a',
        url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
        affected: '<1.3.0',
        fixed: ['1.3.0'],
        malware: false,
        disputed: false,
      },
      {
        id: 'GHSA-rrrr-rrrr-rrrr',
        aliases: [],
        severity: 'high',
        rated: false,
        title: 'GHSA-rrrr-rrrr-rrrr',
        url: 'https://github.com/advisories/GHSA-rrrr-rrrr-rrrr',
        affected: '=1.1.0',
        fixed: [],
        malware: false,
        disputed: false,
      },
    ]);
  });

  test('only records that mean the version speak, under the id of the whole group', () => {
    const [advisory] = one(lookup, 'a@0.5.0');
    assert.is(advisory?.id, 'GHSA-aaaa-bbbb-cccc');
    assert.is(advisory?.severity, 'low');
    assert.is(advisory?.affected, '<1.2.0');
    assert.equal(one(lookup, 'a@1.3.0'), []);
    assert.is(one(lookup, 'a@9.0.0')[0]?.rated, false);
  });

  test('pages: GitHub, osv.dev, else what the record refers to', () => {
    const url = (id: string, more: object) =>
      one(lookupOf(osv(id, [named('b', '1.0.0')], more)), 'b@1.0.0')[0]?.url;
    assert.is(url('MAL-2024-77', {}), 'https://osv.dev/vulnerability/MAL-2024-77');
    assert.is(url('LWA-2024-1', { aliases: ['MAL-2024-8'] }), 'https://osv.dev/vulnerability/MAL-2024-8');
    const references = [
      { type: 'PACKAGE', url: 'https://example.test/package' },
      { type: 'ARTICLE', url: 'javascript:alert(1)' },
      { type: 'WEB', url: 'https://example.test/web' },
    ];
    assert.is(url('RETIRE-9', { references }), 'https://example.test/web');
    assert.is(url('X/1', {}), 'https://osv.dev/vulnerability/X%2F1');
  });

  test('affected reads as one range, and fixes that another record still means are none', () => {
    const several = lookupOf(
      osv('A-1', [
        ranged(
          'c',
          [{ introduced: '1.0.0' }, { fixed: '1.0.5' }],
          [{ introduced: '1.0.5' }, { last_affected: '1.1.0' }],
        ),
        named('c', '2.0.0', '2.0.0+x', '1.0.3', 'nightly'),
        ranged('c', [{ introduced: '3.0.0' }, { fixed: '3.1.0' }], [{ introduced: '4.0.0.1' }]),
      ]),
    );
    const [advisory] = one(several, 'c@1.0.3');
    assert.is(advisory?.affected, '>=1.0.0 <=1.1.0 || =2.0.0 || >=3.0.0 <3.1.0 || >4.0.0');
    assert.equal(advisory?.fixed, ['3.1.0']);
    const all = lookupOf(osv('A-2', [ranged('d', [{ introduced: '0' }, { last_affected: '99.999.99999' }])]));
    assert.is(one(all, 'd@1.0.0')[0]?.affected, '*');
    assert.is(one(all, 'd@100.0.0').length, 0);
  });
});

suite('malware', (test) => {
  const everything = [{ introduced: '0' }];
  const rows: [what: string, values: unknown[], version: string, malware: boolean, disputed: boolean][] = [
    [
      'by an alias',
      [osv('GHSA-1', [named('m', '1.0.0')], { aliases: ['MAL-2024-1'] })],
      '1.0.0',
      true,
      false,
    ],
    ['all versions and nothing narrower', [osv('MAL-1', [ranged('m', everything)])], '1.0.0', true, false],
    [
      'all versions and some named: another one',
      [osv('MAL-1', [{ ...ranged('m', everything), versions: ['2.0.0'] }])],
      '1.0.0',
      true,
      true,
    ],
    [
      'all versions and some named: a named one',
      [osv('MAL-1', [{ ...ranged('m', everything), versions: ['2.0.0'] }])],
      '2.0.0+x',
      true,
      false,
    ],
    [
      'all versions and a narrower range: outside',
      [osv('MAL-1', [ranged('m', everything, [{ introduced: '4.1.1' }, { last_affected: '4.1.2' }])])],
      '4.1.3',
      true,
      true,
    ],
    [
      'all versions and a narrower range: inside',
      [osv('MAL-1', [ranged('m', everything), ranged('m', [{ introduced: '4.1.1' }, { fixed: '4.1.3' }])])],
      '4.1.2',
      true,
      false,
    ],
    [
      'one record disputes, its alias does not',
      [
        osv('MAL-1', [{ ...ranged('m', everything), versions: ['2.0.0'] }], { aliases: ['GHSA-1'] }),
        osv('GHSA-1', [named('m', '1.0.0')]),
      ],
      '1.0.0',
      true,
      false,
    ],
    [
      'a vulnerability is never disputed',
      [osv('GHSA-1', [{ ...ranged('m', everything), versions: ['2.0.0'] }])],
      '1.0.0',
      false,
      false,
    ],
  ];
  for (const [what, values, version, malware, disputed] of rows) {
    test(what, () => {
      const [advisory] = one(lookupOf(...values), `m@${version}`);
      assert.equal([advisory?.malware, advisory?.disputed], [malware, disputed]);
    });
  }
});

suite('which packages are meant', (test) => {
  const lookup = lookupOf(osv('MAL-1', [named('m', '1.0.0'), named('@acme/m', '1.0.0')]));
  const tarball = (resolved: string): Partial<Package> => ({ source: 'tarball', resolved });

  const rows: [what: string, pack: Package, outcome: string][] = [
    ['registry', pkg('m@1.0.0'), 'meant'],
    ['bundled', pkg('m@1.0.0', { source: 'bundled' }), 'meant'],
    ['patched', pkg('m@1.0.0', { source: 'patch' }), 'meant'],
    ['behind an alias', pkg('m@1.0.0', { alias: 'harmless' }), 'meant'],
    ['git', pkg('m@1.0.0', { source: 'git' }), 'git'],
    ['file', pkg('m@1.0.0', { source: 'file' }), 'file'],
    ['link', pkg('m@1.0.0', { source: 'link' }), 'link'],
    ['portal', pkg('m@1.0.0', { source: 'portal' }), 'link'],
    ['workspace', pkg('m@1.0.0', { source: 'workspace' }), 'workspace'],
    ['importer', pkg('m@1.0.0', { importer: true }), 'workspace'],
    ['any tarball', pkg('m@1.0.0', tarball('https://example.test/m-1.0.0.tgz')), 'tarball'],
    ['a tarball of no URL', pkg('m@1.0.0', tarball('m-1.0.0.tgz')), 'tarball'],
    ['a mirror', pkg('m@1.0.0', tarball('https://example.test/npm/m/-/m-1.0.0.tgz?x#y')), 'meant'],
    ['a mirror, scoped', pkg('@acme/m@1.0.0', tarball('http://e.test/@acme%2fm/-/m-1.0.0.tgz')), 'meant'],
    ['a mirror of another package', pkg('ok@2.0.0', tarball('https://e.test/m/-/m-1.0.0.tgz')), 'meant'],
    ['an odd version', pkg('m@latest'), 'invalid version'],
    ['no version', pkg('m@'), 'invalid version'],
  ];
  for (const [what, pack, outcome] of rows) {
    test(what, () => {
      const { advisories, checked, notChecked } = matchAdvisories([pack], lookup, OPEN);
      assert.is(advisories.has(pack), outcome === 'meant');
      assert.is(checked, outcome === 'meant' ? 1 : 0);
      const examples = [`${pack.name}@${pack.version}`];
      assert.equal(notChecked, outcome === 'meant' ? [] : [{ reason: outcome, count: 1, examples }]);
    });
  }

  test('private hosts and internal names', () => {
    const resolved = 'https://npm.acme.test:8443/m/-/m-1.0.0.tgz';
    const reasons = (pack: Package, privateHosts: string[], internal: string[]) =>
      matchAdvisories([pack], lookup, { privateHosts: new Set(privateHosts), internal }).notChecked.map(
        ({ reason }) => reason,
      );
    assert.equal(reasons(pkg('m@1.0.0', { resolved }), ['npm.acme.test:8443'], []), ['private']);
    assert.equal(reasons(pkg('m@1.0.0', { resolved }), ['npm.acme.test'], []), ['private']);
    assert.equal(reasons(pkg('m@1.0.0', { resolved }), ['acme.test'], []), []);
    assert.equal(reasons(pkg('@acme/m@1.0.0'), [], ['@acme']), ['private']);
    assert.equal(reasons(pkg('@acme/m@1.0.0'), [], ['@acme/*']), ['private']);
    assert.equal(reasons(pkg('@acme/m@1.0.0'), [], ['@ac']), []);
    assert.equal(reasons(pkg('m@1.0.0'), [], ['m']), ['private']);
  });

  test('a hash that differs means another tarball; an equal or incomparable one changes nothing', () => {
    const indicators = { package_integrity: [{ filename: 'm-1.0.0.tgz', hashes: { sha512_sri: sri('A') } }] };
    const hashed = lookupOf(
      osv('MAL-1', [{ ...named('m', '1.0.0', '1.0.1'), database_specific: { indicators } }]),
    );
    const excluded = (spec: string, integrity: string) => {
      const pack = pkg(spec, { integrity });
      const found = matchAdvisories([pack], hashed, OPEN);
      assert.is(found.advisories.has(pack), found.excluded.length === 0);
      return found.excluded.map(({ id }) => id);
    };
    assert.equal(excluded('m@1.0.0', sri('A')), []);
    assert.equal(excluded('m@1.0.0', `${sri('B')} ${sri('A')}?x`), []);
    assert.equal(excluded('m@1.0.0', sri('B')), ['MAL-1']);
    assert.equal(excluded('m@1.0.0', 'sha1-AAAAAAAAAAAAAAAAAAAAAAAAAAA='), []);
    assert.equal(excluded('m@1.0.1', sri('B')), []);
  });

  test('what has no readable version is told, unless a page loads it', () => {
    const packs = [pkg('m@latest'), pkg('m@'), pkg('ok@1.0.0'), pkg('m@', { source: 'git' })];
    const loaded = pkg('m@', { tree: tree({ manager: 'cdn' }) });
    assert.equal(matchAdvisories([...packs, loaded], lookup, OPEN).versionless, packs.slice(0, 2));
  });

  test('counts each reason, with a few examples', () => {
    const packs = Array.from({ length: 7 }, (_, i) => pkg(`p${i}@1.0.0`, { source: 'git' }));
    const [entry] = matchAdvisories(packs, lookup, OPEN).notChecked;
    assert.is(entry?.count, 7);
    assert.is(entry?.examples.length, 5);
  });
});
