import { builderOf, unbuiltAmong } from '../src/builders.ts';
import { assert, suite } from './helpers.ts';
import { world } from './world.ts';

const told = (...files: string[]) =>
  unbuiltAmong(world(Object.fromEntries(files.map((file) => [file, '']))), '/project', files);

suite('pages that a builder makes others of', (test) => {
  test('an index.html beside a configuration', () => {
    assert.equal(told('index.html', 'vite.config.ts'), [
      "index.html is the source of a build (vite.config.ts): run on its output, or add there: import { vakt } from 'vakt/vite' and, last in plugins, vakt()",
    ]);
    for (const config of ['next.config.mjs', 'astro.config.mts', 'webpack.config.cjs'])
      assert.is(told('app/index.html', `app/${config}`).length, 1, config);
    assert.is(told('src/index.html', 'webpack.config.js').length, 1);
  });

  test('nothing else', () => {
    assert.equal(told('dist/index.html', 'vite.config.ts'), []);
    assert.equal(told('public/index.html', 'next.config.js'), []);
    assert.equal(told('about.html', 'vite.config.ts'), []);
    assert.equal(told('index.html', 'vite.config.json', 'xvite.config.js', 'vite.config.js/x'), []);
    const list = () => {
      throw new Error('closed');
    };
    assert.is(builderOf({ list }, '/a/index.html'), undefined);
  });
});
