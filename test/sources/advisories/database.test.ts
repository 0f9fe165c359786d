import { tmpdir } from 'node:os';
import { UserError } from '../../../src/errors.ts';
import { realIo } from '../../../src/io.ts';
import { compileDatabase } from '../../../src/sources/advisories/compile.ts';
import { openDatabase } from '../../../src/sources/advisories/database.ts';
import { HEAD_BYTES } from '../../../src/sources/advisories/layout.ts';
import { assert, failure, suite } from '../../helpers.ts';
import { memoryIo } from './memory-io.ts';
import { named, osv } from './records.ts';

const NAMES = Array.from({ length: 400 }, (_, i) => `package-${i}`);

async function build(): Promise<Buffer> {
  const files = NAMES.map((name, i): [string, string] => [
    `osv/${i}.json`,
    JSON.stringify(osv(`MAL-2024-${i}`, [named(name, '1.0.0')], { summary: `Something about ${name}` })),
  ]);
  const io = memoryIo(Object.fromEntries(files));
  await compileDatabase(io, { from: 'osv', to: 'db', now: new Date(0) });
  return io.files.get('db') ?? Buffer.alloc(0);
}

const open = (bytes: Buffer) => openDatabase(memoryIo({ db: bytes }), 'db');

async function refuses(bytes: Buffer, reason: RegExp, use: (bytes: Buffer) => unknown = open): Promise<void> {
  const error = await failure(() => use(bytes));
  assert.instance(error, UserError);
  assert.match(error.message, reason);
  assert.ok(error instanceof UserError && error.where === 'db' && /vakt db update/.test(error.hint ?? ''));
}

suite('database', (test) => {
  test('holds several blocks, finds every name and no other', async () => {
    const database = open(await build());
    assert.is(database.info.names, 400);
    for (const [i, name] of NAMES.entries()) assert.is(database.lookup(name)[0]?.id, `MAL-2024-${i}`);
    for (let i = 400; i < 2000; i++) assert.equal(database.lookup(`package-${i}`), []);
    database.verify();
  });

  test('cut off anywhere', async () => {
    const whole = await build();
    for (let length = 0; length < whole.length; length += length < HEAD_BYTES + 8 ? 1 : 101)
      await refuses(
        whole.subarray(0, length),
        /^is (empty|not a vakt advisory database|a damaged advisory database)/,
      );
    await refuses(Buffer.concat([whole, Buffer.from('x')]), /instead of/);
  });

  test('empty, foreign, older and newer files', async () => {
    const whole = await build();
    await refuses(Buffer.alloc(0), /^is empty/);
    await refuses(Buffer.from('SQLite format 3\0'.padEnd(4096)), /not a vakt advisory database/);
    await refuses(Buffer.from(whole.toString('latin1').replace('\r\n', '\n'), 'latin1'), /not a vakt/);
    for (const [version, hint] of [
      [999, /update vakt/],
      [0, /build it again/],
    ] as const) {
      const bytes = Buffer.from(whole);
      bytes.writeUInt32LE(version, 8);
      const error = await failure(() => open(bytes));
      assert.match(error.message, new RegExp(`format ${version}; this vakt reads format 1`));
      assert.match(error instanceof UserError ? (error.hint ?? '') : '', hint);
    }
  });

  test('a folder in its place', async () => {
    const error = await failure(() => openDatabase(realIo(), tmpdir()));
    assert.instance(error, UserError);
    assert.match(error.message, /cannot be read/);
  });

  test('a flipped bit in header or index is seen when opening', async () => {
    const whole = await build();
    const blocks = whole.indexOf('\n"package-0"[');
    for (let at = 0; at < blocks; at += 3) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      await refuses(bytes, /^is /);
    }
  });

  test('a flipped bit in a block is seen when that block is read, and by verify', async () => {
    const bytes = await build();
    const at = bytes.indexOf('"package-7"[');
    bytes[at + 20] = (bytes[at + 20] ?? 0) ^ 1;
    const database = open(bytes);
    assert.is(database.lookup('package-0').length + database.lookup('absent').length, 1);
    await refuses(bytes, /checksum of block \d+/, () => database.lookup('package-7'));
    await refuses(bytes, /checksum of block \d+/, () => database.verify());
  });
});
