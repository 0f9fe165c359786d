/** Reading in bulk: what no project has and a hostile page may have. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { realIo } from '../src/io.ts';
import { readAll } from '../src/read.ts';
import { MOST_ELEMENTS } from '../src/readers/html/elements.ts';
import { assert, inTemporaryFolder, suite } from './helpers.ts';

suite('reading', (test) => {
  test('a page with more third-party tags than a call takes arguments', () =>
    inTemporaryFolder(async (folder) => {
      const file = join(folder, 'index.html');
      writeFileSync(file, '<script src=//a.test/a.js></script>'.repeat(MOST_ELEMENTS + 1));
      const request = { paths: [file], only: 'web', offline: true, progress: () => {} } as const;
      const { loads, gaps } = await readAll(realIo(), request);
      assert.is(loads.length, MOST_ELEMENTS);
      assert.match(gaps.map(({ reason }) => reason).join(), /index\.html has more than 200,000 scripts/);
    }));
});
