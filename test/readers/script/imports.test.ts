import { importReader } from '../../../src/readers/script/imports.ts';
import { assert, suite } from '../../helpers.ts';

suite('imports of a module', (test) => {
  test('static ones and import(), once each, in their order', async () => {
    const read = await importReader();
    const text = `import a from "./a.js"; export * from './b.js'; export {c} from "./c.js"; import "./a.js"; export const from = 1;
      const f = () => import(\`./d.js\`); import(x ? "./e.js" : './f.js'); import/* */("./d.js"); import.meta.url; "import('./no.js')"`;
    assert.equal(read(text), {
      fixed: ['./a.js', './b.js', './c.js'],
      later: ['./d.js', './e.js', './f.js'],
      open: false,
    });
  });

  test('import() of what only the running code knows', async () => {
    const read = await importReader();
    for (const code of ['import(x)', 'import("./" + x)', `import(\`./\${x}\`)`, 'import(a ? "./b.js" : c)'])
      assert.equal([read(code).later, read(code).open], [[], true], code);
  });

  test('a large file and a script that is no module', async () => {
    const read = await importReader();
    const filler = 'f(1);'.repeat(200_000);
    assert.equal(read(`import("./a.js");${filler}import("./b.js")`).later, ['./a.js', './b.js']);
    assert.equal(read('with (a) import("./a.js")').later, ['./a.js']);
  });

  test('by its words where no parser takes it', async () => {
    const read = await importReader();
    const text =
      'import "./a.js"; <p>; export {x} from\'../b.js\'; import("https://c.test/c.js"); import "bare"; import x from "/d e"';
    assert.equal(read(text), { fixed: ['./a.js', '../b.js'], later: ['https://c.test/c.js'], open: true });
  });

  test('nothing', async () => {
    assert.equal((await importReader())('f()'), { fixed: [], later: [], open: false });
  });
});
