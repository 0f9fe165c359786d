/** `--history` on a repository with a planted week. */
import { join } from 'node:path';
import { assert, inTemporaryFolder, suite } from './helpers.ts';
import { lockOf, type Repository, repository } from './repository.ts';

/** In the floor's table, which needs no database. */
const MALWARE = 'debug@4.4.2';
const POLICY = { 'vakt.yml': 'require: { advisories: false }\n' };

interface Commit {
  id: string;
  committed: string;
}
interface Found {
  code: number;
  hits: {
    name: string;
    version: string;
    file: string;
    windows: { from?: Commit; until?: Commit }[];
    branches: Commit[];
  }[];
  gaps: { reason: string }[];
  versions: number;
}

async function lookBack(repo: Repository, ...args: string[]): Promise<Found> {
  const asked = ['scan', '--history', '90d', '--only', 'malware', '--format', 'json', ...args];
  const { code, out, err } = await repo.vakt(...asked);
  assert.ok(out !== '', err);
  const { hits, gaps, coverage } = JSON.parse(out);
  return { code, hits, gaps, versions: coverage.versions };
}

suite('--history', (test) => {
  test('tells the week in which a bad version was locked, by commit and time', () =>
    inTemporaryFolder(async (home) => {
      const repo = repository(home);
      repo.commit({ ...POLICY, ...lockOf('debug@4.4.1') }, '2026-06-01T10:00:00Z');
      const from = repo.commit(lockOf(MALWARE), '2026-09-08T13:30:00Z');
      repo.commit({ 'README.md': 'x' }, '2026-09-10T10:00:00Z');
      repo.commit(lockOf(MALWARE, 'a@1.0.0'), '2026-09-11T10:00:00Z');
      const until = repo.commit(lockOf('debug@4.4.3'), '2026-09-15T13:30:00Z');
      const { code, hits } = await lookBack(repo);
      assert.is(code, 1);
      assert.is(hits.length, 1);
      assert.equal(
        hits[0]?.windows.map((w) => [w.from?.id, w.until?.id]),
        [[from, until]],
      );
      assert.is(hits[0]?.windows[0]?.from?.committed, '2026-09-08T13:30:00.000Z');
      const { out, code: same } = await repo.vakt('scan', '--history', '90d', '--only', 'malware');
      assert.is(same, 1);
      for (const part of [
        'debug@4.4.2 in package-lock.json',
        `2026-09-08 13:30  commit ${from.slice(0, 12)}`,
        `2026-09-15 13:30  commit ${until.slice(0, 12)} (written 2026-09-15 13:30), 7 days later`,
      ])
        assert.ok(out.includes(part), `${part}\nin\n${out}`);
      // The scan of today is content, and so is a time that begins later.
      assert.is((await repo.vakt('scan')).code, 0);
      assert.is((await lookBack(repo, '--history', '60d')).code, 0);
    }));

  test('before the window, until now, and twice', () =>
    inTemporaryFolder(async (home) => {
      const repo = repository(home);
      repo.commit({ ...POLICY, ...lockOf(MALWARE) }, '2026-01-01T10:00:00Z');
      assert.equal((await lookBack(repo)).hits[0]?.windows, [{}]);
      repo.commit(lockOf('debug@4.4.3'), '2026-10-01T10:00:00Z');
      repo.commit(lockOf(MALWARE), '2026-11-01T10:00:00Z');
      const { hits, code } = await lookBack(repo);
      assert.is(code, 1);
      const days = hits[0]?.windows.map(({ from, until }) =>
        [from, until].map((c) => c?.committed.slice(0, 10)),
      );
      assert.equal(days, [
        [undefined, '2026-10-01'],
        ['2026-11-01', undefined],
      ]);
    }));

  test('on a branch that was merged, mended before the merge or with it', () =>
    inTemporaryFolder(async (home) => {
      const repo = repository(home);
      repo.commit({ ...POLICY, ...lockOf('a@1.0.0') }, '2026-09-01T10:00:00Z');
      repo.git('checkout', '-q', '-b', 'topic');
      const bad = repo.commit(lockOf('a@1.0.0', MALWARE), '2026-09-08T10:00:00Z');
      repo.commit(lockOf('a@1.0.0', 'debug@4.4.3'), '2026-09-09T10:00:00Z');
      repo.git('checkout', '-q', 'main');
      repo.git('merge', '-q', '--no-ff', '--no-edit', 'topic');
      const { hits, code } = await lookBack(repo);
      assert.is(code, 1);
      assert.equal(hits[0]?.windows, []);
      assert.equal(
        hits[0]?.branches.map(({ id }) => id),
        [bad],
      );
    }));

  test('each lock file of a folder, also one that was deleted; odd names; folders nobody ships', () =>
    inTemporaryFolder(async (home) => {
      const repo = repository(home);
      const at = (folder: string, files: Record<string, string>) =>
        Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
      repo.commit(
        { ...POLICY, ...at('apps/ -x "é\n', lockOf(MALWARE)), ...at('test', lockOf(MALWARE)) },
        '2026-09-08T10:00:00Z',
      );
      repo.git('rm', '-r', '-q', 'apps');
      repo.commit({}, '2026-09-09T10:00:00Z');
      const { hits } = await lookBack(repo);
      assert.equal(
        hits.map(({ file }) => file),
        ['apps/ -x "é\n/package-lock.json'],
      );
      assert.is(hits[0]?.windows[0]?.until?.committed.slice(0, 10), '2026-09-09');
    }));

  test('a lock file that moves leaves one window where it was and begins one where it is', () =>
    inTemporaryFolder(async (home) => {
      const repo = repository(home);
      const at = (folder: string, files: Record<string, string>) =>
        Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
      repo.commit({ ...POLICY, ...at('a', lockOf(MALWARE)) }, '2026-09-08T10:00:00Z');
      repo.git('config', 'diff.renames', 'copies');
      repo.git('mv', 'a', 'b');
      repo.commit({}, '2026-09-09T10:00:00Z');
      const { hits } = await lookBack(repo);
      assert.equal(
        hits.map(({ file, windows }) => [
          file,
          ...windows.map(({ from, until }) => [from, until].map((one) => one?.committed.slice(0, 10))),
        ]),
        [
          ['a/package-lock.json', ['2026-09-08', '2026-09-09']],
          ['b/package-lock.json', ['2026-09-09', undefined]],
        ],
      );
    }));

  test('a version that cannot be read is a gap, and so is a shallow clone', () =>
    inTemporaryFolder(async (home) => {
      const repo = repository(home);
      repo.commit({ ...POLICY, ...lockOf('a@1.0.0') }, '2026-09-01T10:00:00Z');
      repo.commit({ 'package-lock.json': '<<<<<<<' }, '2026-09-08T10:00:00Z');
      repo.commit(lockOf('a@1.0.1'), '2026-09-09T10:00:00Z');
      const { code, gaps, versions } = await lookBack(repo);
      assert.is(code, 3);
      assert.is(versions, 2);
      assert.match(gaps[0]?.reason ?? '', /package-lock\.json:1:1 in commit [0-9a-f]{12}: /);
      repo.git('clone', '-q', '--depth=1', `file://${repo.folder}`, join(home, 'clone'));
      const shallow = await lookBack(repository(home, 'clone'));
      assert.is(shallow.code, 3);
      assert.match(shallow.gaps[0]?.reason ?? '', /shallow/);
    }));

  test('a commit at which a shallow clone ends is not taken for the one that added what it holds', () =>
    inTemporaryFolder(async (home) => {
      const repo = repository(home);
      repo.commit({ ...POLICY, ...lockOf(MALWARE) }, '2026-09-01T10:00:00Z');
      for (const day of ['2026-09-08', '2026-09-10']) repo.commit({ 'README.md': day }, `${day}T10:00:00Z`);
      const until = repo.commit(lockOf('debug@4.4.3'), '2026-09-15T10:00:00Z');
      for (const depth of [1, 2, 3]) {
        const name = `depth${depth}`;
        repo.git('clone', '-q', `--depth=${depth}`, `file://${repo.folder}`, join(home, name));
        const { code, hits, gaps } = await lookBack(repository(home, name));
        assert.is(code, depth === 1 ? 3 : 1);
        assert.equal(
          hits.flatMap(({ windows }) => windows.map((w) => [w.from?.id, w.until?.id])),
          depth === 1 ? [] : [[undefined, until]],
        );
        assert.match(gaps[0]?.reason ?? '', /shallow/);
      }
    }));

  test('2 for a time that is none, and without a commit', () =>
    inTemporaryFolder(async (home) => {
      const repo = repository(home);
      repo.write(lockOf('a@1.0.0'));
      assert.is((await repo.vakt('scan', '--history', '90d')).code, 2);
      repo.commit({});
      for (const time of ['soon', '0d', '2026-13-01', '-1d']) {
        const { code, err } = await repo.vakt('scan', `--history=${time}`);
        assert.is(code, 2, time);
        assert.match(err, /--history/);
      }
    }));
});
