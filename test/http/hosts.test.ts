import dns from 'node:dns';
import { once } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';
import { createServer } from 'node:net';
import { redact, redactText } from '../../src/http/redact.ts';
import { createHttp, type HttpRequest } from '../../src/http.ts';
import { faultServer } from '../faults.ts';
import { assert, suite } from '../helpers.ts';
import { failed, serving } from '../loopback.ts';
import { IMPATIENT, network } from '../network.ts';

const object = (value: unknown) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('no object');
  return value;
};

suite('http: who is asked, and with what', (test) => {
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
            const stranger = await http.json({ url: `${first}/`, limit: 1000, anonymous: true }, object);
            assert.equal(stranger as unknown, { ok: true, value: { authorization: 'none' } });
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
});
