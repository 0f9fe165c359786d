/** The hooks of .pre-commit-hooks.yaml in the real framework, from a clone, with an empty cache. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { COMMITTED } from '../.ci/bundle.ts';
import { LOCK_FILES, PAGES } from '../src/readers/extensions.ts';
import { assert, inTemporaryFolder, suite, testWith } from './helpers.ts';
import { environment, lockOf, type Repository, repository } from './repository.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = readFileSync(join(root, '.pre-commit-hooks.yaml'), 'utf8');
const missing = spawnSync('pre-commit', ['--version']).status === 0 ? undefined : 'pre-commit';

/** What a clone of vakt holds of the hooks, as a repository of its own. */
function clone(home: string): { folder: string; commit: string } {
  const vakt = repository(home, 'vakt');
  for (const file of ['.pre-commit-hooks.yaml', ...COMMITTED.map((name) => `dist/${name}`)]) {
    mkdirSync(dirname(join(vakt.folder, file)), { recursive: true });
    cpSync(join(root, file), join(vakt.folder, file));
  }
  return { folder: vakt.folder, commit: vakt.commit({}) };
}

function preCommit(
  repo: Repository,
  home: string,
  ...args: string[]
): { status: number | null; out: string } {
  const env = { ...environment(home), PRE_COMMIT_HOME: join(home, 'pre-commit') };
  const { status, stdout, stderr } = spawnSync('pre-commit', args, {
    cwd: repo.folder,
    env,
    encoding: 'utf8',
  });
  return { status, out: stdout + stderr };
}

suite('pre-commit', (test) => {
  test('the manifest means the files that the hook means', () => {
    const hooks = parse(manifest) as { id: string; files: string; entry: string }[];
    const [deps, web, fix] = hooks.map(({ files }) => new RegExp(files));
    for (const name of [...LOCK_FILES, 'package.json', 'vakt.yml'])
      for (const path of [name, `a b/${name}`]) assert.ok(deps?.test(path) && !deps.test(`x${path}x`), path);
    for (const extension of PAGES)
      assert.ok(web?.test(`a.${extension}`) && fix?.test(`a/b.${extension}`), extension);
    for (const { entry } of hooks)
      assert.ok(COMMITTED.includes(entry.split(' ')[0]?.replace('dist/', '') ?? ''));
  });

  test('the programs are executable where git keeps them', () => {
    const listed = execFileSync('git', ['ls-files', '--stage', 'dist'], { cwd: root, encoding: 'utf8' });
    assert.match(listed, /^100755 .*\tdist\/hook\.cjs$/m);
  });

  testWith(missing, test, 'blocks a commit, says what to type, and passes when it is mended', () =>
    inTemporaryFolder((home) => {
      const vakt = clone(home);
      const repo = repository(home);
      const hooks = '[{id: vakt}, {id: vakt-sri}]';
      repo.commit({
        ...lockOf('a@1.0.0'),
        '.pre-commit-config.yaml': `repos: [{repo: '${vakt.folder}', rev: ${vakt.commit}, hooks: ${hooks}}]\n`,
      });
      assert.is(
        preCommit(repo, home, 'validate-manifest', join(vakt.folder, '.pre-commit-hooks.yaml')).status,
        0,
      );
      assert.is(preCommit(repo, home, 'install').status, 0);
      repo.write({
        ...lockOf('a@1.0.0', 'debug@4.4.2'),
        'a page.html': '<script src="https://cdn.example.test/a.js"></script>',
      });
      repo.git('add', '--all');
      const { status, out } = repo.try('commit', '-q', '-m', 'x');
      assert.is(status, 1, out);
      for (const part of ['Malware: remove it at once', 'a page.html:1', '$ vakt sri-fix'])
        assert.ok(out.includes(part), `${part}\nin\n${out}`);
      repo.write({ ...lockOf('a@1.0.1'), 'a page.html': '<p>' });
      repo.git('add', '--all');
      const mended = repo.try('commit', '-q', '-m', 'x');
      assert.is(mended.status, 0, mended.out);
    }),
  );

  testWith(missing, test, 'try-repo, --all-files and a range work from a clone', () =>
    inTemporaryFolder((home) => {
      const vakt = clone(home);
      const repo = repository(home);
      const first = repo.commit(lockOf('a@1.0.0'));
      repo.commit(lockOf('debug@4.4.2'));
      const all = preCommit(repo, home, 'try-repo', vakt.folder, 'vakt', '--all-files', '--verbose');
      assert.is(all.status, 1, all.out);
      assert.match(all.out, /Malware/);
      const range = ['--from-ref', first, '--to-ref', 'HEAD'];
      assert.is(preCommit(repo, home, 'try-repo', vakt.folder, 'vakt', ...range).status, 1);
      const none = ['--from-ref', 'HEAD', '--to-ref', 'HEAD'];
      assert.is(preCommit(repo, home, 'try-repo', vakt.folder, 'vakt', ...none).status, 0);
    }),
  );

  testWith(missing, test, 'the fixing hook changes the work tree and stages nothing', () =>
    inTemporaryFolder((home) => {
      const vakt = clone(home);
      const repo = repository(home);
      const integrity = `sha384-${'AbCd'.repeat(16)}`;
      const url = 'https://cdn.example.test/a.js';
      repo.commit({
        'sri-lock.json': JSON.stringify({ [url]: { integrity, from: url, size: 1, seen: '2026-01-01' } }),
        '.pre-commit-config.yaml': `repos: [{repo: '${vakt.folder}', rev: ${vakt.commit}, hooks: [{id: vakt-sri-fix}]}]\n`,
      });
      preCommit(repo, home, 'install');
      repo.write({ 'index.html': `<script src="${url}"></script>` });
      repo.git('add', '--all');
      const { status, out } = repo.try('commit', '-q', '-m', 'x');
      assert.is(status, 1, out);
      assert.ok(!repo.git('show', ':index.html').includes('integrity'));
      assert.ok(readFileSync(join(repo.folder, 'index.html'), 'utf8').includes(integrity), out);
      repo.git('add', '--all');
      const fixed = repo.try('commit', '-q', '-m', 'x');
      assert.is(fixed.status, 0, fixed.out);
    }),
  );
});
