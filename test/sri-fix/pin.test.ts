/** `--pin`: exact versions in the place of floating ones, and not one byte more. */
import type { SriFixRequest } from '../../src/sri-fix/run.ts';
import { sriFix } from '../../src/sri-fix/run.ts';
import { assert, suite } from '../helpers.ts';
import { world } from '../world.ts';
import { CORS, type Done, fix, hashOf, request } from './fixing.ts';
import { type Packed, servers } from './servers.ts';

const JSDELIVR = 'https://cdn.jsdelivr.net/npm';
const packed: Packed = {
  files: { 'a.js': 'packed' },
  versions: ['1.0.0', '1.2.0', '1.10.1', '2.0.0', '2.1.0-beta.1'],
  tags: { latest: '1.10.1', next: '2.1.0-beta.1' },
};
const SRI = ` integrity="${hashOf('packed')}"`;

const pin = (page: string | Buffer, over: Partial<SriFixRequest> = {}): Promise<Done> =>
  fix(page, { pin: true, network: servers({}, packed).open, ...over });

suite('--pin', (test) => {
  for (const [wanted, version] of [
    ['', '1.10.1'],
    ['@latest', '1.10.1'],
    ['@next', '2.1.0-beta.1'],
    ['@1', '1.10.1'],
    ['@1.2', '1.2.0'],
    ['@^1.0.0', '1.10.1'],
    ['@%5E1.0.0', '1.10.1'],
    ['@~1.0', '1.0.0'],
    ['@2', '2.0.0'],
    ['@*', '2.0.0'],
    ['@v1', '1.10.1'],
  ] as const)
    test(`x${wanted} is ${version}, and nothing else changes`, async () => {
      const page = (name: string, rest: string) =>
        `<p>é\r\n<script${rest} SRC='${JSDELIVR}/${name}/a.js?a&amp;b#c' defer></script>`;
      const { html, lines, result } = await pin(page(`x${wanted}`, ''));
      assert.is(html, page(`x@${version}`, SRI + CORS));
      assert.is(result.exitCode, 0);
      assert.is(new URL(lines[0]?.pinned ?? '').pathname, `/npm/x@${version}/a.js`);
      assert.match(lines[0]?.from ?? '', `npm x@${version}`);
      const again = await pin(html);
      assert.is(again.html, html);
      assert.is(again.result.exitCode, 0);
    });

  for (const [name, from, to] of [
    ['no scheme', '//unpkg.com/x@1/a.js', '//unpkg.com/x@1.10.1/a.js'],
    ['upper case', 'HTTPS://UNPKG.COM/x/a.js', 'HTTPS://UNPKG.COM/x@1.10.1/a.js'],
    ['space around', ' \n https://unpkg.com/x/a.js ', ' \n https://unpkg.com/x@1.10.1/a.js '],
  ] as const)
    test(`URLs as people write them: ${name}`, async () => {
      assert.is(
        (await pin(`<script src="${from}"></script>`)).html,
        `<script${SRI}${CORS} src="${to}"></script>`,
      );
    });

  test('an attribute without quotes, and UTF-16', async () => {
    const page = (name: string, rest: string) =>
      `\ufeff<script${rest} src=${JSDELIVR}/${name}/a.js></script>`;
    const { bytes } = await pin(Buffer.from(page('x', ''), 'utf16le'));
    assert.is(bytes.toString('utf16le'), page('x@1.10.1', SRI + CORS));
  });

  for (const [name, page] of [
    ['a reference in the version', `<script src="${JSDELIVR}/x&#64;1/a.js"></script>`],
    ['a reference in the range', `<script src="${JSDELIVR}/x@1&#46;2/a.js"></script>`],
    ['a line end in the version', `<script src="${JSDELIVR}/x@1\n.2/a.js"></script>`],
    ['a base', '<base href="https://unpkg.com/"><script src="x@1/a.js"></script>'],
    ['template syntax', `<script src="${JSDELIVR}/x@{{ v }}/a.js"></script>`],
    ['srcdoc', `<iframe srcdoc="<script src=${JSDELIVR}/x/a.js></script>"></iframe>`],
    ['code', `<script>document.write('<script src="${JSDELIVR}/x/a.js"><\\/script>')</script>`],
    ['a repository', '<script src="https://cdn.jsdelivr.net/gh/a/x/a.js"></script>'],
    [
      'an alias of Google',
      '<script src="https://ajax.googleapis.com/ajax/libs/jquery/3/jquery.js"></script>',
    ],
    ['a range that nothing fits', `<script src="${JSDELIVR}/x@^7/a.js"></script>`],
    ['a tag that is none', `<script src="${JSDELIVR}/x@constructor/a.js"></script>`],
  ] as const)
    test(`stays and is told: ${name}`, async () => {
      const { html, lines, result } = await pin(page);
      assert.is(html, page);
      assert.is(lines[0]?.action, 'refused');
      assert.is(result.exitCode, 0);
    });

  test('a hash that is not that of the exact file stays, URL and all', async () => {
    const page = `<script src="${JSDELIVR}/x/a.js" integrity="${hashOf('old')}" crossorigin></script>`;
    const { html, result } = await pin(page);
    assert.is(html, page);
    assert.is(result.exitCode, 1);
    const right = page.replace(hashOf('old'), hashOf('packed'));
    assert.is((await pin(right)).html, right.replace('/x/', '/x@1.10.1/'));
  });

  test('a registry that does not know, and no network', async () => {
    const page = `<script src="${JSDELIVR}/unknown/a.js"></script>`;
    const { html, lines, result } = await pin(page);
    assert.is(html, page);
    assert.match(lines[0]?.reason ?? '', /HTTP 404/);
    assert.is(result.exitCode, 3);
    const offline = await pin(`<script src="${JSDELIVR}/x/a.js"></script>`, { network: undefined });
    assert.match(offline.lines[0]?.reason ?? '', '--offline');
    assert.is(offline.result.exitCode, 3);
  });

  test('a file whose hash cannot be learnt keeps its floating URL', async () => {
    const page = `<script src="${JSDELIVR}/x/b.js"></script>`;
    const { html, result } = await pin(page);
    assert.is(html, page);
    assert.is(result.exitCode, 3);
  });

  test('what its host builds gets the exact version alone', async () => {
    const page =
      '<script type=module src="https://esm.sh/x"></script><script src="https://cdn.jsdelivr.net/npm/x@1"></script>';
    const { html, lines, result } = await pin(page);
    assert.is(html, page.replace('sh/x', 'sh/x@1.10.1').replace('x@1"', 'x@1.10.1"'));
    assert.equal(
      lines.map(({ action }) => action),
      ['refused', 'refused'],
    );
    assert.is(result.exitCode, 0);
  });

  test('import maps, what is imported by their names, and imports in the page', async () => {
    const map = (url: string, rest: string) =>
      `<script type="importmap">{"imports":{"x":"${url}"}${rest}}</script>`;
    const url = `${JSDELIVR}/x@1/a.js`;
    const exact = `${JSDELIVR}/x@1.10.1/a.js`;
    const module = '<script type=module>import "x"</script>';
    const { html, result } = await pin(map(url, '') + module);
    assert.is(html, map(exact, `,"integrity":{"${exact}":"${hashOf('packed')}"}`) + module);
    assert.is(result.exitCode, 0);
    const direct = await pin(`<script type=module>import "${url}"</script>`);
    assert.match(direct.html, `<script type=module>import "${exact}"</script>`);
    assert.match(direct.html, `{"integrity":{"${exact}":"${hashOf('packed')}"}}`);
    const policy = `<meta http-equiv=content-security-policy content="script-src 'sha256-x'">`;
    assert.is((await pin(policy + map(url, '') + module)).html, policy + map(url, '') + module);
  });

  test('without the flag nothing is asked; the lock says what would be written, and --pin follows it', async () => {
    const page = `<script src="${JSDELIVR}/x@1/a.js"></script>`;
    const { asked, open } = servers({}, packed);
    const plain = await fix(page, { network: open });
    assert.is(plain.html, page);
    assert.match(plain.lines[0]?.advice ?? '', 'let sri-fix --pin do it');
    assert.equal(asked, []);
    const entry = { integrity: hashOf('packed'), from: 'npm x@1.2.0', size: 6, seen: '2026-01-01' };
    const lock = JSON.stringify({
      'https://unpkg.com/x@1.2.0/a.js': entry,
      [`${JSDELIVR}/x@2.0.0/a.js`]: entry,
    });
    const io = world({ 'page.html': page, 'sri-lock.json': lock });
    const told = await sriFix(io, request({ network: open }));
    assert.match(told.pages[0]?.lines[0]?.advice ?? '', `--pin writes ${JSDELIVR}/x@1.2.0/a.js`);
    assert.equal(asked, []);
    await sriFix(io, request({ network: open, pin: true }));
    assert.match(io.readFile('/project/page.html').toString(), 'x@1.2.0/a.js');
    const anew = world({ 'page.html': page, 'sri-lock.json': lock });
    await sriFix(anew, request({ network: open, pin: true, update: true }));
    assert.match(anew.readFile('/project/page.html').toString(), 'x@1.10.1/a.js');
  });
});
