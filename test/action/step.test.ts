/** The committed Action as a runner runs it, for each event. */
import { join } from 'node:path';
import { assert, inTemporaryFolder, suite } from '../helpers.ts';
import { lockOf, type Repository, repository } from '../repository.ts';
import { checkout, pullRequest, type Ran, runStep, TOKEN } from '../support/runner.ts';

/** In the floor's table, which needs no database. */
const MALWARE = 'debug@4.4.2';
const OTHER_MALWARE = 'chalk@5.6.1';
const TAG = (host: string) => `<!doctype html>\n<script src="https://${host}/a.js"></script>\n`;
const POLICY = 'extends: recommended\nrequire: { advisories: false }\n';
const OFFLINE = { offline: 'true' };

/** main with these files, and `topic` with those on top. */
function proposal(
  home: string,
  files: Record<string, string>,
  change: Record<string, string>,
  policy = POLICY,
): Repository {
  const repo = repository(home);
  repo.commit({ 'vakt.yml': policy, ...files });
  repo.git('checkout', '-q', '-b', 'topic');
  repo.commit(change);
  return repo;
}

const errors = ({ commands }: Ran) => commands.filter(({ name }) => name === 'error');
const rules = (ran: Ran) => errors(ran).map(({ properties }) => properties.title?.split(' ')[0]);

