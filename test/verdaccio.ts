/** A real registry on loopback, over https with a certificate authority of its own, for as long as a test needs it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Verdaccio {
  /** `https://127.0.0.1:port/` */
  url: string;
  host: string;
  /** File with the authority's certificate. */
  cafile: string;
  /** Opens everything. */
  token: string;
  /** Puts a package's document where the registry reads it from, whatever npm would let anybody publish. */
  put(name: string, packument: object): void;
  stop(): Promise<void>;
}

const bin = fileURLToPath(new URL('../node_modules/verdaccio/bin/verdaccio', import.meta.url));

/** The name of what is missing on this machine; undefined when all is there. */
export function missingForVerdaccio(): string | undefined {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'openssl';
  }
}

/** Starts it in `folder`: no uplinks, and every package wants a token. */
export async function verdaccio(folder: string): Promise<Verdaccio> {
  mkdirSync(folder, { recursive: true });
  certificates(folder);
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const cafile = join(folder, 'ca.pem');
  writeFileSync(join(folder, 'config.yaml'), config(folder, host));
  const child = spawn(process.execPath, [bin, '--config', join(folder, 'config.yaml')], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder },
    stdio: 'ignore',
  });
  try {
    const token = await login(host, readFileSync(cafile), child);
    const put = (name: string, packument: object) => {
      const place = join(folder, 'storage', name);
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, 'package.json'), JSON.stringify({ name, _attachments: {}, ...packument }));
    };
    return { url: `https://${host}/`, host, cafile, token, put, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, 'exit');
}

function config(folder: string, host: string): string {
  const allow = ['access', 'publish', 'unpublish'].map((verb) => `    ${verb}: $authenticated`).join('\n');
  return `storage: ${join(folder, 'storage')}
auth:
  htpasswd:
    file: ${join(folder, 'htpasswd')}
    max_users: 10
security:
  # Verdaccio's own tokens hold the password, which is hashed anew for each request: slower than all the rest.
  api: { legacy: false, jwt: { sign: { expiresIn: 1d } } }
uplinks: {}
packages:
  '**':
${allow}
log: { type: file, path: ${join(folder, 'verdaccio.log')}, level: http }
listen: https://${host}/
https:
  key: ${join(folder, 'key.pem')}
  cert: ${join(folder, 'cert.pem')}
web: { enable: false }
`;
}

function certificates(folder: string): void {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...key, '-keyout', 'ca-key.pem', '-out', 'ca.pem', '-subj', '/CN=test authority');
  openssl('req', ...key.slice(0, -2), '-keyout', 'key.pem', '-out', 'request.pem', '-subj', '/CN=127.0.0.1');
  writeFileSync(join(folder, 'names'), 'subjectAltName=IP:127.0.0.1\n');
  const sign = [
    'x509',
    '-req',
    '-in',
    'request.pem',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca-key.pem',
    '-CAcreateserial',
  ];
  openssl(...sign, '-days', '2', '-extfile', 'names', '-out', 'cert.pem');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function login(host: string, ca: Buffer, child: ChildProcess): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    if (child.exitCode !== null) throw new Error(`verdaccio ended with ${child.exitCode}`);
    const token = await addUser(host, ca).catch(() => undefined);
    if (token !== undefined) return token;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('verdaccio does not answer');
}

function addUser(host: string, ca: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const url = `https://${host}/-/user/org.couchdb.user:tester`;
    const sent = request(
      url,
      { method: 'PUT', ca, headers: { 'content-type': 'application/json' } },
      (response) => {
        let text = '';
        response.on('data', (piece) => {
          text += piece;
        });
        response.on('end', () => {
          const token: unknown = JSON.parse(text).token;
          if (typeof token === 'string') resolve(token);
          else reject(new Error(text));
        });
      },
    );
    sent.on('error', reject);
    sent.end(JSON.stringify({ name: 'tester', password: 'only-for-this-test' }));
  });
}
