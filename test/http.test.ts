import dns from 'node:dns';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { httpCache } from '../src/http/cache.ts';
import { redact, redactText } from '../src/http/redact.ts';
import { createHttp, type HttpFailure, type HttpRequest } from '../src/http.ts';
import { faultServer, REASONS } from './faults.ts';
import { assert, suite } from './helpers.ts';
import { loopback } from './loopback.ts';
import { IMPATIENT, network } from './network.ts';
import { world } from './world.ts';

const MIB = 1024 * 1024;

async function serving(
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

const object = (value: unknown) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('no object');
  return value;
};

function failed(answer: { ok: boolean }): HttpFailure {
  if (answer.ok) throw new Error('expected a failure');
  return answer as HttpFailure;
}

suite('http: every fault ends with its reason', (test) => {
  for (const [fault, reason] of Object.entries(REASONS)) {
    test(fault, async () => {
      const server = await faultServer();
      const http = createHttp({ network: network([server.host]), limits: IMPATIENT });
      try {
        const request: HttpRequest = { url: `${server.origin}/${fault}`, limit: MIB };
        const failure = failed(await http.json(request, object));
        assert.match(failure.reason, reason);
        assert.is(failure.host, server.host);
        assert.ok(server.requests.length <= 6, `${server.requests.length} requests`);
      } finally {
        await http.close();
        await server.close();
      }
    });
  }
});

