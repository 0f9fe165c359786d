import rule from '../../src/rules/single-maintainer.ts';
import { history, pkg, release, testRule, withHistory } from '../builders.ts';

const past = (maintainers: string[]) => history('a', [release('1.0.0', '2020-01-01')], { maintainers });

testRule(rule, [
  { name: 'silent about two', facts: withHistory(pkg('a@1.0.0'), past(['ann', 'bob'])), want: [] },
  { name: 'silent where the registry names none', facts: withHistory(pkg('a@1.0.0'), past([])), want: [] },
  {
    name: 'silent about what others ask for',
    facts: withHistory(pkg('a@1.0.0', { direct: false }), past(['ann'])),
    want: [],
  },
  {
    name: 'reports one',
    facts: withHistory(pkg('a@1.0.0'), past(['ann'])),
    want: ['only ann can publish a@1.0.0'],
  },
]);
