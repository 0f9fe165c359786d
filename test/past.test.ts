/**
 * The past of 1,500 packages from a real registry (verdaccio) behind a proxy that counts and has the keys that
 * verdaccio lacks.
 */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { main } from '../src/cli/main.ts';
import { realIo } from '../src/io.ts';
import type { ReportJson } from '../src/report/json-shapes.ts';
import { assert, inTemporaryFolder, suite, testWith } from './helpers.ts';
import { loopback } from './loopback.ts';
import { lockOf, packument, registryKey } from './support/packuments.ts';
import { missingForVerdaccio, type Verdaccio, verdaccio } from './verdaccio.ts';

const MANY = 1500;
const key = registryKey('SHA256:one');

interface Traffic {
  origin: string;
  /** Statuses of what was answered. */
  statuses: number[];
  bytes: number;
  /** Most requests that were open at once. */
  most: number;
  close(): Promise<void>;
}

async function proxy(server: Verdaccio): Promise<Traffic> {
  const ca = readFileSync(server.cafile);
  let open = 0;
  const front = await loopback((incoming, response) => {
    traffic.most = Math.max(traffic.most, ++open);
    response.on('close', () => open--);
    if (incoming.url === '/-/npm/v1/keys') return void response.end(JSON.stringify({ keys: [key.public] }));
    const { host: _, ...headers } = incoming.headers;
    const sent = request(new URL(incoming.url ?? '', server.url), { ca, headers }, (answer) => {
      traffic.statuses.push(answer.statusCode ?? 0);
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.on('data', (piece: Buffer) => {
        traffic.bytes += piece.length;
      });
      answer.pipe(response);
    });
    sent.on('error', () => response.destroy());
    incoming.pipe(sent);
  });
  const traffic: Traffic = {
    origin: front.origin,
    statuses: [],
    bytes: 0,
    most: 0,
    close: front.close,
  };
  return traffic;
}

function fill(server: Verdaccio): string[] {
  const specs: string[] = [];
  for (let i = 0; i < MANY; i++) {
    const name = i % 10 === 0 ? `@scope${i % 7}/pack-${i}` : `pack-${i}`;
    const versions: Parameters<typeof packument>[1] = {};
    for (let n = 0; n < 20; n++)
      versions[`1.${n}.0`] = { day: `20${10 + Math.floor(n / 2)}-0${1 + (n % 2)}-01` };
    versions['1.18.0'] = { day: '2019-01-01', key, wrong: i === 7 };
    server.put(name, packument(name, versions));
    specs.push(`${name}@1.18.0`);
  }
  return specs;
}

interface Run {
  json: ReportJson;
  printed: string;
}

async function scan(folder: string, traffic: Traffic, { token }: Verdaccio): Promise<Run> {
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true });
  writeFileSync(
    join(folder, 'project', '.npmrc'),
    `registry=${traffic.origin}/\n//${new URL(traffic.origin).host}/:_authToken=${token}\n`,
  );
  Object.assign(traffic, { statuses: [], bytes: 0, most: 0 });
  let out = '';
  let err = '';
  const io = {
    ...realIo(),
    cwd: join(folder, 'project'),
    env: { HOME: home, npm_config_globalconfig: join(folder, 'none') },
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
  };
  await main(['scan', '--deep', '--format', 'json'], io);
  return { json: JSON.parse(out) as ReportJson, printed: out + err };
}

const count = ({ statuses }: Traffic, status: number) => statuses.filter((one) => one === status).length;

suite('the past of 1,500 packages', (test) => {
  testWith(
    missingForVerdaccio(),
    test,
    'from verdaccio: each asked for once, in parallel; warm, nothing is downloaded',
    () =>
      inTemporaryFolder(async (folder) => {
        const server = await verdaccio(join(folder, 'registry'));
        const traffic = await proxy(server);
        try {
          mkdirSync(join(folder, 'project'));
          const specs = fill(server);
          for (const [name, text] of Object.entries(lockOf(specs, { direct: specs.slice(0, 40) })))
            writeFileSync(join(folder, 'project', name), text);
          const cold = await scan(folder, traffic, server);
          const { bytes } = traffic;
          const all = { asked: MANY, answered: MANY, compared: MANY };
          const { libyears, ...told } = cold.json.coverage.registry ?? { libyears: 0 };
          assert.equal(told, all);
          assert.ok(libyears > 0);
          assert.is(count(traffic, 200), MANY);
          const wrong = cold.json.findings.filter(({ rule }) => rule === 'signature-invalid');
          assert.equal(
            wrong.map(({ name }) => name),
            ['pack-7'],
          );
          assert.ok(traffic.most > 6, `${traffic.most} at once`);

          const warm = await scan(folder, traffic, server);
          assert.equal([count(traffic, 200), count(traffic, 304)], [0, MANY]);
          assert.ok(traffic.bytes < bytes / 20);
          assert.equal(warm.json.findings, cold.json.findings);
          for (const { printed } of [cold, warm]) assert.not.ok(printed.includes(server.token));
          for (const file of filesBelow(join(folder, 'home')))
            assert.not.ok(file.includes(server.token) || readFileSync(file).includes(server.token), file);
        } finally {
          await traffic.close();
          await server.stop();
        }
      }),
  );
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
}
