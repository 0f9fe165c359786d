import type { Drift, Tree } from '../../src/model.ts';
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

suite('lock-out-of-sync: the command', (test) => {
  const commands: [Partial<Tree>, string][] = [
    [{}, 'npm install --package-lock-only'],
    [{ manager: 'pnpm' }, 'pnpm install --lockfile-only'],
    [{ manager: 'bun' }, 'bun install --lockfile-only'],
    [{ manager: 'yarn', format: 'yarn.lock v1' }, 'yarn install'],
    [{ manager: 'yarn', format: 'yarn.lock berry v8' }, 'yarn install --mode=update-lockfile'],
  ];
  for (const [over, command] of commands) {
    test(command, () => {
      const lock = tree({ ...over, drift: [drift({ wanted: '1' })] });
      assert.equal(
        [...rule.check(facts([], { trees: [lock] }))].map(({ fix }) => fix),
        [command],
      );
    });
  }
});

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
