/** The corners of `vakt hook`: what is not staged, not a file, not the root's, or not the commit's to decide. */
import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { realIo } from '../src/io.ts';
import { compileDatabase } from '../src/sources/advisories/compile.ts';
import { assert, inTemporaryFolder, suite } from './helpers.ts';
import { lockOf, type Repository, repository } from './repository.ts';

const MALWARE = 'debug@4.4.2';
const TAG = (host = 'cdn.example.test') => `<script src="https://${host}/a.js"></script>\n`;
const PAGE = '<!doctype html>\n';
const root = fileURLToPath(new URL('..', import.meta.url));

/** A lock file whose packages come from these hosts, `name@version` each. */
function fromHosts(hosts: Record<string, string>): Record<string, string> {
  return lockOf(
    ...Object.entries(hosts).map(([spec, host]): [string, object] => {
      const [name = '', version = ''] = spec.split('@');
      return [spec, { resolved: `https://${host}/${name}/-/${name}-${version}.tgz` }];
    }),
  );
}

function commit(repo: Repository): { status: number; out: string } {
  repo.git('add', '--all');
  return repo.try('commit', '--quiet', '--message', 'x');
}

suite('vakt hook: named files', (test) => {
  test('of all files the staged ones are judged as a change, the others as they stand', () =>
    inTemporaryFolder(async (home) => {
      const repo = repository(home);
      repo.commit({ ...lockOf(MALWARE), 'a.html': PAGE, 'old.html': TAG('old.example.test') });
      repo.write({ 'a.html': PAGE + TAG('new.example.test') });
      repo.git('add', '--all');
      repo.write({ 'a.html': PAGE });
      const all = await repo.vakt('hook', 'package-lock.json', 'a.html', 'old.html');
      assert.is(all.code, 1);
      for (const part of ['new.example.test', 'old.example.test', 'Malware'])
        assert.ok(all.out.includes(part), part);
      // What is staged alone blocks by what it adds; what stands, by what blocks in any case.
      assert.is((await repo.vakt('hook', 'old.html')).code, 0);
      assert.is((await repo.vakt('hook', 'a.html')).code, 1);
      assert.is((await repo.vakt('hook', 'package.json')).code, 1);
    }));

  test('that came with a merge are nobody’s to judge', () =>
    inTemporaryFolder(async (home) => {
      const repo = repository(home);
      repo.commit({ 'a.txt': 'a\n' });
      repo.git('checkout', '-q', '-b', 'topic');
      repo.commit({ 'b.txt': 'b\n' });
      repo.git('checkout', '-q', 'main');
      repo.commit(lockOf(MALWARE));
      repo.git('checkout', '-q', 'topic');
      repo.git('merge', '-q', '--no-commit', '--no-ff', 'main');
      assert.equal(await repo.vakt('hook', 'package-lock.json'), { code: 0, out: '', err: '' });
    }));
});

