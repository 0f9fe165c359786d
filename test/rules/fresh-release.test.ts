import rule from '../../src/rules/fresh-release.ts';
import { DEFAULT_OPTIONS } from '../../src/rules/options.ts';
import { facts, history, pkg, release, testRule, withHistory } from '../builders.ts';

const subject = pkg('@acme/ui@2.0.0');
const at = (day: string, over = {}) =>
  withHistory(subject, history('@acme/ui', [release('1.0.0', '2020-01-01'), release('2.0.0', day)]), over);
const told = (fresh: object) => ({
  options: { ...DEFAULT_OPTIONS, 'fresh-release': { ...DEFAULT_OPTIONS['fresh-release'], ...fresh } },
});

testRule(rule, [
  { name: 'silent without a history', facts: facts([subject]), want: [] },
  { name: 'silent about a release of eight days ago', facts: at('2026-11-14'), want: [] },
  { name: 'reports one of six', facts: at('2026-11-16'), want: ['published 6 days ago, on 2026-11-16'] },
  { name: 'counts hours first', facts: at('2026-11-22'), want: ['12 hours ago'] },
  { name: 'a clock that is behind makes nothing older', facts: at('2026-11-23'), want: ['0 hours ago'] },
  {
    name: 'a time far ahead is told as it is',
    facts: at('9998-12-31'),
    want: ["published on 9998-12-31, which lies ahead of this machine's clock"],
  },
  { name: 'honours days', facts: at('2026-11-16', told({ days: 3 })), want: [] },
  { name: 'honours exceptions by scope', facts: at('2026-11-21', told({ except: ['@acme'] })), want: [] },
  {
    name: 'another scope is no exception',
    facts: at('2026-11-21', told({ except: ['@ac'] })),
    want: ['@acme/ui'],
  },
  {
    name: 'silent about what fixes an advisory',
    facts: at('2026-11-21', { fixes: new Set([subject]) }),
    want: [],
  },
  {
    name: 'silent about what a change leaves alone',
    facts: at('2026-11-21', { changed: new Set() }),
    want: [],
  },
  {
    name: 'reports what a change brings',
    facts: at('2026-11-21', { changed: new Set([subject]) }),
    want: ['@acme/ui@2.0.0'],
  },
  {
    name: 'silent where the registry tells no times',
    facts: withHistory(subject, history('@acme/ui', [{ version: '2.0.0', signed: false, attested: false }])),
    want: [],
  },
]);
