/** --dry-run as a patch: what git makes of it is what sri-fix would have written, in any encoding and with any name. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { main } from '../../src/cli/main.ts';
import { realIo } from '../../src/io.ts';
import { assert, inTemporaryFolder, suite } from '../helpers.ts';
import { CDN } from './fixing.ts';

const TAG = `<script src="${CDN}a.js"></script>`;
const lines = `<!doctype html>\n<p>é\n${'<p>\n'.repeat(20)}${TAG}\n<p>\n${TAG}`;

const PAGES: Record<string, Buffer> = {
  'crlf.html': Buffer.from(`${lines}\n`.replaceAll('\n', '\r\n')),
  'no end of line.html': Buffer.from(lines),
  'sub folder/näme "quoted"\t\\.html': Buffer.from(lines),
  'mark.html': Buffer.from(`\ufeff${lines}`),
  'latin.html': Buffer.from(`<meta charset=windows-1252><p>caf\u00e9\x80\n${TAG}`, 'latin1'),
  'wide.html': Buffer.from(`\ufeff${lines}\n`, 'utf16le'),
  'wider.html': Buffer.from(`\ufeff${lines}`, 'utf16le').swap16(),
  'broken.html': Buffer.concat([Buffer.from([0xff, 0xfe, 0x80, 0x0a].reverse()), Buffer.from(TAG)]),
};

suite('diffs of sri-fix', (test) => {
  test('are applied by git', () =>
    inTemporaryFolder(async (folder) => {
      const put = (name: string, content: Buffer | string) => {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), content);
      };
      for (const [name, bytes] of Object.entries(PAGES)) put(name, bytes);
      put('mirror/cdn.jsdelivr.net/npm/x@1.0.0/a.js', 'a()');
      const run = async (...more: string[]) => {
        const parts: Uint8Array[] = [];
        const out = (text: string | Uint8Array) => void parts.push(Buffer.from(text));
        const io = { ...realIo(), cwd: folder, columns: undefined, out, err: () => {} };
        assert.is(await main(['sri-fix', '--offline', '--mirror', 'mirror', '.', ...more], io), 0);
        return Buffer.concat(parts);
      };
      const contents = () => Object.keys(PAGES).map((name) => readFileSync(join(folder, name)));
      const patch = await run('--dry-run');
      assert.equal(contents(), Object.values(PAGES));
      execFileSync('git', ['apply', '-'], { cwd: folder, input: patch });
      const applied = contents();
      for (const [name, bytes] of Object.entries(PAGES)) put(name, bytes);
      await run();
      assert.equal(contents(), applied);
      assert.equal(await run('--dry-run', '-o', 'later.diff'), Buffer.alloc(0));
    }));
});
