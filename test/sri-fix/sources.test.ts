/** Where hashes come from: registry and servers in memory, no socket. */
import { sriFix } from '../../src/sri-fix/run.ts';
import { assert, failure, suite } from '../helpers.ts';
import { world } from '../world.ts';
import { bodyOf, CDN, fix, hashOf, request } from './fixing.ts';
import { type Answer, servers } from './servers.ts';

/** Servers with these answers, and a registry that holds x@1.0.0 with these files. */
const network = (answers: Record<string, Answer>, files: Record<string, string> = {}) =>
  servers(answers, { files });

const script = (url: string, rest = '') => `<script src="${url}"${rest}></script>`;
const body = Buffer.from('served');

suite('sources of hashes', (test) => {
  test('npm before the server, the mirror before npm, the lock before all', async () => {
    const url = `${CDN}dist/x.js`;
    const { asked, open } = network({ [url]: { body } }, { 'dist/x.js': 'packed' });
    const first = await fix(script(url), { network: open, lock: true });
    assert.match(first.html, hashOf('packed'));
    assert.is(first.lines[0]?.from, 'npm x@1.0.0');
    assert.equal(
      asked.map((one) => one.url),
      ['registry:x'],
    );
    const lock = first.io.readFile('/project/sri-lock.json').toString();
    assert.equal(JSON.parse(lock), {
      [url]: { integrity: hashOf('packed'), from: 'npm x@1.0.0', size: 6, seen: '2026-11-22' },
    });
    const io = world({ 'page.html': script(url), 'sri-lock.json': lock });
    const second = await sriFix(io, request());
    assert.is(second.pages[0]?.lines[0]?.from, 'sri-lock.json');
    assert.match(io.readFile('/project/page.html').toString(), hashOf('packed'));
    assert.is(io.readFile('/project/sri-lock.json').toString(), lock);
    const mirror = await fix(script(url), { network: open }, { 'dist/x.js': 'mirrored' });
    assert.match(mirror.html, hashOf('mirrored'));
    assert.is(mirror.lines[0]?.from, 'mirror');
  });

  test("unpkg without a path: the package's own choice, and else unpkg's", async () => {
    const url = 'https://unpkg.com/x@1.0.0';
    const chosen = { 'package.json': '{"unpkg":"./dist/x.js","main":"a.js"}', 'dist/x.js': 'packed' };
    const packed = await fix(script(url), { network: network({}, chosen).open });
    assert.match(packed.html, hashOf('packed'));
    assert.is(packed.lines[0]?.from, 'npm x@1.0.0');
    for (const manifest of ['{"main":"dist/x.js"}', '{"unpkg":{}}', 'null', '{', '{"unpkg":"../x.js"}']) {
      const answers = { [url]: { body }, [`${url}/`]: { body } };
      const { open } = network(answers, { ...chosen, 'package.json': manifest });
      assert.match((await fix(script(url), { network: open })).html, hashOf('served'), manifest);
    }
    const listing = network({ [`${url}/`]: { body } }, chosen);
    assert.match((await fix(script(`${url}/`), { network: listing.open })).html, hashOf('served'));
  });

  test('a tarball that is not what the registry promises: nobody else is believed', async () => {
    for (const url of [`${CDN}x.js`, 'https://unpkg.com/x@1.0.0']) {
      const { open } = servers({ [url]: { body } }, { tampered: true });
      const { html, lines, result } = await fix(script(url), { network: open });
      assert.is(html, script(url));
      assert.match(lines[0]?.reason ?? '', 'sent something else');
      assert.match(lines[0]?.advice ?? '', 'attack');
      assert.is(result.exitCode, 3);
    }
  });

  test('this machine as seen by visitors', async () => {
    const url = 'https://127.0.0.1:8443/a.js';
    const { lines, result } = await fix(script(url) + script('https://localhost/a.js'), {
      network: network({ [url]: { body } }).open,
    });
    assert.equal(
      lines.map(({ action }) => action),
      ['set', 'unlearned'],
    );
    assert.is(result.exitCode, 3);
  });

  test('JSON and CSS modules', async () => {
    const code = 'import "./d.json" with{type:"json"};import "./s.css" with{type:"css"};import "./x.json?js"';
    const at = (file: string, contentType: string, text = '{"from":"a"}') => ({
      [`https://p.example/${file}`]: { body: Buffer.from(text), contentType },
    });
    const { asked, open } = network({
      ...at('m.js', 'text/javascript', code),
      ...at('d.json', 'application/json; charset=utf-8'),
      ...at('s.css', 'text/css'),
      ...at('x.json?js', 'text/html'),
    });
    const page = '<script type=module src="https://p.example/m.js"></script>';
    const { html, lines } = await fix(page, { network: open, lock: true });
    assert.equal(
      lines.map(({ action, reason = '' }) => `${action} ${reason}`.trim()),
      ['set', 'set', 'set', 'unlearned it was sent as "text/html", which is no JSON'],
    );
    assert.match(html, 'https://p.example/d.json');
    assert.match(html, 'https://p.example/s.css');
    assert.is(asked.length, 4);
  });

  test('what jsDelivr makes on request is refused', async () => {
    const url = `${CDN}dist/x.min.js`;
    const { open } = network({ [url]: { body } }, { 'dist/x.js': 'packed' });
    const { html, lines, result } = await fix(script(url), { network: open });
    assert.is(html, script(url));
    assert.match(lines[0]?.reason ?? '', 'minifies');
    assert.is(result.exitCode, 0);
  });

  test('the server itself, asked as a browser would', async () => {
    const url = 'https://partner.example/a.js?v=1#x';
    const { asked, open } = network({ 'https://partner.example/a.js?v=1': { body } });
    const { html, lines } = await fix(script(url), { network: open });
    assert.match(html, hashOf('served'));
    assert.is(lines[0]?.from, 'https://partner.example/a.js?v=1');
    assert.is(asked[0]?.headers?.origin, 'https://site.test');
  });

  for (const [name, answer, reason] of [
    ['an error', { ok: false, reason: 'HTTP 500', host: 'x' }, 'HTTP 500'],
    ['a page', { body, contentType: 'text/html; charset=utf-8' }, 'no script'],
    ['a style', { body, contentType: 'text/css' }, 'no script'],
    ['no type', { body, contentType: '' }, 'no type'],
    ['no CORS', { body, allowOrigin: '' }, 'access-control-allow-origin: none'],
    ["another site's CORS", { body, allowOrigin: 'https://other.test' }, 'https://other.test'],
    ['nothing', { body: Buffer.alloc(0) }, 'empty'],
  ] as const)
    test(`a server that answers with ${name}`, async () => {
      const url = 'https://partner.example/a.js';
      const { open } = network({ [url]: answer as Answer });
      const { html, lines, result } = await fix(script(url) + script(`${CDN}a.js`), { network: open });
      assert.match(html, `${script(url)}<script integrity="${hashOf(bodyOf('a.js'))}"`);
      assert.match(lines[0]?.reason ?? '', reason);
      assert.is(result.exitCode, 3);
    });

  test('offline, a host of which nobody knows whether it allows CORS', async () => {
    const url = 'https://partner.example/a.js';
    const { lines, result } = await fix(script(url), {}, { [url]: 'x' });
    assert.match(lines[0]?.reason ?? '', 'unknown');
    assert.is(result.exitCode, 3);
    const asks = await fix(script(url, ' crossorigin'), {}, { [url]: 'x' });
    assert.is(asks.html, `<script integrity="${hashOf('x')}" src="${url}" crossorigin></script>`);
  });

  test('a lock against the page, and --update', async () => {
    const url = `${CDN}a.js`;
    const entry = { integrity: hashOf('old'), from: 'mirror', size: 3, seen: '2026-01-01' };
    const files = { 'sri-lock.json': JSON.stringify({ [url]: entry }), 'mirror/x': '' };
    const right = script(url, ` integrity="${hashOf(bodyOf('a.js'))}" crossorigin`);
    const io = world({
      ...files,
      'page.html': right,
      [`mirror/cdn.jsdelivr.net/npm/x@1.0.0/a.js`]: bodyOf('a.js'),
    });
    assert.is((await sriFix(io, request())).exitCode, 1);
    assert.is((await sriFix(io, request({ update: true }))).exitCode, 0);
    assert.match(io.readFile('/project/sri-lock.json').toString(), '"seen": "2026-11-22"');
    assert.is((await sriFix(io, request())).exitCode, 0);
  });

  test('a lock that cannot be trusted', async () => {
    for (const [text, reason] of [
      ['{', 'Expected|expected|JSON'],
      ['{"http://x.test/a.js":{}}', 'no entry'],
      [`{"${CDN}a.js":{"integrity":"sha384-x","from":"","size":1,"seen":""}}`, 'no entry'],
      [`{"__proto__":{"integrity":"${hashOf('')}","from":"","size":1,"seen":""}}`, 'no entry'],
    ] as const) {
      const io = world({ 'page.html': '', 'sri-lock.json': text });
      assert.match((await failure(() => sriFix(io, request()))).message, new RegExp(reason), text);
    }
  });

  test('imports of modules are in the lock, so that it suffices', async () => {
    const page = `<script type=module src="${CDN}m.js"></script>`;
    const { html, io } = await fix(page, { lock: true }, { 'm.js': 'import "./b.js"' });
    const lock = io.readFile('/project/sri-lock.json');
    const bare = world({ 'page.html': page, 'sri-lock.json': lock });
    assert.is((await sriFix(bare, request({ mirror: undefined }))).exitCode, 0);
    assert.is(bare.readFile('/project/page.html').toString(), html);
  });
});
