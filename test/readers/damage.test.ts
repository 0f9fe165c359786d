/** Whatever happens to a lock file, its reader gives a tree or an error with a line: no crash, no hang. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { UserError } from '../../src/errors.ts';
import type { Io } from '../../src/io.ts';
import type { Tree } from '../../src/model.ts';
import { readBun } from '../../src/readers/bun/read.ts';
import { readPnpm } from '../../src/readers/pnpm/read.ts';
import { readYarn } from '../../src/readers/yarn/read.ts';
import { assert, suite, testWith } from '../helpers.ts';
import { memoryIo, ROOT } from './project.ts';

type Reader = (io: Io, file: string, options: { root: string }) => Promise<Tree>;

const SAMPLES: { name: string; read: Reader; lock: string }[] = [
  {
    name: 'pnpm-lock.yaml',
    read: readPnpm,
    lock: "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      a:\n        specifier: ^1.0.0\n        version: 1.0.0(b@2.0.0)\n      l:\n        specifier: link:../l\n        version: link:../l\n\n  packages/m: {}\n\npackages:\n\n  a@1.0.0:\n    resolution: {integrity: sha512-A}\n    peerDependencies:\n      b: '*'\n\n  b@2.0.0:\n    resolution: {integrity: sha512-B}\n\nsnapshots:\n\n  a@1.0.0(b@2.0.0):\n    dependencies:\n      b: 2.0.0\n\n  b@2.0.0: {}\n",
  },
  {
    name: 'pnpm-lock.yaml',
    read: readPnpm,
    lock: 'lockfileVersion: 5.4\n\nspecifiers:\n  a: ^1.0.0\n\ndependencies:\n  a: 1.0.0_b@2.0.0\n\npackages:\n\n  /a/1.0.0_b@2.0.0:\n    resolution: {integrity: sha512-A}\n    dependencies:\n      b: 2.0.0\n    dev: false\n\n  /b/2.0.0:\n    resolution: {integrity: sha512-B}\n    requiresBuild: true\n    dev: false\n',
  },
  {
    name: 'yarn.lock',
    read: readYarn,
    lock: '# yarn lockfile v1\n\n\n"@s/a@^1.0.0", a@~1:\n  version "1.0.0"\n  resolved "https://registry.example.test/a.tgz#0123456789012345678901234567890123456789"\n  integrity sha512-A\n  dependencies:\n    b "npm:c@^1.0.0"\n\n"b@npm:c@^1.0.0":\n  version "1.0.0"\n',
  },
  {
    name: 'yarn.lock',
    read: readYarn,
    lock: '__metadata:\n  version: 8\n\n"a@npm:^1.0.0, a@npm:~1":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n  dependencies:\n    b: "npm:^2.0.0"\n  checksum: 10/ab\n\n"app@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "app@workspace:."\n  dependencies:\n    a: "npm:^1.0.0"\n\n"b@patch:b@npm%3A^2.0.0#optional!builtin<compat/b>":\n  version: 2.0.0\n  resolution: "b@patch:b@npm%3A2.0.0#optional!builtin<compat/b>::version=2.0.0&hash=1"\n',
  },
  {
    name: 'bun.lock',
    read: readBun,
    lock: '{\n  "lockfileVersion": 1,\n  "workspaces": {\n    "": { "name": "app", "dependencies": { "a": "^1.0.0", }, },\n    "packages/m": { "name": "m" },\n  },\n  "packages": {\n    "a": ["a@1.0.0", "", { "dependencies": { "b": "1" } }, "sha512-A"],\n\n    "a/b": ["b@1.0.0", "", {}, "sha512-B"],\n\n    "g": ["g@github:o/r#1", {}, "o-r-1"],\n  }\n}\n',
  },
];

const FILES = {
  'package.json': '{"name": "app", "workspaces": ["packages/*"], "dependencies": {"a": "^1.0.0"}}',
  'packages/m/package.json': '{"name": "m"}',
};

async function attempt(read: Reader, name: string, lock: string | Uint8Array): Promise<'tree' | 'error'> {
  const io = memoryIo({ [name]: lock, ...FILES });
  try {
    const tree = await read(io, `${ROOT}/${name}`, { root: ROOT });
    assertSound(tree);
    return 'tree';
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    assert.match(String(error.where), /:\d+:\d+$/, error.message);
    assert.ok(error.hint, error.message);
    return 'error';
  }
}

function assertSound(tree: Tree): void {
  const known = new Set([tree.root, ...tree.nodes]);
  const keys = tree.nodes.map(({ key }) => key).sort();
  for (const [i, key] of keys.entries()) assert.ok(key !== keys[i + 1], `a key twice: ${key}`);
  for (const node of known) {
    assert.ok(node.importer || node.name !== '', `a name for ${node.key}`);
    const { line, offset } = tree.locate(node);
    assert.ok(line >= 1 && offset >= 0);
    for (const { to } of node.edges) assert.ok(to === undefined || known.has(to), `${node.key} leads out`);
  }
}

const edit = fc.tuple(
  fc.nat(),
  fc.constantFrom('cut', 'drop', 'insert', 'double', 'line'),
  fc.constantFrom(
    ' ',
    ':',
    "'",
    '"',
    '{',
    '}',
    '[',
    ']',
    ',',
    '\n',
    '\t',
    '@',
    '/',
    '(',
    ')',
    '#',
    '&',
    '*',
    '-',
    '\\',
    '0',
    'npm:',
    'link:',
    '__proto__',
    '\0',
    '\ufffd',
    '- ',
  ),
);

function damage(text: string, edits: [number, string, string][]): string {
  let out = text;
  for (const [seed, kind, piece] of edits) {
    const at = seed % (out.length + 1);
    if (kind === 'cut') out = out.slice(0, at);
    else if (kind === 'drop') out = out.slice(0, at) + out.slice(at + 1 + (seed % 7));
    else if (kind === 'insert') out = out.slice(0, at) + piece + out.slice(at);
    else if (kind === 'double') out = out.slice(0, at) + out.slice(Math.max(0, at - 60));
    else out = out.slice(0, at) + out.slice(out.indexOf('\n', at) + 1);
  }
  return out;
}

suite('damaged lock files', (test) => {
  for (const { name, read, lock } of SAMPLES) {
    const title = `${name} (${lock.slice(0, 22).trim()})`;

    test(`${title}: every truncation gives a tree or an error with a line`, async () => {
      for (let length = 0; length <= lock.length; length++) await attempt(read, name, lock.slice(0, length));
    });

    test(`${title}: property: so does every change`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 5 }), async (edits) => {
          await attempt(read, name, damage(lock, edits));
        }),
        { numRuns: 1000 },
      );
    });

    test(`${title}: property: so do any bytes`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
          await attempt(read, name, bytes);
        }),
        { numRuns: 300 },
      );
    });
  }

  test('hostile files end, and in a tree or an error with a line', async () => {
    const million = 1_000_000;
    const pnpm = (rest: string) => `lockfileVersion: '9.0'\npackages:\n${rest}`;
    const berry = (rest: string) => `__metadata:\n  version: 8\n${rest}`;
    const cases: [Reader, string, string][] = [
      [readPnpm, 'pnpm-lock.yaml', pnpm(`  a@1.0.0${'('.repeat(900)}): {}\n`)],
      [readPnpm, 'pnpm-lock.yaml', pnpm(`  a: ${'['.repeat(100_000)}`)],
      [readPnpm, 'pnpm-lock.yaml', pnpm(`  a: ${'{a: '.repeat(100_000)}`)],
      [readPnpm, 'pnpm-lock.yaml', pnpm(`  a: "${'\\'.repeat(million)}`)],
      [readPnpm, 'pnpm-lock.yaml', pnpm(`  a: &a [x]\n  b: &b [*a, *a]\n  c: [*b, *b]\n`)],
      [readPnpm, 'pnpm-lock.yaml', pnpm('  a@1.0.0: {}\n'.repeat(10_000))],
      [readPnpm, 'pnpm-lock.yaml', `${'---\n'.repeat(10_000)}`],
      [readYarn, 'yarn.lock', berry(`"a@npm:1${' '.repeat(million)}":\n  resolution: "a@npm:1"\n`)],
      [readYarn, 'yarn.lock', berry(`"a@npm:1":\n  resolution: "a@npm:1${'::&'.repeat(million)}"\n`)],
      [readYarn, 'yarn.lock', berry(`"a@npm:1${', a@npm:1'.repeat(100_000)}":\n  resolution: "a@npm:1"\n`)],
      [readYarn, 'yarn.lock', `${'a, '.repeat(million)}b:\n  version "1.0.0"\n`],
      [readYarn, 'yarn.lock', `"${'\\"'.repeat(million)}`],
      [
        readYarn,
        'yarn.lock',
        `a@${'/'.repeat(million)}:\n  version "1.0.0"\n  resolved "${'#'.repeat(million)}"\n`,
      ],
      [
        readBun,
        'bun.lock',
        `{"lockfileVersion": 1, "packages": {"${'a/'.repeat(million)}a": ["a@1.0.0", "", {}, ""]}}`,
      ],
      [readBun, 'bun.lock', `{"lockfileVersion": 1, "packages": ${'['.repeat(million)}`],
      [readBun, 'bun.lock', `{"lockfileVersion": 1, ${','.repeat(million)}}`],
      [readBun, 'bun.lock', `{"lockfileVersion": 1, "packages": {}, "x": [${'[ /* */ , '.repeat(100_000)}`],
    ];
    for (const [read, name, lock] of cases) await attempt(read, name, lock);
  });

  test('a hostile package.json ends', async () => {
    const selectors = [`@a${'/b'.repeat(100_000)}`, `a${'@npm:@b/'.repeat(100_000)}`, '/'.repeat(1_000_000)];
    for (const { name, read, lock } of SAMPLES) {
      const io = memoryIo({
        [name]: lock,
        'package.json': JSON.stringify({
          workspaces: [
            '{a,b}'.repeat(100),
            `${'*'.repeat(10_000)}`,
            ...Array.from({ length: 5000 }, () => 'x*'),
          ],
          resolutions: Object.fromEntries(selectors.map((selector) => [selector, '1'])),
          overrides: Object.fromEntries(selectors.map((selector) => [selector, '1'])),
        }),
        'packages/m/package.json': `${'['.repeat(100_000)}`,
      });
      assertSound(await read(io, `${ROOT}/${name}`, { root: ROOT }));
    }
  });

  const corpus = process.env.VAKT_CORPUS;
  testWith(
    corpus ? undefined : 'VAKT_CORPUS',
    test,
    'real files, cut and changed at many places',
    async () => {
      for (const file of readdirSync(join(corpus ?? '', 'lockfiles'), {
        recursive: true,
        encoding: 'utf8',
      })) {
        const name = file.split(/[\\/]/).pop() ?? '';
        const reader = SAMPLES.find((sample) => sample.name === name)?.read;
        if (reader === undefined) continue;
        const text = readFileSync(join(corpus ?? '', 'lockfiles', file), 'utf8');
        if (text.length > 20_000) continue;
        for (let i = 1; i <= 12; i++) {
          const at = Math.floor((text.length * i) / 13);
          await attempt(reader, name, text.slice(0, at));
          await attempt(reader, name, `${text.slice(0, at)}"${text.slice(at)}`);
          await attempt(reader, name, text.slice(0, at) + text.slice(at + 3));
        }
      }
    },
  );
});
