/** The real disk: what stands in the way is an answer or a UserError, never a crash. */
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../src/cli/main.ts';
import { type Io, realIo } from '../src/io.ts';
import { assert, failure, inTemporaryFolder, suite } from './helpers.ts';

const LOCK = JSON.stringify({
  lockfileVersion: 3,
  packages: { '': {}, 'node_modules/a': { version: '1.0.0', integrity: 'sha512-AAAA' } },
});

async function run(folder: string, over: Partial<Io>, ...argv: string[]) {
  let out = '';
  let err = '';
  const code = await main([...argv, '--offline'], {
    ...realIo(),
    cwd: folder,
    env: {},
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    ...over,
  });
  return { code, out, err };
}

suite('the disk', (test) => {
  test('a path through a file, a name that is too long: nothing is there', () =>
    inTemporaryFolder((folder) => {
      writeFileSync(join(folder, 'a'), '');
      const { kind } = realIo();
      assert.is(kind(join(folder, 'a', 'b')), undefined);
      assert.is(kind(join(folder, 'x'.repeat(5000))), undefined);
    }));

  test('a link in a circle is there, and the files beside it are listed', () =>
    inTemporaryFolder((folder) => {
      symlinkSync('circle', join(folder, 'circle'));
      writeFileSync(join(folder, 'file'), '');
      const io = realIo();
      assert.is(io.kind(join(folder, 'circle')), 'other');
      assert.equal(
        io
          .list(folder)
          .map(({ name }) => name)
          .sort(),
        ['circle', 'file'],
      );
    }));
});

suite('scans of a real folder', (test) => {
  test('a lock file that is named itself is judged by the policy beside it', () =>
    inTemporaryFolder(async (folder) => {
      mkdirSync(join(folder, 'shop'));
      writeFileSync(join(folder, 'shop', 'package-lock.json'), LOCK);
      writeFileSync(join(folder, 'shop', 'vakt.yml'), 'extends: malware\n');
      const { code, out, err } = await run(folder, {}, 'shop/package-lock.json', '--format', 'json');
      assert.is(err, '');
      const report = JSON.parse(out);
      assert.is(code, report.exitCode);
      assert.is(report.policy.name, 'shop/vakt.yml');
      assert.is(report.coverage.packages, 1);
    }));

  test('a lock file that is a link in a circle: 2', () =>
    inTemporaryFolder(async (folder) => {
      symlinkSync('package-lock.json', join(folder, 'package-lock.json'));
      const { code, err } = await run(folder, {});
      assert.is(code, 2);
      assert.not.match(err, /a bug in vakt/);
    }));

  test('a report that cannot be written: 2 and what to do', () =>
    inTemporaryFolder(async (folder) => {
      writeFileSync(join(folder, 'package-lock.json'), LOCK);
      for (const place of ['.', 'package-lock.json/report']) {
        const { code, err } = await run(folder, {}, '-o', place);
        assert.is(code, 2, err);
        assert.match(err, /cannot be written[^\n]*\n {2}.*--output-file/);
      }
    }));

  test('a folder that cannot be made is an error, not a hang', async () => {
    if (!existsSync('/proc/self')) return;
    assert.match((await failure(() => realIo().create('/proc/vakt/cache/a.vdb'))).message, /ENOENT|EACCES/);
  });

  test('a folder that cannot be listed is a gap, not silence', () =>
    inTemporaryFolder(async (folder) => {
      writeFileSync(join(folder, 'package-lock.json'), LOCK);
      mkdirSync(join(folder, 'closed'));
      const { list } = realIo();
      const closed = (at: string) => {
        if (at === join(folder, 'closed')) throw new Error('EACCES');
        return list(at);
      };
      const { code, out } = await run(folder, { list: closed }, '--format', 'json');
      assert.is(code, 3);
      const reasons = JSON.parse(out).gaps.map(({ reason }: { reason: string }) => reason);
      assert.ok(reasons.some((one: string) => one.startsWith('closed: the folder cannot be listed')));
    }));
});
