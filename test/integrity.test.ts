import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { digestsOf } from '../src/digests.ts';
import { fits, fromShasum } from '../src/integrity.ts';
import { assert, suite } from './helpers.ts';

const sri = (algorithm: string, bytes: Uint8Array) =>
  `${algorithm}-${createHash(algorithm).update(bytes).digest('base64')}`;

suite('integrity', (test) => {
  test('bytes fit their own hash, and no other bytes do', () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.uint8Array(),
        fc.constantFrom('sha1', 'sha256', 'sha384', 'sha512'),
        (a, b, algorithm) => {
          assert.ok(fits(a, sri(algorithm, a)));
          if (!Buffer.from(a).equals(Buffer.from(b))) assert.not.ok(fits(a, sri(algorithm, b)));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('the strongest algorithm decides', () => {
    const [good, bad] = [Buffer.from('good'), Buffer.from('bad')];
    assert.not.ok(fits(good, `${sri('sha1', good)} ${sri('sha512', bad)}`));
    assert.ok(fits(good, `${sri('sha1', bad)} ${sri('sha512', good)}`));
    assert.ok(fits(good, `${sri('sha512', bad)} ${sri('sha512', good)}`));
  });

  test('md5, nothing and nonsense prove nothing', () => {
    const bytes = Buffer.from('x');
    for (const integrity of [
      sri('md5', bytes),
      '',
      'sha512-',
      'nonsense',
      'sha512',
      `sha3-512-${'a'.repeat(88)}`,
    ])
      assert.not.ok(fits(bytes, integrity), integrity);
  });

  test('a shasum is a sha1', () => {
    const bytes = Buffer.from('x');
    assert.is(fromShasum(createHash('sha1').update(bytes).digest('hex')), sri('sha1', bytes));
    assert.is(fromShasum('xyz'), undefined);
  });

  test('each hash of a text in hex, as openssl and ssri have it; what is none is left out', () => {
    const bytes = Buffer.from('x');
    const [one, two] = [sri('sha512', bytes), sri('sha1', bytes)];
    const hex = (algorithm: string) => createHash(algorithm).update(bytes).digest('hex');
    const text = `${one}?opt  ${two}\n${one} sha1-AAAA sha3-AAAA sha512 md5-x ${sri('md5', bytes)}`;
    assert.equal(
      digestsOf(text).map((digest) => `${digest.algorithm} ${digest.hex}`),
      [`sha512 ${hex('sha512')}`, `sha1 ${hex('sha1')}`, `md5 ${hex('md5')}`],
    );
    assert.equal(digestsOf(''), []);
  });
});