suite('vakt hook: the policy', (test) => {
  test('is that of the repository’s own folder; one further down judges no commit, and that is said', () =>
    inTemporaryFolder((home) => {
      const repo = repository(home);
      repo.commit({ 'README.md': 'x\n', 'apps/web/vakt.yml': 'rules: { missing-sri: off }\n' });
      repo.hook();
      repo.write({ 'apps/web/index.html': PAGE + TAG() });
      assert.is(commit(repo).status, 1);
      repo.write({ 'apps/web/index.html': PAGE, 'apps/web/vakt.yml': 'rules: { malware: off }\n' });
      const { status, out } = commit(repo);
      assert.is(status, 0, out);
      assert.match(out, /apps\/web\/vakt\.yml judges no commit/);
    }));

  test('that could not be read may be mended, and the default judges that commit', () =>
    inTemporaryFolder((home) => {
      const repo = repository(home);
      repo.commit({ 'vakt.yml': '{{{' });
      repo.hook();
      repo.write({ 'vakt.yml': 'rules: { missing-sri: off }\n', 'a.html': PAGE + TAG() });
      assert.is(commit(repo).status, 1);
      repo.git('rm', '-q', '-f', 'a.html');
      const { status, out } = commit(repo);
      assert.is(status, 0, out);
    }));

  test('registries are those of the base: a change does not vouch for the host that it takes packages from', () =>
    inTemporaryFolder(async (home) => {
      const files = fromHosts({ 'a@1.0.0': 'registry.example.test', 'b@1.0.0': 'registry.example.test' });
      const mixed = fromHosts({
        'a@1.0.0': 'registry.example.test',
        'b@1.0.0': 'registry.example.test',
        'c@1.0.0': 'evil.example.test',
      });
      const own = { '.npmrc': 'registry=https://evil.example.test/\n' };
      const repo = repository(home);
      repo.commit({ '.gitignore': '.cache\n', ...files });
      repo.hook();
      repo.git('checkout', '-q', '-b', 'topic');
      repo.write({ ...mixed, ...own });
      const since = ['scan', '--changed-since', 'main'];
      assert.match((await repo.vakt(...since)).out, /evil\.example\.test \(c@1\.0\.0\)/);
      assert.match(commit(repo).out, /evil\.example\.test \(c@1\.0\.0\)/);
      // Named before, it is a registry like others, also where the work tree forgets it.
      repo.git('checkout', '-q', '-f', 'main');
      repo.commit(own);
      repo.git('checkout', '-q', '-B', 'topic');
      repo.write({ ...mixed, '.npmrc': '' });
      const { out } = await repo.vakt(...since);
      assert.not.match(out, /from evil\.example\.test/);
    }));
});

suite('vakt hook: what is staged', (test) => {
  test('as a link or a submodule is said, and not looked into', () =>
    inTemporaryFolder((home) => {
      const repo = repository(home);
      const part = repository(home, 'part');
      part.commit({ 'x.html': TAG() });
      repo.commit({ 'real.txt': JSON.stringify({}) });
      repo.hook();
      symlinkSync('real.txt', join(repo.folder, 'package-lock.json'));
      repo.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', part.folder, 'part.html');
      const { status, out } = commit(repo);
      assert.is(status, 0, out);
      assert.match(out, /package-lock\.json is staged as a symbolic link, which is not looked into/);
      assert.match(out, /part\.html is staged as a submodule/);
      repo.write({ 'README.md': 'x\n' });
      assert.equal(commit(repo), { status: 0, out: '' });
      repo.write({ 'package.json': '{"dependencies":{"a":"1"}}' });
      const manifest = commit(repo);
      assert.is(manifest.status, 0, manifest.out);
      assert.match(manifest.out, /package\.json has no lock file/);
    }));

  test('is found whatever git is configured to show', () =>
    inTemporaryFolder((home) => {
      const repo = repository(home);
      repo.commit({ 'apps/web/index.html': PAGE });
      repo.hook();
      for (const [key, value] of [
        ['diff.relative', 'true'],
        ['diff.renames', 'copies'],
        ['diff.noprefix', 'true'],
        ['diff.external', 'false'],
        ['core.quotePath', 'true'],
        ['core.abbrev', '5'],
      ] as const)
        repo.git('config', key, value);
      repo.write({ 'apps/web/é.html': PAGE + TAG() });
      const { status, out } = commit(repo);
      assert.is(status, 1, out);
    }));

  test('with an advisory of a full local database is blocked, and told what to type', () =>
    inTemporaryFolder(async (home) => {
      const db = join(home, 'db');
      await compileDatabase(realIo(), { from: join(root, 'examples/advisories'), to: db, now: new Date() });
      const repo = repository(home);
      repo.commit(lockOf('follow-redirects@1.15.11'));
      repo.hook('', `VAKT_DB='${db}'`);
      repo.write(lockOf('follow-redirects@1.15.3'));
      const { status, out } = commit(repo);
      assert.is(status, 1, out);
      for (const part of ['follow-redirects', '$ npm i -E', 'vakt stops this commit'])
        assert.ok(out.includes(part), `${part}\n${out}`);
      repo.write(lockOf('follow-redirects@1.15.11', 'a@1.0.0'));
      assert.is(commit(repo).status, 0);
    }));

  test('an SRI lock that cannot be read ends the fixing hook with 2, not as a bug', () =>
    inTemporaryFolder((home) => {
      const repo = repository(home);
      repo.commit({ 'sri-lock.json': '{' });
      repo.hook('--only=web --fix || { echo "ended with $?"; exit 1; }');
      repo.write({ 'index.html': PAGE + TAG() });
      const { out } = commit(repo);
      assert.match(out, /sri-lock\.json:1:\d+: is not valid JSON/);
      assert.not.match(out, /bug/i);
    }));
});

