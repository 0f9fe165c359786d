/** A loopback server that breaks HTTP in every way we know; each fault is a path (and all paths below it). */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

export interface FaultServer {
  /** `http://127.0.0.1:port` */
  origin: string;
  host: string;
  /** First lines of the requests, in order. */
  requests: string[];
  close(): Promise<void>;
}

type Fault = (socket: Socket) => void;

/** Inflates to 160 MiB of spaces, more than any answer may have. */
let bomb: Buffer | undefined;
const MIB = 1024 * 1024;

function answer(status: string, headers: Record<string, string | number>, body: string | Buffer = ''): Fault {
  const head = Object.entries({ connection: 'close', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return (socket) => {
    socket.write(`HTTP/1.1 ${status}\r\n${head.join('')}\r\n`);
    socket.end(body);
  };
}

const json = { 'content-type': 'application/json' };

function every(ms: number, act: () => void, socket: Socket): void {
  const timer = setInterval(act, ms);
  socket.on('close', () => clearInterval(timer));
}

const FAULTS: Readonly<Record<string, Fault>> = {
  reset: (socket) => void socket.resetAndDestroy(),
  empty: (socket) => void socket.end(),
  garbage: (socket) => void socket.end('\x16\x03\x01 not http\r\n\r\n'),
  truncated(socket) {
    socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"a":');
    setTimeout(() => socket.destroy(), 20);
  },
  cutjson: answer('200 OK', json, '{"name":"x","versions":{"1.0'),
  badchunk: (socket) =>
    void socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\nhello\r\n0\r\n\r\n'),
  html: answer('200 OK', { 'content-type': 'text/html' }, '<!doctype html><h1>Sign in</h1>'),
  array: answer('200 OK', json, '[]'),
  nothing: answer('200 OK', { ...json, 'content-length': 0 }),
  loop: answer('302 Found', { location: '/loop', 'content-length': 0 }),
  offsite: answer('302 Found', { location: 'http://127.0.0.2:1/x', 'content-length': 0 }),
  400: answer('400 Bad Request', { 'content-length': 0 }),
  401: answer('401 Unauthorized', { 'www-authenticate': 'Basic', 'content-length': 0 }),
  404: answer('404 Not Found', { 'content-length': 0 }),
  405: answer('405 Method Not Allowed', { 'content-length': 0 }),
  410: answer('410 Gone', json, '{"error":"This endpoint is being retired"}'),
  429: answer('429 Too Many Requests', { 'retry-after': 3600, 'content-length': 0 }),
  500: answer('500 Internal Server Error', { 'content-length': 0 }),
  503: answer('503 Service Unavailable', { 'content-length': 0 }),
  bomb(socket) {
    const body = madeBomb();
    answer('200 OK', { ...json, 'content-encoding': 'gzip', 'content-length': body.length }, body)(socket);
  },
  badgzip: answer('200 OK', { ...json, 'content-encoding': 'gzip' }, 'not gzip at all'),
  slow(socket) {
    socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n');
    every(50, () => socket.write(' '), socket);
  },
  endless(socket) {
    socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n');
    const more = Buffer.alloc(64 * 1024, ' ');
    every(1, () => socket.writableLength < 1024 * 1024 && socket.write(more), socket);
  },
  never() {},
  hugeheader: answer('200 OK', { x: 'a'.repeat(200_000), 'content-length': 0 }),
};

function madeBomb(): Buffer {
  // A gzip file may be several, one behind the other: one is packed, and repeated.
  bomb ??= Buffer.concat(Array(10).fill(gzipSync(Buffer.alloc(16 * MIB, ' '))));
  return bomb;
}

/** Every fault with what its reason must say when JSON was asked for. */
export const REASONS: Readonly<Record<keyof typeof FAULTS & string, RegExp>> = {
  reset: /closed the connection/,
  empty: /closed the connection/,
  garbage: /does not speak HTTP/,
  truncated: /cut off after 5 bytes/,
  cutjson: /no JSON, or not all of it/,
  badchunk: /does not speak HTTP|cut off/,
  html: /answered HTML, not JSON \(a login page\?\)/,
  array: /another shape/,
  nothing: /answered nothing/,
  loop: /redirects more than 5 times/,
  offsite: /private address 127\.0\.0\.2|redirects what was sent to another host/,
  400: /^HTTP 400/,
  401: /^HTTP 401/,
  404: /^HTTP 404 \(not found\)/,
  405: /^HTTP 405/,
  410: /^HTTP 410 \(gone for good\)/,
  429: /^HTTP 429 \(asks to wait 3600 s\)/,
  500: /^HTTP 500/,
  503: /^HTTP 503/,
  bomb: /larger than the \d+ bytes|not complete after/,
  badgzip: /compressed body is broken/,
  slow: /too slow/,
  endless: /larger than the \d+ bytes|not complete after/,
  never: /no answer within/,
  hugeheader: /headers are too large/,
};

/** Starts the server. The fault is the first part of the path, or `fixed` for every path. */
export async function faultServer(fixed?: string): Promise<FaultServer> {
  // Here, and not while somebody waits for an answer.
  madeBomb();
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    socket.once('data', (data) => {
      const line = data.toString('latin1').split('\r\n')[0] ?? '';
      requests.push(line);
      const fault = FAULTS[fixed ?? /^\w+ \/([^ ?/]*)/.exec(line)?.[1] ?? ''];
      (fault ?? answer('404 Not Found', { 'content-length': 0 }))(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const host = `127.0.0.1:${address.port}`;
  return {
    origin: `http://${host}`,
    host,
    requests,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
