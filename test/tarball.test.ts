import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { UserError } from '../src/errors.ts';
import { readTarball } from '../src/tarball.ts';
import { assert, failure, inTemporaryFolder, suite } from './helpers.ts';
import { npmTarball, paxRecord, tgz } from './tarballs.ts';

const LIMITS = { file: 1000, total: 100_000 };
const all = () => true;
const read = async (bytes: Buffer, wanted: (path: string) => boolean = all) =>
  Object.fromEntries(
    [...(await readTarball(bytes, wanted, LIMITS, 'x@1.0.0'))].map(([k, v]) => [k, v.toString()]),
  );

async function refused(bytes: Buffer, reason: RegExp): Promise<void> {
  const error = await failure(() => read(bytes));
  assert.instance(error, UserError);
  assert.match(error.message, reason);
}

suite('tarball', (test) => {
  test('files by their path in the package, whatever the first folder is called', async () => {
    assert.equal(await read(npmTarball({ 'package.json': '{}', 'a/b.yml': 'b' })), {
      'package.json': '{}',
      'a/b.yml': 'b',
    });
    assert.equal(await read(tgz([{ path: './mine/x.yml', content: 'x' }])), { 'x.yml': 'x' });
    assert.equal(await read(npmTarball({ a: '1', b: '2' }), (path) => path === 'b'), { b: '2' });
  });

  test('long names by pax and by GNU; the last of two entries counts', async () => {
    const long = `package/${'d/'.repeat(80)}x.yml`;
    const pax = tgz([
      { path: 'PaxHeader', type: 'x', content: paxRecord('mtime', '1') + paxRecord('path', long) },
      { path: 'short', content: 'pax' },
    ]);
    assert.equal(Object.values(await read(pax)), ['pax']);
    const gnu = tgz([
      { path: '././@LongLink', type: 'L', content: `${long}\0` },
      { path: 'short', content: 'gnu' },
    ]);
    assert.equal(Object.keys(await read(gnu)), [`${'d/'.repeat(80)}x.yml`]);
    assert.equal(
      await read(
        tgz([
          { path: 'p/a', content: '1' },
          { path: 'p/a', content: '2' },
        ]),
      ),
      { a: '2' },
    );
  });

  test('what GNU tar and npm pack is read', () =>
    inTemporaryFolder(async (folder) => {
      const deep = join(folder, 'package', 'n'.repeat(90), 'm'.repeat(90));
      mkdirSync(deep, { recursive: true });
      writeFileSync(join(deep, 'x.yml'), 'deep');
      for (const format of ['gnu', 'pax', 'ustar']) {
        execFileSync('tar', [`--format=${format}`, '-czf', 'x.tgz', 'package'], { cwd: folder });
        const files = await read(readFileSync(join(folder, 'x.tgz')), (path) => path.endsWith('.yml'));
        assert.equal(files, { [`${'n'.repeat(90)}/${'m'.repeat(90)}/x.yml`]: 'deep' }, format);
      }
    }));

  test('hostile ones are refused', async () => {
    await refused(tgz([{ path: 'package/../../etc/x', content: 'x' }]), /leads out of the package/);
    await refused(tgz([{ path: 'package\\..\\..\\x', content: 'x' }]), /leads out of the package/);
    await refused(tgz([{ path: 'package/vakt.yml', type: '2' }]), /link or a device/);
    await refused(tgz([{ path: 'package/vakt.yml', type: '1' }]), /link or a device/);
    await refused(npmTarball({ a: 'x'.repeat(1001) }), /a has 1001 bytes/);
    await refused(npmTarball({ a: Buffer.alloc(2_000_000) }), /inflates to more than 100000 bytes/);
    await refused(tgz([{ path: 'p/a', content: 'x', size: 100_000 }], { end: false }), /cut off/);
    await refused(Buffer.from('not gzip'), /gzip stream is broken/);
    await refused(npmTarball({ a: '1' }).subarray(0, 40), /gzip stream is broken/);
    await refused(gzipSync(Buffer.alloc(2048)), /holds nothing/);
    await refused(gzipSync(Buffer.alloc(2048, 'x')), /wrong checksum/);
  });

  test('entries that nobody wants may be links', async () => {
    const bytes = tgz([
      { path: 'package/l', type: '2' },
      { path: 'package/__proto__', content: 'x' },
    ]);
    const files = await readTarball(bytes, (path) => path === '__proto__', LIMITS, 'x');
    assert.equal([...files.keys()], ['__proto__']);
  });
});
