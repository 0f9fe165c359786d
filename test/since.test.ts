/** `--changed-since` on real repositories. */
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { baseOf } from '../src/git/base.ts';
import { gitIn } from '../src/io/git.ts';
import { assert, inTemporaryFolder, suite } from './helpers.ts';
import { environment, lockOf, type Repository, repository } from './repository.ts';

/** In the floor's table, which needs no database. */
const MALWARE = 'debug@4.4.2';
const TAG = (host: string) => `<!doctype html><script src="https://${host}/a.js"></script>\n`;
const POLICY = 'extends: recommended\nrequire: { advisories: false }\n';

interface Found {
  rule: string;
  level: string;
  added: boolean;
  message: string;
}

async function judged(
  repo: Repository,
  ...args: string[]
): Promise<{ code: number; rules: string[]; findings: Found[]; before: number; gaps: string[] }> {
  const { code, out, err } = await repo.vakt('scan', '--changed-since', 'main', '--format', 'json', ...args);
  assert.ok(out !== '', err);
  const report = JSON.parse(out);
  const findings: Found[] = report.findings;
  return {
    code,
    findings,
    rules: findings.map(({ rule, level }) => `${rule} ${level}`).sort(),
    before: report.change?.before ?? -1,
    gaps: report.gaps.map(({ reason }: { reason: string }) => reason),
  };
}

/** main with these files, and a branch of it. */
function branched(home: string, files: Record<string, string>): Repository {
  const repo = repository(home);
  repo.commit({ 'vakt.yml': POLICY, '.gitignore': '.cache\n', ...files });
  repo.git('checkout', '-q', '-b', 'topic');
  return repo;
}

