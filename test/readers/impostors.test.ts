import { readLockFile } from '../../src/readers/read.ts';
import { assert, suite } from '../helpers.ts';
import { drift, memoryIo, ROOT } from './project.ts';

/** The disagreements of a project that asks for `a` and gets `evil`, by whichever manager. */
async function driftOf(
  lockFile: string,
  lock: string,
  more: object = {},
  wanted = '^1.0.0',
): Promise<string[]> {
  const manifest = JSON.stringify({ name: 'app', dependencies: { a: wanted, b: '^1.0.0' }, ...more });
  const io = memoryIo({ [lockFile]: lock, 'package.json': manifest });
  const options = { root: ROOT, offline: true, progress: () => undefined };
  return drift(await readLockFile(io, `${ROOT}/${lockFile}`, options));
}

const npm = (wanted: string) =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: {
      '': { name: 'app', dependencies: { a: wanted, b: '^1.0.0' } },
      'node_modules/a': { name: 'evil', version: '1.1.0' },
      'node_modules/b': { version: '1.0.0', dependencies: { a: '1' } },
    },
  });
const classic = (wanted: string) =>
  `"a@1", "a@${wanted}", a@npm:evil@1.1.0:\n  version "1.1.0"\n\nb@^1.0.0:\n  version "1.0.0"\n  dependencies:\n    a "1"\n`;
const berry = (wanted: string) =>
  `__metadata:\n  version: 8\n\n"a@npm:1, a@npm:evil@1.1.0, a@${wanted.startsWith('npm:') ? '' : 'npm:'}${wanted}":\n  version: 1.1.0\n  resolution: "evil@npm:1.1.0"\n\n"b@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "b@npm:1.0.0"\n  dependencies:\n    a: "npm:1"\n\n"app@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "app@workspace:."\n  dependencies:\n    a: "${wanted.startsWith('npm:') ? '' : 'npm:'}${wanted}"\n    b: "npm:^1.0.0"\n`;
const pnpm = (wanted: string) =>
  `lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a:\n        specifier: ${wanted}\n        version: evil@1.1.0\n      b:\n        specifier: ^1.0.0\n        version: 1.0.0\npackages:\n  evil@1.1.0:\n    resolution: {integrity: sha512-a}\n  b@1.0.0:\n    resolution: {integrity: sha512-b}\nsnapshots:\n  evil@1.1.0: {}\n  b@1.0.0:\n    dependencies:\n      a: evil@1.1.0\n`;
const bun = (wanted: string) =>
  `{"lockfileVersion": 1, "workspaces": {"": {"name": "app", "dependencies": {"a": "${wanted}", "b": "^1.0.0"}}}, "packages": {"a": ["evil@1.1.0", "", {}, "sha512-a"], "b": ["b@1.0.0", "", {"dependencies": {"a": "1"}}, "sha512-b"]}}`;

const LOCKS: [string, (wanted: string) => string, string[]][] = [
  ['package-lock.json', npm, ['package.json a', 'b@1.0.0 a']],
  ['yarn.lock', classic, ['package.json a', 'b@1.0.0 a']],
  ['yarn.lock', berry, ['package.json a', 'b@1.0.0 a']],
  ['pnpm-lock.yaml', pnpm, ['package.json a']],
  ['bun.lock', bun, ['package.json a', 'b@1.0.0 a']],
];

suite('requests answered by another package', (test) => {
  for (const [file, lock, who] of LOCKS) {
    const called = `${file} (${lock.name})`;
    test(`are told: ${called}`, async () => {
      const found = await driftOf(file, lock('^1.0.0'));
      assert.equal(found.map((line) => line.split(' ').slice(0, 2).join(' ')).sort(), [...who].sort());
      for (const line of found) assert.match(line, 'evil@1.1.0');
    });

    test(`are what an alias or an override asks for: ${called}`, async () => {
      assert.equal(await driftOf(file, lock('npm:evil@^1.0.0'), {}, 'npm:evil@^1.0.0'), []);
      const replaced = { a: 'npm:evil@1.1.0' };
      assert.equal(await driftOf(file, lock('^1.0.0'), { overrides: replaced, resolutions: replaced }), []);
    });
  }
});
