/** `vakt hook` in real repositories: what is staged decides, whatever the work tree says. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, inTemporaryFolder, suite } from './helpers.ts';
import { lockOf, type Repository, repository } from './repository.ts';

/** In the floor's table, which needs no database. */
const MALWARE = 'debug@4.4.2';
const TAG = (host = 'cdn.example.test') => `<script src="https://${host}/a.js"></script>\n`;
const PAGE = '<!doctype html>\n';

function started(home: string, files: Record<string, string> = {}): Repository {
  const repo = repository(home);
  repo.commit({ 'README.md': 'shop\n', '.gitignore': '.cache\n', ...files });
  repo.hook();
  return repo;
}

/** Whether the commit went through, and what was said. */
function commit(repo: Repository, ...args: string[]): { status: number; out: string } {
  return repo.try('commit', '--quiet', '--message', 'x', ...args);
}

suite('vakt hook: a commit', (test) => {
  test('is blocked where it adds malware or an unprotected script, is told what to type, and passes when fixed', () =>
    inTemporaryFolder((home) => {
      const repo = started(home, lockOf('a@1.0.0'));
      repo.write({ ...lockOf('a@1.0.0', MALWARE), 'index.html': PAGE + TAG() });
      repo.git('add', '--all');
      const { status, out } = commit(repo);
      assert.is(status, 1, out);
      for (const part of [
        'Malware: remove it at once',
        'debug',
        'index.html:2',
        '$ vakt sri-fix',
        'vakt stops this commit',
      ])
        assert.ok(out.includes(part), `${part}\nin\n${out}`);
      repo.write({ ...lockOf('a@1.0.1'), 'index.html': PAGE });
      repo.git('add', '--all');
      assert.is(commit(repo).status, 0);
    }));

  test('passes in silence where nothing of it is relevant, and says that only the floor was asked where it is', () =>
    inTemporaryFolder((home) => {
      const repo = started(home, { ...lockOf(MALWARE), 'index.html': PAGE + TAG() });
      repo.write({ 'README.md': 'more\n' });
      assert.equal(commit(repo, '--all'), { status: 0, out: '' });
      // What stood before is none of this commit.
      repo.write({ ...lockOf(MALWARE, 'a@1.0.0'), 'index.html': `${PAGE}<p>${TAG()}` });
      const { status, out } = commit(repo, '--all');
      assert.is(status, 0, out);
      assert.match(out, /there is no advisory database.*vakt db update/);
    }));

  test('is judged by what is staged: the work tree may be better or worse', () =>
    inTemporaryFolder((home) => {
      const repo = started(home, { 'index.html': PAGE });
      repo.write({ 'index.html': PAGE + TAG() });
      repo.git('add', 'index.html');
      repo.write({ 'index.html': PAGE });
      assert.is(commit(repo).status, 1);
      repo.git('add', 'index.html');
      repo.write({ 'index.html': PAGE + TAG(), 'other.html': PAGE });
      repo.git('add', 'other.html');
      assert.is(commit(repo).status, 0);
      // git commit -a and git commit <path> bring an index of their own.
      assert.is(commit(repo, '--all').status, 1);
      assert.is(commit(repo, '--', 'index.html').status, 1);
      repo.write({ 'README.md': 'x\n' });
      assert.is(commit(repo, '--', 'README.md').status, 0);
    }));

  test('the first one is held against nothing', () =>
    inTemporaryFolder((home) => {
      const repo = repository(home);
      repo.hook();
      repo.write({ 'index.html': PAGE + TAG() });
      repo.git('add', '--all');
      assert.is(commit(repo).status, 1);
      repo.write({ 'index.html': PAGE, ...lockOf('a@1.0.0') });
      repo.git('add', '--all');
      const { status, out } = commit(repo);
      assert.is(status, 0, out);
    }));

  test('that concludes a merge answers for what neither side had', () =>
    inTemporaryFolder((home) => {
      const repo = started(home, { 'index.html': PAGE, 'a.txt': 'a\n' });
      repo.git('checkout', '-q', '-b', 'topic');
      repo.commit({ 'a.txt': 'b\n' });
      repo.git('checkout', '-q', 'main');
      repo.commit({ 'a.txt': 'c\n', 'index.html': PAGE + TAG(), 'old.html': TAG('old.example.test') });
      repo.git('checkout', '-q', 'topic');
      assert.is(repo.try('merge', 'main').status, 1);
      repo.write({ 'a.txt': 'd\n', 'new.html': TAG('new.example.test') });
      repo.git('add', '--all');
      const { status, out } = repo.try('commit', '--no-edit');
      assert.is(status, 1, out);
      assert.ok(out.includes('new.example.test') && !out.includes('old.example.test'), out);
      repo.git('rm', '-q', '--cached', 'new.html');
      assert.is(repo.try('commit', '--no-edit').status, 0);
    }));

  test('of a rebase or cherry-pick is held against what it is put upon', () =>
    inTemporaryFolder((home) => {
      const repo = started(home, { 'index.html': PAGE, 'a.txt': 'a\n' });
      repo.git('checkout', '-q', '-b', 'topic');
      repo.commit({ 'a.txt': 'b\n', 'index.html': PAGE + TAG() });
      repo.git('checkout', '-q', 'main');
      repo.commit({ 'a.txt': 'c\n' });
      assert.is(repo.try('cherry-pick', 'topic').status, 1);
      repo.write({ 'a.txt': 'd\n' });
      repo.git('add', '--all');
      assert.is(repo.try('commit', '--no-edit').status, 1);
      repo.write({ 'index.html': PAGE });
      repo.git('add', '--all');
      assert.is(repo.try('commit', '--no-edit').status, 0);
    }));

  test('survives renames, deletions, links, submodules, and names that shells and git trip over', () =>
    inTemporaryFolder((home) => {
      const odd = [`-rf.html`, `a b "c".html`, `new\nline.html`, `é.html`];
      const repo = started(home, {
        ...lockOf('a@1.0.0'),
        'old.html': PAGE + TAG('stood.example.test'),
        'gone.html': TAG(),
      });
      const part = repository(home, 'part');
      part.commit({ 'x.html': TAG('part.example.test') });
      repo.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', part.folder, 'part.html');
      rmSync(join(repo.folder, 'gone.html'));
      renameSync(join(repo.folder, 'old.html'), join(repo.folder, 'moved.html'));
      repo.git('add', '--all');
      const moved = commit(repo);
      assert.is(moved.status, 1);
      assert.ok(moved.out.includes('moved.html'), moved.out);
      repo.git('rm', '-q', '-f', 'moved.html');
      assert.is(commit(repo).status, 0);
      for (const name of odd) {
        repo.write({ [name]: TAG('odd.example.test') });
        repo.git('add', '--all');
        const { status, out } = commit(repo);
        assert.is(status, 1, name);
        assert.ok(out.includes('odd.example.test'), out);
        repo.git('rm', '-q', '-f', '--', name);
      }
      writeFileSync(
        Buffer.concat([Buffer.from(`${repo.folder}/`), Buffer.from([0xff]), Buffer.from('.html')]),
        TAG(),
      );
      repo.git('add', '--all');
      const { status, out } = commit(repo);
      assert.is(status, 1);
      assert.ok(out.includes('%ff.html'), out);
    }));

  test('in a worktree, from a folder below, and with a lock file of a workspace', () =>
    inTemporaryFolder((home) => {
      const repo = started(home, { ...lockOf('a@1.0.0'), 'apps/web/package.json': '{"name":"web"}' });
      const tree = join(home, 'tree');
      repo.git('worktree', 'add', '-q', '-b', 'other', tree);
      mkdirSync(join(tree, 'pages'));
      writeFileSync(join(tree, 'pages/index.html'), TAG());
      const other = { ...repo, try: (...args: string[]) => repo.try('-C', join(tree, 'pages'), ...args) };
      assert.is(other.try('add', '--all').status, 0);
      assert.is(commit(other).status, 1);
      repo.write({ 'package.json': JSON.stringify({ name: 'shop', dependencies: { a: '2.0.0' } }) });
      repo.git('add', '--all');
      const { status, out } = commit(repo);
      assert.is(status, 1);
      assert.match(out, /npm install --package-lock-only/);
    }));

  test('a lock file that cannot be read blocks; folders that nobody ships do not', () =>
    inTemporaryFolder((home) => {
      const repo = started(home, lockOf('a@1.0.0'));
      repo.write({ 'package-lock.json': '<<<<<<< HEAD\n' });
      const broken = commit(repo, '--all');
      assert.is(broken.status, 1);
      assert.match(broken.out, /vakt: package-lock\.json:1:1: /);
      repo.git('checkout', '-q', 'package-lock.json');
      repo.write({ 'test/fixtures/x.html': TAG(), 'node_modules/a/index.html': TAG() });
      repo.git('add', '--all', '--force');
      const { status, out } = commit(repo);
      assert.is(status, 0, out);
    }));

  test('does not judge itself: the policy of the last commit counts', () =>
    inTemporaryFolder((home) => {
      const repo = started(home, lockOf('a@1.0.0'));
      repo.write({ ...lockOf(MALWARE), 'vakt.yml': 'rules: { malware: off }\n' });
      repo.git('add', '--all');
      const { status, out } = commit(repo);
      assert.is(status, 1);
      assert.ok(out.includes('loosens the rule malware'), out);
    }));
});

