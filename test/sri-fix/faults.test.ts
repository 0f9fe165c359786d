/** Real servers over TLS that do what servers should not: each is told beside its tag, and the other tags are fixed. */
import { execFileSync } from 'node:child_process';
import dns from 'node:dns';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createHttp } from '../../src/http.ts';
import { sriFix } from '../../src/sri-fix/run.ts';
import { assert, inTemporaryFolder, suite, testWith } from '../helpers.ts';
import { network } from '../network.ts';
import { missingForVerdaccio } from '../verdaccio.ts';
import { world } from '../world.ts';
import { CORS, hashOf, request } from './fixing.ts';
import { servers } from './servers.ts';

/** Honest answers come in time on a busy machine too, and a fault lasts a few seconds at most. */
const PATIENT = { failingMs: 3000, headersMs: 1500, windowMs: 800, totalMs: 15_000, backoffMs: 10 };

const SCRIPT = { 'content-type': 'text/javascript', 'access-control-allow-origin': '*' };
const redirect = (location: string, more = {}) => ({
  status: 302,
  headers: { ...SCRIPT, location, ...more },
});

interface Fault {
  /** What is told. */
  reason: RegExp;
  /** What is sent, as it is or piece by piece. */
  status?: number;
  headers?: Record<string, string | number>;
  body?: string | Buffer;
  act?(response: ServerResponse): void;
}

/** Lets one site in: fine for its pages, but not behind a redirect, where browsers no longer say who asks. */
const OWN = { ...SCRIPT, 'access-control-allow-origin': 'https://site.test' };

/** By the first part of the host's name. */
const FAULTS: Record<string, Fault> = {
  gone: { status: 404, reason: /HTTP 404 \(not found\)/ },
  broken: { status: 500, reason: /HTTP 500/ },
  page: {
    headers: { ...SCRIPT, 'content-type': 'text/html' },
    body: '<h1>Sign in',
    reason: /sent as "text\/html"/,
  },
  plain: { ...redirect('http://good.example.test/a.js'), reason: /redirects from https to http/ },
  inner: { ...redirect('https://10.0.0.1/a.js'), reason: /private address 10\.0\.0\.1/ },
  named: {
    ...redirect('https://private.example.test/a.js'),
    reason: /private\.example\.test leads to a private/,
  },
  forever: { ...redirect('/a.js'), reason: /redirects more than 5 times/ },
  closed: {
    headers: { 'content-type': 'text/javascript' },
    body: 'x',
    reason: /access-control-allow-origin: none/,
  },
  detour: {
    ...redirect('https://good.example.test:PORT/a.js', { 'access-control-allow-origin': '' }),
    reason: /access-control-allow-origin: none/,
  },
  echo: {
    ...redirect('https://own.example.test:PORT/a.js'),
    reason: /access-control-allow-origin: https:\/\/site\.test/,
  },
  mine: {
    headers: { ...SCRIPT, 'access-control-allow-origin': 'https://other.test' },
    body: 'x',
    reason: /access-control-allow-origin: https:\/\/other\.test/,
  },
  truncated: {
    act(response) {
      response.writeHead(200, { ...SCRIPT, 'content-length': 1000 });
      response.write('var a', () => setTimeout(() => response.destroy(), 20));
    },
    reason: /cut off after 5 bytes/,
  },
  bomb: {
    headers: { ...SCRIPT, 'content-encoding': 'gzip' },
    body: gzipSync(Buffer.alloc(40 * 1024 * 1024, ' ')),
    reason: /larger than the \d+ bytes/,
  },
  slow: {
    act(response) {
      response.writeHead(200, SCRIPT);
      const timer = setInterval(() => response.write(' '), 50);
      response.on('close', () => clearInterval(timer));
    },
    reason: /too slow|not complete after/,
  },
  silent: { act() {}, reason: /no answer within/ },
  empty: { headers: SCRIPT, reason: /it is empty/ },
};

async function withServers(body: (port: number) => Promise<void>): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    const args = ['req', '-x509', ...key, '-keyout', 'key.pem', '-out', 'cert.pem', '-subj', '/CN=test'];
    execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
    const read = (name: string) => readFileSync(join(folder, name));
    let port = 0;
    const server = createServer({ key: read('key.pem'), cert: read('cert.pem') }, ({ headers }, response) => {
      const [name = ''] = (headers.host ?? '').split('.');
      const fault = FAULTS[name];
      if (fault?.act !== undefined) return fault.act(response);
      const sent: Fault['headers'] = {
        ...(fault === undefined ? (name === 'own' ? OWN : SCRIPT) : fault.headers),
      };
      if (typeof sent.location === 'string') sent.location = sent.location.replace('PORT', String(port));
      response.writeHead(fault?.status ?? 200, sent).end(fault === undefined ? 'good' : fault.body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    port = address === null || typeof address === 'string' ? 0 : address.port;
    const { lookup } = dns;
    const local = (_: string, options: { all?: boolean }, callback: (...found: unknown[]) => void) => {
      if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
      else callback(null, '127.0.0.1', 4);
    };
    dns.lookup = local as unknown as typeof lookup;
    syncBuiltinESMExports();
    try {
      await body(port);
    } finally {
      dns.lookup = lookup;
      syncBuiltinESMExports();
      server.closeAllConnections();
      server.close();
    }
  });
}

suite('servers that misbehave', (test) => {
  testWith(missingForVerdaccio(), test, 'each is told beside its tag, and the rest is fixed', () =>
    withServers(async (port) => {
      const names = Object.keys(FAULTS);
      const hosts = [...names, 'good', 'own'].map((name) => `${name}.example.test:${port}`);
      const allowed = network(hosts, { tlsFor: () => ({ strict: false }) });
      const http = createHttp({ network: allowed, limits: { ...PATIENT, concurrency: 8 } });
      const script = (host: string, rest = '') => `<script${rest} src="https://${host}/a.js"></script>\n`;
      const io = world({ 'page.html': hosts.map((host) => script(host)).join('') });
      const { registry } = await servers({}).open();
      const result = await sriFix(io, request({ network: async () => ({ http, registry }) }));
      await http.close();
      const lines = result.pages[0]?.lines ?? [];
      for (const [i, name] of names.entries()) {
        assert.is(lines[i]?.action, 'unlearned', name);
        assert.match(lines[i]?.reason ?? '', FAULTS[name]?.reason ?? /never/, name);
      }
      assert.is(result.exitCode, 3);
      const fixed = ` integrity="${hashOf('good')}"${CORS}`;
      const wanted = hosts.map((host, i) => script(host, i < names.length ? '' : fixed)).join('');
      assert.is(io.readFile('/project/page.html').toString(), wanted);
    }),
  );

  testWith(
    missingForVerdaccio(),
    test,
    'a host of the own network is asked where it is named, and nowhere else',
    () =>
      withServers(async (port) => {
        const host = `good.example.test:${port}`;
        const io = () => world({ 'page.html': `<script src="https://${host}/a.js"></script>` });
        const run = async (hosts: string[]) => {
          const allowed = network(hosts, { tlsFor: () => ({ strict: false }) });
          const http = createHttp({ network: allowed, limits: PATIENT });
          const { registry } = await servers({}).open();
          const result = await sriFix(io(), request({ network: async () => ({ http, registry }) }));
          await http.close();
          return result;
        };
        const refused = await run([]);
        assert.is(refused.exitCode, 3);
        assert.match(refused.pages[0]?.lines[0]?.reason ?? '', `(--allow-private ${host}, `);
        assert.is((await run([host])).exitCode, 0);
      }),
  );
});
