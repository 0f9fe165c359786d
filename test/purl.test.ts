import fc from 'fast-check';
import { fromPurl, qualified, toPurl } from '../src/purl.ts';
import { assert, suite } from './helpers.ts';

suite('purl', (test) => {
  test('spells names and versions as the specification does', () => {
    assert.is(toPurl('lodash', '4.17.20'), 'pkg:npm/lodash@4.17.20');
    assert.is(toPurl('@angular/animation', '12.3.1'), 'pkg:npm/%40angular/animation@12.3.1');
    assert.is(toPurl('a', '1.0.0+build'), 'pkg:npm/a@1.0.0%2Bbuild');
    assert.is(toPurl('a', ''), 'pkg:npm/a');
    assert.is(
      qualified(toPurl('a', '1.0.0'), 'vcs_url', 'git+https://h.example/a b@c'),
      'pkg:npm/a@1.0.0?vcs_url=git%2Bhttps:%2F%2Fh.example%2Fa%20b%40c',
    );
    assert.is(toPurl('\ud800a', '1'), 'pkg:npm/%EF%BF%BDa@1');
  });

  test('reads qualifiers and subpaths away, and nothing but npm', () => {
    assert.equal(fromPurl('pkg:npm/a@1.0.0?vcs_url=git%2Bhttps://x/y.git#sub'), {
      name: 'a',
      version: '1.0.0',
    });
    assert.is(fromPurl('pkg:pypi/a@1'), undefined);
    assert.is(fromPurl('pkg:npm/a@%'), undefined);
  });

  test('property: reading undoes spelling', () => {
    const name = fc.oneof(
      fc.stringMatching(/^[a-z0-9._~!'()*-]{1,20}$/),
      fc.stringMatching(/^@[a-z-]{1,9}\/[a-z.]{1,9}$/),
    );
    fc.assert(
      fc.property(name, fc.string(), (n, version) => {
        assert.equal(fromPurl(toPurl(n, version)), { name: n, version });
      }),
    );
  });
});
