import { agesOf } from '../../src/fix/ages.ts';
import type { Manager } from '../../src/model.ts';
import { tree } from '../builders.ts';
import { assert, suite } from '../helpers.ts';
import { world } from '../world.ts';

const DAY = 86_400;
const NPM = { before: undefined, minReleaseAge: undefined, beforeExcept: [] };

async function ageIn(
  manager: Manager,
  files: Record<string, string>,
  npm: Parameters<typeof agesOf>[3] = NPM,
) {
  const format = manager === 'yarn' ? 'yarn.lock berry v8' : manager;
  const lock = tree({ manager, format });
  return (await agesOf(world(files), '/project', [lock], npm)).get(lock);
}

const pm = (text: string) => ({ 'package.json': JSON.stringify({ packageManager: text }) });

suite('release age', (test) => {
  const cases: [string, Manager, Record<string, string>, number | undefined][] = [
    ['pnpm: minutes', 'pnpm', { 'pnpm-workspace.yaml': 'minimumReleaseAge: 1440\n' }, DAY],
    ['pnpm 11 waits a day unasked', 'pnpm', pm('pnpm@11.2.0'), DAY],
    [
      'pnpm: zero switches it off',
      'pnpm',
      { ...pm('pnpm@11.2.0'), 'pnpm-workspace.yaml': 'minimumReleaseAge: 0\n' },
      undefined,
    ],
    [
      'pnpm too old to know it',
      'pnpm',
      { ...pm('pnpm@9.1.0'), 'pnpm-workspace.yaml': 'minimumReleaseAge: 1440\n' },
      undefined,
    ],
    ['Yarn: a duration', 'yarn', { '.yarnrc.yml': 'npmMinimalAgeGate: 3d\n' }, 3 * DAY],
    ['Yarn: minutes', 'yarn', { '.yarnrc.yml': 'npmMinimalAgeGate: 1440\n' }, DAY],
    ['Bun: seconds', 'bun', { 'bunfig.toml': '[install]\nminimumReleaseAge = 604800\n' }, 7 * DAY],
    ['in the wrong place', 'bun', { 'bunfig.toml': 'minimumReleaseAge = 604800\n' }, undefined],
    [
      'the setting of another manager',
      'pnpm',
      { 'bunfig.toml': '[install]\nminimumReleaseAge = 9\n' },
      undefined,
    ],
    ['nothing', 'pnpm', {}, undefined],
  ];
  for (const [name, manager, files, seconds] of cases) {
    test(name, async () => assert.is((await ageIn(manager, files))?.seconds, seconds));
  }

  test('npm: what npm makes of its own settings', async () => {
    const before = new Date('2026-01-02');
    assert.is((await ageIn('npm', {}, { ...NPM, before, minReleaseAge: 7 }))?.seconds, 7 * DAY);
    assert.equal((await ageIn('npm', {}, { ...NPM, before }))?.before, before);
    assert.is(await ageIn('npm', {}), undefined);
    assert.is(await ageIn('bun', {}, { ...NPM, before }), undefined);
  });

  test('packages that need not wait', async () => {
    const pnpm = await ageIn('pnpm', {
      'pnpm-workspace.yaml':
        "minimumReleaseAge: 1440\nminimumReleaseAgeExclude:\n  - lodash\n  - '@acme/*'\n  - nx@1.2.3 || 1.2.4\n",
    });
    const says = (name: string, version = '1.0.0') => pnpm?.excepts(name, version);
    assert.equal([says('lodash'), says('@acme/ui'), says('nx', '1.2.4')], [true, true, true]);
    assert.equal([says('lodash.merge'), says('@acme2/ui'), says('nx', '1.2.5')], [false, false, false]);
    const yarn = await ageIn('yarn', {
      '.yarnrc.yml': "npmMinimalAgeGate: 1d\nnpmPreapprovedPackages: ['@acme/*']\n",
    });
    assert.equal([yarn?.excepts('@acme/ui', '1.0.0'), yarn?.excepts('ms', '1.0.0')], [true, false]);
    const bun = await ageIn('bun', {
      'bunfig.toml':
        '[install]\nminimumReleaseAge = 86400\nminimumReleaseAgeExcludes = [\n  "ms", "typescript"\n]\n',
    });
    assert.equal([bun?.excepts('typescript', '1.0.0'), bun?.excepts('zod', '1.0.0')], [true, false]);
  });
});
