import { httpCache } from '../../src/http/cache.ts';
import { patience } from '../../src/http/retry.ts';
import { createHttp } from '../../src/http.ts';
import { assert, suite } from '../helpers.ts';
import { loopback } from '../loopback.ts';
import { IMPATIENT, network } from '../network.ts';
import { world } from '../world.ts';

suite('patience', (test) => {
  test('lasts from the first failure to the next answer', () => {
    const hosts = patience(100);
    assert.is(hosts.left('a', 0), 100);
    hosts.failed('a', 0, 40, 'silent');
    assert.equal([hosts.left('a', 40), hosts.left('b', 40), hosts.reason('a')], [60, 100, 'silent']);
    hosts.answered('a', 50);
    assert.is(hosts.left('a', 50), 100);
  });

  test('what was answered meanwhile counts: one silent request of many is no silent host', () => {
    const hosts = patience(100);
    hosts.answered('a', 99);
    hosts.failed('a', 0, 100, 'silent');
    assert.is(hosts.left('a', 100), 99);
  });

  test('three requests in a row end it; twelve where others were answered', () => {
    const hosts = patience(100);
    for (let i = 0; i < 3; i++) hosts.gaveUp('never');
    assert.is(hosts.left('never', 0), 0);
    hosts.answered('some', 0);
    for (let i = 0; i < 11; i++) hosts.gaveUp('some');
    assert.is(hosts.left('some', 0), 100);
    hosts.gaveUp('some');
    assert.is(hosts.left('some', 0), 0);
  });

  test('all failures of a run together have a bound, however often it answers between', () => {
    const hosts = patience(100);
    for (let i = 0; i < 12; i++) {
      assert.ok(hosts.left('a', i * 100) > 0);
      hosts.failed('a', i * 100, i * 100 + 100, 'silent');
      hosts.answered('a', i * 100 + 100);
    }
    assert.is(hosts.left('a', 1200), 0);
  });
});

suite('the cache', (test) => {
  test('keeps what a scan of six thousand packages asked for', () => {
    const io = world();
    const cache = httpCache(io, '/cache');
    const body = Buffer.from('{}');
    const about = { status: 200, contentType: '', etag: '"1"', lastModified: '', fresh: 0, body };
    for (let i = 0; i < 6000; i++) cache.put(`name${i}`, `https://registry.example.test/name${i}`, about);
    cache.trim();
    let kept = 0;
    for (let i = 0; i < 6000; i++) if (cache.get(`name${i}`) !== undefined) kept++;
    assert.is(kept, 6000);
  });
});

suite('one name that hangs', (test) => {
  test('takes no other with it, and an endpoint that hangs takes no other endpoint', async () => {
    const server = await loopback((request, response) => {
      if (request.url === '/hangs') return;
      setTimeout(() => response.end('{}'), 5);
    });
    const http = createHttp({
      network: network([server.host]),
      limits: { ...IMPATIENT, failingMs: 300, concurrency: 2 },
    });
    const ask = (path: string, service?: string) =>
      http.json(
        { url: `${server.origin}/${path}`, limit: 1000, ...(service !== undefined && { service }) },
        () => path,
      );
    try {
      assert.not.ok((await ask('hangs', 'advisories')).ok);
      const answers = await Promise.all(
        Array.from({ length: 200 }, (_, i) => ask(i === 1 ? 'hangs' : `name${i}`)),
      );
      assert.is(answers.filter(({ ok }) => ok).length, 199);
    } finally {
      await http.close();
      await server.close();
    }
  });
});
