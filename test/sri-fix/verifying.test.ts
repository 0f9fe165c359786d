/** `--verify`, `--paranoid`, the hashes that cdnjs publishes, and what modules import when nobody has their bodies. */
import type { SriFixRequest } from '../../src/sri-fix/run.ts';
import { sriFix } from '../../src/sri-fix/run.ts';
import { assert, failure, suite } from '../helpers.ts';
import { world } from '../world.ts';
import { CDN, CORS, fix, hashOf, request } from './fixing.ts';
import { type Answer, served, servers } from './servers.ts';

const script = (url: string, rest = '') => `<script src="${url}"${rest}></script>`;
const PARTNER = 'https://partner.example/a.js';
const wait = async () => {};

suite('--verify', (test) => {
  const url = `${CDN}dist/x.js`;
  const verify = (answers: Record<string, Answer>, page = script(url), over: Partial<SriFixRequest> = {}) => {
    const { open } = servers(answers, { files: { 'dist/x.js': 'packed' } });
    return fix(page, { network: open, verify: true, mirror: undefined, ...over });
  };

  test('a CDN that delivers what npm has', async () => {
    const { html, lines, result } = await verify({ [url]: served('packed') });
    assert.match(html, hashOf('packed'));
    assert.is(lines[0]?.from, 'npm x@1.0.0');
    assert.is(result.exitCode, 0);
  });

  test('a CDN that delivers something else: both are named, and nothing is written', async () => {
    const right = script(url, ` integrity="${hashOf('packed')}" crossorigin`);
    for (const page of [script(url), right])
      for (const update of [false, true]) {
        const { html, lines, result } = await verify({ [url]: served('evil') }, page, { update });
        assert.is(html, page);
        assert.is(lines[0]?.action, 'wrong');
        for (const part of [hashOf('evil'), hashOf('packed'), 'cdn.jsdelivr.net', 'npm x@1.0.0'])
          assert.ok(lines[0]?.reason?.includes(part), part);
        assert.is(result.exitCode, 1);
      }
  });

  test('a CDN that does not answer, and no network', async () => {
    const { html, lines, result } = await verify({});
    assert.is(html, script(url));
    assert.match(lines[0]?.reason ?? '', /could not be compared with npm x@1\.0\.0: x: HTTP 404/);
    assert.is(result.exitCode, 3);
    assert.match((await failure(() => verify({}, script(url), { network: undefined }))).message, '--offline');
  });

  test('the lock is compared too', async () => {
    const entry = { integrity: hashOf('packed'), from: 'npm x@1.0.0', size: 6, seen: '2026-01-01' };
    const files = { 'page.html': script(url), 'sri-lock.json': JSON.stringify({ [url]: entry }) };
    const run = (body: string) =>
      sriFix(world(files), request({ network: servers({ [url]: served(body) }).open, verify: true }));
    assert.is((await run('packed')).exitCode, 0);
    const changed = await run('evil');
    assert.is(changed.exitCode, 1);
    assert.match(changed.pages[0]?.lines[0]?.reason ?? '', 'by sri-lock.json it must be');
  });
});

suite('--paranoid', (test) => {
  test('asks twice, as two programs, and takes what stays the same', async () => {
    const { asked, open } = servers({ [PARTNER]: served('a') });
    const waits: number[] = [];
    const { html } = await fix(script(PARTNER), {
      network: open,
      paranoid: true,
      wait: async (ms) => void waits.push(ms),
    });
    assert.match(html, hashOf('a'));
    assert.is(waits.length, 1);
    assert.equal(
      asked.map(({ headers }) => /Mozilla/.test(headers?.['user-agent'] ?? '')),
      [false, true],
    );
  });

  test('what differs is refused; what fails the second time is not learnt', async () => {
    for (const [second, code, reason] of [
      [served('b'), 0, /two requests got different answers/],
      [served('<p>', { contentType: 'text/html' }), 3, /asked again: it was sent as "text\/html"/],
    ] as const) {
      const { open } = servers({ [PARTNER]: [served('a'), second] });
      const { html, lines, result } = await fix(script(PARTNER), { network: open, paranoid: true, wait });
      assert.is(html, script(PARTNER));
      assert.match(lines[0]?.reason ?? '', reason);
      assert.is(result.exitCode, code);
    }
  });
});

