import type { Manager, Tree } from '../../src/model.ts';
import { readProtections } from '../../src/readers/protections.ts';
import rule from '../../src/rules/protection-off.ts';
import { facts, type RuleCase, testRule, tree } from '../builders.ts';
import { assert, suite } from '../helpers.ts';
import { world } from '../world.ts';

const cases: RuleCase[] = [];
async function add(
  name: string,
  manager: Manager,
  files: Record<string, string>,
  want: string[],
  severities?: string[],
): Promise<void> {
  const lock: Tree = tree({ manager, format: manager === 'yarn' ? 'yarn.lock berry 8' : manager });
  const protections = await readProtections(world(files), '/project', [lock]);
  cases.push({ name, facts: facts([], { protections }), want, ...(severities && { severities }) });
}

const pm = (text: string) => JSON.stringify({ packageManager: text });
await add('npm waits', 'npm', { '.npmrc': 'min-release-age=7\n' }, []);
await add('npm, quoted, with a comment', 'npm', { '.npmrc': 'min-release-age = "7" ; a week\n' }, []);
await add('npm without anything', 'npm', {}, ['the minute it is published'], ['low']);
await add(
  'npm: minutes for days',
  'npm',
  { '.npmrc': 'min-release-age=10080' },
  ['waits 28 years'],
  ['moderate'],
);
await add('npm takes plain numbers alone', 'npm', { '.npmrc': 'min-release-age=7d' }, [
  'is no number of days',
]);
await add('npm: a comment is none', 'npm', { '.npmrc': '# min-release-age=7' }, ['is not set']);
await add('npm too old', 'npm', { '.npmrc': 'min-release-age=7', 'package.json': pm('npm@11.4.2') }, [
  'npm 11.4.2 does not know it, 11.10.0 is the first',
]);
await add('npm: scripts on', 'npm', { '.npmrc': 'min-release-age=7\nignore-scripts=false' }, [
  'lets every package run scripts',
]);
await add('pnpm waits', 'pnpm', { 'pnpm-workspace.yaml': 'minimumReleaseAge: 10080\n' }, []);
await add('pnpm 11 waits unasked', 'pnpm', { 'package.json': pm('pnpm@11.2.0') }, []);
await add('pnpm 10 does not', 'pnpm', { 'package.json': pm('pnpm@10.20.0') }, ['is not set'], ['low']);
await add(
  'pnpm: below another key',
  'pnpm',
  { 'pnpm-workspace.yaml': 'settings:\n  minimumReleaseAge: 10080\n' },
  ['does nothing: it stands below settings'],
  ['moderate'],
);
await add(
  'pnpm: in package.json',
  'pnpm',
  { 'package.json': JSON.stringify({ pnpm: { minimumReleaseAge: 10080 } }) },
  ['it stands in package.json below pnpm'],
);
await add('pnpm 10 reads .npmrc', 'pnpm', { '.npmrc': 'minimum-release-age=4320' }, []);
await add(
  'pnpm 11 does not',
  'pnpm',
  { '.npmrc': 'minimum-release-age=4320', 'package.json': pm('pnpm@11.0.0') },
  ['does nothing'],
);
await add("pnpm: npm's word", 'pnpm', { '.npmrc': 'min-release-age=7' }, ['it is a setting of npm']);
await add('pnpm: days for minutes', 'pnpm', { 'pnpm-workspace.yaml': 'minimumReleaseAge: 7' }, [
  'waits 7 minutes alone',
]);
await add('pnpm: off', 'pnpm', { 'pnpm-workspace.yaml': 'minimumReleaseAge: 0' }, [
  'switches the waiting time off',
]);
await add(
  'pnpm: all builds',
  'pnpm',
  { 'pnpm-workspace.yaml': 'minimumReleaseAge: 10080\ndangerouslyAllowAllBuilds: true' },
  ['lets every package run scripts'],
);
await add('yarn: a duration', 'yarn', { '.yarnrc.yml': 'npmMinimalAgeGate: 7d\n' }, []);
await add('yarn: minutes', 'yarn', { '.yarnrc.yml': 'npmMinimalAgeGate: 4320\n' }, []);
await add('yarn: days for minutes', 'yarn', { '.yarnrc.yml': 'npmMinimalAgeGate: 7\n' }, [
  'waits 7 minutes alone',
]);
await add('bun waits', 'bun', { 'bunfig.toml': '[install]\nminimumReleaseAge = 604_800 # a week\n' }, []);
await add('bun: another table', 'bun', { 'bunfig.toml': '[test]\nminimumReleaseAge = 604800\n' }, [
  'below [test]',
]);
await add('bun: minutes for seconds', 'bun', { 'bunfig.toml': '[install]\nminimumReleaseAge = 1440\n' }, [
  'waits 1440 seconds alone',
]);
testRule(rule, cases);

suite('reading protections', (test) => {
  test('says where the setting stands', async () => {
    const lock = tree({ manager: 'pnpm', format: 'pnpm-lock 9' });
    const files = { 'pnpm-workspace.yaml': 'packages: []\n  # minimumReleaseAge: 1\nminimumReleaseAge: 7\n' };
    const [one] = await readProtections(world(files), '/project', [lock]);
    assert.equal(one?.settings[0]?.at, { file: 'pnpm-workspace.yaml', line: 3, column: 1, offset: 38 });
  });

  test('what cannot be read says nothing', async () => {
    for (const broken of ['{', '"a', '[1', '- : -', '\0']) {
      const files = { 'pnpm-workspace.yaml': broken, 'package.json': broken, '.npmrc': broken };
      const [one] = await readProtections(world(files), '/project', [tree({ manager: 'pnpm' })]);
      assert.equal(one?.settings, []);
    }
  });
});
