import { gzipSync } from 'node:zlib';
import { httpCache } from '../src/http/cache.ts';
import { createHttp, type HttpRequest } from '../src/http.ts';
import { faultServer, REASONS } from './faults.ts';
import { assert, suite } from './helpers.ts';
import { failed, serving } from './loopback.ts';
import { IMPATIENT, network } from './network.ts';
import { world } from './world.ts';

const MIB = 1024 * 1024;

const object = (value: unknown) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('no object');
  return value;
};

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
        let writes = 0;
        const { writeFile } = io;
        io.writeFile = (path, chunks) => {
          writes++;
          writeFile(path, chunks);
        };
        assert.is(await get('/a?token=x'), '200 {"n":1}');
        assert.is(await get('/a?token=x'), '200 {"n":1}');
        // What has not changed is not written again: a warm run of thousands would write them all.
        assert.equal([count, writes], [2, 1]);
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