suite('--changed-since', (test) => {
  test('counts what stood before and fails on what is added', () =>
    inTemporaryFolder(async (home) => {
      const repo = branched(home, { ...lockOf(MALWARE), 'index.html': TAG('cdn.example.test') });
      assert.equal(await judged(repo), {
        code: 0,
        findings: [],
        rules: [],
        before: 2,
        gaps: (await judged(repo)).gaps,
      });
      repo.write({ 'index.html': TAG('cdn.example.test') + TAG('evil.example.test') });
      const { code, rules, before, findings } = await judged(repo);
      assert.is(code, 1);
      assert.equal(rules, ['missing-sri block', 'new-third-party-host todo']);
      assert.is(before, 2);
      assert.ok(findings.every(({ added }) => added));
      const all = await judged(repo, '--scope', 'all');
      assert.equal(all.rules, [
        'malware block',
        'missing-sri block',
        'missing-sri todo',
        'new-third-party-host todo',
      ]);
    }));

  test('a scope without a change is told', () =>
    inTemporaryFolder(async (home) => {
      const repo = branched(home, { 'index.html': '<!doctype html>' });
      assert.match((await repo.vakt('scan', '--scope', 'all')).err, /--changed-since names none/);
      assert.not.match((await repo.vakt('scan')).err, /--changed-since/);
    }));

  test('compares with the merge base: what main got since is not of this change', () =>
    inTemporaryFolder(async (home) => {
      const repo = branched(home, { 'index.html': '<!doctype html>' });
      repo.git('checkout', '-q', 'main');
      repo.commit({ 'index.html': TAG('cdn.example.test') });
      repo.git('checkout', '-q', 'topic');
      repo.commit({ 'other.html': TAG('cdn.example.test') });
      const { code, rules } = await judged(repo);
      assert.is(code, 1);
      assert.equal(rules, ['missing-sri block', 'new-third-party-host todo']);
    }));

  test('sees what is not committed, not staged and not tracked', () =>
    inTemporaryFolder(async (home) => {
      const repo = branched(home, lockOf('a@1.0.0'));
      repo.write({ ...lockOf('a@1.0.0', MALWARE), 'new page.html': TAG('cdn.example.test') });
      const { code, rules } = await judged(repo);
      assert.is(code, 1);
      assert.equal(rules, ['malware block', 'missing-sri block', 'new-third-party-host todo']);
    }));

  test('a change does not judge itself: policy, accepted findings, SRI lock and .gitignore are the base’s', () =>
    inTemporaryFolder(async (home) => {
      const hash = (letter: string) => `sha384-${letter.repeat(64)}`;
      const tag = (letter: string) =>
        `<!doctype html><script src="https://cdn.example.test/a.js" crossorigin integrity="${hash(letter)}"></script>`;
      const lock = (letter: string) =>
        JSON.stringify({
          'https://cdn.example.test/a.js': {
            integrity: hash(letter),
            from: 'x',
            size: 1,
            seen: '2026-01-01',
          },
        });
      const good = `${'AbCd'.repeat(16)}`;
      const make = (text: string) => text.replaceAll('B'.repeat(64), good);
      const repo = branched(home, {
        ...lockOf('a@1.0.0'),
        'index.html': make(tag('B')),
        'sri-lock.json': make(lock('B')),
      });
      const other = (text: string) => text.replaceAll('C'.repeat(64), 'EfGh'.repeat(16));
      repo.write({
        ...lockOf('a@1.0.0', MALWARE),
        'index.html': other(tag('C')),
        'sri-lock.json': other(lock('C')),
        'hidden.html': TAG('evil.example.test'),
        '.gitignore': '.cache\nhidden.html\n',
        'vakt.yml': `${POLICY}rules: { malware: off }\nexclude: ["*.html"]\nignore:\n  - { id: GHSA-x, reason: because, owner: me, until: 2027-05-01 }\n`,
      });
      const { code, rules, findings } = await judged(repo);
      assert.is(code, 1);
      assert.equal(rules, [
        'malware block',
        'missing-sri block',
        'new-third-party-host todo',
        'policy-change todo',
        'policy-change todo',
        'policy-change todo',
        'policy-change todo',
        'policy-change todo',
        'wrong-sri block',
      ]);
      const said = findings.map(({ message }) => message).join('\n');
      for (const part of [
        'this change accepts GHSA-x until 2027-05-01 (me: because)',
        'the rule malware from',
        'into "off"',
        'turns exclude of the policy from [] into ["*.html"]',
        'replaces by sha384-EfGh',
        'makes .gitignore hide hidden.html',
      ])
        assert.ok(said.includes(part), `${part}\nin\n${said}`);
    }));

  test('a base without a policy is judged by recommended', () =>
    inTemporaryFolder(async (home) => {
      const repo = repository(home);
      repo.commit({ '.gitignore': '.cache\n', ...lockOf('a@1.0.0') });
      repo.git('checkout', '-q', '-b', 'topic');
      repo.write({ ...lockOf('a@1.0.0', MALWARE), 'vakt.yml': 'extends: []\n' });
      const { code, rules } = await judged(repo);
      assert.is(code, 1);
      assert.ok(rules.includes('malware block') && rules.includes('policy-change todo'), rules.join());
      repo.write({ 'vakt.yml': 'rules: [\n' });
      assert.ok((await judged(repo)).findings.some(({ message }) => /cannot be read/.test(message)));
    }));

  test('rules on the difference: other bytes, another source, a new install script', () =>
    inTemporaryFolder(async (home) => {
      const repo = branched(home, lockOf('a@1.0.0', 'b@1.0.0', 'c@1.0.0'));
      repo.write(
        lockOf(
          ['a@1.0.0', { integrity: `sha512-${'B'.repeat(86)}==` }],
          [
            'b@1.0.0',
            { resolved: `git+https://git.example.test/b.git#${'a'.repeat(40)}`, integrity: undefined },
          ],
          ['c@1.0.1', { hasInstallScript: true }],
        ),
      );
      const { code, rules } = await judged(repo);
      assert.is(code, 1);
      for (const rule of ['changed-artifact block', 'new-source block', 'new-install-script todo'])
        assert.ok(rules.includes(rule), rules.join());
    }));

  test('development that becomes production is added', () =>
    inTemporaryFolder(async (home) => {
      const files = lockOf(['debug@4.4.2', { dev: true }]);
      const dev = {
        ...files,
        'package.json': files['package.json']?.replace('dependencies', 'devDependencies') ?? '',
      };
      const repo = branched(home, {
        ...dev,
        'package-lock.json':
          files['package-lock.json']?.replaceAll('"dependencies"', '"devDependencies"') ?? '',
      });
      repo.write(lockOf(MALWARE));
      assert.ok((await judged(repo)).rules.includes('malware block'));
    }));

  test('a lock file that could not be read before: everything is new, and it is told', () =>
    inTemporaryFolder(async (home) => {
      const repo = branched(home, { ...lockOf(MALWARE), 'package-lock.json': '{' });
      repo.write(lockOf(MALWARE));
      const { code, rules, gaps } = await judged(repo);
      assert.is(code, 1);
      assert.ok(rules.includes('malware block'), rules.join());
      assert.ok(
        gaps.some((reason) => /before the change: .*all that stands there now counts as new/.test(reason)),
      );
    }));

  test('paths below the root, and names that shells and git trip over', () =>
    inTemporaryFolder(async (home) => {
      const odd = `apps/ -shop "é\n'/index.html`;
      const repo = branched(home, { [odd]: '<!doctype html>', 'apps/other/index.html': '<!doctype html>' });
      repo.write({ [odd]: TAG('cdn.example.test'), 'apps/other/index.html': TAG('cdn.example.test') });
      const { code, findings } = await judged(repo, 'apps');
      assert.is(code, 1);
      const [found] = findings as unknown as { locations: { file: string }[] }[];
      assert.equal(found?.locations.map(({ file }) => file).sort(), [
        ` -shop "é\n'/index.html`,
        'other/index.html',
      ]);
    }));

  test('links, submodules and worktrees', () =>
    inTemporaryFolder(async (home) => {
      const part = repository(home, 'part');
      part.commit({ 'index.html': TAG('cdn.example.test') });
      const repo = branched(home, { ...lockOf('a@1.0.0') });
      repo.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', part.folder, 'part');
      symlinkSync('package-lock.json', join(repo.folder, 'link.html'));
      repo.commit({});
      const tree = join(home, 'tree');
      repo.git('worktree', 'add', '-q', '-b', 'other', tree);
      const other = repository(home, 'tree');
      other.write({ ...lockOf('a@1.0.0', MALWARE) });
      assert.ok((await judged(other)).rules.includes('malware block'));
      rmSync(join(repo.folder, 'link.html'));
      assert.is((await judged(repo)).code, 1);
    }));
});

