import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { assert, suite } from '../helpers.ts';

suite('when V8 optimizes', (test) => {
  // It prints an error for a flag that it does not know.
  test('is said in words that this engine understands', () => {
    const module = new URL('../../src/bin/patience.ts', import.meta.url);
    const said = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--eval', `import('${module}').then(({ optimizeLater }) => optimizeLater())`],
      { cwd: fileURLToPath(new URL('../..', import.meta.url)), encoding: 'utf8' },
    );
    assert.equal([said.status, said.stderr, said.stdout], [0, '', '']);
  });
});
