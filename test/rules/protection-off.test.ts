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
  'npm 11.4.2 lets every package run scripts',
]);
await add('pnpm waits', 'pnpm', { 'pnpm-workspace.yaml': 'minimumReleaseAge: 10080\n' }, []);
await add(
  'pnpm 11 waits unasked',
  'pnpm',
  { 'package.json': pm('pnpm@11.2.0') },
  ['trustPolicy is not set'],
  ['low'],
);
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
  ['does nothing: since 11 pnpm takes registries and credentials alone', 'trustPolicy is not set'],
);
await add("pnpm: npm's word", 'pnpm', { '.npmrc': 'min-release-age=7' }, [
  'does nothing: it is a setting of npm, and pnpm reads minimumReleaseAge',
]);
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

// What npm, pnpm, Yarn and Bun themselves did with each of these, against a registry with a release of an hour ago, with a
// script on install, and without the attestation that the release before it has.
const json = (value: unknown) => JSON.stringify(value);
const WEEK = 'min-release-age=7\n';
const rc = (text: string, version = '12.2.0') => ({
  '.npmrc': WEEK + text,
  'package.json': pm(`npm@${version}`),
});
await add('npm: names are in lower case', 'npm', { '.npmrc': 'Min-Release-Age=7' }, [
  'it stands under another name, and npm reads min-release-age in .npmrc',
]);
await add('npm: in camel case', 'npm', { '.npmrc': 'minReleaseAge=7' }, ['it stands under another name']);
await add('npm: less than nothing', 'npm', { '.npmrc': 'min-release-age=-7' }, ['is no number of days']);
await add('npm: half a day', 'npm', { '.npmrc': 'min-release-age=0.5' }, []);
await add('npm: a variable', 'npm', { '.npmrc': 'min-release-age=${AGE}' }, []);
await add('npm: below a section', 'npm', { '.npmrc': '[a]\nmin-release-age=7' }, [
  'it stands below a section',
]);
await add('npm: before wins', 'npm', { '.npmrc': `${WEEK}before=2099-01-01` }, [
  'before = 2099-01-01 beside it wins',
]);
await add('npm: a day that is past', 'npm', { '.npmrc': `${WEEK}before=2026-01-01` }, []);
await add(
  'npm: everybody is exempt',
  'npm',
  { '.npmrc': `${WEEK}min-release-age-exclude[]=@a/*\nmin-release-age-exclude[]=*` },
  ['min-release-age-exclude in .npmrc holds *: nobody waits'],
);
await add('npm: somebody is exempt', 'npm', { '.npmrc': `${WEEK}min-release-age-exclude=@a/*,b` }, []);
await add(
  'npm: a range that is too old',
  'npm',
  { '.npmrc': WEEK, 'package.json': json({ engines: { npm: '^10.2.0 || ~11.4' } }) },
  ['npm ^10.2.0 || ~11.4 does not know it', 'lets every package run scripts'],
);
await add(
  'npm: a range that need not be',
  'npm',
  { '.npmrc': WEEK, 'package.json': json({ engines: { npm: '>=9' } }) },
  [],
);
await add(
  'npm: devEngines, one of several',
  'npm',
  {
    '.npmrc': WEEK,
    'package.json': json({
      devEngines: { packageManager: [{ name: 'yarn' }, { name: 'npm', version: '11.9.0' }] },
    }),
  },
  ['npm 11.9.0 does not know it', 'lets every package run scripts'],
);
await add('npm 12 runs nothing unasked', 'npm', rc(''), []);
await add('npm 12: scripts that would be ignored', 'npm', rc('ignore-scripts=false'), []);
await add(
  'npm 11: scripts on',
  'npm',
  rc('ignore-scripts=false', '11.21.2'),
  ['ignore-scripts = false in .npmrc lets every package run scripts'],
  ['moderate'],
);
await add(
  'npm: scripts on, of a version nobody knows',
  'npm',
  { '.npmrc': `${WEEK}ignore-scripts=false` },
  [],
);
await add('npm 11: no scripts', 'npm', rc('ignore-scripts=true', '11.21.2'), []);
await add(
  'npm 12: all scripts',
  'npm',
  rc('dangerously-allow-all-scripts=true'),
  ['lets every package run scripts'],
  ['moderate'],
);
await add(
  'npm 12: all scripts, and none',
  'npm',
  rc('dangerously-allow-all-scripts=true\nignore-scripts=true'),
  [],
);
const allow = (allowScripts: unknown, version: string, npmrc = '') => ({
  '.npmrc': WEEK + npmrc,
  'package.json': json({ packageManager: `npm@${version}`, allowScripts }),
});
await add(
  'npm 11.16 only warns',
  'npm',
  allow({ dep: true }, '11.21.2'),
  ['allowScripts in package.json keeps nothing from running: npm 11.21.2 warns'],
  ['moderate'],
);
await add(
  'npm 11.16, told to be strict',
  'npm',
  allow({ dep: true }, '11.21.2', 'strict-allow-scripts=true'),
  [],
);
await add('npm 11.16 heeds what is denied', 'npm', allow({ dep: false }, '11.21.2'), []);
await add('npm 11.16, a range is denied', 'npm', allow({ 'dep@^1.0.0': false }, '11.21.2'), [
  'denies dep@^1.0.0, which npm ignores',
]);
await add(
  'npm 11.16, versions are denied',
  'npm',
  allow({ '@a/dep@1.0.0 || 1.1.0': false, 'b@*': false }, '11.21.2'),
  [],
);
await add('npm 12 asks', 'npm', allow({ dep: true }, '12.0.0'), []);
await add(
  'npm 10 knows no list',
  'npm',
  allow({ dep: true }, '11.15.0'),
  ['allowScripts in package.json does nothing: npm 11.15.0 does not know it, 11.16.0 is the first'],
  ['moderate'],
);
await add(
  'npm, a list, of a version nobody knows',
  'npm',
  { '.npmrc': WEEK, 'package.json': json({ allowScripts: { dep: true } }) },
  [],
);

