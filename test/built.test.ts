/** The built program against what it must refuse: what is bundled may lack what the sources have. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert, inTemporaryFolder, suite, testWith } from './helpers.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const program = `${root}dist/bin/vakt.js`;
const missing = existsSync(program) ? undefined : 'dist/ (npm run build)';

const BAD: [name: string, file: string, text: string][] = [
  ['npm', 'package-lock.json', '{"lockfileVersion": 3, "packages": {'],
  ['npm, no object', 'package-lock.json', '[]'],
  ['pnpm', 'pnpm-lock.yaml', "lockfileVersion: '9.0'\npackages: [\n"],
  ['pnpm, unknown version', 'pnpm-lock.yaml', "lockfileVersion: '99.0'\n"],
  ['yarn classic', 'yarn.lock', '# yarn lockfile v1\n\n"a@1:\n  version "1'],
  ['yarn berry', 'yarn.lock', '__metadata:\n  version: 8\n\n"a@npm:1":\n  resolution: [\n'],
  ['bun', 'bun.lock', '{\n  "lockfileVersion": 1,\n  "packages": {'],
  ['bun, binary', 'bun.lockb', '#!/usr/bin/env bun\nbun-lockfile-format-v0\n'],
  ['policy', 'vakt.yml', 'rules:\n  malwear: block\n'],
];

function run(folder: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, HOME: folder, XDG_CACHE_HOME: '', VAKT_DB: '' };
  return spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: 'utf8', env });
}

suite('the built program', (test) => {
  for (const [name, file, text] of BAD) {
    testWith(missing, test, `refuses: ${name}`, () =>
      inTemporaryFolder((folder) => {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        writeFileSync(join(folder, file), text);
        if (file === 'vakt.yml')
          writeFileSync(join(folder, 'package-lock.json'), '{"lockfileVersion":3,"packages":{}}');
        const { status, stdout, stderr } = run(folder, 'scan', '--offline');
        assert.is(status, 2, stderr);
        assert.is(stdout, '');
        assert.ok(stderr.startsWith('vakt: ') && stderr.includes(file), stderr);
        assert.not.match(stderr, /^\s+at /m);
      }),
    );
  }

  for (const [name, file, text] of [
    [
      'npm',
      'package-lock.json',
      '{"lockfileVersion":3,"packages":{"":{},"node_modules/a":{"version":"1.0.0"}}}',
    ],
    [
      'pnpm',
      'pnpm-lock.yaml',
      "lockfileVersion: '9.0'\npackages:\n  a@1.0.0:\n    resolution: {integrity: sha512-A}\nsnapshots:\n  a@1.0.0: {}\n",
    ],
    ['yarn classic', 'yarn.lock', '# yarn lockfile v1\n\n\na@^1.0.0:\n  version "1.0.0"\n'],
    [
      'yarn berry',
      'yarn.lock',
      '__metadata:\n  version: 8\n\n"a@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n',
    ],
    [
      'bun',
      'bun.lock',
      '{"lockfileVersion":1,"workspaces":{"":{"name":"x","dependencies":{"a":"1"}}},"packages":{"a":["a@1.0.0","",{},"sha512-A"]}}',
    ],
  ] as const) {
    testWith(missing, test, `reads: ${name}`, () =>
      inTemporaryFolder((folder) => {
        writeFileSync(join(folder, file), text);
        const { status, stdout, stderr } = run(folder, 'inventory', '--format', 'json', '--offline');
        assert.is(status, 0, stderr);
        const [one] = JSON.parse(stdout).packages;
        assert.equal([one.name, one.version, one.purl], ['a', '1.0.0', 'pkg:npm/a@1.0.0']);
      }),
    );
  }

  testWith(missing, test, 'judges a page, by parse5 where it has to, and code in it', () =>
    inTemporaryFolder((folder) => {
      const page = `<!doctype html><body><div><template shadowrootmode=open><script src=https://a.example.test/x.js></script></template></div>
<script>document.write('<script src="https://b.example.test/y.js"><\\/script>')</script>`;
      writeFileSync(join(folder, 'index.html'), page);
      const { status, stdout, stderr } = run(
        folder,
        'scan',
        '--only',
        'web',
        '--format',
        'json',
        '--offline',
      );
      assert.is(status, 0, stderr);
      const urls = JSON.parse(stdout).findings.map((one: { url: string }) => one.url);
      assert.equal(urls.sort(), ['https://a.example.test/x.js', 'https://b.example.test/y.js']);
    }),
  );
});

/** As `npx vakt` unpacks it. */
const LARGEST = 5_000_000;

suite('the published package', (test) => {
  testWith(missing, test, 'is small, and holds the documents that messages name', () => {
    const packed = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: root,
      encoding: 'utf8',
    });
    assert.is(packed.status, 0, packed.stderr);
    const [{ unpackedSize, files }] = JSON.parse(packed.stdout);
    assert.ok(unpackedSize <= LARGEST, `${unpackedSize} bytes`);
    const paths = files.map((one: { path: string }) => one.path);
    for (const name of readdirSync(`${root}dist/chunks`)) {
      const code = readFileSync(`${root}dist/chunks/${name}`, 'utf8');
      for (const [document] of code.matchAll(/(?<![\w/])docs\/[a-z-]+\.md/g))
        assert.ok(paths.includes(document), `${name} names ${document}`);
    }
  });

  testWith(missing, test, 'declares what it exports', () =>
    inTemporaryFolder((folder) => {
      mkdirSync(join(folder, 'node_modules'));
      symlinkSync(root, join(folder, 'node_modules', 'vakt'), 'junction');
      symlinkSync(`${root}node_modules/@types`, join(folder, 'node_modules', '@types'), 'junction');
      writeFileSync(
        join(folder, 'user.mts'),
        `import { fixSite, inventory, type ReportJson, scan } from 'vakt';
import { vakt } from 'vakt/vite';
export const report: ReportJson = await scan({ paths: ['.'], offline: true });
export const verdict: string = report.verdict;
// @ts-expect-error: no such option
await inventory({ path: '.' });
export const plugins = [vakt({ fail: false })];
await fixSite(['dist']);
`,
      );
      const args = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
      const tsc = `${root}node_modules/typescript/bin/tsc`;
      const { status, stdout } = spawnSync(process.execPath, [tsc, ...args, 'user.mts'], {
        cwd: folder,
        encoding: 'utf8',
      });
      assert.is(status, 0, stdout);
    }),
  );
});
