/** Folders and pages that nobody means well with: a result or a gap, and work that does not grow with the depth. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../src/cli/main.ts';
import { realIo } from '../src/io.ts';
import type { ReportJson } from '../src/report/json-shapes.ts';
import { assert, inTemporaryFolder, suite } from './helpers.ts';
import { CDN, read, script } from './pages.ts';
import { world } from './world.ts';

const TAG = script(`src=${CDN}a.js`);
const WEB = ['scan', '--only', 'web', '--offline', '--format', 'json'];

/** What the program says about the pages below a folder of the disk. */
async function scanned(folder: string): Promise<ReportJson> {
  let out = '';
  let err = '';
  const io = {
    ...realIo(),
    cwd: folder,
    env: { HOME: join(folder, 'home') },
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
  };
  await main(WEB, io);
  assert.ok(out !== '', err);
  return JSON.parse(out) as ReportJson;
}

const placesIn = ({ findings }: ReportJson) =>
  findings
    .filter(({ rule }) => rule === 'missing-sri')
    .flatMap(({ locations }) => locations.map((at) => at.file));
const reasonsIn = ({ gaps }: ReportJson, source: string) =>
  gaps.filter((gap) => gap.source === source).map(({ reason }) => reason);

suite('bad folders', (test) => {
  test('loops of links: each page once', () =>
    inTemporaryFolder(async (home) => {
      const site = join(home, 'site');
      mkdirSync(join(site, 'a', 'b'), { recursive: true });
      writeFileSync(join(site, 'a', 'page.html'), TAG);
      symlinkSync('..', join(site, 'a', 'b', 'up'));
      symlinkSync('.', join(site, 'here'));
      symlinkSync('self.html', join(site, 'self.html'));
      symlinkSync('nowhere.html', join(site, 'dangling.html'));
      symlinkSync('a/page.html', join(site, 'same.html'));
      const report = await scanned(site);
      assert.equal(placesIn(report), ['a/page.html']);
      assert.equal(reasonsIn(report, 'folders'), []);
      assert.is(report.coverage.pages, 1);
    }));

  test('links out of the folder are told, what git or everybody ignores is not', () =>
    inTemporaryFolder(async (home) => {
      const site = join(home, 'site');
      const other = join(home, 'other');
      for (const folder of [site, other]) mkdirSync(folder);
      writeFileSync(join(site, 'index.html'), TAG);
      writeFileSync(join(site, '.gitignore'), 'cache\n');
      writeFileSync(join(other, 'page.html'), TAG);
      writeFileSync(join(other, 'page.txt'), TAG);
      symlinkSync(join(other, 'page.html'), join(site, 'page.html'));
      symlinkSync(join(other, 'page.txt'), join(site, 'page.txt'));
      for (const name of ['more', 'cache', 'node_modules']) symlinkSync(other, join(site, name));
      const report = await scanned(site);
      assert.equal(placesIn(report), ['index.html']);
      assert.equal(
        reasonsIn(report, 'folders').map((reason) => reason.split(':')[0]),
        ['more', 'page.html'],
      );
    }));

  const closed = (args: string[]) => {
    const given = world({ 'index.html': TAG, 'shut/page.html': TAG });
    const { list } = given;
    given.list = (folder) => {
      if (folder.endsWith('/shut')) throw new Error('permission denied');
      return list(folder);
    };
    return { given, code: main(args, given) };
  };

  test('a folder that cannot be listed is a gap; the others are scanned', async () => {
    const { given, code } = closed(WEB);
    await code;
    const report: ReportJson = JSON.parse(given.stdout);
    assert.equal(placesIn(report), ['index.html']);
    assert.match(reasonsIn(report, 'folders').join(), /^shut: the folder cannot be listed/);
  });

  test('sri-fix tells it too', async () => {
    const { given, code } = closed(['sri-fix', '--offline', '.']);
    await code;
    assert.match(given.stdout + given.stderr, /shut cannot be listed/);
  });
});

/** How many loads, and the reasons of the gaps. */
async function outcome(page: string | Buffer): Promise<[number, string]> {
  const { loads, gaps } = await read(page);
  return [loads.length, gaps.map(({ reason }) => reason).join()];
}

/** A page in a frame in a frame …: each quote is escaped once for each frame around it. */
function framed(depth: number): string {
  let before = '';
  let after = '';
  for (let i = 0; i < depth; i++) {
    const quote = i === 0 ? "'" : `&${'amp;'.repeat(i - 1)}#39;`;
    before += `<iframe srcdoc=${quote}`;
    after = `${quote}></iframe>${after}`;
  }
  return before + TAG + after;
}

suite('bad pages', (test) => {
  test('frames in frames are read four deep; behind them the page goes on', async () => {
    assert.equal(await outcome(framed(4) + TAG), [2, '']);
    for (const depth of [5, 1000])
      assert.equal(await outcome(framed(depth) + TAG), [1, 'a/page.html nests frames more than 4 deep']);
    assert.equal(await outcome('<iframe srcdoc="'.repeat(1000) + TAG), [0, '']);
  });

  test('templates in templates are inert however deep, and what stands behind them is not', async () => {
    const open = '<template>'.repeat(10_000);
    assert.equal(await outcome(open + TAG), [0, '']);
    assert.equal(await outcome(open + TAG + '</template>'.repeat(10_000) + TAG), [1, '']);
  });

  test('what only a tree decides is a gap where the tree is too deep', async () => {
    for (const nest of ['<div><template shadowrootmode=open>', '<svg>', '<math><annotation-xml>'])
      assert.match((await outcome(nest.repeat(10_000) + TAG))[1], 'nests elements more than 1000 deep', nest);
  });

  test('a page of NULs loads nothing, and NULs around a tag hide nothing', async () => {
    const nuls = Buffer.alloc(1024 * 1024);
    assert.equal(await outcome(nuls), [0, '']);
    assert.equal(await outcome(Buffer.concat([nuls, Buffer.from(TAG), nuls])), [1, '']);
    assert.equal(await outcome(TAG.replaceAll('<script', '<scr\0ipt')), [0, '']);
    assert.equal(await outcome(`<script\0 src=${CDN}b.js></script>${TAG}`), [1, '']);
  });

  test('maps and code that are only brackets leave the tag beside them', async () => {
    for (const text of ['['.repeat(100_000), '{"a":'.repeat(20_000)])
      assert.equal(await outcome(`<script type=importmap>${text}</script>${TAG}`), [1, '']);
    assert.is((await outcome(`<script>document.write(${'('.repeat(50_000)})</script>${TAG}`))[0], 1);
  });
});
