/** The Action where things are not as they should be: projects, events, and files of the runner. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, inTemporaryFolder, suite } from '../helpers.ts';
import { lockOf, type Repository, repository } from '../repository.ts';
import { checkout, pullRequest, type Ran, runStep } from '../support/runner.ts';

const MALWARE = 'debug@4.4.2';
const HARMLESS = 'left-pad@1.3.0';
const POLICY = 'extends: recommended\nrequire: { advisories: false }\n';
const OFFLINE = { offline: 'true' };
/** No registry is there. */
const CLOSED = { npm_config_registry: 'http://127.0.0.1:9/' };

type Files = Record<string, string>;

function manifest(spec: string): string {
  const [name = '', version = ''] = spec.split('@');
  return JSON.stringify({ name: 'shop', version: '1.0.0', dependencies: { [name]: version } });
}

function pnpmLock(spec: string): Files {
  const [name, version] = spec.split('@');
  const asked = `importers:\n\n  .:\n    dependencies:\n      ${name}:\n        specifier: ${version}\n        version: ${version}\n`;
  const found = `packages:\n\n  ${spec}:\n    resolution: {integrity: sha512-${'A'.repeat(86)}==}\n\nsnapshots:\n\n  ${spec}: {}\n`;
  return { 'package.json': manifest(spec), 'pnpm-lock.yaml': `lockfileVersion: '9.0'\n\n${asked}\n${found}` };
}

function yarnLock(spec: string): Files {
  const [name, version] = spec.split('@');
  const from = `https://registry.example.test/${name}/-/${name}-${version}.tgz#${'0'.repeat(40)}`;
  const entry = `${spec}:\n  version "${version}"\n  resolved "${from}"\n  integrity sha512-${'A'.repeat(86)}==\n`;
  return { 'package.json': manifest(spec), 'yarn.lock': `# yarn lockfile v1\n\n\n${entry}` };
}

/** A pull request from `base` to `head`, in which a file of undefined is gone. */
async function proposed(
  home: string,
  base: Files,
  head: Record<string, string | undefined>,
  { inputs = {}, env = {} }: { inputs?: Files; env?: Files } = {},
): Promise<Ran> {
  const repo: Repository = repository(home);
  repo.commit({ 'vakt.yml': POLICY, ...base });
  repo.git('checkout', '-q', '-b', 'topic');
  const gone = Object.keys(head).filter((name) => head[name] === undefined);
  if (gone.length > 0) repo.git('rm', '-q', ...gone);
  const there = Object.entries(head).filter((pair): pair is [string, string] => pair[1] !== undefined);
  repo.commit(Object.fromEntries(there));
  const { merge, payload } = pullRequest(repo);
  const workspace = checkout(home, repo, merge);
  return runStep(home, { workspace, event: 'pull_request', payload, inputs: { ...OFFLINE, ...inputs }, env });
}

const errors = ({ commands }: Ran) => commands.filter(({ name }) => name === 'error');

