import { type Selection, walk } from '../src/readers/walk.ts';
import { assert, suite } from './helpers.ts';
import { world } from './world.ts';

const NONE: Selection = { include: [], exclude: [] };

function walked(files: Record<string, string>, selection: Partial<Selection> = {}) {
  return walk(world(files), '/project', (name) => name.endsWith('.html'), { ...NONE, ...selection });
}

suite('walk', (test) => {
  test('finds what is wanted, never in node_modules or .git', () => {
    const { files } = walked({
      'a.html': '',
      'b/c.html': '',
      'b/d.css': '',
      'node_modules/x/e.html': '',
      '.git/f.html': '',
    });
    assert.equal(files, ['a.html', 'b/c.html']);
  });

  test('leaves out what git ignores, by the nearest word', () => {
    const { files } = walked({
      '.gitignore': 'out/\n*.tmp.html\n',
      'out/a.html': '',
      'b.tmp.html': '',
      'c/.gitignore': '!keep.tmp.html\n',
      'c/keep.tmp.html': '',
      'c/d.html': '',
    });
    assert.equal(files, ['c/d.html', 'c/keep.tmp.html']);
  });

  test('tells the folders that nobody ships, and looks into them when asked', () => {
    const given = { 'a.html': '', 'examples/b.html': '', 'test/c.html': '', 'src/__fixtures__/d.html': '' };
    const usual = walked(given);
    assert.equal(usual.files, ['a.html']);
    assert.equal(usual.excluded, ['examples', 'src/__fixtures__', 'test']);
    assert.equal(walked(given, { include: ['examples/'] }).files, ['a.html', 'examples/b.html']);
  });

  test('leaves out what the policy excludes, and tells the folders', () => {
    const { files, excluded } = walked(
      { 'a.html': '', 'legacy/b.html': '', 'c.old.html': '' },
      { exclude: ['legacy', '*.old.html'] },
    );
    assert.equal(files, ['a.html']);
    assert.equal(excluded, ['legacy']);
  });
});
