import fc from 'fast-check';
import { repositoryKey, repositoryOf } from '../src/repository.ts';
import { assert, suite } from './helpers.ts';

/** As npm's documentation and the registry's packuments have them. */
const SAME = [
  'acme/tool',
  'github:acme/tool',
  'https://github.com/acme/tool',
  'https://github.com/acme/tool/',
  'https://github.com/acme/tool.git',
  'http://www.github.com/acme/tool',
  'git+https://github.com/acme/tool.git#main',
  'git+https://user:secret@github.com/acme/tool.git',
  'git://github.com/acme/tool.git',
  'git+ssh://git@github.com/acme/tool.git',
  'ssh://git@github.com:acme/tool.git',
  'ssh://git@github.com:22/acme/tool.git',
  'git@github.com:acme/tool.git',
  'github.com/acme/tool',
  'https://github.com/acme/tool/tree/main/packages/a',
  'https://github.com/acme/tool#readme',
  '  https://GitHub.com/acme/tool.git ',
];

suite('repositoryOf', (test) => {
  for (const spec of SAME) {
    test(spec, () => assert.equal(repositoryOf(spec), { host: 'github.com', owner: 'acme', name: 'tool' }));
  }

  test('other hosts keep their name', () => {
    assert.is(repositoryOf('gitlab:acme/tool')?.host, 'gitlab.com');
    assert.is(repositoryOf('https://git.example.test/acme/tool.git')?.host, 'git.example.test');
    assert.is(repositoryOf('https://github.com.evil.test/acme/tool')?.host, 'github.com.evil.test');
  });

  test('what names no repository is none', () => {
    for (const spec of [
      undefined,
      '',
      'tool',
      'gist:11081aaa281',
      'https://github.com/acme',
      'https://github.com/',
      'https://github.com/acme/..',
      'https://github.com/ac me/tool',
      'https://github.com/acme/to"ol',
      'https://github.com/acme){x}/tool',
      '__proto__',
      `acme/${'a'.repeat(600)}`,
    ])
      assert.is(repositoryOf(spec), undefined, String(spec));
  });

  test('keys compare as GitHub does', () =>
    assert.is(repositoryKey({ host: 'github.com', owner: 'Acme', name: 'Tool' }), 'acme/tool'));

  test('nothing but names comes out of any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        const found = repositoryOf(text);
        if (found !== undefined) assert.match(`${found.owner}/${found.name}`, /^[\w-]+\/[\w.-]+$/);
      }),
    );
  });
});
