import rule from '../../src/rules/archived-repository.ts';
import { facts, history, pkg, release, repository, testRule } from '../builders.ts';

const a = pkg('a@1.0.0');
const past = (text: string) => history('a', [release('1.0.0', '2020-01-01')], { repository: text });
const given = (
  subject = a,
  one = repository({ archived: true }),
  text = 'git+https://github.com/Acme/A.git',
) =>
  facts([subject], {
    histories: new Map([[subject, past(text)]]),
    repositories: new Map([['acme/a', one]]),
    replacements: new Map([['a', 'b or c']]),
  });
const transitive = pkg('a@1.0.0', { direct: false });

testRule(rule, [
  {
    name: 'reports an archived one',
    facts: given(),
    want: ['was archived by its owner'],
    severities: ['moderate'],
  },
  {
    name: 'reports a disabled one',
    facts: given(a, repository({ disabled: true })),
    want: ['disabled by its host'],
  },
  { name: 'is low where others ask for it', facts: given(transitive), want: ['acme/a'], severities: ['low'] },
  { name: 'silent when it is open', facts: given(a, repository()), want: [] },
  {
    name: 'silent for the same name on another host',
    facts: given(a, undefined, 'https://gitlab.com/acme/a'),
    want: [],
  },
  {
    name: 'silent when nobody told',
    facts: facts([a], { histories: new Map([[a, past('acme/a')]]) }),
    want: [],
  },
]);
