/** sri-verify: what the lock names against what its URLs deliver. */
import { sriVerifyJson, sriVerifyText } from '../../src/report/sri-verify.ts';
import { sriVerify } from '../../src/sri-fix/verify.ts';
import { assert, failure, suite } from '../helpers.ts';
import { type World, world } from '../world.ts';
import { hashOf } from './fixing.ts';
import { type Answer, served, servers } from './servers.ts';

const BASE = 'https://cdn.example.org/libraries/some-library-with-a-long-name/dist/';

/** A lock of these files below BASE with what they were. */
const lockOf = (bodies: Record<string, string>, algorithm = 'sha384') =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(bodies).map(([file, body]) => [
        `${BASE}${file}`,
        { integrity: hashOf(body, algorithm), from: 'npm x@1.0.0', size: body.length, seen: '2026-01-01' },
      ]),
    ),
    null,
    2,
  );

async function verify(io: World, answers: Record<string, Answer>, path?: string, origin = 'null') {
  const files = Object.fromEntries(
    Object.entries(answers).map(([file, answer]) => [`${BASE}${file}`, answer]),
  );
  const { http, asked } = servers(files);
  const told: number[] = [];
  const result = await sriVerify(io, {
    path,
    origin,
    http: async () => http,
    progress: (n) => void told.push(n),
  });
  return { result, asked, told, states: result.urls.map(({ state }) => state) };
}

suite('sri-verify', (test) => {
  test('all as pinned, whatever the algorithm', async () => {
    for (const algorithm of ['sha256', 'sha384', 'sha512']) {
      const io = world({ 'sri-lock.json': lockOf({ 'a.js': 'a', 'b.css': 'b', c: 'c' }, algorithm) });
      const css = { contentType: 'text/css' };
      const { result, told } = await verify(io, {
        'a.js': served('a'),
        'b.css': served('b', css),
        c: served('c'),
      });
      assert.is(result.exitCode, 0);
      assert.equal(told, [1, 2, 3]);
    }
  });

  test('what changed, and what could not be learnt, with the place in the lock', async () => {
    const lock = lockOf({ 'a.js': 'a', 'b.js': 'b', 'c.js': 'c', 'd.css': 'd' }, 'sha512');
    const io = world({ 'sri-lock.json': lock });
    const { result, states } = await verify(io, {
      'a.js': served('a'),
      'b.js': served('changed!'),
      'd.css': served('d'),
    });
    assert.equal(states, ['equal', 'drift', 'unknown', 'unknown']);
    assert.is(result.exitCode, 1);
    const text = sriVerifyText(result, 80);
    // URLs and hashes are there whole.
    for (const line of text.split('\n')) assert.ok(line.length <= 80 || /https:|sha512-/.test(line), line);
    assert.not.match(text, '…');
    for (const part of [
      'CHANGED',
      'UNKNOWN',
      'sri-lock.json:8',
      'pinned 2026-01-01 from npm x@1.0.0',
      '8 bytes',
    ])
      assert.match(text, part);
    assert.match(text, '4 URLs of sri-lock.json, 1 as pinned; 1 CHANGED; 2 could not be learnt');
    const json = JSON.parse(sriVerifyJson(result));
    assert.is(json.checked, 4);
    assert.equal(json.findings[0].location, { file: 'sri-lock.json', line: 8, column: 3 });
    assert.is(json.findings[0].rule, 'sri-drift');
    assert.equal(json.findings[0].delivered, { integrity: hashOf('changed!', 'sha512'), size: 8 });
    assert.match(json.unknown[0].reason, 'HTTP 404');
    assert.match(json.unknown[1].reason, 'which is no style');
    const later = await verify(io, { 'a.js': served('a'), 'b.js': served('b') });
    assert.is(later.result.exitCode, 3);
  });

  for (const [name, answer, reason] of [
    ['a page', served('a', { contentType: 'text/html' }), /text\/html/],
    ['no CORS', served('a', { allowOrigin: '' }), /allow-origin: none/],
    ["another site's CORS", served('a', { allowOrigin: 'https://other.test' }), /other\.test/],
    ['nothing', served(''), /empty/],
    [
      'a failure',
      { ok: false, reason: 'redirects from https to http (x)', host: 'x' },
      /redirects from https/,
    ],
  ] as const)
    test(`${name} is no answer`, async () => {
      const { result } = await verify(world({ 'sri-lock.json': lockOf({ 'a.js': 'a' }) }), {
        'a.js': answer,
      });
      assert.is(result.exitCode, 3);
      assert.match(result.urls[0]?.reason ?? '', reason);
    });

  test('a server that lets the site alone in', async () => {
    const io = world({ 'sri-lock.json': lockOf({ 'a.js': 'a' }) });
    const answers = { 'a.js': served('a', { allowOrigin: 'https://site.test' }) };
    const { result, asked } = await verify(io, answers, undefined, 'https://site.test');
    assert.is(result.exitCode, 0);
    assert.is(asked[0]?.headers?.origin, 'https://site.test');
    assert.is(asked[0]?.anonymous, true);
  });

  test('by lock, by folder, by what is above the folder', async () => {
    const io = world({ 'sri-lock.json': lockOf({ 'a.js': 'a' }), 'dist/x.html': '', 'other.json': '{}' });
    for (const path of [undefined, '.', 'sri-lock.json', 'dist', '/project/dist'])
      assert.is((await verify(io, { 'a.js': served('a') }, path)).result.urls.length, 1);
    const empty = await verify(io, {}, 'other.json');
    assert.is(empty.result.exitCode, 0);
    assert.match(sriVerifyText(empty.result, 80), '0 URLs of other.json');
  });

  test('no lock, and one that cannot be trusted', async () => {
    const bare = world({ 'a.html': '', 'dist/a.html': '' });
    for (const [path, reason] of [
      [undefined, 'no SRI lock'],
      ['dist', 'no SRI lock'],
      ['nowhere', 'does not exist'],
    ] as const)
      assert.match((await failure(() => verify(bare, {}, path))).message, reason);
    const broken = world({ 'sri-lock.json': `{"${BASE}a.js":{"integrity":"sha1-x"}}` });
    assert.match((await failure(() => verify(broken, {}))).message, 'no entry of an SRI lock');
  });
});