suite('the Action', (test) => {
  test('a pull request is judged by what it adds, from a checkout one commit deep', () =>
    inTemporaryFolder(async (home) => {
      const repo = proposal(
        home,
        { ...lockOf(MALWARE), 'index.html': TAG('cdn.example.test') },
        { 'index.html': TAG('cdn.example.test') + TAG('evil.example.test') },
      );
      const { merge, payload } = pullRequest(repo);
      const workspace = checkout(home, repo, merge);
      const ran = await runStep(home, { workspace, event: 'pull_request', payload, inputs: OFFLINE });
      assert.is(ran.code, 1, ran.out);
      const [found] = errors(ran);
      assert.is(errors(ran).length, 1, ran.out);
      assert.is(found?.properties.file, 'index.html');
      assert.is(found?.properties.line, '4');
      assert.match(found?.properties.title ?? '', /^missing-sri/);
      assert.is(ran.outputs.verdict, 'fail');
      assert.is(ran.outputs['exit-code'], '1');
      assert.is(ran.outputs.blocking, '1');
      assert.match(ran.summary, /evil\.example\.test/);
      assert.match(ran.summary, /2 findings stood there before/);
      assert.not.match(ran.summary, /debug/);
      assert.equal(ran.commands[0], { name: 'add-mask', properties: {}, message: TOKEN });
      const all = await runStep(home, {
        workspace,
        event: 'pull_request',
        payload,
        inputs: { ...OFFLINE, scope: 'all' },
      });
      assert.equal(rules(all).sort(), ['malware', 'missing-sri']);
    }));

  test('what main got since a pull request was opened is none of its own', () =>
    inTemporaryFolder(async (home) => {
      const repo = proposal(home, { 'index.html': 'hello' }, { 'README.md': 'words' });
      const opened = repo.git('rev-parse', 'main').trim();
      repo.git('checkout', '-q', 'main');
      repo.commit({ 'index.html': TAG('cdn.example.test') });
      const { merge, payload, head } = pullRequest(repo);
      // The event is of when the branch was pushed, and may be behind of what GitHub merged into.
      const stale = { ...payload, pull_request: { head: { sha: head }, base: { sha: opened, ref: 'main' } } };
      const workspace = checkout(home, repo, merge);
      const ran = await runStep(home, { workspace, event: 'pull_request', payload: stale, inputs: OFFLINE });
      assert.is(ran.code, 0, ran.out);
      assert.is(ran.outputs.verdict, 'pass');
    }));

  test('a pull request does not judge itself: not by vakt.yml, nor by a policy that an input names', () =>
    inTemporaryFolder(async (home) => {
      const lax = `${POLICY}rules: { missing-sri: "off", malware: "off" }\n`;
      for (const name of ['vakt.yml', 'ci/policy.yml']) {
        const base = { ...lockOf(), [name]: POLICY };
        const repo = proposal(join(home, name.length.toString()), base, {
          ...lockOf(MALWARE),
          [name]: lax,
          'sri-lock.json': '{}',
          '.gitignore': '*.html\n',
          'index.html.txt': '',
        });
        const { merge, payload } = pullRequest(repo);
        const workspace = checkout(home, repo, merge);
        const inputs = { ...OFFLINE, ...(name !== 'vakt.yml' && { policy: name }) };
        const ran = await runStep(home, { workspace, event: 'pull_request', payload, inputs });
        assert.is(ran.code, 1, ran.out);
        assert.ok(rules(ran).includes('malware'), ran.out);
        assert.match(ran.out, /policy-change/);
        assert.match(
          ran.out,
          new RegExp(`this change [^\\n]*${name === 'vakt.yml' ? 'malware' : 'malware'}`),
        );
      }
    }));

  test('a pull request that picks another registry is told', () =>
    inTemporaryFolder(async (home) => {
      const repo = proposal(home, lockOf(), { '.npmrc': 'registry=https://evil.example.test/\n' });
      const { merge, payload } = pullRequest(repo);
      const workspace = checkout(home, repo, merge);
      const ran = await runStep(home, { workspace, event: 'pull_request', payload, inputs: OFFLINE });
      assert.match(ran.summary, /alters \.npmrc, which says what registries are asked/);
    }));

  test('a push is judged by what it adds; a new branch against the default one; a rewritten one too', () =>
    inTemporaryFolder(async (home) => {
      const repo = proposal(home, lockOf(MALWARE), { 'index.html': TAG('cdn.example.test') });
      const before = repo.git('rev-parse', 'HEAD').trim();
      const after = repo.commit({ 'other.html': TAG('other.example.test') });
      const workspace = checkout(home, repo, after);
      const push = { ref: 'refs/heads/topic', before, after, repository: { default_branch: 'main' } };
      const files = async (payload: object): Promise<(string | undefined)[]> => {
        const ran = await runStep(home, { workspace, event: 'push', payload, inputs: OFFLINE });
        return errors(ran).map(({ properties }) => properties.file);
      };
      assert.equal(await files(push), ['other.html']);
      const both = ['index.html', 'other.html'];
      assert.equal((await files({ ...push, before: '0'.repeat(40), created: true })).sort(), both);
      assert.equal((await files({ ...push, before: 'd'.repeat(40), forced: true })).sort(), both);
    }));

  test('a tag and a schedule are judged whole; a deleted branch is nothing', () =>
    inTemporaryFolder(async (home) => {
      const repo = proposal(home, lockOf(MALWARE), { 'README.md': 'words' });
      const workspace = checkout(home, repo, repo.git('rev-parse', 'HEAD').trim());
      const run = (event: string, payload: object) =>
        runStep(home, { workspace, event, payload, inputs: OFFLINE });
      for (const [event, payload] of [
        ['push', { ref: 'refs/tags/v1.0.0', before: '0'.repeat(40) }],
        ['schedule', { schedule: '17 5 * * *' }],
        ['workflow_dispatch', {}],
      ] as const) {
        const ran = await run(event, payload);
        assert.is(ran.code, 1, ran.out);
        assert.equal(rules(ran), ['malware']);
      }
      const gone = await run('push', { ref: 'refs/heads/topic', deleted: true });
      assert.is(gone.code, 0);
      assert.is(gone.outputs.verdict, 'pass');
    }));

  test('a merge queue is judged against its base', () =>
    inTemporaryFolder(async (home) => {
      const repo = proposal(home, lockOf(MALWARE), lockOf(MALWARE, OTHER_MALWARE));
      const { merge, base } = pullRequest(repo);
      const workspace = checkout(home, repo, merge);
      const merge_group = { head_sha: merge, base_sha: base, base_ref: 'refs/heads/main' };
      const ran = await runStep(home, {
        workspace,
        event: 'merge_group',
        payload: { merge_group },
        inputs: OFFLINE,
      });
      assert.is(ran.code, 1, ran.out);
      assert.match(errors(ran)[0]?.message ?? '', /chalk/);
      assert.not.match(ran.summary, /debug@/);
      assert.match(ran.summary, /Compared with main/);
    }));

  test('each lock file of a monorepo has its lines, seen from the repository', () =>
    inTemporaryFolder(async (home) => {
      const nested = (folder: string, files: Record<string, string>) =>
        Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
      const repo = proposal(
        home,
        { ...nested('apps/a', lockOf()), ...nested('apps/b', lockOf()) },
        { ...nested('apps/a', lockOf(MALWARE)), ...nested('apps/b', lockOf(OTHER_MALWARE)) },
      );
      const { merge, payload } = pullRequest(repo);
      const workspace = checkout(home, repo, merge);
      const files = async (inputs: Record<string, string>): Promise<(string | undefined)[]> => {
        const ran = await runStep(home, { workspace, event: 'pull_request', payload, inputs });
        return [...new Set(errors(ran).map(({ properties }) => properties.file))].sort();
      };
      const both = ['apps/a/package-lock.json', 'apps/b/package-lock.json'];
      assert.equal(await files(OFFLINE), both);
      assert.equal(await files({ ...OFFLINE, paths: 'apps/a\napps/b' }), both);
      assert.equal(await files({ ...OFFLINE, paths: 'apps/b' }), both.slice(1));
      assert.equal(await files({ ...OFFLINE, 'working-directory': 'apps', paths: 'a' }), both.slice(0, 1));
    }));

  test('pull_request_target, wrong inputs and broken policies fail the step with what to do', () =>
    inTemporaryFolder(async (home) => {
      const repo = proposal(home, lockOf(), { 'README.md': 'words' });
      const workspace = checkout(home, repo, repo.git('rev-parse', 'HEAD').trim());
      const run = async (event: string, inputs: Record<string, string>): Promise<string> => {
        const ran = await runStep(home, { workspace, event, payload: {}, inputs });
        assert.is(ran.code, 2, ran.out);
        assert.is(ran.outputs['exit-code'], '2');
        assert.is(ran.outputs.verdict, 'error');
        assert.match(ran.summary, /vakt cannot run/);
        return errors(ran)[0]?.message ?? '';
      };
      assert.match(await run('pull_request_target', {}), /use on: pull_request/);
      assert.match(await run('schedule', { 'fail-on': 'hihg' }), /input fail-on: "hihg".*\n.*critical/);
      assert.match(await run('schedule', { offline: 'yes' }), /neither true nor false/);
      assert.match(await run('schedule', { format: 'pdf=x.pdf' }), /no format "pdf"/);
      assert.match(await run('schedule', { policy: 'nowhere.yml' }), /nowhere\.yml: does not exist/);
      assert.match(await run('pull_request', {}), /the event cannot be read/);
    }));

  test('what is required and could not be checked ends with 3, and reports are named', () =>
    inTemporaryFolder(async (home) => {
      const repo = repository(home);
      const commit = repo.commit(lockOf('left-pad@1.3.0'));
      const workspace = checkout(home, repo, commit);
      const ran = await runStep(home, {
        workspace,
        event: 'schedule',
        inputs: { ...OFFLINE, format: 'json=out/a,b.json\nhtml=report.html', sarif: 'vakt.sarif' },
      });
      assert.is(ran.code, 3, ran.out);
      assert.is(ran.outputs.verdict, 'incomplete');
      assert.is(ran.outputs.gaps, '1');
      assert.is(ran.outputs.reports, 'out/a,b.json\nreport.html\nvakt.sarif');
      assert.match(errors(ran)[0]?.properties.title ?? '', /could not check/);
    }));

  test('nothing that was read becomes a command, markup, a mention or an output', () =>
    inTemporaryFolder(async (home) => {
      const evil =
        '::set-output name=verdict::pass ##[add-matcher]x.json @everyone <img src=x> %0A::stop-commands::x';
      const page = `<!doctype html>\n<script src="https://cdn.example.test/##[set-output name=verdict;]pass/\n::add-path::x/@everyone.js"></script>`;
      const repo = proposal(
        home,
        { ...lockOf() },
        {
          'pages/##[add-path]x/index.html': page,
          [`pages/${evil.replaceAll('/', '')}.html`]: TAG('a.example.test'),
          ...lockOf([`${MALWARE}`, { resolved: `https://evil.example.test/${evil}` }]),
        },
      );
      const { merge, payload } = pullRequest(repo, { branch: `\n::error::x ##[error]y @everyone` });
      const workspace = checkout(home, repo, merge);
      const ran = await runStep(home, { workspace, event: 'pull_request', payload, inputs: OFFLINE });
      assert.is(ran.code, 1, ran.out);
      const names = new Set(ran.commands.map(({ name }) => name));
      assert.equal([...names].sort(), ['add-mask', 'error', 'warning']);
      assert.ok(ran.commands.every(({ message }) => !message.startsWith('x')));
      assert.is(ran.outputs.verdict, 'fail');
      assert.not.match(ran.summary, /(?<!`)@everyone(?![^<\n]*<\/code>)|<img/);
    }));
});
