/**
 * What `vakt scan --deep` costs: `npm run build && node --import tsx bench/deep.ts [packages…]` asks a registry on
 * loopback for the full documents of 1,500 and 6,000 packages, cold, warm, and warm with half a second of latency, and
 * prints requests, bytes, seconds and the most memory that vakt held.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** About 150 kB inflated, as the mean of what large projects depend on. */
const VERSIONS = 60;
const README = 'what it does and how, in many words. '.repeat(40);
const DAY = 86_400_000;
const integrityOf = (text: string): string => `sha512-${createHash('sha512').update(text).digest('base64')}`;

function packument(name: string): object {
  const versions: Record<string, object> = {};
  const time: Record<string, string> = {};
  for (let i = 0; i < VERSIONS; i++) {
    const version = `1.${i}.0`;
    time[version] = new Date(Date.UTC(2016, 0, 1) + i * 60 * DAY).toISOString();
    versions[version] = {
      name,
      version,
      license: 'MIT',
      _npmUser: { name: 'ann' },
      dependencies: Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`dependency-${n}`, '^1.0.0'])),
      readme: README,
      dist: { integrity: integrityOf(`${name}@${version}`), tarball: `http://127.0.0.1/${name}.tgz` },
    };
  }
  return {
    name,
    'dist-tags': { latest: `1.${VERSIONS - 1}.0` },
    versions,
    time,
    maintainers: [{ name: 'ann' }],
  };
}

const traffic = { full: 0, unchanged: 0, bytes: 0, open: 0, most: 0 };
let latency = 0;
const server = createServer((request, response) => {
  traffic.most = Math.max(traffic.most, ++traffic.open);
  response.on('close', () => traffic.open--);
  setTimeout(() => {
    const etag = `"${request.url}"`;
    if (request.headers['if-none-match'] === etag) {
      traffic.unchanged++;
      return void response.writeHead(304, { etag }).end();
    }
    const name = decodeURIComponent((request.url ?? '').slice(1));
    if (request.method !== 'GET' || name.startsWith('-/')) return void response.writeHead(404).end('{}');
    const body = gzipSync(JSON.stringify(packument(name)), { level: 1 });
    traffic.full++;
    traffic.bytes += body.length;
    response
      .writeHead(200, { etag, 'content-type': 'application/json', 'content-encoding': 'gzip' })
      .end(body);
  }, latency);
});

/** Tells the most memory that a process held, in KiB, as its last word. */
const WATCH = `data:text/javascript,process.on('exit',()=>process.stderr.write('maxRSS='+process.resourceUsage().maxRSS))`;

async function scan(folder: string): Promise<string> {
  Object.assign(traffic, { full: 0, unchanged: 0, bytes: 0, most: 0 });
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [
      '--import',
      WATCH,
      join(import.meta.dirname, '..', 'dist', 'bin', 'vakt.js'),
      'scan',
      '--deep',
      '--format',
      'json',
    ],
    {
      cwd: join(folder, 'project'),
      env: {
        PATH: process.env.PATH,
        HOME: join(folder, 'home'),
        npm_config_globalconfig: join(folder, 'none'),
      },
    },
  );
  const said = { out: '', err: '' };
  child.stdout.on('data', (piece) => (said.out += piece));
  child.stderr.on('data', (piece) => (said.err += piece));
  await once(child, 'close');
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const { coverage } = JSON.parse(said.out);
  const { registry } = coverage;
  const memory = Math.round(Number(/maxRSS=(\d+)/.exec(said.err)?.[1]) / 1024);
  const { full, unchanged, bytes, most } = traffic;
  return `${registry.answered} | ${full} | ${unchanged} | ${(bytes / 1e6).toFixed(1)} MB | ${most} | ${seconds} s | ${memory} MiB`;
}

server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
const sizes = process.argv.slice(2).map(Number);
console.log('| packages | run | answered | in full | unchanged | taken in | at once | time | memory |');
console.log('| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
for (const size of sizes.length > 0 ? sizes : [1500, 6000]) {
  const folder = mkdtempSync(join(tmpdir(), 'vakt-deep-'));
  try {
    for (const name of ['home', 'project']) mkdirSync(join(folder, name));
    const names = Array.from({ length: size }, (_, i) => `pack-${i}`);
    const packages: Record<string, object> = {
      '': {
        name: 'x',
        version: '1.0.0',
        dependencies: Object.fromEntries(names.map((name) => [name, '^1.0.0'])),
      },
    };
    for (const name of names)
      packages[`node_modules/${name}`] = { version: '1.40.0', integrity: integrityOf(`${name}@1.40.0`) };
    const lock = { name: 'x', version: '1.0.0', lockfileVersion: 3, packages };
    writeFileSync(join(folder, 'project', 'package-lock.json'), JSON.stringify(lock));
    writeFileSync(join(folder, 'project', 'package.json'), JSON.stringify(packages['']));
    writeFileSync(join(folder, 'project', '.npmrc'), `registry=http://127.0.0.1:${port}/\n`);
    const runs: [string, number][] = [
      ['cold', 0],
      ['warm', 0],
      ['warm, 500 ms each', 500],
    ];
    for (const [run, ms] of runs) {
      latency = ms;
      console.log(`| ${size} | ${run} | ${await scan(folder)} |`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
server.close();
