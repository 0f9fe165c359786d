/** A company without the internet: policy and advisories come from its own registry, and nothing goes elsewhere. */
import { execFileSync } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { httpCache } from '../src/http/cache.ts';
import { createHttp } from '../src/http.ts';
import { type Io, realIo } from '../src/io.ts';
import { loadPolicy } from '../src/policy/load.ts';
import { policyPackages } from '../src/policy/package.ts';
import type { Policy } from '../src/policy/policy.ts';
import { adviseByRegistry } from '../src/sources/advisories/bulk.ts';
import { openDatabase } from '../src/sources/advisories/database.ts';
import { fetchDatabase } from '../src/sources/advisories/fetch.ts';
import { packDatabase } from '../src/sources/advisories/pack.ts';
import { createRegistry } from '../src/sources/registry.ts';
import { pkg } from './builders.ts';
import { assert, failure, inTemporaryFolder, suite, testWith } from './helpers.ts';
import { settingsIn } from './settings.ts';
import { missingForVerdaccio, type Verdaccio, verdaccio } from './verdaccio.ts';

const NAME = '@private/vakt-advisories';

/** Publishes a folder with the real npm, as a release workflow would. */
function publish(folder: string, { url, host, cafile, token }: Verdaccio): void {
  const rc = join(folder, '..', 'publisher.npmrc');
  writeFileSync(rc, `registry=${url}\ncafile=${cafile}\n//${host}/:_authToken=${token}\n`);
  const env = { PATH: process.env.PATH, HOME: join(folder, '..'), npm_config_update_notifier: 'false' };
  const args = [
    'publish',
    '--userconfig',
    rc,
    '--globalconfig',
    `${rc}.none`,
    '--cache',
    join(folder, '..', 'npm-cache'),
  ];
  execFileSync('npm', args, { cwd: folder, env, stdio: 'pipe' });
}

async function publishBoth(io: Io, folder: string, server: Verdaccio): Promise<void> {
  const policy = join(folder, 'policy');
  mkdirSync(policy, { recursive: true });
  writeFileSync(
    join(policy, 'package.json'),
    '{"name":"@private/policy","version":"1.2.0","vakt":"rules/mine.yml"}',
  );
  mkdirSync(join(policy, 'rules'));
  writeFileSync(join(policy, 'rules', 'mine.yml'), 'fail-on: moderate\ninternal: ["@private"]\n');
  publish(policy, server);
  const records = join(folder, 'osv');
  mkdirSync(records);
  const affected = [{ package: { ecosystem: 'npm', name: 'left-pad' }, versions: ['1.0.0'] }];
  const record = { id: 'MAL-2026-1', modified: '2026-11-20T00:00:00Z', summary: 'is malware', affected };
  writeFileSync(join(records, 'MAL-2026-1.json'), JSON.stringify(record));
  const out = join(folder, 'packed');
  await packDatabase(io, { from: records, folder: out, name: NAME, now: new Date() });
  publish(out, server);
}

interface Seen {
  origin: string;
  path: string;
}

