/** No credential is ever in what vakt prints, writes, keeps, or complains about. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { main } from '../src/cli/main.ts';
import { realIo } from '../src/io.ts';
import { FORMATS } from '../src/report/formats.ts';
import { assert, inTemporaryFolder, suite } from './helpers.ts';
import { loopback } from './loopback.ts';
import { integrityOf, lockOf, packument } from './support/packuments.ts';

/** Made up, and long enough to be found nowhere by chance. */
const SECRETS = {
  token: 'npm_S3cr3tT0kenOfTheRegistry0123456789ab',
  basic: 'S3cr3tBasicPassword',
  password: 'S3cr3tPlainPassword',
  inUrl: 'S3cr3tInTheRegistrysUrl',
  inLock: 'S3cr3tInTheLockFile',
  signature: 'S3cr3tSignatureOfALink',
  proxy: 'S3cr3tOfTheProxy',
  github: 'ghp_S3cr3tOfGitHub0123456789abcdefghijkl',
};

/** What a publisher left in an address: the registry's own words keep it, and nothing shows it. */
const PUBLISHED = 'S3cr3tThatAPublisherLeft';

/** Each secret as it is, and as headers, .npmrc files and URLs have it. */
function forms(): Map<string, string> {
  const found = new Map<string, string>();
  const base64 = (text: string) => Buffer.from(text).toString('base64').replace(/=+$/, '');
  for (const [name, secret] of Object.entries(SECRETS)) {
    found.set(name, secret);
    found.set(`${name} in hex`, Buffer.from(secret).toString('hex'));
    // Where it begins within three bytes decides how it looks.
    for (const before of ['', 'a', 'ab', 'ann:', 'bob:', 'x-access-token:'])
      found.set(
        `${name} in base64 behind ${before}`,
        base64(`${before}${secret}`).slice(before.length * 2, -2),
      );
  }
  return found;
}

const FORMS = forms();

function leaksIn(text: string): string[] {
  return [...FORMS].flatMap(([name, form]) => (text.includes(form) ? [name] : []));
}

