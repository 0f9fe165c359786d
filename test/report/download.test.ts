import fc from 'fast-check';
import type { Source } from '../../src/model.ts';
import { downloadOf, vcsUrl } from '../../src/report/download.ts';
import { assert, suite } from '../helpers.ts';

/** Source, `resolved`, and the address as purls and SPDX write it. */
const CASES: [Source, string, string | undefined][] = [
  [
    'registry',
    'https://registry.example.test/a/-/a-1.0.0.tgz',
    'https://registry.example.test/a/-/a-1.0.0.tgz',
  ],
  ['registry', 'https://registry.example.test/a-1.0.0.tgz#0123', 'https://registry.example.test/a-1.0.0.tgz'],
  ['registry', 'https://me:p@ss@registry.example.test/a.tgz', 'https://registry.example.test/a.tgz'],
  [
    'registry',
    'https://registry.example.test/a.tgz?auth=abc',
    'https://registry.example.test/a.tgz?auth=***',
  ],
  ['tarball', 'https://h.example.test/a b|c.tgz', 'https://h.example.test/a%20b%7Cc.tgz'],
  ['tarball', 'https://h.example.test/100%.tgz', 'https://h.example.test/100%25.tgz'],
  ['git', 'https://codeload.example.test/a/b/tar.gz/0123', 'https://codeload.example.test/a/b/tar.gz/0123'],
  ['git', 'git+ssh://git@h.example.test/a/b.git#0123', 'git+ssh://h.example.test/a/b.git@0123'],
  ['git', 'git+ssh://git@h.example.test:a/b.git#0123', 'git+ssh://h.example.test/a/b.git@0123'],
  ['git', 'git@h.example.test:a/b.git', 'git+ssh://h.example.test/a/b.git'],
  ['git', 'ssh://git@h.example.test:22/a/b.git#v1', 'git+ssh://h.example.test:22/a/b.git@v1'],
  ['git', 'https://h.example.test/a/b.git#commit', 'git+https://h.example.test/a/b.git@commit'],
  ['git', 'https://h.example.test/a/b#feature/x', 'git+https://h.example.test/a/b@feature%2Fx'],
  ['git', 'git://h.example.test/a#1', 'git://h.example.test/a@1'],
  ['git', 'github:a/b#0123', 'git+https://github.com/a/b.git@0123'],
  ['git', 'git+file:///home/me/a#1', undefined],
  ['file', 'file:../a.tgz', undefined],
  ['link', 'link:../a', undefined],
  ['workspace', 'packages/a', undefined],
  ['registry', 'javascript:alert(1)', undefined],
  ['registry', 'http://', undefined],
  ['registry', '', undefined],
];

suite('download addresses', (test) => {
  for (const [source, resolved, wanted] of CASES) {
    test(`${source} ${resolved}`, () => {
      const found = downloadOf(source, resolved);
      assert.is(found && vcsUrl(found), wanted);
    });
  }

  test('whatever is written, an address is a URI and keeps no password', () => {
    const start = fc.constantFrom(
      'https://me:s3cret@h.example.test/',
      'git+https://me:s3cret@h.example.test/a.git#',
      'ssh://me:s3cret@h.example.test/',
      '',
    );
    fc.assert(
      fc.property(
        start,
        fc.string({ unit: 'binary' }),
        fc.constantFrom<Source>('git', 'registry'),
        (head, tail, source) => {
          const found = downloadOf(source, head + tail);
          if (found === undefined) return;
          const text = vcsUrl(found);
          assert.match(text, /^[a-z+]+:[\w.~:/?#@!$&'()*+,;=%[\]-]+$/);
          assert.not.match(text, /%(?![0-9a-f]{2})|s3cret/i);
        },
      ),
    );
  });
});
