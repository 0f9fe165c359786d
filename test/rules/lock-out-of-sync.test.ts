import type { Drift, Manager } from '../../src/model.ts';
import rule from '../../src/rules/lock-out-of-sync.ts';
import { facts, testRule, tree } from '../builders.ts';
import { assert, suite } from '../helpers.ts';

const drift = (over: Partial<Drift>): Drift => ({
  manifest: 'package.json',
  name: 'a',
  harmless: false,
  location: { file: 'package.json', line: 3, column: 5, offset: 40 },
  ...over,
});
const withDrift = (...list: Drift[]) => facts([], { trees: [tree({ drift: list })] });

testRule(rule, [
  { name: 'silent where both agree', facts: withDrift(), want: [] },
  {
    name: 'a difference in words alone is told as what it is',
    facts: withDrift(drift({ wanted: '^1.0.0', locked: '^1.0.1', harmless: true })),
    want: ['nothing else would be installed'],
    severities: ['low'],
  },
  {
    name: 'tells what is asked for and what is held',
    facts: withDrift(
      drift({ wanted: '^2.0.0', locked: '1.0.0' }),
      drift({ wanted: '^2.0.0' }),
      drift({ locked: '^1.0.0' }),
    ),
    want: [
      'package.json asks for a ^2.0.0, package-lock.json holds 1.0.0',
      'package.json asks for a ^2.0.0, which package-lock.json does not hold',
      'package-lock.json holds a for package.json, which does not ask for it',
    ],
  },
]);

suite('lock-out-of-sync fix', (test) => {
  const cases: [Manager, string, string, string][] = [
    ['npm', 'package-lock.json', 'package-lock v3', 'npm install --package-lock-only'],
    ['pnpm', 'pnpm-lock.yaml', 'pnpm-lock 9.0', 'pnpm install --lockfile-only --no-frozen-lockfile'],
    ['yarn', 'yarn.lock', 'yarn.lock v1', 'yarn install'],
    ['yarn', 'a/yarn.lock', 'yarn.lock berry v8', 'in a: yarn install --mode=update-lockfile'],
    ['bun', 'bun.lock', 'bun.lock v1', 'bun install --lockfile-only'],
  ];
  for (const [manager, file, format, want] of cases) {
    test(`is said to ${format}`, () => {
      const one = tree({ manager, file, format, drift: [drift({ wanted: '^2.0.0' })] });
      assert.is([...rule.check(facts([], { trees: [one] }))][0]?.fix, want);
    });
  }
});
