import unknownHost from '../src/rules/unknown-host.ts';
import { verdictRules } from '../src/rules/web-index.ts';
import { readSite, readSources } from '../src/site.ts';
import { treeOf } from '../src/web.ts';
import { facts } from './builders.ts';
import { assert, suite } from './helpers.ts';
import { CDN, found, HASH, ioWith, missing, read, script } from './pages.ts';

suite('a site', (test) => {
  test('what only the integrity of an import map names', async () => {
    const integrity = {
      [`${CDN}a.js`]: HASH,
      [`${CDN}b.js`]: 'sha1-x',
      [`${CDN}c.js`]: HASH,
      './own.js': 'x',
    };
    const page = `<script type=importmap>${JSON.stringify({ integrity })}</script><script type=module src="${CDN}a.js"></script>`;
    const mirrored = {
      [`m/cdn.jsdelivr.net/npm/x@1.0.0/a.js`]: 'x',
      'm/cdn.jsdelivr.net/npm/x@1.0.0/c.js': 'y',
    };
    const options = { mirror: 'm' };
    assert.equal(await found(page, options, mirrored), ['ineffective-sri b.js', 'wrong-sri c.js']);
    const { loads } = await read(page, options, mirrored);
    assert.equal(
      loads.map(({ location: { offset } }) => page.slice(offset, offset + CDN.length + 4)),
      [
        `${CDN}b.js`,
        `${CDN}c.js`,
        '<script type=module src="https://cdn.jsdelivr.net/npm/x@1.0.0/a'.slice(0, CDN.length + 4),
      ],
    );
    assert.equal(
      await found(page.replace('{"integrity"', '{"imports":[],"integrity"'), options, mirrored),
      missing('a.js'),
    );
  });

  test('a module is compared with its first request', async () => {
    const wrong = HASH.replace('sha384-', 'sha384-A').slice(0, HASH.length);
    const tag = `<script type=module src="${CDN}a.js" integrity="${wrong}"></script>`;
    const files = { 'm/cdn.jsdelivr.net/npm/x@1.0.0/a.js': 'x' };
    const earlier = async (before: string) => {
      const { loads } = await read(before + tag, { mirror: 'm' }, files);
      return loads.at(-1)?.earlier;
    };
    assert.is(await earlier(`<link rel=modulepreload href="${CDN}a.js">`), 'unprotected');
    assert.is(await earlier(`<script type=module>import "${CDN}a.js"</script>`), 'unprotected');
    assert.is(await earlier(`<link rel=modulepreload href="${CDN}a.js" integrity="${HASH}">`), 'protected');
    assert.is(await earlier(tag), undefined);
    assert.is(await earlier(`<link rel=preload as=script href="${CDN}a.js">`), undefined);
    assert.is(await earlier(`<script src="${CDN}a.js"></script>`), undefined);
    assert.is(await earlier(`<noscript><link rel=modulepreload href="${CDN}a.js"></noscript>`), undefined);
  });

  test('import maps', async () => {
    const map = (body: object) => `<script type=importmap>${JSON.stringify(body)}</script>`;
    assert.equal(
      await found(
        map({
          imports: { a: `${CDN}a.js`, own: './a.js', bad: 'x', dir: `${CDN}d/` },
          scopes: { '/x': { b: `${CDN}b.js` } },
        }),
      ),
      ['unprotected-import a.js', 'unprotected-import d/', 'unprotected-import b.js'],
    );
    const integrity = { [`${CDN}a.js`]: HASH, 'b.js': HASH };
    const covered = map({ imports: { a: `${CDN}a.js` }, integrity });
    const use = `<script type=module>import "a"; import '${CDN}a.js'; import "${CDN}c.js"; import("${CDN}d.js")</script>`;
    assert.equal(await found(covered + use), ['unprotected-import c.js', 'injected-script d.js']);
    const tag = `<script type=module src=${CDN}a.js></script><link rel=modulepreload href=${CDN}a.js>`;
    assert.equal(await found(covered + tag), []);
    assert.equal(await found(covered + script(`src=${CDN}a.js`)), missing('a.js'));
    assert.equal(await found(`${covered}<script type=module src=${CDN}a.js integrity></script>`), [
      'ineffective-sri a.js',
    ]);
    assert.equal(await found(map({}) + covered + tag), [
      'unprotected-import a.js',
      'unprotected-import a.js',
    ]);
    assert.equal(await found(`<script type=module>1</script>${covered}${tag}`), [
      'unprotected-import a.js',
      'unprotected-import a.js',
    ]);
    assert.equal(
      await found(map({ imports: { a: `${CDN}a.js` }, integrity: { [`${CDN}a.js`]: 'sha1-x' } })),
      ['ineffective-sri a.js'],
    );
    assert.equal(await found(`<script type=importmap>{ broken</script>${tag}`), missing('a.js', 'a.js'));
    assert.equal(
      await found(map({ imports: { 'x/': CDN } }) + '<script type=module>import "x/a.js"</script>'),
      ['unprotected-import ', 'unprotected-import a.js'],
    );
    assert.equal(
      await found(
        map(JSON.parse('{"imports":{"__proto__":"x","constructor":"y"},"integrity":{"__proto__":"z"}}')),
      ),
      [],
    );
  });

  test('code in pages', async () => {
    const page = `<p>é</p><script>
      var a = '${CDN}string.js'; // import('${CDN}comment.js')
      document.write("<script src='${CDN}write.js'><\\/script>");
      var s = document.createElement('script'); s.src = '${CDN}made.js'; document.head.append(s);
      var p = document.createElement('script'); p.src = '${CDN}safe.js'; p.integrity = '${HASH}'; p.crossOrigin = '';
      import('${CDN}dynamic.js');
    </script><script type=module>import x from '${CDN}static.js'</script>`;
    assert.equal(await found(page), [
      'injected-script write.js',
      'injected-script made.js',
      'injected-script dynamic.js',
      'unprotected-import static.js',
    ]);
    const { loads } = await read(page);
    for (const load of loads) {
      const bytes = Buffer.from(page);
      assert.is(bytes.subarray(load.location.offset).toString().slice(0, load.url.length), load.url);
    }
    assert.equal(await found(`<base href="${CDN}"><script>import('./a.js')</script>`), [
      'injected-script a.js',
    ]);
  });

  test('places in every encoding', async () => {
    const line = (text: string) => `<!doctype html>\r\n<p>ü😀</p>${text}<script src="${CDN}ü.js"></script>`;
    const place = async (bytes: Buffer) => {
      const { loads } = await read(bytes);
      assert.equal(
        loads.map((l) => l.url),
        [`${CDN}%C3%BC.js`],
      );
      return loads.map(
        (l) => `${l.location.line}:${l.location.column} ${l.location.offset} ${l.tag?.nameEnd}`,
      )[0];
    };
    const text = line('');
    const utf8 = Buffer.from(text);
    const index = text.indexOf('<script');
    const offset = utf8.indexOf('<script');
    assert.is(await place(utf8), `2:11 ${offset} ${offset + 7}`);
    const bom = Buffer.concat([Buffer.from('\ufeff'), utf8]);
    assert.is(await place(bom), `2:11 ${offset + 3} ${offset + 10}`);
    const le = Buffer.from(`\ufeff${text}`, 'utf16le');
    assert.is(await place(le), `2:11 ${2 + 2 * index} ${2 + 2 * index + 14}`);
    assert.is(await place(Buffer.from(le).swap16()), `2:11 ${2 + 2 * index} ${2 + 2 * index + 14}`);
    const legacy = Buffer.from(line('').replace('😀', 'é'), 'latin1');
    const at = legacy.indexOf('<script');
    assert.is(await place(legacy), `2:10 ${at} ${at + 7}`);
    const meta = Buffer.from(`<meta charset=utf-16>${text}`);
    assert.is(await place(meta), `2:11 ${offset + 21} ${offset + 28}`);
  });

  test('what cannot be read is a gap', async () => {
    const jis = await read(Buffer.from('<meta charset=iso-2022-jp>\x1b$B'));
    assert.match(jis.gaps[0]?.reason ?? '', /encoding/);
    const { gaps } = await readSite(ioWith({}), ['none.html'], {});
    assert.match(gaps[0]?.reason ?? '', /none.html does not exist/);
    const deep = await read('<svg>'.repeat(3000));
    assert.match(deep.gaps[0]?.reason ?? '', /deep/);
    const frames = await read(
      '<iframe srcdoc="'.repeat(1) + '&lt;iframe srcdoc=&amp;quot;x&amp;quot;>'.repeat(2) + '"></iframe>',
    );
    assert.equal(frames.gaps, []);
  });

  test('compares with a mirror folder', async () => {
    const files = {
      'm/cdn.jsdelivr.net/npm/x@1.0.0/a.js': 'x',
      'm/cdn.jsdelivr.net/npm/x@1.0.0/b.js%3Fv%3D1': 'y',
    };
    const page =
      script(`src=${CDN}a.js#f integrity=${HASH} crossorigin`) +
      script(`src=${CDN}b.js?v=1 integrity=${HASH} crossorigin`) +
      script(`src=${CDN}c.js integrity=${HASH} crossorigin`);
    assert.equal(await found(page, { mirror: 'm' }, files), ['wrong-sri b.js?v=1']);
    const { gaps } = await read(page, { mirror: 'm' }, files);
    assert.equal(
      gaps.map((g) => g.reason),
      [`no body of ${CDN}c.js`],
    );
  });

  test('no host leads out of a mirror folder', async () => {
    const page = script(`src=https://../a.js integrity=${HASH} crossorigin`);
    assert.equal(await found(page, { mirror: 'm' }, { 'a.js': 'y', 'm/a.js': 'y' }), []);
  });

  test('many import maps, and large ones', async () => {
    const maps = (count: number) =>
      Array.from(
        { length: count },
        (_, i) => `<script type=importmap>{"imports":{"a${i}":"${CDN}${i}.js"}}</script>`,
      );
    const few = await read(maps(1000).join(''));
    assert.equal([few.loads.length, few.gaps.length], [1000, 0]);
    const many = await read(maps(1003).join(''));
    assert.is(many.loads.length, 1000);
    assert.equal(
      many.gaps.map(({ reason }) => reason),
      ['a/page.html has more than 1000 import maps; the rest is not looked at'],
    );
    for (const count of [1, 5000]) {
      const imports = Object.fromEntries(Array.from({ length: count }, (_, i) => [`x${i}/`, `/own${i}/`]));
      Object.assign(imports, { 'm/': `${CDN}m/`, 'm/n/': `${CDN}n/`, '/': CDN });
      const page = `<script type=importmap>${JSON.stringify({ imports })}</script><script type=module>import 'm/n/o.js'; import 'm/p.js'; import 'q/r.js'; import '/s.js'</script>`;
      const named = (await found(page)).filter((line) => !line.endsWith('/') && !line.endsWith(' '));
      assert.equal(
        named,
        ['n/o.js', 'm/p.js', 's.js'].map((file) => `unprotected-import ${file}`),
        `${count}`,
      );
    }
  });

  test('own origins, and pages without an address', async () => {
    const page =
      script('src=https://static.test/a.js') +
      script('src=https://a.img.test/b.js') +
      script('src=https://other.test/c.js');
    assert.equal(await found(page, { ownOrigins: ['https://static.test', '*.img.test'] }), [
      'missing-sri https://other.test/c.js',
    ]);
    const { loads } = await readSite(
      ioWith({ 'p.html': script('src=a.js') + script('src=//site.test/a.js') }),
      ['p.html'],
      {},
    );
    assert.equal(
      loads.map((l) => l.url),
      ['https://site.test/a.js'],
    );
  });

  test('packages of CDNs join the inventory', async () => {
    const { loads } = await read(
      `<p>\n${script('src=https://cdn.jsdelivr.net/npm/jquery@3.4.1/dist/jquery.min.js')}${script('src=https://unpkg.com/vue@3')}`,
    );
    const tree = treeOf({ file: 'pages' }, loads);
    assert.equal(
      tree.nodes.map((n) => `${n.name}@${n.version}`),
      ['jquery@3.4.1'],
    );
    const [node] = tree.nodes;
    assert.equal(node && tree.locate(node), { file: 'a/page.html', line: 2, column: 1, offset: 4 });
  });

  test('one issue for one URL on many pages', async () => {
    const page = script(`src=${CDN}a.js`);
    const { loads } = await readSite(ioWith({ a: page, b: page }), ['a', 'b'], {});
    const issues = verdictRules.flatMap((rule) => [...rule.check({ loads })]);
    assert.equal(
      issues.map((i) => [i.rule, i.places().map((l) => l.file)]),
      [['missing-sri', ['a', 'b']]],
    );
  });

  test('hosts that the policy does not name', async () => {
    const { loads } = await read(script(`src=${CDN}a.js`) + script('src=https://a.ok.test/a.js'));
    assert.equal([...unknownHost.check(facts([], { loads }))], []);
    assert.equal(
      [...unknownHost.check(facts([], { loads, allowedHosts: ['*.ok.test'] }))].map((i) => i.url),
      [`${CDN}a.js`],
    );
  });

  test('source files', async () => {
    const files = {
      'a.tsx': `export const A = () => <Script src="${CDN}a.js" />;`,
      'b.js': `const s = document.createElement('script');\ns.src = '${CDN}b.js';`,
      'c.ts': 'import x from "./own.ts"; // https://example.com',
    };
    const { loads } = await readSources(ioWith(files), Object.keys(files), {});
    assert.equal(
      loads.map((l) => `${l.verdict} ${l.location.file}:${l.location.line}:${l.location.column} ${l.url}`),
      [`injected-script a.tsx:1:37 ${CDN}a.js`, `injected-script b.js:2:10 ${CDN}b.js`],
    );
  });

  test('hostile pages end in time', async () => {
    const long = 2_000_000;
    for (const unit of [
      '\0',
      '<script>',
      '<!--',
      '<a "',
      '<svg>',
      '<style>@import "',
      '<noscript>',
      '<iframe srcdoc="',
      '&',
      '<base href=x>',
      '<template>',
      '<link rel=stylesheet href=//a.test>',
    ]) {
      await read(unit.repeat(Math.ceil(long / unit.length)));
    }
    await read(`<iframe srcdoc="${'&lt;iframe srcdoc=&quot;'.repeat(20_000)}"></iframe>`);
    await read(`<script type=importmap>${'{"a":'.repeat(100_000)}</script>`);
  });
});
