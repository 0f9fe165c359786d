/** sri-fix as people type it: exit codes, output, and what becomes of files on a real disk. */
import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { main } from '../../src/cli/main.ts';
import { realIo } from '../../src/io.ts';
import { assert, failure, inTemporaryFolder, suite } from '../helpers.ts';
import { bodyOf, CDN, CORS, hashOf, sri } from '../sri-fix/fixing.ts';
import { world } from '../world.ts';

const body = { 'mirror/cdn.jsdelivr.net/npm/x@1.0.0/a.js': bodyOf('a.js') };
const page = `<!doctype html>\n<script src="${CDN}a.js"></script>\n`;
const fixed = `<!doctype html>\n<script${sri('a.js')}${CORS} src="${CDN}a.js"></script>\n`;
const MIRROR = ['--mirror', 'mirror', '--offline'];

async function run(files: Record<string, string>, ...argv: string[]) {
  const io = world({ ...body, ...files });
  const code = await main(['sri-fix', ...argv], io);
  const read = (name: string) => io.readFile(`/project/${name}`).toString();
  return { code, out: io.stdout, err: io.stderr, io, read };
}

suite('sri-fix on the command line', (test) => {
  test('files, folders and globs', async () => {
    const files = { 'dist/a.html': page, 'dist/sub/b.htm': page, 'c.txt': page, 'dist/d.tpl': page };
    const all = await run(files, 'dist', 'c.txt', '--ext', '.tpl', ...MIRROR);
    assert.is(all.code, 0);
    assert.match(all.out, '4 pages, 4 changed; 4 protected now');
    for (const name of Object.keys(files)) assert.is(all.read(name), fixed);
    const some = await run(files, 'dist/**/*.htm*', ...MIRROR);
    assert.match(some.out, '2 pages, 2 changed');
    assert.is(some.read('c.txt'), page);
  });

  test('ignored pages are left out, unless they are named', async () => {
    const files = {
      '.gitignore': 'out\n*.gen.html\n',
      'out/a.html': page,
      'b.gen.html': page,
      'c.html': page,
    };
    assert.match((await run(files, '.', ...MIRROR)).out, '1 page, 1 changed');
    assert.match((await run(files, ...MIRROR)).out, '1 page, 1 changed');
    assert.match((await run(files, 'out', 'b.gen.html', ...MIRROR)).out, '2 pages, 2 changed');
  });

  test('--check and --dry-run change nothing', async () => {
    const check = await run({ 'a.html': page }, 'a.html', '--check', '--lock', ...MIRROR);
    assert.is(check.code, 1);
    assert.is(check.read('a.html'), page);
    assert.is(check.io.kind('/project/sri-lock.json'), undefined);
    assert.is((await run({ 'a.html': fixed }, 'a.html', '--check', ...MIRROR)).code, 0);
    const dry = await run({ 'a.html': page }, 'a.html', '--dry-run', ...MIRROR);
    assert.is(dry.code, 0);
    assert.is(dry.read('a.html'), page);
    const [, old, next] = [page, ...page.split('\n').slice(1, 2), ...fixed.split('\n').slice(1, 2)];
    const wanted = `--- a/a.html\n+++ b/a.html\n@@ -1,2 +1,2 @@\n <!doctype html>\n-${old}\n+${next}\n`;
    assert.is(dry.out.slice(0, wanted.length), wanted);
  });

  test('JSON', async () => {
    const { out } = await run({ 'a.html': page }, 'a.html', '--format', 'json', ...MIRROR);
    const { pages, exitCode } = JSON.parse(out);
    assert.is(exitCode, 0);
    assert.equal(pages, [
      {
        file: 'a.html',
        changed: true,
        problems: [],
        resources: [
          {
            action: 'set',
            url: `${CDN}a.js`,
            rule: 'missing-sri',
            integrity: hashOf(bodyOf('a.js')),
            from: 'mirror',
            line: 2,
            column: 1,
            offset: 16,
          },
        ],
      },
    ]);
  });

  test('3 for what could not be learnt, 1 for what is wrong, and both are told', async () => {
    const unknown = await run({ 'a.html': `<script src="${CDN}z.js"></script>` }, 'a.html', ...MIRROR);
    assert.is(unknown.code, 3);
    assert.match(unknown.out, /UNKNOWN .*z\.js/);
    const bad = page.replace('></script>', ` integrity="${hashOf('?')}" crossorigin></script>`);
    const wrong = await run({ 'a.html': bad, 'b.html': page }, '.', ...MIRROR);
    assert.is(wrong.code, 1);
    assert.match(wrong.out, /WRONG .*a\.js/);
    assert.is(wrong.read('a.html'), bad);
    assert.is(wrong.read('b.html'), fixed);
    assert.is((await run({ 'a.html': bad }, 'a.html', '--update', ...MIRROR)).code, 0);
  });

  test('own origins of the policy are left alone', async () => {
    const files = { 'vakt.yml': 'own-origins: [cdn.jsdelivr.net]\n', 'a.html': page };
    assert.is((await run(files, 'a.html', ...MIRROR)).read('a.html'), page);
  });

  test('2 for what cannot be meant', async () => {
    for (const argv of [
      ['nowhere'],
      ['mirror'],
      ['a.html', '--site', 'x'],
      ['a.html', '--algorithm', 'md5'],
      ['a.html', '--mirror', 'nowhere'],
    ])
      assert.is((await run({ 'a.html': page }, ...argv)).code, 2, argv.join(' '));
  });

  test('vakt scan holds pages against the lock', async () => {
    const lock = { [`${CDN}a.js`]: { integrity: hashOf('?'), from: 'mirror', size: 1, seen: '2026-01-01' } };
    const io = world({ 'a.html': fixed, 'sri-lock.json': JSON.stringify(lock) }, { env: { HOME: '/home' } });
    await main(['scan', '--only', 'web', '--format', 'json'], io);
    const rules = JSON.parse(io.stdout).findings.map(({ rule }: { rule: string }) => rule);
    assert.equal(rules, ['wrong-sri']);
  });
});

