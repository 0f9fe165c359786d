import rule from '../../src/rules/unmaintained.ts';
import { advisory, facts, history, pkg, release, repository, testRule } from '../builders.ts';

const a = pkg('a@1.0.0');
const transitive = pkg('a@1.0.0', { direct: false });
const open = advisory({ fixed: [] });
const given = (subject = a, advisories = [open], over = {}, one = repository()) =>
  facts([[subject, ...advisories]], {
    histories: new Map([
      [subject, history('a', [release('1.0.0', '2018-01-01', over)], { repository: 'acme/a' })],
    ]),
    repositories: new Map([['acme/a', one]]),
  });

testRule(rule, [
  {
    name: 'reports an open advisory and no work',
    facts: given(),
    want: ['a@1.0.0 is abandoned: 1 advisory without a published fix'],
    severities: ['moderate'],
  },
  {
    name: 'is low where others ask for it',
    facts: given(transitive),
    want: ['abandoned'],
    severities: ['low'],
  },
  { name: 'silent when it is merely old', facts: given(a, []), want: [] },
  {
    name: 'silent when somebody works on it',
    facts: given(a, [open], {}, repository({ lastCommit: new Date('2026-11-01') })),
    want: [],
  },
  {
    name: 'leaves archived ones to their rule',
    facts: given(a, [open], {}, repository({ archived: true })),
    want: [],
  },
  { name: 'leaves deprecated ones to theirs', facts: given(a, [open], { deprecated: 'x' }), want: [] },
  { name: 'silent when nobody told', facts: facts([[a, open]]), want: [] },
]);
