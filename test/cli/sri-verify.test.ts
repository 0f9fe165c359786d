/** sri-verify, and the options of sri-fix that ask servers, as people type them; no socket is opened. */
import { main } from '../../src/cli/main.ts';
import { assert, suite } from '../helpers.ts';
import { CDN, hashOf, sri } from '../sri-fix/fixing.ts';
import { world } from '../world.ts';

async function run(files: Record<string, string>, ...argv: string[]) {
  const io = world(files);
  const code = await main(argv, io);
  return { code, out: io.stdout, err: io.stderr, io };
}

suite('sri-verify on the command line', (test) => {
  test('an empty lock, for people and machines, and to a file', async () => {
    const files = { 'sri-lock.json': '{}\n' };
    const text = await run(files, 'sri-verify');
    assert.is(text.code, 0);
    assert.is(text.out, '0 URLs of sri-lock.json, 0 as pinned\n');
    const json = await run(files, 'sri-verify', '.', '--format', 'json', '-o', 'drift.json');
    const document = JSON.parse(json.io.readFile('/project/drift.json').toString());
    assert.equal(document, {
      schema: 1,
      exitCode: 0,
      lock: 'sri-lock.json',
      checked: 0,
      findings: [],
      unknown: [],
    });
  });

  for (const [name, argv, reason] of [
    ['no lock', ['sri-verify'], 'no SRI lock'],
    ['two folders', ['sri-verify', 'a', 'b'], 'one lock'],
    ['what does not exist', ['sri-verify', 'nowhere'], 'does not exist'],
    ['a site that is none', ['sri-verify', '--site', 'shop'], 'no address'],
    ['--offline', ['sri-verify', '--offline'], 'offline'],
    ['a host that is none', ['sri-fix', '--allow-private', 'https://cdn.intern/'], 'is no host'],
    ['a host with a path', ['sri-verify', '--allow-private', 'cdn.intern/a'], 'is no host'],
    ['--verify without a network', ['sri-fix', 'a.html', '--verify', '--offline'], '--offline asks nobody'],
  ] as const)
    test(`usage: ${name}`, async () => {
      const { code, err } = await run({ 'a.html': '<p>' }, ...argv);
      assert.is(code, 2);
      assert.match(err, reason);
    });

  test('--pin says what it wrote', async () => {
    const entry = { integrity: hashOf('a'), from: 'npm x@1.0.0', size: 1, seen: '2026-01-01' };
    const lock = JSON.stringify({ [`${CDN}a.js`]: entry });
    const page =
      '<script src="https://cdn.jsdelivr.net/npm/x/a.js"></script><script src="https://esm.sh/x"></script>';
    const { code, out, io } = await run(
      { 'a.html': page, 'sri-lock.json': lock },
      'sri-fix',
      '--pin',
      '--offline',
    );
    assert.is(code, 0);
    assert.match(
      out,
      /protected +https:\/\/cdn\.jsdelivr\.net\/npm\/x\/a\.js\n +is now https:\/\/cdn\.jsdelivr\.net\/npm\/x@1\.0\.0\/a\.js/,
    );
    assert.match(
      out,
      /version +https:\/\/esm\.sh\/x\n +is now https:\/\/esm\.sh\/x@1\.0\.0\n.*esm\.sh builds/,
    );
    const html = io.readFile('/project/a.html').toString();
    assert.match(
      html,
      `${sri('a.js').replace(/sha384-[^"]+/, hashOf('a'))} crossorigin="anonymous" src="${CDN}a.js"`,
    );
    const check = await run(
      { 'a.html': page, 'sri-lock.json': lock },
      'sri-fix',
      '--pin',
      '--offline',
      '--check',
    );
    assert.is(check.code, 1);
    assert.match(check.out, 'is to be https://esm.sh/x@1.0.0');
  });

  test('hosts of the own network are named by host and port', async () => {
    const { code } = await run(
      { 'a.html': '<p>' },
      'sri-fix',
      '--allow-private',
      'cdn.intern',
      '--allow-private',
      '[fd00::1]:8443',
      '--offline',
    );
    assert.is(code, 0);
  });
});
