import { readAll } from '../../src/read.ts';
import { lockFileFor } from '../../src/sri-fix/lock.ts';
import { sriFix } from '../../src/sri-fix/run.ts';
import { assert, failure, suite } from '../helpers.ts';
import { world } from '../world.ts';
import { CDN, hashOf, request } from './fixing.ts';

const LOCK = 'sri-lock.json';

suite('an SRI lock that cannot be used', (test) => {
  const page = { 'page.html': `<script src="${CDN}a.js"></script>` };
  const entry = JSON.stringify({ integrity: hashOf('a'), from: 'mirror', seen: '2026-01-01' });

  test('one URL twice, or a folder in its place', async () => {
    const twice = `{ "${CDN}a.js": ${entry},\n  "${CDN.replace('x@', '\\u0078@')}a.js": ${entry} }`;
    const within = `{ "${CDN}a.js": ${entry.replace('{', '{"integrity":"x",')} }`;
    for (const [files, message] of [
      [{ [LOCK]: within }, 'says something twice'],
      [{ [LOCK]: twice }, 'says something twice'],
      [{ [`${LOCK}/x`]: '' }, 'is no file'],
    ] as const) {
      const io = world({ ...page, ...files });
      const error = await failure(() => sriFix(io, request({ mirror: undefined, lock: true })));
      assert.match(error.message, message);
      assert.is(io.readFile('/project/page.html').toString(), page['page.html']);
    }
  });

  test('--check tells that it would change', async () => {
    const right = `<script integrity="${hashOf('a')}" crossorigin src="${CDN}a.js"></script>`;
    const body = { 'mirror/cdn.jsdelivr.net/npm/x@1.0.0/a.js': 'a' };
    const codes = [];
    for (const files of [{}, { [LOCK]: '{}' }, { [LOCK]: `{"${CDN}a.js":${entry}}` }])
      codes.push(
        (await sriFix(world({ 'page.html': right, ...body, ...files }), request({ check: true }))).exitCode,
      );
    assert.equal(codes, [0, 1, 0]);
  });

  test('one that cannot be written', async () => {
    const body = { [`mirror/cdn.jsdelivr.net/npm/x@1.0.0/a.js`]: 'a' };
    const io = world({ ...page, ...body });
    io.writeFile = () => {
      throw Object.assign(new Error('no'), { code: 'EROFS' });
    };
    const { exitCode, notes, lockChanged } = await sriFix(io, request({ lock: true }));
    assert.is(exitCode, 3);
    assert.not.ok(lockChanged);
    assert.match(notes.join(), /sri-lock\.json could not be written \(EROFS\)/);
    assert.match(io.readFile('/project/page.html').toString(), hashOf('a'));
  });
});

suite('where the SRI lock is', (test) => {
  for (const [name, files, cwd, folder, wanted] of [
    ['in the folder', [LOCK], '/project', '/project', '/project/sri-lock.json'],
    [
      'in the folder below',
      ['dist/sri-lock.json', LOCK],
      '/project',
      '/project/dist',
      '/project/dist/sri-lock.json',
    ],
    ['above, to the current folder', [LOCK], '/project', '/project/a/dist', '/project/sri-lock.json'],
    ['between both', ['a/sri-lock.json', LOCK], '/project', '/project/a/dist', '/project/a/sri-lock.json'],
    [
      'above the current folder, in a repository',
      ['.git/HEAD', LOCK],
      '/project/a',
      '/project/a',
      '/project/sri-lock.json',
    ],
    ['in a work tree', ['.git', LOCK], '/project/a', '/project/a/dist', '/project/sri-lock.json'],
    [
      'not above the repository',
      ['a/.git/HEAD', LOCK],
      '/project/a',
      '/project/a/dist',
      '/project/a/sri-lock.json',
    ],
    ['not above the current folder', [LOCK], '/project/a', '/project/a', '/project/a/sri-lock.json'],
    ['elsewhere', [LOCK], '/project', '/other/dist', '/project/sri-lock.json'],
    ['a new one', [], '/project', '/project/dist', '/project/sri-lock.json'],
  ] as const)
    test(name, () => {
      const io = world(Object.fromEntries(files.map((file) => [file, ''])), { cwd });
      assert.is(lockFileFor(io, folder), wanted);
    });

  test('scan and sri-fix find the same one, wherever they are called', async () => {
    const url = `${CDN}a.js`;
    const entry = { integrity: hashOf('a'), from: 'npm x@1.0.0', size: 1, seen: '2026-01-01' };
    const wrong = `<script src="${url}" integrity="${hashOf('b')}" crossorigin></script>`;
    const files = { 'dist/a.html': wrong, [LOCK]: JSON.stringify({ [url]: entry }) };
    for (const [cwd, path] of [
      ['/project', '.'],
      ['/project', 'dist'],
      ['/project', 'dist/a.html'],
      ['/elsewhere', '/project'],
    ] as const) {
      const fixed = await sriFix(world(files, { cwd }), request({ paths: [path], mirror: undefined }));
      assert.is(fixed.exitCode, 1, path);
      const io = world(files, { cwd });
      const { loads } = await readAll(io, { paths: [path], only: 'web', offline: true, progress() {} });
      assert.equal(
        loads.map(({ verdict }) => verdict),
        ['wrong-sri'],
        path,
      );
    }
  });
});