suite('--changed-since without a base', (test) => {
  const scan = (repo: Repository, ref: string, ...args: string[]) =>
    repo.vakt('scan', '--changed-since', ref, '--format', 'json', ...args);

  test('2 for names that are none, unknown ones, paths elsewhere, and no repository', () =>
    inTemporaryFolder(async (home) => {
      const repo = branched(home, lockOf('a@1.0.0'));
      for (const ref of ['--upload-pack=touch x', '-x', 'a b', 'a..b', 'a:b', '+main', 'nowhere']) {
        const { code, err, out } = await repo.vakt('scan', `--changed-since=${ref}`);
        assert.is(code, 2, `${ref} ${err} ${out}`);
        assert.match(err, /--changed-since: /);
      }
      assert.match((await scan(repo, 'main', '..')).err, /not in the repository|work tree of git/);
      rmSync(join(repo.folder, '.git'), { recursive: true });
      const { code, err } = await scan(repo, 'main');
      assert.is(code, 2);
      assert.match(err, /is no work tree of git/);
    }));

  test('a shallow clone asks origin for the one commit, by id or by name', () =>
    inTemporaryFolder(async (home) => {
      const origin = branched(home, lockOf('a@1.0.0'));
      const base = origin.git('rev-parse', 'HEAD').trim();
      origin.commit(lockOf('a@1.0.0', 'b@1.0.0'));
      for (const ref of [base, 'main', 'origin/main']) {
        const name = `clone-${ref.replace('/', '-')}`;
        origin.git('clone', '-q', '--depth=1', `file://${origin.folder}`, join(home, name));
        const { folder } = repository(home, name);
        const git = gitIn(folder, environment(home), false);
        const found = baseOf(git, folder, ref, false);
        assert.ok('snapshot' in found, ref);
        if (!('snapshot' in found)) return;
        assert.match(found.note ?? '', /no merge base/);
        const { dependencies } = JSON.parse(found.snapshot.read('package.json').toString());
        assert.equal(dependencies, { a: '1.0.0' });
      }
    }));

  test('3 in a clone that lacks it: everything is judged, nothing passes', () =>
    inTemporaryFolder(async (home) => {
      const origin = branched(home, lockOf('a@1.0.0'));
      const base = origin.git('rev-parse', 'HEAD').trim();
      origin.commit(lockOf('a@1.0.0', 'b@1.0.0'));
      origin.git('clone', '-q', '--depth=1', `file://${origin.folder}`, join(home, 'clone'));
      const clone = repository(home, 'clone');
      const { code, out } = await scan(clone, base);
      assert.is(code, 3, out);
      const report = JSON.parse(out);
      assert.is(report.change, undefined);
      assert.ok(
        report.gaps.some((gap: { fact: string; required: boolean }) => gap.fact === 'base' && gap.required),
      );
    }));
});
