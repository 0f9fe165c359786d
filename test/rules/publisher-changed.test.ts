import { DEFAULT_OPTIONS } from '../../src/rules/options.ts';
import rule from '../../src/rules/publisher-changed.ts';
import { history, pkg, release, testRule, withHistory } from '../builders.ts';

const subject = pkg('a@2.0.0');
const years = (...releases: Parameters<typeof release>[]) =>
  withHistory(
    subject,
    history(
      'a',
      releases.map((one) => release(...one)),
    ),
  );
const by = (publisher: string) => ({ publisher });
const robot = { publisher: 'GitHub Actions', trusted: true };

testRule(rule, [
  {
    name: 'silent about the same publisher',
    facts: years(['1.0.0', '2020-01-01'], ['2.0.0', '2021-01-01']),
    want: [],
  },
  {
    name: 'reports a new one, once',
    facts: years(
      ['1.0.0', '2020-01-01'],
      ['1.1.0', '2020-02-01', by('bob')],
      ['2.0.0', '2021-01-01', by('eve')],
    ),
    want: [
      'a@2.0.0 was published by eve on 2021-01-01, who published none of the 2 releases before (bob, ann did)',
    ],
    severities: ['moderate'],
  },
  { name: 'silent about a first release', facts: years(['2.0.0', '2021-01-01', by('eve')]), want: [] },
  {
    name: 'later releases say nothing of it',
    facts: years(['2.0.0', '2021-01-01', by('eve')], ['3.0.0', '2022-01-01']),
    want: [],
  },
  {
    name: 'silent when a trusted workflow takes over',
    facts: years(['1.0.0', '2020-01-01'], ['2.0.0', '2021-01-01', robot]),
    want: [],
  },
  {
    name: 'reports trusted publishing that is given up, though the publisher is known',
    facts: years(['1.0.0', '2020-01-01'], ['1.1.0', '2020-02-01', robot], ['2.0.0', '2021-01-01']),
    want: ['by ann with a token on 2021-01-01; 1.1.0 on 2020-02-01 came from a workflow'],
    severities: ['high'],
  },
  {
    name: 'an old major that never was trusted, published by who always did',
    facts: years(
      ['2.0.0-0', '2019-01-01'],
      ['1.9.0', '2019-02-01'],
      ['3.0.0', '2020-01-01', robot],
      ['2.0.0', '2021-01-01'],
    ),
    want: [],
  },
  {
    name: 'a prerelease by a stranger does not make the stranger known',
    facts: years(
      ['1.0.0', '2020-01-01'],
      ['2.0.0-0', '2020-06-01', by('eve')],
      ['2.0.0', '2021-01-01', by('eve')],
    ),
    want: ['published by eve'],
  },
  {
    name: 'one who published long before counts as new',
    facts: {
      ...years(
        ['0.1.0', '2019-01-01', by('eve')],
        ['1.0.0', '2020-01-01'],
        ['2.0.0', '2021-01-01', by('eve')],
      ),
      options: { ...DEFAULT_OPTIONS, 'publisher-changed': { releases: 1, except: [] } },
    },
    want: ['did not publish the release before'],
  },
  {
    name: 'honours exceptions',
    facts: {
      ...years(['1.0.0', '2020-01-01'], ['2.0.0', '2021-01-01', by('eve')]),
      options: { ...DEFAULT_OPTIONS, 'publisher-changed': { releases: 9, except: ['a'] } },
    },
    want: [],
  },
  {
    name: 'silent where nobody is named',
    facts: withHistory(
      subject,
      history('a', [
        release('1.0.0', '2020-01-01'),
        { version: '2.0.0', published: new Date('2021-01-01'), signed: false, attested: false },
      ]),
    ),
    want: [],
  },
]);
