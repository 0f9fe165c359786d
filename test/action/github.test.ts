/** What the Action asks of GitHub and posts there, against a fake that is held to GitHub's own description. */
import { gunzipSync } from 'node:zlib';
import { assert, inTemporaryFolder, suite, testWith } from '../helpers.ts';
import { lockOf, type Repository, repository } from '../repository.ts';
import { gitServer } from '../support/git-server.ts';
import { type ApiFake, type ApiSetup, apiFake, type Fault } from '../support/github-api.ts';
import { checkout, pullRequest, type Ran, runStep, TOKEN } from '../support/runner.ts';

const MALWARE = 'debug@4.4.2';
const POLICY = 'extends: recommended\nrequire: { advisories: false }\n';
const TAG = (host: string) => `<!doctype html>\n<script src="https://${host}/a.js"></script>\n`;
const missing = process.env.VAKT_GITHUB_OPENAPI === undefined ? 'VAKT_GITHUB_OPENAPI' : undefined;

interface Stage {
  repo: Repository;
  api: ApiFake;
  /** Runs the step on the pull request as it is now. */
  run(inputs: Record<string, string>, over?: { fork?: boolean; origin?: string; head?: true }): Promise<Ran>;
}

async function staged(
  setup: Omit<ApiSetup, 'repository'>,
  body: (stage: Stage, home: string) => Promise<void>,
) {
  await inTemporaryFolder(async (home) => {
    const repo = repository(home);
    repo.commit({ 'vakt.yml': POLICY, ...lockOf(MALWARE), 'index.html': TAG('old.example.test') });
    repo.git('checkout', '-q', '-b', 'topic');
    repo.commit({ 'new.html': TAG('evil.example.test') });
    const api = await apiFake({ ...setup, repository: repo });
    try {
      await body({ repo, api, run: (inputs, over = {}) => step(home, repo, api, inputs, over) }, home);
      assert.equal(api.breaches, []);
    } finally {
      await api.close();
    }
  });
}

function step(
  home: string,
  repo: Repository,
  api: ApiFake,
  inputs: Record<string, string>,
  { fork = false, origin, head }: { fork?: boolean; origin?: string; head?: true },
): Promise<Ran> {
  const pull = pullRequest(repo, { fork });
  const workspace = checkout(home, repo, head === true ? pull.head : pull.merge, origin);
  const env = { GITHUB_API_URL: api.url, GITHUB_SHA: pull.merge, GITHUB_REF: 'refs/pull/7/merge' };
  const all = { offline: 'true', ...inputs };
  return runStep(home, { workspace, event: 'pull_request', payload: pull.payload, inputs: all, env });
}