/** How a registry may answer; what fails repeats what it was sent, as debugging proxies do. */
const ANSWERS: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
  well(request, response) {
    const name = decodeURIComponent((request.url ?? '').replace(/^.*\//, ''));
    if (request.method === 'POST') return void response.writeHead(404).end();
    response.setHeader('etag', '"1"');
    response.end(
      JSON.stringify(
        packument(
          name,
          { '1.0.0': { day: '2026-11-20' }, '9.0.0': { day: '2026-11-21' } },
          { repository: `git+https://x-access-token:${PUBLISHED}@git.example.test/a/b.git` },
        ),
      ),
    );
  },
  'with what it was sent'(request, response) {
    response.writeHead(500, { 'x-sent': String(request.headers.authorization) });
    response.end(`<h1>${request.headers.authorization}</h1>`);
  },
  'in another shape, with what it was sent'(request, response) {
    response.end(JSON.stringify({ name: String(request.headers.authorization), versions: {} }));
  },
  'with a redirect to what it was sent'(request, response) {
    response.writeHead(302, {
      location: `http://x:${request.headers.authorization?.split(' ')[1]}@127.0.0.2:1/`,
    });
    response.end();
  },
  'not at all': (request) => void request.socket.destroy(),
};

const NPMRC: Record<string, (host: string) => string[]> = {
  token: (host) => [`registry=http://${host}/`, `//${host}/:_authToken=${SECRETS.token}`],
  basic: (host) => [
    `registry=http://${host}/`,
    `//${host}/:_auth=${Buffer.from(`ann:${SECRETS.basic}`).toString('base64')}`,
  ],
  'user and password': (host) => [
    `registry=http://${host}/`,
    `//${host}/:username=bob`,
    `//${host}/:_password=${Buffer.from(SECRETS.password).toString('base64')}`,
  ],
  'in the URL': (host) => [`registry=http://ann:${SECRETS.inUrl}@${host}/`],
  proxy: (host) => [
    `registry=http://${host}/`,
    `//${host}/:_authToken=${SECRETS.token}`,
    `proxy=http://ann:${SECRETS.proxy}@127.0.0.1:9/`,
    `https-proxy=http://ann:${SECRETS.proxy}@127.0.0.1:9/`,
  ],
};

function project(host: string): Record<string, string> {
  const files = lockOf(
    ['plain@1.0.0', '@acme/ui@1.0.0', 'gone@1.0.1', 'linked@1.0.0', 'other@1.0.0', 'git@1.0.0'],
    {
      integrity: { 'plain@1.0.0': integrityOf('evil', '1.0.0') },
    },
  );
  const lock = JSON.parse(files['package-lock.json']);
  const at = (name: string) => lock.packages[`node_modules/${name}`];
  at('linked').resolved = `http://ann:${SECRETS.inLock}@${host}/linked/-/linked-1.0.0.tgz`;
  at('other').resolved =
    `https://ann:${SECRETS.inLock}@cdn.example.test/other-1.0.0.tgz?X-Sig=${SECRETS.signature}`;
  at('git').resolved =
    `git+https://x-access-token:${SECRETS.github}@git.example.test/a/b.git#${'a'.repeat(40)}`;
  return { ...files, 'package-lock.json': JSON.stringify(lock) };
}

async function everything(folder: string, npmrc: readonly string[], host: string): Promise<string> {
  const [home, work] = [join(folder, 'home'), join(folder, 'project')];
  for (const one of [home, work]) mkdirSync(one, { recursive: true });
  const policy =
    'rules: { fresh-release: todo, outdated: todo, single-maintainer: todo, exotic-source: todo }\n';
  const files = { ...project(host), '.npmrc': npmrc.join('\n'), 'vakt.yml': policy };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(work, name), text);
  let printed = '';
  const io = {
    ...realIo(),
    cwd: work,
    env: {
      HOME: home,
      npm_config_globalconfig: join(folder, 'none'),
      GITHUB_TOKEN: SECRETS.github,
      GH_TOKEN: SECRETS.github,
      NODE_AUTH_TOKEN: SECRETS.token,
      npm_config_fetch_timeout: '1000',
      npm_config_fetch_retries: '0',
      GITHUB_API_URL: `http://${host}`,
      GITHUB_SERVER_URL: 'https://github.com',
    },
    now: () => new Date('2026-11-22T12:00:00Z'),
    columns: undefined,
    out: (text: string) => {
      printed += text;
    },
    err: (text: string) => {
      printed += text;
    },
  };
  const formats = Object.keys(FORMATS).flatMap((name) => [
    '--format',
    `${name}=${join(folder, `report.${name}`)}`,
  ]);
  // A scan that does not begin leaks nothing, and proves nothing.
  const code = await main(['scan', '--deep', '--all', '--format', 'text', ...formats], io);
  assert.ok(code === 1 || code === 3, printed);
  for (const name of Object.keys(FORMATS)) assert.ok(statSync(join(folder, `report.${name}`)).size > 0, name);
  await main(['why', 'plain'], io);
  await main(['why', '--health', 'plain'], io);
  await main(['why', '--health', 'linked', '--format', 'json', '--advisories', 'github'], io);
  await main(['inventory', '--format', 'json'], io);
  await main(['sbom', '--format', 'spdx'], io);
  assert.not.ok(printed.includes(PUBLISHED), printed);
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, file);
    printed += `${file}\n`;
    if (!path.startsWith(work) && statSync(path).isFile()) printed += readFileSync(path, 'utf8');
    if (file.startsWith('report.')) assert.not.ok(readFileSync(path).includes(PUBLISHED), file);
  }
  return printed;
}

suite('secrets', (test) => {
  test('are found where they are', () => {
    for (const secret of Object.values(SECRETS)) {
      assert.ok(leaksIn(`x ${secret}`).length > 0);
      for (const before of ['', 'ann:', 'bob:', 'x-access-token:'])
        assert.ok(leaksIn(Buffer.from(`${before}${secret}`).toString('base64')).length > 0, before + secret);
    }
    assert.equal(leaksIn('nothing here'), []);
  });

  for (const [way, lines] of Object.entries(NPMRC))
    for (const [answer, respond] of Object.entries(ANSWERS)) {
      test(`${way}, and a registry that answers ${answer}`, () =>
        inTemporaryFolder(async (folder) => {
          const server = await loopback(respond);
          try {
            const printed = await everything(folder, lines(server.host), server.host);
            assert.ok(printed.includes('plain'));
            assert.equal(leaksIn(printed), []);
          } finally {
            await server.close();
          }
        }));
    }
});