/** What undici is asked to send while `body` runs. */
async function recording(body: (seen: Seen[]) => Promise<void>): Promise<void> {
  const seen: Seen[] = [];
  const note = (message: unknown) => {
    const { request } = message as { request: { origin: unknown; path: string } };
    seen.push({ origin: String(request.origin), path: request.path });
  };
  subscribe('undici:request:create', note);
  try {
    await body(seen);
  } finally {
    unsubscribe('undici:request:create', note);
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
}

suite('closed network', (test) => {
  testWith(missingForVerdaccio(), test, 'policy and advisories from a private registry', () =>
    inTemporaryFolder(async (folder) => {
      const io: Io = { ...realIo(), cwd: join(folder, 'project'), err() {}, out() {} };
      const server = await verdaccio(join(folder, 'registry'));
      try {
        await publishBoth(io, folder, server);
        await recording(async (seen) => {
          await useFromThere(io, folder, server);
          assert.ok(seen.length >= 5);
          for (const { origin, path } of seen) {
            assert.is(origin, `https://${server.host}`, path);
            assert.not.match(path, /acme/);
          }
          await server.stop();
          seen.length = 0;
          await useWithoutNetwork(io, folder);
          assert.equal(seen, []);
        });
      } finally {
        await server.stop();
      }
      for (const file of filesBelow(join(folder, 'user')))
        assert.not.ok(readFileSync(file).includes(server.token), `${file} holds the token`);
    }),
  );
});

const cache = (folder: string) => join(folder, 'user', 'cache');
const database = (folder: string) => join(cache(folder), 'advisories.vdb');

async function useFromThere(io: Io, folder: string, server: Verdaccio): Promise<void> {
  const lines = [
    `registry=${server.url}`,
    `cafile=${server.cafile}`,
    `//${server.host}/:_authToken=\${TOKEN}`,
  ];
  const settings = await settingsIn(folder, lines, { TOKEN: server.token });
  const http = createHttp({ network: settings.network(), cache: httpCache(io, join(cache(folder), 'http')) });
  const registry = createRegistry(http, settings);
  const fetched = await fetchDatabase({
    io,
    http,
    registry,
    to: database(folder),
    packageName: NAME,
    progress() {},
  });
  assert.is(fetched.used, 'npm');
  checkDatabase(io, folder);
  checkPolicy(await policyBy(io, folder, async () => registry));
  // It has no bulk endpoint; that is told, and the internal name stays here.
  const privacy = { privateHosts: new Set<string>(), internal: ['@acme'] };
  const packages = [pkg('left-pad@1.0.0'), pkg('@acme/secret@1.0.0')];
  const { gaps } = await adviseByRegistry(packages, { http, settings, privacy, fallback: () => [] });
  assert.match(gaps[0]?.reason ?? '', /^127\.0\.0\.1:\d+: HTTP 404 \(not found\); 1 package not checked$/);
  await http.close();
  await refusals(folder, server);
}

// Without the token, and without the authority, each says what is wrong and shows nothing.
async function refusals(folder: string, server: Verdaccio): Promise<void> {
  const ask = async (lines: string[]) => {
    const settings = await settingsIn(folder, [`registry=${server.url}`, ...lines]);
    const http = createHttp({ network: settings.network() });
    const answer = await createRegistry(http, settings).releases(NAME);
    await http.close();
    return answer.ok ? 'ok' : answer.reason;
  };
  assert.match(await ask([`cafile=${server.cafile}`]), /^HTTP 40[13]/);
  assert.match(await ask([]), /^its certificate is not trusted \([A-Z_]+\); name its authority as cafile/);
  const wrong = await ask([`cafile=${server.cafile}`, `//${server.host}/:_authToken=wrong-token-1`]);
  assert.match(wrong, /^HTTP 40[13]/);
  assert.not.match(wrong, /wrong-token/);
}

async function useWithoutNetwork(io: Io, folder: string): Promise<void> {
  checkDatabase(io, folder);
  checkPolicy(await policyBy(io, folder, undefined));
}

function checkDatabase(io: Io, folder: string): void {
  const opened = openDatabase(io, database(folder));
  assert.equal(
    opened.lookup('left-pad').map(({ id }) => id),
    ['MAL-2026-1'],
  );
  opened.close();
}

async function policyBy(
  io: Io,
  folder: string,
  registry: (() => Promise<ReturnType<typeof createRegistry>>) | undefined,
): Promise<Policy> {
  const project = join(folder, 'project');
  writeFileSync(join(project, 'vakt.yml'), 'extends: "@private/policy@1.2.0"\n');
  const fetch = policyPackages({ io, folder: join(cache(folder), 'policies'), registry });
  const policy = await loadPolicy(io, project, undefined, fetch);
  const error = await failure(() => fetch('@private/absent'));
  assert.match(error.message, /could not be fetched/);
  return policy;
}

function checkPolicy(policy: Policy): void {
  assert.equal(
    [policy.failOn, policy.internal],
    [{ production: 'moderate', development: 'moderate' }, ['@private']],
  );
  assert.match(policy.from, /@private\/policy@1\.2\.0 \(sha512-/);
}