suite('vakt hook: from other programs', (test) => {
  test('vakt init --hook writes a program that git runs', () =>
    inTemporaryFolder(async (home) => {
      const repo = repository(home);
      repo.commit({ 'README.md': 'x\n', '.gitignore': 'node_modules\n.cache\n' });
      const { code, out } = await repo.vakt('init', '--hook');
      assert.is(code, 0);
      assert.ok((statSync(join(repo.folder, '.githooks/pre-commit')).mode & 0o111) !== 0);
      for (const command of (/switch it on: (.*)$/m.exec(out)?.[1] ?? '').split(' && '))
        repo.git(...command.replace(/^git /, '').split(' '));
      assert.match(repo.git('ls-files', '--stage', '.githooks'), /^100755 /);
      installed(repo);
      repo.write({ 'index.html': PAGE + TAG() });
      assert.is(commit(repo).status, 1);
    }));

  test('the lines of docs/hooks.md run the hook', () =>
    inTemporaryFolder((home) => {
      const text = readFileSync(join(root, 'docs/hooks.md'), 'utf8');
      const blocks = [...text.matchAll(/^```(\w+)\n(.*?)^```/gms)].map(([, language, body = '']) => ({
        language,
        body,
      }));
      const lefthook = blocks
        .map(({ language, body }) => (language === 'yaml' ? parse(body) : undefined))
        .find((one) => one?.['pre-commit']);
      const simple = blocks.find(({ body }) => body.includes('simple-git-hooks'))?.body ?? '{}';
      const husky = /^# husky: .*\n(.*)$/m.exec(text)?.[1];
      const lines: unknown[] = [
        husky,
        lefthook['pre-commit'].commands.vakt.run,
        JSON.parse(simple)['simple-git-hooks']['pre-commit'],
      ];
      for (const [i, line] of lines.entries()) {
        assert.type(line, 'string');
        const repo = repository(home, `shop-${i}`);
        repo.commit({ 'README.md': 'x\n', '.gitignore': 'node_modules\n.cache\n' });
        installed(repo);
        writeFileSync(join(repo.folder, '.git/hooks/pre-commit'), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
        repo.write({ 'index.html': PAGE + TAG() });
        const blocked = commit(repo);
        assert.is(blocked.status, 1, blocked.out);
        assert.match(blocked.out, /vakt stops this commit/);
        repo.write({ 'index.html': PAGE });
        assert.is(commit(repo).status, 0);
      }
    }));
});

/** What `npm i -D vakt` leaves for hooks: here the program that is committed. */
function installed(repo: Repository): void {
  const program = join(repo.folder, 'node_modules/.bin/vakt');
  assert.not.ok(existsSync(program));
  repo.write({
    'node_modules/.bin/vakt': `#!/bin/sh\nshift\nexec '${process.execPath}' '${join(root, 'dist/hook.cjs')}' "$@"\n`,
  });
  realIo().makeExecutable(program);
}
