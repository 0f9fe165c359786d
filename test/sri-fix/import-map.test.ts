import { mirrorPath } from '../../src/mirror.ts';
import { hashToAllow, inlineAllowed } from '../../src/sri-fix/csp.ts';
import { sriFix } from '../../src/sri-fix/run.ts';
import { assert, suite } from '../helpers.ts';
import { world } from '../world.ts';
import { bodyOf, CDN, fix, hashOf, request, sri } from './fixing.ts';

const at = (file: string) => `"${CDN}${file}"`;
const entry = (file: string, body = bodyOf(file)) => `${at(file)}:"${hashOf(body)}"`;
const map = (text: string) => `<script type="importmap">${text}</script>`;
const inline = (code: string) => `<script type=module>${code}</script>`;

suite('import maps that sri-fix writes', (test) => {
  const becomes = (name: string, page: string, wanted: string, bodies = {}) =>
    test(name, async () => {
      const { html, result } = await fix(page, {}, bodies);
      assert.is(html, wanted);
      assert.is(result.exitCode, 0);
      assert.is((await fix(html, {}, bodies)).html, wanted);
    });

  const use = inline(`import "${CDN}m.js"`);
  becomes(
    'one before the first module',
    `<head>\r\n  <link rel=modulepreload href=/own.js>\r\n${use}`,
    `<head>\r\n  ${map(`{"integrity":{${entry('m.js')}}}`)}\r\n  <link rel=modulepreload href=/own.js>\r\n${use}`,
  );
  becomes(
    'the first one is extended',
    map(`{"imports":{"m":${at('m.js')}}}`) + inline('import "m"'),
    map(`{"imports":{"m":${at('m.js')}},"integrity":{${entry('m.js')}}}`) + inline('import "m"'),
  );
  becomes(
    'its integrity is extended, and what checks nothing there is replaced',
    map(`{ "integrity": { ${at('a.js')}: "sha1-x" }, "imports": {"a": ${at('a.js')}, "m": ${at('m.js')}} }`),
    map(
      `{ "integrity": { ${at('a.js')}: "${hashOf(bodyOf('a.js'))}", ${at('m.js')}: "${hashOf(bodyOf('m.js'))}" }, "imports": {"a": ${at('a.js')}, "m": ${at('m.js')}} }`,
    ),
  );
  becomes('an empty one', map('{ }') + use, map(`{"integrity":{${entry('m.js')}} }`) + use);
  const late = inline('1') + map(`{"imports":{"m":${at('m.js')}}}`);
  becomes('a late one gets one before it', late, map(`{"integrity":{${entry('m.js')}}}`) + late);
  const call = `<script>import("${CDN}m.js")</script>`;
  becomes('import() in a classic script', call, map(`{"integrity":{${entry('m.js')}}}`) + call);
  const inner = {
    'm.js': 'import{a}from"./b.js";export*from"./c.js"',
    'c.js': 'import "./m.js"; import("./a.js")',
  };
  becomes(
    'what modules import, and what that imports',
    `<script type=module src="${CDN}m.js"></script>`,
    `${map(`{"integrity":{${entry('b.js')},${entry('c.js', inner['c.js'])}}}`)}<script integrity="${hashOf(inner['m.js'])}" type=module src="${CDN}m.js"></script>`,
    inner,
  );
  const alone = `<script${sri('m.js')} type=module src="${CDN}m.js"></script>`;
  becomes('none where nothing needs it', alone, alone);

  const refused = (name: string, page: string, reason: string) =>
    test(name, async () => {
      const { html, lines } = await fix(page);
      assert.is(html, page);
      assert.match(lines.map(({ reason, advice }) => `${reason} ${advice}`).join(), reason);
    });
  refused('a broken map', `${map('{broken')}${use}`, 'no valid JSON');
  refused('a folder', map(`{"imports":{"x/":"${CDN}"}}`), 'maps a folder');
  refused(
    'an integrity that is no object',
    `${map('{"integrity":[]}')}${use}`,
    'no valid JSON object of objects',
  );
  refused('frames', `<iframe srcdoc='${use}'></iframe>`, 'srcdoc');

  test('a policy that would block it, and the hash that lets it work', async () => {
    const page = (hash: string) =>
      `<meta http-equiv=Content-Security-Policy content="script-src 'self' ${hash}">${use}`;
    const { html, lines } = await fix(page("'sha256-x'"));
    assert.is(html, page("'sha256-x'"));
    const advice = lines.map((line) => line.advice).join();
    const hash = /'sha256-[^']+'/.exec(advice)?.[0] ?? '';
    assert.is(hash, hashToAllow(`{"integrity":{${entry('m.js')}}}`));
    assert.match((await fix(page(hash))).html, 'importmap');
  });

  test('maps in UTF-16, in windows-1252, and in XHTML', async () => {
    const before = `<p>é€</p>${map(`{"imports":{"é":${at('m.js')}}}`)}`;
    const after = before.replace('}}', `},"integrity":{${entry('m.js')}}}`);
    const wide = await fix(Buffer.from(`\ufeff${before}`, 'utf16le'));
    assert.is(wide.bytes.toString('utf16le'), `\ufeff${after}`);
    const latin = (text: string) =>
      Buffer.from(`<meta charset=windows-1252>${text.replace('€', '\x80')}`, 'latin1');
    assert.is((await fix(latin(before))).bytes.toString('latin1'), latin(after).toString('latin1'));
    const query = `<script type="module">import "${CDN}m.js?a&amp;b"</script>`.replace('&amp;', '&');
    const io = world({ 'page.xhtml': query, [`mirror/${mirrorPath(`${CDN}m.js?a&b`)}`]: 'x' });
    await sriFix(io, request({ paths: ['page.xhtml'] }));
    assert.match(io.readFile('/project/page.xhtml').toString(), 'm.js?a\\u0026b"');
  });

  test('policies', () => {
    for (const [policy, allowed] of [
      ["img-src 'none'", true],
      ["default-src 'self'", false],
      ["default-src 'self'; script-src 'unsafe-inline'", true],
      ["script-src 'unsafe-inline' 'sha256-x'", false],
      ["script-src 'unsafe-inline' 'strict-dynamic'", false],
      ["script-src 'nonce-x'", 'nonce'],
      ["script-src 'self'; script-src-elem 'unsafe-inline'", true],
      ["script-src 'unsafe-inline', script-src 'self'", false],
      [`SCRIPT-SRC ${hashToAllow('a\nb')}`, true],
    ] as const)
      assert.is(inlineAllowed(policy, 'a\r\nb'), allowed, policy);
  });
});