suite('rewriting files on disk', (test) => {
  const on = (name: string, body: (folder: string, file: string) => void | Promise<void>) =>
    test(name, () =>
      inTemporaryFolder(async (folder) => {
        const file = join(folder, 'a.html');
        writeFileSync(file, 'old');
        await body(folder, file);
        assert.not.ok(readdirSync(folder).some((one) => one.endsWith('.tmp')));
      }),
    );
  const rewrite = (file: string, was = 'old') => realIo().rewrite(file, Buffer.from(was), Buffer.from('new'));

  on('a path through a file is nothing, a link in a circle hides no folder', (folder, file) => {
    symlinkSync('circle', join(folder, 'circle'));
    for (const path of [join(file, 'x'), join(folder, 'x'.repeat(5000))])
      assert.is(realIo().kind(path), undefined);
    const kinds = new Map(
      realIo()
        .list(folder)
        .map(({ name, kind }) => [name, kind]),
    );
    assert.equal([...kinds].sort(), [
      ['a.html', 'file'],
      ['circle', 'other'],
    ]);
  });

  on('keeps the mode', (_, file) => {
    chmodSync(file, 0o754);
    rewrite(file);
    assert.is(readFileSync(file, 'utf8'), 'new');
    assert.is(statSync(file).mode & 0o7777, 0o754);
  });

  on('writes behind a link', (folder, file) => {
    const link = join(folder, 'link.html');
    symlinkSync('a.html', link);
    rewrite(link);
    assert.ok(lstatSync(link).isSymbolicLink());
    assert.is(readFileSync(file, 'utf8'), 'new');
  });

  on('leaves what is read-only, has changed, or is gone', async (folder, file) => {
    assert.match((await failure(() => rewrite(file, 'other'))).message, 'has changed');
    chmodSync(file, 0o444);
    assert.match((await failure(() => rewrite(file))).message, 'read-only');
    assert.is(readFileSync(file, 'utf8'), 'old');
    assert.match((await failure(() => rewrite(join(folder, 'none')))).message, 'ENOENT');
  });
});