suite('the Action and GitHub', (test) => {
  test('asks nothing of GitHub where nothing is to be posted', () =>
    staged({}, async ({ api, run }) => {
      assert.is((await run({})).code, 1);
      assert.equal(api.requests, []);
    }));

  test('one comment: made when there is something, kept current, one line once solved, never on a clean one', () =>
    staged({}, async ({ repo, api, run }) => {
      const dirty = await run({ comment: 'true' });
      assert.is(dirty.code, 1, dirty.out);
      assert.is(api.comments.length, 1);
      assert.match(api.comments[0]?.body ?? '', /^<!-- vakt [0-9a-f]{16} -->\n## ❌ vakt: Fail/);
      const first = api.comments[0]?.body;
      await run({ comment: 'true' });
      assert.is(api.requests.filter((line) => /^(?:POST|PATCH) .*comments/.test(line)).length, 1);
      repo.commit({ 'more.html': TAG('more.example.test') });
      await run({ comment: 'true' });
      assert.is(api.comments.length, 1);
      assert.not.equal(api.comments[0]?.body, first);
      repo.commit({ 'more.html': '', 'new.html': '' });
      const clean = await run({ comment: 'true' });
      assert.is(clean.code, 0, clean.out);
      assert.is(api.comments.length, 1);
      assert.is(api.comments[0]?.body.split('\n').length, 2);
      assert.match(api.comments[0]?.body ?? '', /is solved\.$/);
      api.comments.length = 0;
      await run({ comment: 'true' });
      assert.equal(api.comments, []);
      assert.equal([...api.tokens], [`Bearer ${TOKEN}`]);
    }));

  test('a comment that somebody else wrote is left alone, whatever it begins with', () =>
    staged({}, async ({ api, run }) => {
      await run({ comment: 'true' });
      const [own] = api.comments.splice(0);
      assert.ok(own !== undefined);
      const theirs = Array.from({ length: 120 }, (_, i) => ({
        id: i + 50,
        body: 'words',
        author: 'octocat',
      }));
      api.comments.push({ id: 9, body: own?.body ?? '', author: 'mallory' }, ...theirs);
      await run({ comment: 'true' });
      assert.is(api.comments[0]?.author, 'mallory');
      assert.is(api.comments.length, 122);
      await run({ comment: 'true' });
      assert.is(api.comments.length, 122);
    }));

  test("a fork's token may only read: the summary says what could not be posted, and nothing fails of that", () =>
    staged({ readOnly: true }, async ({ repo, run }) => {
      const ran = await run({ comment: 'true', 'upload-sarif': 'true' }, { fork: true });
      assert.is(ran.code, 1, ran.out);
      assert.match(
        ran.summary,
        /The comment could not be posted&#58;|The comment could not be posted: this pull request comes from a fork/,
      );
      assert.match(ran.summary, /SARIF could not be posted/);
      assert.is(ran.outputs.verdict, 'fail');
      const own = await run({ comment: 'true' });
      assert.match(own.summary, /needs the permission pull-requests: write/);
      repo.commit({ 'new.html': '' });
      assert.is((await run({ comment: 'true', 'upload-sarif': 'true' }, { fork: true })).code, 0);
    }));

  test('uploads SARIF of everything, so that no alert of the base is closed', () =>
    staged({}, async ({ repo, api, run }) => {
      const ran = await run({ 'upload-sarif': 'true' });
      const [sent] = api.sarifs;
      assert.is(sent?.ref, 'refs/pull/7/merge');
      assert.is(sent?.commit_sha, repo.git('rev-parse', 'refs/pull/7/merge').trim());
      assert.is(ran.outputs['sarif-id'], '47177e22-5596-11eb-80a1-c1e54ef945c6');
      const log = JSON.parse(gunzipSync(Buffer.from(sent?.sarif ?? '', 'base64')).toString('utf8'));
      const results: { ruleId: string; baselineState: string }[] = log.runs[0].results;
      const states = new Set(results.map(({ ruleId, baselineState }) => `${ruleId} ${baselineState}`));
      assert.ok(states.has('missing-sri new'), [...states].join());
      assert.ok(states.has('missing-sri unchanged'), [...states].join());
      assert.ok(
        [...states].some((one) => /^malware.* unchanged$/.test(one)),
        [...states].join(),
      );
      await run({ 'upload-sarif': 'true' }, { head: true });
      assert.is(api.sarifs[1]?.ref, 'refs/pull/7/head');
      assert.is(api.sarifs[1]?.commit_sha, repo.git('rev-parse', 'topic').trim());
    }));

  test('a checkout of the head is compared with where it left the base, as GitHub knows it', () =>
    staged({}, async ({ repo, api, run }) => {
      repo.git('checkout', '-q', 'main');
      repo.commit({ 'index.html': '<!doctype html>\n' });
      repo.git('checkout', '-q', 'topic');
      const ran = await run({}, { head: true });
      assert.is(ran.code, 1, ran.out);
      // The tag that main has got rid of meanwhile is not this change's.
      assert.match(ran.summary, /evil\.example\.test/);
      assert.not.match(ran.summary, /old\.example\.test/);
      assert.ok(api.requests.some((line) => line.includes('/compare/')));
    }));

  test('where git cannot fetch the base its files come through the API; where nothing does the run is incomplete', () =>
    staged({}, async ({ api, run }, home) => {
      const ran = await run({}, { origin: `${home}/nowhere` });
      assert.is(ran.code, 1, ran.out);
      assert.match(ran.summary, /evil\.example\.test/);
      assert.not.match(ran.summary, /old\.example\.test|debug@/);
      assert.match(ran.summary, /findings stood there before/);
      assert.ok(api.requests.some((line) => line.includes('/git/trees/')));
      assert.ok(api.requests.length < 12, api.requests.join('\n'));
    }));

  test('without any base everything is judged, and nothing passes', () =>
    staged({ blind: true }, async ({ repo, run }, home) => {
      repo.git('checkout', '-q', 'main');
      repo.commit({ ...lockOf(), 'index.html': '' });
      repo.git('checkout', '-q', 'topic');
      repo.git('merge', '-q', '-X', 'theirs', '--no-edit', 'main');
      repo.commit({ 'new.html': '' });
      const ran = await run({}, { origin: `${home}/nowhere` });
      assert.is(ran.code, 3, ran.out);
      assert.match(ran.summary, /there is nothing to compare with/);
      assert.not.match(`${ran.out}${ran.summary}`.replace(`::add-mask::${TOKEN}`, ''), new RegExp(TOKEN));
    }));

  test('what GitHub refuses, limits or breaks off changes no verdict, and the summary says what is missing', () =>
    inTemporaryFolder(async (home) => {
      const repo = repository(home);
      repo.commit({ 'vakt.yml': POLICY, ...lockOf() });
      repo.git('checkout', '-q', '-b', 'topic');
      repo.commit(lockOf(MALWARE));
      const hour = String(Math.floor(Date.now() / 1000) + 3600);
      const used = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': hour };
      const permission = /comment could not be posted: the job needs the permission pull-requests: write/;
      const taken = /comment could not be posted: GitHub did not take it/;
      const faults: ['any' | 'POST', Fault, RegExp][] = [
        ['any', { status: 403 }, permission],
        ['POST', { status: 403 }, permission],
        ['any', { status: 404 }, permission],
        ['any', { status: 403, headers: used }, taken],
        ['POST', { status: 429, headers: { 'retry-after': '3600' } }, taken],
        ['POST', { status: 422, body: '{"message":"Validation Failed @octocat <b>"}' }, taken],
        ['POST', { status: 503 }, taken],
        ['any', { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>' }, taken],
        ['any', { status: 200, body: '{"message":"no list"}' }, taken],
        ['POST', 'closed', taken],
      ];
      for (const [which, fault, said] of faults) {
        const isHit = (method: string) => which === 'any' || method === which;
        const api = await apiFake({
          repository: repo,
          fault: (method) => (isHit(method) ? fault : undefined),
        });
        const ran = await step(home, repo, api, { comment: 'true', 'upload-sarif': 'true' }, {});
        await api.close();
        const where = `${which} ${JSON.stringify(fault)}: ${ran.out}`;
        assert.is(ran.code, 1, where);
        assert.is(ran.outputs.verdict, 'fail', where);
        assert.is(ran.outputs['sarif-id'], '', where);
        assert.match(ran.summary, said, where);
        assert.match(ran.summary, /SARIF could not be posted/, where);
        assert.not.match(ran.summary, /@octocat/);
        assert.is(
          api.requests.filter((line) => line.startsWith('POST /api/v3/repos')).length <= 2,
          true,
          where,
        );
      }
    }));

  test('a tree that GitHub cuts off is asked for folder by folder', () =>
    inTemporaryFolder(async (home) => {
      const repo = repository(home);
      const inFolder = (folder: string, files: Record<string, string>) =>
        Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
      repo.commit({
        'vakt.yml': POLICY,
        ...inFolder('apps/a', lockOf(MALWARE)),
        ...inFolder('apps/b', { ...lockOf(), 'index.html': TAG('old.example.test') }),
      });
      repo.git('checkout', '-q', '-b', 'topic');
      repo.commit(inFolder('apps/b', { ...lockOf('chalk@5.6.1'), 'index.html': TAG('new.example.test') }));
      for (const [entries, code] of [
        [3, 1],
        [1, 3],
      ] as const) {
        const api = await apiFake({ repository: repo, entries });
        const ran = await step(home, repo, api, {}, { origin: `${home}/nowhere` });
        await api.close();
        if (code === 3) {
          assert.is(ran.outputs.gaps, '1');
          assert.match(ran.summary, /too large to be listed/);
          continue;
        }
        assert.is(ran.code, code, ran.out);
        assert.match(ran.summary, /chalk/);
        assert.match(ran.summary, /new\.example\.test/);
        assert.not.match(ran.summary, /debug/);
        assert.match(ran.summary, /1 finding stood there before/);
        assert.is(api.requests.filter((line) => line.includes('/git/trees/')).length, 6);
      }
    }));

  test("a private repository's base is fetched as the job's token may; nobody else gets to see it", () =>
    inTemporaryFolder(async (home) => {
      const repo = repository(home);
      repo.commit({ 'vakt.yml': POLICY, ...lockOf(MALWARE) });
      repo.git('checkout', '-q', '-b', 'topic');
      repo.commit(lockOf(MALWARE, 'chalk@5.6.1'));
      repo.git('config', 'uploadpack.allowAnySHA1InWant', 'true');
      const { merge, payload } = pullRequest(repo);
      const server = await gitServer(repo.folder, TOKEN);
      const stranger = await gitServer(repo.folder, 'another');
      try {
        const run = (origin: string) => {
          const workspace = checkout(home, repo, merge, `${origin}/shop/.git`);
          const env = { GITHUB_SERVER_URL: server.origin };
          return runStep(home, {
            workspace,
            event: 'pull_request',
            payload,
            inputs: { offline: 'true' },
            env,
          });
        };
        const ran = await run(server.origin);
        assert.is(ran.code, 1, ran.out);
        assert.match(ran.summary, /chalk/);
        assert.not.match(ran.summary, /debug@|nothing to compare/);
        assert.ok(server.seen.has(`basic ${Buffer.from(`x-access-token:${TOKEN}`).toString('base64')}`));
        const other = await run(stranger.origin);
        assert.match(other.summary, /nothing to compare with/);
        assert.equal([...stranger.seen], ['']);
        assert.not.match(other.out.replace(`::add-mask::${TOKEN}`, ''), new RegExp(TOKEN));
      } finally {
        await server.close();
        await stranger.close();
      }
    }));

  testWith(missing, test, 'calls and answers fit GitHub’s description', () =>
    staged({}, async ({ repo, api, run }, home) => {
      repo.commit({ 'index.html': TAG('another.example.test') });
      const ran = await run(
        { comment: 'true', 'upload-sarif': 'true' },
        { origin: `${home}/nowhere`, head: true },
      );
      const said = api.requests.join('\n');
      // The tag is the page's own, and stood there under another address.
      assert.match(ran.summary, /another\.example\.test/);
      assert.not.match(ran.summary, /old\.example\.test/);
      for (const part of ['compare', 'trees', 'blobs', 'comments', 'sarifs']) assert.match(said, part);
    }),
  );
});
