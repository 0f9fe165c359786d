/** A loopback HTTP server of a handler, closed afterwards. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { HttpFailure } from '../src/http.ts';

export interface Loopback {
  origin: string;
  host: string;
  /** `METHOD /path` of each request, in order. */
  requests: string[];
  close(): Promise<void>;
}

/** Starts it on a free port. */
export async function loopback(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Loopback> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    handler(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const host = `127.0.0.1:${address.port}`;
  return {
    origin: `http://${host}`,
    host,
    requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The whole body of a request. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

/** Runs `body` beside a server of the handler. */
export async function serving(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  body: (origin: string, host: string) => Promise<void>,
): Promise<void> {
  const server = await loopback(handler);
  try {
    await body(server.origin, server.host);
  } finally {
    await server.close();
  }
}

/** The failure that an answer must be. */
export function failed(answer: { ok: boolean }): HttpFailure {
  if (answer.ok) throw new Error('expected a failure');
  return answer as HttpFailure;
}