suite('vakt hook: what decides what is checked', (test) => {
  test('file names: of them what is staged; where none is, they as they stand', () =>
    inTemporaryFolder(async (home) => {
      const repo = repository(home);
      repo.commit({ ...lockOf(MALWARE), 'a.html': TAG(), 'b.html': PAGE });
      assert.is((await repo.vakt('hook', 'package-lock.json')).code, 1);
      assert.is((await repo.vakt('hook', 'a.html')).code, 0);
      repo.write({ 'b.html': PAGE + TAG('b.example.test'), 'c.html': TAG('c.example.test') });
      repo.git('add', '--all');
      const { code, out } = await repo.vakt('hook', 'a.html', 'b.html');
      assert.is(code, 1);
      assert.ok(out.includes('b.example.test') && !out.includes('c.example.test'), out);
      assert.is((await repo.vakt('hook', '--only', 'deps')).code, 0);
      assert.is((await repo.vakt('hook', 'README.md')).code, 0);
    }));

  test('PRE_COMMIT_FROM_REF and PRE_COMMIT_TO_REF', () =>
    inTemporaryFolder(async (home) => {
      const repo = repository(home);
      const first = repo.commit({ 'a.html': PAGE });
      const second = repo.commit({ 'a.html': PAGE + TAG() });
      const third = repo.commit({ 'b.html': PAGE });
      const between = (from: string, to: string) =>
        repo.try('-c', `alias.x=!PRE_COMMIT_FROM_REF=${from} PRE_COMMIT_TO_REF=${to} node "$HOOK"`, 'x');
      process.env.HOOK = join(import.meta.dirname, '../dist/hook.cjs');
      assert.is(between(first, second).status, 1);
      assert.is(between(first, third).status, 1);
      assert.is(between(second, third).status, 0);
      // As pre-commit has it of a fresh clone, and git of a branch that is deleted.
      const nothing = '0'.repeat(40);
      assert.is(between(nothing, second).status, 1);
      assert.is(between(nothing, first).status, 0);
      assert.is(between(second, nothing).status, 0);
      const { status, out } = between('--output=x', third);
      assert.is(status, 2);
      assert.match(out, /PRE_COMMIT_FROM_REF/);
    }));

  test('2 outside a repository and for words that it does not take', () =>
    inTemporaryFolder(async (home) => {
      const repo = repository(home);
      repo.commit({ 'a.html': PAGE });
      assert.is((await repo.vakt('hook', '--nonsense')).code, 2);
      repo.hook('--nonsense');
      repo.write({ 'a.html': TAG() });
      assert.match(commit(repo, '--all').out, /--nonsense: does not take these arguments/);
      rmSync(join(repo.folder, '.git'), { recursive: true });
      const { code, err } = await repo.vakt('hook');
      assert.is(code, 2);
      assert.match(err, /is no work tree of git/);
    }));
});