suite('http', (test) => {
  test('reads JSON, packed or not, and says what shape it was not', () =>
    serving(
      (request, response) => {
        response.setHeader('content-type', 'application/json');
        if (request.url !== '/packed') return void response.end('{"a":1}');
        response.setHeader('content-encoding', 'gzip');
        response.end(gzipSync('{"a":1}'));
      },
      async (origin, host) => {
        const http = createHttp({ network: network([host]) });
        for (const path of ['/plain', '/packed'])
          assert.equal(await http.json({ url: origin + path, limit: 100 }, object), {
            ok: true,
            value: { a: 1 },
          });
        const small = failed(await http.json({ url: `${origin}/packed`, limit: 6 }, object));
        assert.match(small.reason, /larger than the 6 bytes/);
        await http.close();
      },
    ));

  test('asks a service that fails again, but all requests together for a bounded time', async () => {
    const server = await faultServer('500');
    const http = createHttp({ network: network([server.host]), limits: { ...IMPATIENT, failingMs: 1000 } });
    const answers = [];
    for (let i = 0; i < 40; i++) {
      answers.push(await http.send({ url: `${server.origin}/${i}`, limit: 10 }));
      if (i === 0) assert.is(server.requests.length > 1, true);
    }
    assert.ok(server.requests.length <= 9, `${server.requests.length} requests`);
    assert.match(failed(answers[39] ?? { ok: true }).reason, /^not asked again: HTTP 500$/);
    await http.close();
    await server.close();
  });

  test('waits as Retry-After says', () => {
    let count = 0;
    return serving(
      (_, response) => {
        count++;
        if (count === 1) response.writeHead(503, { 'retry-after': '1' }).end();
        else response.end('{}');
      },
      async (origin, host) => {
        const http = createHttp({ network: network([host]) });
        const started = Date.now();
        assert.ok((await http.send({ url: origin, limit: 10 })).ok);
        assert.ok(Date.now() - started >= 950);
        await http.close();
      },
    );
  });

  test('sends credentials to their own host only, and never shows them', () =>
    serving(
      (request, response) => {
        const to = new URL(request.url ?? '', 'http://x').searchParams.get('to');
        if (to !== null) return void response.writeHead(302, { location: to }).end();
        response.end(JSON.stringify({ authorization: request.headers.authorization ?? 'none' }));
      },
      (first, firstHost) =>
        serving(
          (request, response) => {
            response.end(JSON.stringify({ authorization: request.headers.authorization ?? 'none' }));
          },
          async (second, secondHost) => {
            const both = network([firstHost, secondHost], {
              authorizationFor: () => 'Bearer geheim',
              secrets: ['geheim'],
            });
            const http = createHttp({ network: both });
            const seen = async (url: string) => (await http.json({ url, limit: 1000 }, object)) as unknown;
            assert.equal(await seen(`${first}/`), { ok: true, value: { authorization: 'Bearer geheim' } });
            assert.equal(await seen(`${first}/?to=/same`), {
              ok: true,
              value: { authorization: 'Bearer geheim' },
            });
            const other = await seen(`${first}/?to=${encodeURIComponent(`${second}/`)}`);
            assert.equal(other, { ok: true, value: { authorization: 'none' } });
            await http.close();
          },
        ),
    ));

  test('posts to nobody else', () =>
    serving(
      (_, response) => void response.writeHead(307, { location: 'http://other.example.test/' }).end(),
      async (origin, host) => {
        const http = createHttp({ network: network([host]) });
        const request: HttpRequest = { url: origin, method: 'POST', body: Buffer.from('{}'), limit: 10 };
        assert.match(failed(await http.send(request)).reason, /redirects what was sent to another host/);
        await http.close();
      },
    ));

  test('private addresses are for the user to name: written out, as a name, and behind a name', async () => {
    const server = await faultServer();
    const http = createHttp({ network: network([]), limits: IMPATIENT });
    const port = server.host.split(':')[1];
    for (const url of [
      `http://127.0.0.1:${port}/404`,
      `http://localhost:${port}/404`,
      `http://[::1]:${port}/404`,
      `http://2130706433:${port}/404`,
      'http://169.254.169.254/latest/meta-data',
    ])
      assert.match(failed(await http.send({ url, limit: 10 })).reason, /private address/, url);
    assert.equal(server.requests, []);
    await http.close();
    await server.close();
  });

  test('a name is looked up once, and only its public addresses are connected to', async () => {
    const server = await faultServer();
    const port = server.host.split(':')[1];
    const { lookup } = dns;
    const answers = [
      { address: '127.0.0.1', family: 4 },
      { address: '::ffff:10.0.0.1', family: 6 },
    ];
    let asked = 0;
    const fake = (
      _name: string,
      _options: unknown,
      callback: (error: null, found: typeof answers) => void,
    ) => {
      asked++;
      callback(null, answers);
    };
    dns.lookup = fake as unknown as typeof lookup;
    syncBuiltinESMExports();
    const http = createHttp({ network: network([]), limits: IMPATIENT });
    try {
      const url = `http://rebind.example.test:${port}/404`;
      assert.match(
        failed(await http.send({ url, limit: 10 })).reason,
        /rebind\.example\.test leads to a private address/,
      );
      assert.is(asked, 1);
      assert.equal(server.requests, []);
    } finally {
      dns.lookup = lookup;
      syncBuiltinESMExports();
      await http.close();
      await server.close();
    }
  });

  test('keeps answers by their ETag and max-age, and nothing that says no-store', () => {
    let count = 0;
    return serving(
      (request, response) => {
        count++;
        if (request.url === '/fresh') response.setHeader('cache-control', 'max-age=100');
        if (request.url === '/secret') response.setHeader('cache-control', 'no-store');
        response.setHeader('etag', '"1"');
        if (request.headers['if-none-match'] === '"1"') return void response.writeHead(304).end();
        response.end(`{"n":${count}}`);
      },
      async (origin, host) => {
        const io = world();
        const http = () => createHttp({ network: network([host]), cache: httpCache(io, '/cache') });
        const get = async (path: string) => {
          const one = http();
          const answer = await one.send({ url: origin + path, limit: 100, cache: true });
          await one.close();
          return answer.ok ? `${answer.status} ${answer.body}` : answer.reason;
        };
        assert.is(await get('/a?token=x'), '200 {"n":1}');
        assert.is(await get('/a?token=x'), '200 {"n":1}');
        assert.is(count, 2);
        assert.is(await get('/fresh'), '200 {"n":3}');
        assert.is(await get('/fresh'), '200 {"n":3}');
        assert.is(count, 3);
        assert.is(await get('/secret'), '200 {"n":4}');
        assert.is(await get('/secret'), '200 {"n":5}');
        assert.is(io.files.size, 2);
        for (const [file, bytes] of io.files) {
          assert.match(file, /^\/cache\/[0-9a-f]{40}$/);
          assert.not.match(bytes.toString(), /token=x/);
        }
        // A file that is not what was written counts for nothing.
        for (const file of io.files.keys()) io.files.set(file, Buffer.from('{"broken":'));
        assert.is(await get('/fresh'), '200 {"n":6}');
        for (const [file, bytes] of io.files)
          io.files.set(file, Buffer.concat([bytes.subarray(0, -1), Buffer.from(']')]));
        assert.is(await get('/fresh'), '200 {"n":7}');
      },
    );
  });

  test('goes through the proxy: plain for http, by a tunnel for https, with its own credentials', async () => {
    const lines: string[] = [];
    const proxy = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', (data) => {
        const text = data.toString('latin1');
        lines.push(
          text.split('\r\n')[0] ?? '',
          /^proxy-authorization: .*$/im.exec(text)?.[0].toLowerCase() ?? 'none',
        );
        const refused = 'HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n';
        socket.end(text.startsWith('CONNECT') ? refused : 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
      });
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const address = proxy.address();
    const port = address === null || typeof address === 'string' ? 0 : address.port;
    const through = network([], { proxyFor: () => `http://me:ge%20heim@127.0.0.1:${port}` });
    const http = createHttp({ network: through, limits: IMPATIENT });
    assert.ok((await http.send({ url: 'http://registry.example.test/a', limit: 10 })).ok);
    const tunnel = failed(await http.send({ url: 'https://registry.example.test/a', limit: 10 }));
    assert.match(tunnel.reason, /proxy/);
    const credentials =
      `proxy-authorization: basic ${Buffer.from('me:ge heim').toString('base64')}`.toLowerCase();
    assert.equal(lines.slice(0, 4), [
      'GET http://registry.example.test/a HTTP/1.1',
      credentials,
      'CONNECT registry.example.test:443 HTTP/1.1',
      credentials,
    ]);
    const socks = createHttp({ network: network([], { proxyFor: () => 'socks5://127.0.0.1:1' }) });
    const refusal = failed(await socks.send({ url: 'https://registry.example.test/', limit: 10 }));
    assert.match(refusal.reason, /proxy has a URL that is not http or https/);
    await http.close();
    proxy.close();
  });

  test('nothing secret is shown', () => {
    assert.is(
      redact('https://me:geheim@host.example.test:1/a?X-Amz-Signature=s#f'),
      'https://host.example.test:1/a?…',
    );
    assert.is(redact('nonsense'), 'an invalid URL');
    const text = 'no http://u:p@h/x with npm_abcdefghijklmnopqrstuvwxyz0123456789 or tok-1';
    assert.is(redactText(text, ['tok-1', '']), 'no http://***@h/x with npm_*** or ***');
  });

  test('loads no client before the first request', () => {
    const http = createHttp({
      network: network([], {
        proxyFor() {
          throw new Error('asked');
        },
      }),
    });
    return http.close();
  });
});
