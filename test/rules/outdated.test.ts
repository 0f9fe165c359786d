import { DEFAULT_OPTIONS } from '../../src/rules/options.ts';
import rule from '../../src/rules/outdated.ts';
import { history, pkg, release, testRule, withHistory } from '../builders.ts';

const past = (...days: [string, string][]) =>
  history(
    'a',
    days.map(([version, day]) => release(version, day)),
  );
const three = past(['1.0.0', '2020-01-01'], ['2.0.0', '2020-03-01'], ['3.0.0', '2020-07-01']);
const past3 = (...more: ReturnType<typeof release>[]) => history('a', [...three.releases.values(), ...more]);

testRule(rule, [
  { name: 'silent about the newest', facts: withHistory(pkg('a@3.0.0'), three), want: [] },
  { name: 'silent about one major in little time', facts: withHistory(pkg('a@2.0.0'), three), want: [] },
  {
    name: 'reports two majors',
    facts: withHistory(pkg('a@1.0.0'), three),
    want: ['a@1.0.0 is 2 major versions and 0.5 years behind 3.0.0'],
  },
  {
    name: 'silent about what others ask for',
    facts: withHistory(pkg('a@1.0.0', { direct: false }), three),
    want: [],
  },
  {
    name: 'reports two years within a major',
    facts: withHistory(pkg('a@1.0.0'), past(['1.0.0', '2020-01-01'], ['1.1.0', '2022-07-01'])),
    want: ['a@1.0.0 is 2.5 years behind 1.1.0'],
  },
  {
    name: 'below 1.0.0 each minor is a step',
    facts: withHistory(pkg('a@0.1.0'), past(['0.1.0', '2020-01-01'], ['0.3.0', '2020-01-02'])),
    want: ['2 major versions behind 0.3.0'],
  },
  {
    name: 'silent where the newest tag is a step back',
    facts: withHistory(
      pkg('a@3.0.0'),
      history('a', [...three.releases.values()], { tags: new Map([['latest', '1.0.0']]) }),
    ),
    want: [],
  },
  {
    name: 'silent where the newest is deprecated',
    facts: withHistory(
      pkg('a@1.0.0'),
      past3(release('9.0.0', '2022-01-01', { deprecated: 'published by accident' })),
    ),
    want: [],
  },
  {
    name: 'silent about a prerelease of what is coming',
    facts: withHistory(
      pkg('a@4.0.0-rc.1'),
      history('a', [...three.releases.values(), release('4.0.0-rc.1', '2024-01-01')], {
        tags: new Map([['latest', '3.0.0']]),
      }),
    ),
    want: [],
  },
  {
    name: 'without a tag the highest stable version counts',
    facts: withHistory(
      pkg('a@1.0.0'),
      history('a', [...three.releases.values(), release('9.0.0-rc.1', '2021-01-01')], { tags: new Map() }),
    ),
    want: ['behind 3.0.0'],
  },
  {
    name: 'honours thresholds',
    facts: withHistory(pkg('a@1.0.0'), three, {
      options: { ...DEFAULT_OPTIONS, outdated: { majors: 3, years: 9 } },
    }),
    want: [],
  },
]);