const TRUST = 'trustPolicy: no-downgrade\n';
const ws = (text: string, version = '10.34.9', manifest = {}) => ({
  'pnpm-workspace.yaml': `minimumReleaseAge: 10080\n${text}`,
  'package.json': json({ packageManager: `pnpm@${version}`, ...manifest }),
});
await add('pnpm, of a version nobody knows', 'pnpm', {}, []);
await add(
  'pnpm: in kebab case',
  'pnpm',
  { 'pnpm-workspace.yaml': 'minimum-release-age: 10080' },
  ['minimum-release-age = 10080 in pnpm-workspace.yaml does nothing: it stands under another name'],
  ['moderate'],
);
await add('pnpm: in camel case in .npmrc', 'pnpm', { '.npmrc': 'minimumReleaseAge=10080' }, [
  'it stands under another name, and pnpm reads minimumReleaseAge in pnpm-workspace.yaml',
]);
await add('pnpm: a duration', 'pnpm', { 'pnpm-workspace.yaml': 'minimumReleaseAge: 7d' }, [
  'is no number of minutes',
]);
await add('pnpm: as text', 'pnpm', { 'pnpm-workspace.yaml': 'minimumReleaseAge: "10080"' }, []);
await add(
  'pnpm: everybody is exempt',
  'pnpm',
  ws(`${TRUST}minimumReleaseAgeExclude: ["*"]\ntrustPolicyExclude:\n  - "*"`),
  ['minimumReleaseAgeExclude in pnpm-workspace.yaml holds *: nobody waits', 'no release is checked'],
);
await add('pnpm: trust', 'pnpm', ws(TRUST), []);
await add(
  'pnpm: trust, too old',
  'pnpm',
  ws(TRUST, '10.20.0'),
  ['pnpm 10.20.0 does not know it, 10.21.0 is the first'],
  ['moderate'],
);
await add(
  'pnpm 10: trust in .npmrc',
  'pnpm',
  { ...ws('', '10.34.9'), '.npmrc': 'trust-policy=no-downgrade' },
  [],
);
await add(
  'pnpm 11: trust in .npmrc',
  'pnpm',
  { ...ws('', '11.28.0'), '.npmrc': 'trust-policy=no-downgrade' },
  ['trust-policy = no-downgrade in .npmrc does nothing'],
);
await add('pnpm: trust in kebab case', 'pnpm', ws('trust-policy: no-downgrade'), [
  'it stands under another name',
]);
await add(
  'pnpm: trust in package.json',
  'pnpm',
  ws('', '10.34.9', { pnpm: { trustPolicy: 'no-downgrade' } }),
  ['it stands in package.json below pnpm'],
);
await add(
  'pnpm: another word for trust',
  'pnpm',
  ws('trustPolicy: noDowngrade'),
  ['it is neither no-downgrade nor off'],
  ['moderate'],
);
await add('pnpm: no trust', 'pnpm', ws('trustPolicy: off'), ['switches the check off'], ['low']);
await add('pnpm: trust in the last minutes alone', 'pnpm', ws(`${TRUST}trustPolicyIgnoreAfter: 30`), [
  'leaves out whatever is older than 30 minutes',
]);
await add('pnpm: trust in the last month', 'pnpm', ws(`${TRUST}trustPolicyIgnoreAfter: 43200`), []);
await add(
  'pnpm 10.9: all builds, before it was known',
  'pnpm',
  ws('dangerouslyAllowAllBuilds: true', '10.8.1'),
  ['minimumReleaseAge = 10080 in pnpm-workspace.yaml does nothing: pnpm 10.8.1'],
);
await add(
  'pnpm 11: all builds in .npmrc',
  'pnpm',
  { ...ws(TRUST, '11.28.0'), '.npmrc': 'dangerously-allow-all-builds=true' },
  [],
);
await add(
  'pnpm 10: all builds in .npmrc',
  'pnpm',
  { ...ws(TRUST), '.npmrc': 'dangerously-allow-all-builds=true' },
  ['lets every package run scripts'],
);
await add(
  'pnpm 11: the lists of 10',
  'pnpm',
  ws(`${TRUST}onlyBuiltDependencies: [esbuild]`, '11.28.0'),
  ['onlyBuiltDependencies in pnpm-workspace.yaml does nothing: since 11 pnpm reads allowBuilds in its place'],
  ['moderate'],
);
await add(
  'pnpm 11: the lists of 10 beside the new one',
  'pnpm',
  ws(`${TRUST}onlyBuiltDependencies: [esbuild]\nallowBuilds: { esbuild: true }`, '11.28.0'),
  [],
);
await add(
  'pnpm 11: lists in package.json',
  'pnpm',
  ws(TRUST, '11.28.0', { pnpm: { allowBuilds: { esbuild: true } } }),
  ['allowBuilds in package.json does nothing: since 11 pnpm reads no settings there'],
);
await add(
  'pnpm 10: lists in package.json',
  'pnpm',
  ws(TRUST, '10.34.9', { pnpm: { onlyBuiltDependencies: ['esbuild'] } }),
  [],
);
await add('pnpm 10.25: the list of 10.26', 'pnpm', ws(`${TRUST}allowBuilds: { esbuild: true }`, '10.25.0'), [
  'pnpm 10.25.0 does not know it, 10.26.0 is the first',
]);
await add(
  'pnpm 10: whatever is not denied runs',
  'pnpm',
  ws(TRUST, '10.34.9', { pnpm: { neverBuiltDependencies: ['core-js'] } }),
  ['neverBuiltDependencies in package.json lets every package that it does not name run scripts'],
  ['moderate'],
);
await add(
  'pnpm 9: lists where 10.5 has them',
  'pnpm',
  { 'pnpm-workspace.yaml': 'packages: []\nonlyBuiltDependencies: [a]', 'package.json': pm('pnpm@9.15.9') },
  ['minimumReleaseAge is not set', 'pnpm 9.15.9 reads it below pnpm in package.json, 10.5.0 is the first'],
);
await add(
  'pnpm 9 runs all scripts',
  'pnpm',
  { 'package.json': pm('pnpm@9.15.9') },
  ['minimumReleaseAge is not set', 'pnpm 9.15.9 lets every package run scripts'],
  ['low', 'low'],
);
await add(
  'pnpm 9 with a list',
  'pnpm',
  {
    'package.json': json({
      packageManager: 'pnpm@9.15.9+sha512.abc',
      pnpm: { onlyBuiltDependencies: [], neverBuiltDependencies: ['a'] },
    }),
  },
  ['minimumReleaseAge is not set'],
);
await add(
  'pnpm: exotic subdependencies',
  'pnpm',
  ws(`${TRUST}blockExoticSubdeps: false`, '11.28.0'),
  ['lets dependencies bring in git'],
  ['low'],
);
await add(
  "pnpm: another manager's settings beside",
  'pnpm',
  { ...ws(TRUST), '.yarnrc.yml': 'npmMinimalAgeGate: 3', 'bunfig.toml': 'minimumReleaseAge = 1' },
  [],
);

