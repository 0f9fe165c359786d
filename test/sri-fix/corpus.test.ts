/** Whole pages with the rewrite that each must get. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { realIo } from '../../src/io.ts';
import type { Load } from '../../src/readers/html/page.ts';
import { readPage } from '../../src/readers/html/read.ts';
import { originsOf } from '../../src/readers/html/urls.ts';
import { sriFix } from '../../src/sri-fix/run.ts';
import { assert, suite, testWith } from '../helpers.ts';
import { request } from './fixing.ts';

const corpus = process.env.VAKT_CORPUS;
const folder = join(corpus ?? '', 'html-cases');
const origins = originsOf('https://site.test', []);

/** What a page's tags and import maps say. */
async function meaning(bytes: Buffer) {
  const page = await readPage('page.html', bytes, 'https://site.test/page.html', origins);
  const loads = page.loads.filter(({ url }) => url !== UNKNOWN);
  const tags = loads.map(({ url, tag }: Load) => [
    url,
    ...(tag?.attributes.map(({ name, value }) => `${name}=${value}`).sort() ?? []),
  ]);
  return { tags, maps: page.importMaps.map(({ text }) => JSON.parse(text)) };
}

/** The page without what sri-fix may add: all else must be the same, byte for byte. */
function rest(bytes: Buffer): string {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  const text = bytes.toString(utf16 ? 'utf16le' : 'latin1');
  return text.replace(/ integrity="[^"]*"| crossorigin="anonymous"/g, '');
}

/** Of page 30, which the corpus has no body of. */
const UNKNOWN = 'https://cdn.jsdelivr.net/npm/tpl@1.0.0/g.js';

suite('pages of the corpus', (test) => {
  testWith(
    corpus === undefined ? 'VAKT_CORPUS' : undefined,
    test,
    'become what they must, and stay so',
    async () => {
      const names = readdirSync(join(folder, 'fixed'));
      assert.ok(names.length > 20);
      const written = new Map<string, Buffer>();
      const io = {
        ...realIo(),
        cwd: folder,
        readFile: (file: string) => written.get(file) ?? realIo().readFile(file),
        rewrite: (file: string, _was: Uint8Array, next: Uint8Array) =>
          void written.set(file, Buffer.from(next)),
      };
      const result = await sriFix(io, request({ paths: names, update: true }));
      assert.is(result.exitCode, 3);
      const unlearned = result.pages.flatMap(({ lines }) => lines.filter((l) => l.action === 'unlearned'));
      assert.equal(
        unlearned.map(({ url }) => url),
        [UNKNOWN],
      );
      for (const name of names) {
        const path = join(folder, name);
        const [ours, fixed] = [io.readFile(path), readFileSync(join(folder, 'fixed', name))];
        assert.equal(await meaning(ours), await meaning(fixed), name);
        assert.is(rest(ours), rest(fixed), name);
      }
      const again = await sriFix(io, request({ paths: names, check: true }));
      assert.is(again.exitCode, 3);
      assert.not.ok(again.pages.some(({ changed }) => changed));
    },
  );
});
