import rule from '../../src/rules/provenance-lost.ts';
import { history, pkg, release, testRule, withHistory } from '../builders.ts';

const past = (locked: string, ...releases: Parameters<typeof release>[]) =>
  withHistory(
    pkg(`a@${locked}`),
    history(
      'a',
      releases.map((one) => release(...one)),
    ),
  );
const attested = { attested: true };
const signed = { signed: true };

testRule(rule, [
  {
    name: 'silent where nothing ever had any',
    facts: past('1.1.0', ['1.0.0', '2020-01-01'], ['1.1.0', '2021-01-01']),
    want: [],
  },
  {
    name: 'silent where it is there',
    facts: past('1.1.0', ['1.0.0', '2020-01-01', attested], ['1.1.0', '2021-01-01', attested]),
    want: [],
  },
  {
    name: 'reports a lost attestation, however many releases ago',
    facts: past('1.2.0', ['1.0.0', '2020-01-01', attested], ['1.1.0', '2020-06-01'], ['1.2.0', '2021-01-01']),
    want: ['a@1.2.0 says nothing of how it was built; 1.0.0 came with an attestation'],
  },
  {
    name: 'reports a lost signature',
    facts: past('1.1.0', ['1.0.0', '2020-01-01', signed], ['1.1.0', '2021-01-01']),
    want: ['a@1.1.0 has no signature of the registry; 1.0.0'],
  },
  {
    name: 'says one thing where both are lost',
    facts: past('1.1.0', ['1.0.0', '2020-01-01', { ...signed, ...attested }], ['1.1.0', '2021-01-01']),
    want: ['attestation'],
  },
  {
    name: 'an old major is compared with itself (semver 6.3.1 came after 7.5.4)',
    facts: past('6.3.1', ['6.3.0', '2019-01-01'], ['7.5.4', '2023-07-07', attested], ['6.3.1', '2023-07-10']),
    want: [],
  },
  {
    name: 'the first of a major is compared with what was there before',
    facts: past('2.0.0', ['1.0.0', '2020-01-01', attested], ['2.0.0', '2021-01-01']),
    want: ['a@2.0.0'],
  },
  {
    name: 'a prerelease with an attestation binds no release',
    facts: past('1.0.0', ['1.0.0-rc.1', '2020-01-01', attested], ['1.0.0', '2021-01-01']),
    want: [],
  },
]);