suite('the Action at its edges', (test) => {
  for (const [manager, lock, file] of [
    ['pnpm', pnpmLock, 'pnpm-lock.yaml'],
    ['Yarn', yarnLock, 'yarn.lock'],
  ] as const)
    test(`a pull request of a project with ${manager}`, () =>
      inTemporaryFolder(async (home) => {
        const added = await proposed(join(home, 'a'), lock(HARMLESS), lock(MALWARE));
        assert.is(added.code, 1, added.out);
        assert.is(errors(added)[0]?.properties.file, file);
        assert.match(errors(added)[0]?.message ?? '', manager === 'pnpm' ? /pnpm add/ : /yarn add/);
        const stood = await proposed(join(home, 'b'), lock(MALWARE), { README: 'words' });
        assert.is(stood.code, 0, stood.out);
        assert.match(stood.summary, /1 finding stood there before/);
      }));

  test('another manager in the same pull request: all that it locks is new', () =>
    inTemporaryFolder(async (home) => {
      const bad = await proposed(join(home, 'a'), lockOf(MALWARE), {
        ...pnpmLock(MALWARE),
        'package-lock.json': undefined,
      });
      assert.is(bad.code, 1, bad.out);
      const good = await proposed(join(home, 'b'), lockOf(HARMLESS), {
        ...pnpmLock(HARMLESS),
        'package-lock.json': undefined,
      });
      assert.is(good.code, 0, good.out);
    }));

  test('a moved folder counts as new; a lock file that is taken away leaves nothing to judge by', () =>
    inTemporaryFolder(async (home) => {
      const inFolder = (name: string, files: Files) =>
        Object.fromEntries(Object.entries(files).map(([file, text]) => [`${name}/${file}`, text]));
      const moved = await proposed(join(home, 'a'), inFolder('a', lockOf(MALWARE)), {
        ...inFolder('b', lockOf(MALWARE)),
        'a/package.json': undefined,
        'a/package-lock.json': undefined,
      });
      assert.is(moved.code, 1, moved.out);
      assert.is(errors(moved)[0]?.properties.file, 'b/package-lock.json');
      const gone = { 'package-lock.json': undefined };
      const offline = await proposed(join(home, 'b'), lockOf(MALWARE), gone);
      assert.is(offline.code, 2, offline.out);
      assert.match(errors(offline)[0]?.message ?? '', /^package\.json: has no lock file beside it/);
      const online = await proposed(join(home, 'c'), lockOf(MALWARE), gone, {
        inputs: { offline: '' },
        env: CLOSED,
      });
      assert.is(online.code, 2, online.out);
      assert.match(errors(online)[0]?.message ?? '', /^package\.json: .*npm install --package-lock-only/s);
    }));

  test('online, a step is advised that nothing has tried', () =>
    inTemporaryFolder(async (home) => {
      const ran = await proposed(home, lockOf(), lockOf(MALWARE), {
        inputs: { offline: '', online: 'true' },
        env: CLOSED,
      });
      assert.is(ran.code, 1, ran.out);
      assert.match(errors(ran)[0]?.message ?? '', /What to do: npm i/);
    }));

  test('a policy that could not be read is mended: the default judges meanwhile, and that is told', () =>
    inTemporaryFolder(async (home) => {
      const broken = { 'vakt.yml': '{{{' };
      const lax = `${POLICY}rules: { malware: "off" }\n`;
      const mended = await proposed(
        join(home, 'a'),
        { ...lockOf(), ...broken },
        { ...lockOf(MALWARE), 'vakt.yml': lax },
      );
      assert.is(mended.code, 1, mended.out);
      assert.match(mended.summary, /before the change it cannot be read .*recommended judges/);
      const only = await proposed(join(home, 'b'), { ...lockOf(), ...broken }, { 'vakt.yml': POLICY });
      assert.is(only.code, 0, only.out);
      const still = await proposed(join(home, 'c'), { ...lockOf(), ...broken }, { 'vakt.yml': '[[[' });
      assert.is(still.code, 2, still.out);
    }));

  test('a lock file that Git LFS keeps says so', () =>
    inTemporaryFolder(async (home) => {
      const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`;
      for (const [i, file] of ['package-lock.json', 'yarn.lock', 'pnpm-lock.yaml'].entries()) {
        const base = file === 'package-lock.json' ? lockOf() : { 'package.json': '{}', [file]: '' };
        const ran = await proposed(join(home, String(i)), base, { [file]: pointer });
        assert.is(ran.code, 2, ran.out);
        assert.match(errors(ran)[0]?.message ?? '', /is a pointer of Git LFS.*\n.*lfs: true/s);
      }
    }));

  test('an event that is missing or rubbish is a wrong input', () =>
    inTemporaryFolder(async (home) => {
      const repo = repository(home);
      const workspace = checkout(home, repo, repo.commit({ ...lockOf(), 'vakt.yml': POLICY }));
      const file = join(home, 'event');
      const pull = '{"number":"7","pull_request":{"head":{"sha":"x"},"base":{"sha":1}}}';
      for (const text of ['', '\0{', '[]', '{"number":7,"pull_request":null}', pull, '['.repeat(1e5)]) {
        writeFileSync(file, text);
        for (const event of ['pull_request', 'merge_group', 'push']) {
          const ran = await runStep(home, {
            workspace,
            event,
            inputs: OFFLINE,
            env: { GITHUB_EVENT_PATH: file },
          });
          assert.is(ran.code, 2, `${event} ${text.slice(0, 80)}: ${ran.out}`);
          assert.match(errors(ran)[0]?.message ?? '', /the event cannot be read/);
        }
      }
      const env = { GITHUB_EVENT_PATH: join(home, 'none') };
      const none = await runStep(home, { workspace, event: 'pull_request', inputs: OFFLINE, env });
      assert.is(none.code, 2);
      assert.match(errors(none)[0]?.message ?? '', /does not exist/);
    }));

  test('files of the runner that cannot be written change no verdict', () =>
    inTemporaryFolder(async (home) => {
      for (const [i, [base, head, code]] of (
        [
          [lockOf(), { README: 'words' }, 0],
          [lockOf(), lockOf(MALWARE), 1],
        ] as const
      ).entries()) {
        const nowhere = join(home, 'no', 'file');
        const env = { GITHUB_OUTPUT: nowhere, GITHUB_STEP_SUMMARY: nowhere };
        const ran = await proposed(join(home, String(i)), base, head, { env });
        assert.is(ran.code, code, ran.out);
        assert.match(ran.out, /cannot be written/);
        assert.is(
          (
            await proposed(join(home, `${i}x`), base, head, {
              env: { GITHUB_OUTPUT: '', GITHUB_STEP_SUMMARY: '' },
            })
          ).code,
          code,
        );
      }
    }));

  test('what stands in a summary already is left, and what does not fit is cut', () =>
    inTemporaryFolder(async (home) => {
      const summary = join(home, 'summary');
      const earlier = `${'x'.repeat(1024 * 1024 - 4000)}\n`;
      writeFileSync(summary, earlier);
      const tags = Array.from(
        { length: 400 },
        (_, i) => `<script src="https://c${i}.example.test/a.js"></script>`,
      );
      const page = { 'index.html': `<!doctype html>\n${tags.join('\n')}` };
      const ran = await proposed(home, {}, page, { env: { GITHUB_STEP_SUMMARY: summary } });
      assert.is(ran.code, 1);
      const { readFileSync } = await import('node:fs');
      const text = readFileSync(summary, 'utf8');
      assert.ok(text.startsWith(earlier));
      assert.ok(Buffer.byteLength(text) <= 1024 * 1024, String(Buffer.byteLength(text)));
      assert.match(text.slice(earlier.length), /vakt: Fail/);
      assert.is(errors(ran).length, 10);
      assert.is(ran.commands.filter(({ name }) => name === 'warning').length, 10);
      assert.is(ran.outputs.blocking, '400');
    }));
});