const berry = (text: string, version: string) => ({
  '.yarnrc.yml': text,
  'package.json': pm(`yarn@${version}`),
});
await add('yarn, of a version nobody knows', 'yarn', {}, []);
await add('yarn 4.15 waits and asks', 'yarn', berry('', '4.18.1'), []);
await add(
  'yarn 4.13 does neither',
  'yarn',
  berry('', '4.13.0'),
  ['npmMinimalAgeGate is not set', 'yarn 4.13.0 lets every package run scripts'],
  ['low', 'low'],
);
await add(
  'yarn 4.13: told not to',
  'yarn',
  berry('enableScripts: false\nnpmMinimalAgeGate: 7d', '4.13.0'),
  [],
);
await add(
  'yarn: scripts on',
  'yarn',
  berry('enableScripts: true', '4.18.1'),
  ['enableScripts = true in .yarnrc.yml lets every package run scripts'],
  ['moderate'],
);
await add(
  'yarn 4.10 knows no durations',
  'yarn',
  berry('enableScripts: false\nnpmMinimalAgeGate: 7d', '4.10.3'),
  ['is no number of minutes: Yarn reads durations since 4.11.0'],
);
await add('yarn: no duration', 'yarn', berry('npmMinimalAgeGate: 1week', '4.18.1'), [
  'is no number of minutes',
]);
await add(
  'yarn by its own path',
  'yarn',
  {
    '.yarnrc.yml': 'yarnPath: .yarn/releases/yarn-4.9.1.cjs\nenableScripts: false\nnpmMinimalAgeGate: 7d',
    'package.json': pm('yarn@4.18.0'),
  },
  ['yarn 4.9.1 does not know it, 4.10.0 is the first'],
);
await add(
  'yarn: everybody is exempt',
  'yarn',
  berry('npmMinimalAgeGate: 7d\nnpmPreapprovedPackages: ["**"]', '4.18.1'),
  ['npmPreapprovedPackages in .yarnrc.yml holds **: nobody waits'],
);
await add(
  'yarn: not hardened',
  'yarn',
  berry('enableHardenedMode: false', '4.18.1'),
  ['lets lock files of strangers pass unchecked'],
  ['low'],
);
await add('bun: a duration', 'bun', { 'bunfig.toml': '[install]\nminimumReleaseAge = "7d"' }, []);
await add('bun: in kebab case', 'bun', { 'bunfig.toml': '[install]\nminimum-release-age = 604800' }, [
  'it stands under another name',
]);
await add('bun: at the top', 'bun', { 'bunfig.toml': 'minimumReleaseAge = 604800' }, [
  'it stands outside [install]',
]);
await add("bun: npm's word", 'bun', { '.npmrc': WEEK }, [
  'does nothing: it is a setting of npm, and bun reads minimumReleaseAge in bunfig.toml',
]);
testRule(rule, cases);

suite('protections of Yarn 1', (test) => {
  const lock = tree({ manager: 'yarn', format: 'yarn.lock 1' });
  const messagesOf = async (files: Record<string, string>) => {
    const protections = await readProtections(world(files), '/project', [lock]);
    return [...rule.check(facts([], { protections }))].map(({ message }) => message);
  };
  test('there are none', async () => {
    assert.equal(await messagesOf({}), []);
  });
  test('what Yarn 4 would read does nothing', async () => {
    const [message] = await messagesOf({ '.yarnrc.yml': 'npmMinimalAgeGate: 7d' });
    assert.match(message ?? '', /does nothing: Yarn 1 reads no \.yarnrc\.yml/);
  });
});

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
