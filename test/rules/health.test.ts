import type { Advisory } from '../../src/model.ts';
import type { Repository } from '../../src/repository.ts';
import { ago, healthOf } from '../../src/rules/health.ts';
import { DEFAULT_OPTIONS } from '../../src/rules/options.ts';
import type { History } from '../../src/sources/history.ts';
import { advisory, history, release, repository } from '../builders.ts';
import { assert, suite } from '../helpers.ts';

const now = new Date('2026-11-22T12:00:00Z');
const at = (day: string): History => history('a', [release('1.0.0', day)]);
const open = advisory({ id: 'GHSA-open', fixed: [] });

interface Case {
  name: string;
  history?: History;
  repository?: Repository;
  advisories?: Advisory[];
  verdict: string | undefined;
  reason?: RegExp;
}

const CASES: Case[] = [
  { name: 'a young release', history: at('2026-11-01'), verdict: 'maintained', reason: /21 days ago/ },
  { name: 'an old release', history: at('2026-01-01'), verdict: 'slow', reason: /10 months ago/ },
  {
    name: 'finished for ten years is not unmaintained',
    history: at('2016-01-01'),
    verdict: 'slow',
    reason: /10\.9 years ago/,
  },
  {
    name: 'commits count as work',
    history: at('2016-01-01'),
    repository: repository({ lastCommit: new Date('2026-11-20'), commits: 3 }),
    verdict: 'maintained',
    reason: /3 commits in the last year/,
  },
  {
    name: 'a push of bots does not',
    history: at('2016-01-01'),
    repository: repository({ pushed: new Date('2026-11-20') }),
    verdict: 'slow',
  },
  {
    name: 'an open advisory, and work',
    history: at('2026-01-01'),
    advisories: [open],
    verdict: 'slow',
    reason: /1 advisory without a published fix \(GHSA-open\)/,
  },
  {
    name: 'an open advisory, and none for a year',
    history: at('2025-01-01'),
    advisories: [open],
    verdict: 'stale',
  },
  {
    name: 'an open advisory, and none for five years',
    history: at('2020-01-01'),
    advisories: [open],
    verdict: 'abandoned',
  },
  {
    name: 'an advisory whose fix is published says nothing',
    history: history('a', [release('1.0.0', '2015-01-01'), release('1.0.1', '2016-01-01')]),
    advisories: [advisory({ fixed: ['1.0.1'] })],
    verdict: 'slow',
  },
  {
    name: 'a fix that was never published is none',
    history: at('2016-01-01'),
    advisories: [advisory({ fixed: ['1.0.1'] })],
    verdict: 'abandoned',
  },
  {
    name: 'malware is no matter of care',
    history: at('2016-01-01'),
    advisories: [advisory({ malware: true, fixed: [] })],
    verdict: 'slow',
  },
  {
    name: 'archived',
    history: at('2026-11-01'),
    repository: repository({ archived: true, archivedAt: new Date('2026-11-10') }),
    verdict: 'abandoned',
    reason: /acme\/a is archived since 2026-11-10/,
  },
  {
    name: 'disabled',
    history: at('2026-11-01'),
    repository: repository({ disabled: true }),
    verdict: 'abandoned',
    reason: /disabled/,
  },
  {
    name: 'newest version deprecated',
    history: history('a', [release('1.0.0', '2026-11-01', { deprecated: 'no more' })]),
    verdict: 'abandoned',
    reason: /newest version, 1\.0\.0, is deprecated/,
  },
  {
    name: 'only the repository is known',
    repository: repository({ lastCommit: new Date('2026-11-01') }),
    verdict: 'maintained',
  },
  { name: 'nothing is known', verdict: undefined },
  { name: 'nothing but an advisory is known', advisories: [open], verdict: undefined },
];

suite('healthOf', (test) => {
  for (const { name, verdict, reason, advisories = [], ...known } of CASES) {
    test(name, () => {
      const limits = DEFAULT_OPTIONS.unmaintained;
      const health = healthOf(known.history, known.repository, advisories, now, limits);
      assert.is(health.verdict, verdict);
      assert.match(health.reasons.join('; '), reason ?? /^/);
      const unknown = Number(known.history === undefined) + Number(known.repository === undefined);
      assert.is(health.unknown.length, unknown);
    });
  }

  test('what tells nothing says why', () => {
    const bare = history('a', [{ ...release('1.0.0', '2020-01-01'), published: undefined } as never]);
    const limits = DEFAULT_OPTIONS.unmaintained;
    const timeless = healthOf(bare, repository(), [], now, limits);
    assert.equal(
      [timeless.verdict, timeless.unknown],
      [undefined, ['when its releases were published (the registry tells no times)']],
    );
    const gone = healthOf(history('a', []), repository(), [], now, limits);
    assert.equal(gone.unknown, ['any release: all of them were withdrawn']);
  });

  test('thresholds are options', () => {
    const limits = { slow: 10_000, stale: 10_000, abandoned: 10_000 };
    assert.is(healthOf(at('2016-01-01'), undefined, [open], now, limits).verdict, 'maintained');
  });

  test('ago', () => {
    assert.is(ago(new Date('2026-11-21T12:00:00Z'), now), '1 day ago');
    assert.is(ago(new Date('2026-11-22T15:00:00Z'), now), '0 days ago');
    assert.is(ago(new Date('2027-01-01'), now), "which lies ahead of this machine's clock");
  });
});
