import { UserError } from '../../../src/errors.ts';
import type { RandomAccess } from '../../../src/io.ts';
import { zipEntries } from '../../../src/sources/advisories/zip.ts';
import { assert, failure, suite } from '../../helpers.ts';
import { type ZipFile, zip } from './records.ts';

const file = (bytes: Buffer): RandomAccess => ({
  size: bytes.length,
  read: (offset, length) => bytes.subarray(offset, offset + length),
  close: () => {},
});

function unpack(bytes: Buffer): [string, string][] {
  return [...zipEntries(file(bytes), 'x.zip')].map(({ name, read }) => [name, read().toString()]);
}

const text = (name: string, content: string, more: Partial<ZipFile> = {}): ZipFile => ({
  name,
  content: Buffer.from(content),
  ...more,
});

async function fails(bytes: Buffer, reason: RegExp): Promise<void> {
  const error = await failure(() => unpack(bytes));
  assert.instance(error, UserError);
  assert.match(error.message, reason);
}

suite('zip', (test) => {
  const files = [
    text('a.json', '{"a":1}'),
    text('folder/', ''),
    text('folder/b.json', 'stored', { stored: true }),
    text('empty.json', ''),
    text('../../etc/c.json', 'é'.repeat(50_000)),
  ];
  const contents: [string, string][] = files
    .filter((f) => f.name !== 'folder/')
    .map((f) => [f.name, f.content.toString()]);

  test('deflated, stored, empty, in folders, with 32 and 64 bits, behind a comment', () => {
    assert.equal(unpack(zip(files)), contents);
    assert.equal(unpack(zip(files, true)), contents);
    const comment = Buffer.concat([zip(files), Buffer.from('PK\x05\x06 hello')]);
    comment.writeUInt16LE(10, comment.length - 12);
    assert.equal(unpack(comment), contents);
    assert.equal(unpack(zip([])), []);
  });

  test('a directory in another order than the data', () => {
    const [a, b] = [text('a', 'first', { stored: true }), text('b', 'second', { stored: true })];
    const swapped = zip([
      { ...b, claims: { offset: 30 + 1 + 4 + 5 } },
      { ...a, claims: { offset: 0 } },
    ]);
    // The bodies stand in the order b, a: what is read follows the data.
    const plain = zip([a, b]);
    const bodies = plain.subarray(0, plain.indexOf(Buffer.from('PK\x01\x02')));
    const directory = swapped.subarray(swapped.indexOf(Buffer.from('PK\x01\x02')));
    assert.equal(unpack(Buffer.concat([bodies, directory])), [
      ['a', 'first'],
      ['b', 'second'],
    ]);
  });

  test('a wrong checksum, size, method or place, and encryption', async () => {
    const one = (claims: ZipFile['claims']) => zip([text('a.json', 'content', claims ? { claims } : {})]);
    await fails(one({ crc: 1 }), /checksum/);
    await fails(one({ size: 8 }), /size/);
    await fails(one({ size: 6 }), /unpacked/);
    await fails(one({ method: 12 }), /method 12/);
    await fails(one({ flags: 1 }), /encrypted/);
    await fails(one({ offset: 5 }), /not where/);
    await fails(one({ packed: 100_000 }), /cut off/);
  });

  test('a bomb: more than announced, too much announced, entries that share bytes', async () => {
    const zeros = Buffer.alloc(5_000_000);
    await fails(zip([{ name: 'a', content: zeros, claims: { size: 100 } }]), /unpacked/);
    await fails(zip([{ name: 'a', content: zeros, claims: { size: 2 ** 31 } }]), /claims 2147483648 bytes/);
    await fails(zip([text('a', 'x'), text('b', 'y', { claims: { offset: 0 } })]), /overlaps/);
  });

  test('cut off anywhere, or no archive at all', async () => {
    for (const whole of [zip(files), zip(files, true)]) {
      for (let length = 0; length < whole.length; length += 97)
        await fails(whole.subarray(0, length), /damaged zip/);
    }
    await fails(Buffer.from('{"id":"GHSA-1"}'), /end is missing/);
  });

  test('any flipped byte gives the truth or an error, never other content', () => {
    const whole = zip([text('a.json', '{"a":1}'), text('b.json', '{"b":2}')]);
    const truth = new Set(['{"a":1}', '{"b":2}']);
    for (let at = 0; at < whole.length; at++) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 0x41;
      try {
        for (const [, content] of unpack(bytes)) assert.ok(truth.has(content), `byte ${at}: ${content}`);
      } catch (error) {
        assert.instance(error, UserError, `byte ${at}: ${String(error)}`);
      }
    }
  });
});