suite('hashes that cdnjs publishes', (test) => {
  const url = 'https://cdnjs.cloudflare.com/ajax/libs/some.lib/1.0.0/sub/a.min.js';
  const api = 'https://api.cdnjs.com/libraries/some.lib/1.0.0?fields=sri';
  const published = (sri: unknown): Answer => served(JSON.stringify({ name: 'some.lib', sri }));
  const hash = hashOf('theirs', 'sha512');

  test('come before the file itself, and are named', async () => {
    const { asked, open } = servers({ [api]: published({ 'sub/a.min.js': hash }), [url]: served('theirs') });
    const { html, lines, io } = await fix(script(url), { network: open, lock: true });
    assert.is(html, `<script integrity="${hash}"${CORS} src="${url}"></script>`);
    assert.is(lines[0]?.from, 'cdnjs some.lib@1.0.0');
    assert.equal(
      asked.map((one) => one.url),
      [api],
    );
    const entry = { integrity: hash, from: 'cdnjs some.lib@1.0.0', seen: '2026-11-22' };
    assert.equal(JSON.parse(io.readFile('/project/sri-lock.json').toString()), { [url]: entry });
  });

  for (const [name, answer, reason] of [
    ['another shape', served('[]'), 'shape'],
    ['no hashes', published(null), 'shape'],
    ['no hash of this file', published({ 'b.js': hash }), 'no hash of sub/a.min.js'],
    ['a hash that is none', published({ 'sub/a.min.js': 'sha512-abc' }), 'is no hash'],
    ['two hashes', published({ 'sub/a.min.js': `${hash} ${hash}` }), 'is no hash'],
    ['an attack', published({ 'sub/a.min.js': `${hash}" onload="x` }), 'is no hash'],
    ['nothing', { ok: false, reason: 'HTTP 503', host: 'api.cdnjs.com' }, 'HTTP 503'],
  ] as const)
    test(`an answer with ${name} leads to the file itself`, async () => {
      const { html, lines } = await fix(script(url), {
        network: servers({ [api]: answer, [url]: served('theirs') }).open,
      });
      assert.match(html, hashOf('theirs'));
      assert.is(lines[0]?.from, url);
      const neither = await fix(script(url), { network: servers({ [api]: answer }).open });
      assert.match(neither.lines[0]?.reason ?? '', reason);
      assert.is(neither.result.exitCode, 3);
    });

  test('a file that is not what is published is told, where it is looked at', async () => {
    const answers = { [api]: published({ 'sub/a.min.js': hash }), [url]: served('evil') };
    const module = `<script type=module src="${url}"></script>`;
    const old = script(url, ` integrity="${hashOf('theirs')}" crossorigin`);
    for (const page of [module, old]) {
      const { html, result } = await fix(page, { network: servers(answers).open });
      assert.is(html, page);
      assert.is(result.exitCode, 1);
    }
    const fine = { ...answers, [url]: served('theirs') };
    assert.is((await fix(old, { network: servers(fine).open })).result.exitCode, 0);
    const wrong = old.replace(hashOf('theirs'), hashOf('other'));
    assert.is((await fix(wrong, { network: servers(fine).open })).result.exitCode, 1);
  });
});

suite('imports of modules that nobody has', (test) => {
  const url = `${CDN}m.js`;
  const module = (rest = '') => `<script type=module src="${url}"${rest}></script>`;
  const kept = module(` integrity="${hashOf('import "./b.js"')}"`);

  test('are a gap, with the reason', async () => {
    const { html, result } = await fix(kept, { mirror: undefined });
    assert.is(html, kept);
    assert.is(result.exitCode, 3);
    assert.match(
      result.pages[0]?.problems.join() ?? '',
      /m\.js: neither the SRI lock .* what it imports was not looked at/,
    );
  });

  test('where the lock knows the module as something else, the body is asked for, and must fit', async () => {
    const entry = { integrity: hashOf('import "./b.js"'), from: 'mirror', size: 15, seen: '2026-01-01' };
    const files = { 'page.html': module(), 'sri-lock.json': JSON.stringify({ [url]: entry }) };
    const bare = await sriFix(world(files), request({ mirror: undefined }));
    assert.is(bare.exitCode, 3);
    assert.match(bare.pages[0]?.problems.join() ?? '', 'its body is unknown');
    const answers = { [url]: served('import "./b.js"'), [`${CDN}b.js`]: served('b') };
    const io = world(files);
    const asked = await sriFix(io, request({ mirror: undefined, network: servers(answers).open }));
    assert.is(asked.exitCode, 0);
    assert.match(io.readFile('/project/page.html').toString(), `"${CDN}b.js":"${hashOf('b')}"`);
    const after = world({ 'page.html': module(), 'sri-lock.json': io.readFile('/project/sri-lock.json') });
    assert.is((await sriFix(after, request({ mirror: undefined }))).exitCode, 0);
    const evil = servers({ [url]: served('evil') }).open;
    assert.is((await sriFix(world(files), request({ mirror: undefined, network: evil }))).exitCode, 1);
  });

  test('a module too large to be looked into', async () => {
    const { result } = await fix(module(), {}, { 'm.js': `//${' '.repeat(9 * 1024 * 1024)}` });
    assert.is(result.exitCode, 3);
    assert.match(result.pages[0]?.problems.join() ?? '', /it has \d+ bytes, so what it imports/);
  });
});
