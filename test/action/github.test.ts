/** What the Action asks of GitHub and posts there, against a fake that is held to GitHub's own description. */
import { gunzipSync } from 'node:zlib';
import { assert, inTemporaryFolder, suite, testWith } from '../helpers.ts';
import { lockOf, type Repository, repository } from '../repository.ts';
import { type ApiFake, type ApiSetup, apiFake } from '../support/github-api.ts';
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
