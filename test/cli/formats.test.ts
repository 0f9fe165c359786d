/** `--format` as it is typed: several reports of one scan, each in its place. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { baseOf, revisionOf } from '../../src/cli/checkout.ts';
import { main } from '../../src/cli/main.ts';
import { digestOf } from '../../src/integrity.ts';
import { assert, suite } from '../helpers.ts';
import { type World, world } from '../world.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const example = (name: string) => readFileSync(`${root}examples/shop/${name}`);
const JS = 'https://cdn.jsdelivr.net/npm/jquery@3.7.1/dist/jquery.min.js';
const BODY = 'let jquery;';

const shop = () =>
  world({
    'apps/shop/package.json': example('package.json'),
    'apps/shop/package-lock.json': example('package-lock.json'),
    'apps/shop/index.html': `<!doctype html>\n<title>å</title> é<script src="${JS}"></script>\n`,
    '.git/HEAD': '',
  });

async function run(given: World, ...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  given.stdout = '';
  given.stderr = '';
  const code = await main([...argv, '--offline'], given);
  assert.not.match(given.stderr, /^\s+at /m, 'a stack trace');
  return { code, out: given.stdout, err: given.stderr };
}

const read = (given: World, name: string) => given.files.get(`/project/${name}`)?.toString() ?? '';

suite('formats on the command line', (test) => {
  test('several reports, each in its place; the code is that of the verdict', async () => {
    const given = shop();
    const alone = await run(given, 'apps/shop');
    const { code, out } = await run(
      given,
      'apps/shop',
      '--format',
      'text,sarif=o/a.sarif',
      '--format',
      'html=r.html',
      '--format',
      'json=r.json',
    );
    assert.is(out, alone.out);
    assert.is(code, alone.code);
    assert.is(JSON.parse(read(given, 'o/a.sarif')).version, '2.1.0');
    assert.match(read(given, 'r.html'), /^<!doctype html>/);
    assert.is(JSON.parse(read(given, 'r.json')).exitCode, code);
  });

  test('-o is the place of the format without a file', async () => {
    const given = shop();
    const { out } = await run(given, 'apps/shop', '--format', 'markdown', '-o', 'm.md');
    assert.is(out, '');
    assert.match(read(given, 'm.md'), /^## /);
  });

  test('--quiet silences stdout, not the files', async () => {
    const given = world({ 'index.html': '<p>', 'vakt.yml': 'require: { advisories: false }\n' });
    const { code, out } = await run(given, 'scan', '--only', 'web', '-q', '--format', 'text,json=r.json');
    assert.is(code, 0);
    assert.is(out, '');
    assert.is(JSON.parse(read(given, 'r.json')).verdict, 'pass');
  });

  const WRONG: [string[], RegExp][] = [
    [['--format', 'yaml'], /no format "yaml".*there are text, json/s],
    [['--format', 'jsom'], /did you mean json/],
    [['--format', 'text', '--format', 'json'], /cannot share one output.*each but one a file/s],
    [['--format', 'json=r,sarif=./r'], /two reports cannot share one file/],
    [['--format', 'json=apps'], /apps: cannot be written: it is a folder/],
    [['--format', 'json=x', '-o', 'y'], /its file already/],
  ];
  for (const [typed, message] of WRONG) {
    test(`${typed.join(' ')} is a usage error before anything is scanned`, async () => {
      const given = shop();
      const { code, out, err } = await run(given, 'apps/shop', ...typed);
      assert.is(code, 2);
      assert.is(out, '');
      assert.match(err, message);
      assert.not.ok(given.files.has('/project/r'));
    });
  }

  test('where one file cannot be written the other reports are there, and the code is 2', async () => {
    const given = shop();
    const { writeFile } = given;
    given.writeFile = (file, chunks) => {
      if (file.endsWith('a.sarif')) throw Object.assign(new Error('no'), { code: 'EACCES' });
      writeFile(file, chunks);
    };
    const { code, out, err } = await run(given, 'apps/shop', '--format', 'sarif=a.sarif,text,json=r.json');
    assert.is(code, 2);
    assert.match(err, /a\.sarif: cannot be written \(EACCES\)/);
    assert.match(out, /nordshop-web/);
    assert.ok(read(given, 'r.json').length > 0);
  });

  test('paths are seen from the repository', async () => {
    const { out } = await run(shop(), 'apps/shop', '--format', 'github');
    assert.match(out, /^::\w+ file=apps\/shop\//m);
    const inside = shop();
    inside.cwd = '/project/apps/shop';
    assert.match((await run(inside, '--format', 'github')).out, /^::\w+ file=apps\/shop\//m);
  });

  test('sarif carries the edit of a tag whose hash the SRI lock knows, and none otherwise', async () => {
    const given = shop();
    const fixesOf = (out: string) =>
      JSON.parse(out).runs[0].results.flatMap((one: { fixes?: object[] }) => one.fixes ?? []);
    assert.equal(fixesOf((await run(given, 'apps/shop', '--format', 'sarif')).out), []);
    const integrity = `sha384-${Buffer.from(digestOf(Buffer.from(BODY), 'sha384'), 'hex').toString('base64')}`;
    const entry = { integrity, from: 'mirror', size: BODY.length, seen: '2026-11-22' };
    given.files.set('/project/apps/shop/sri-lock.json', Buffer.from(JSON.stringify({ [JS]: entry })));
    const [fix, ...others] = fixesOf((await run(given, 'apps/shop', '--format', 'sarif')).out);
    assert.is(others.length, 0);
    const [{ artifactLocation, replacements }] = fix.artifactChanges;
    assert.is(artifactLocation.uri, 'apps/shop/index.html');
    const page = read(given, 'apps/shop/index.html').split('\n');
    for (const { deletedRegion: at, insertedContent } of [...replacements].reverse()) {
      assert.is(at.startLine, at.endLine);
      const line = page[at.startLine - 1] ?? '';
      page[at.startLine - 1] =
        line.slice(0, at.startColumn - 1) + insertedContent.text + line.slice(at.endColumn - 1);
    }
    given.cwd = '/project/apps/shop';
    assert.is((await run(given, 'sri-fix', '.')).code, 0);
    given.cwd = '/project';
    assert.is(page.join('\n'), read(given, 'apps/shop/index.html'));
    assert.ok(page[1]?.includes(`<script integrity="${integrity}" crossorigin="anonymous" src=`), page[1]);
  });

  test('the revision is what Actions says, if it is one', () => {
    const env = {
      GITHUB_ACTIONS: 'true',
      GITHUB_SERVER_URL: 'https://ghe.test',
      GITHUB_REPOSITORY: 'a/b',
      GITHUB_SHA: 'a'.repeat(40),
      GITHUB_REF_NAME: 'main',
    };
    assert.equal(revisionOf(env), {
      repository: 'https://ghe.test/a/b',
      commit: env.GITHUB_SHA,
      branch: 'main',
    });
    assert.is(revisionOf({ ...env, GITHUB_SHA: 'main' }), undefined);
    assert.is(revisionOf({ ...env, GITHUB_ACTIONS: undefined }), undefined);
    assert.is(revisionOf({ ...env, GITHUB_SERVER_URL: undefined }), undefined);
  });

  test('a folder outside of everything has no base', () => {
    assert.is(baseOf({ cwd: '/project', kind: () => undefined }, '/elsewhere'), '');
    assert.is(baseOf({ cwd: '/project', kind: () => undefined }, '/project/a/b'), 'a/b/');
    assert.is(baseOf({ cwd: '/project', kind: () => undefined }, '/project'), '');
  });
});
