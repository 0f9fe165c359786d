import { UserError } from '../../../src/errors.ts';
import { compileDatabase } from '../../../src/sources/advisories/compile.ts';
import { openDatabase } from '../../../src/sources/advisories/database.ts';
import { assert, failure, suite } from '../../helpers.ts';
import { type MemoryIo, memoryIo } from './memory-io.ts';
import { named, osv, ranged, zip } from './records.ts';

const NOW = new Date('2026-01-02T03:04:05Z');
const compile = (io: MemoryIo, from: string, to = 'out.vdb') => compileDatabase(io, { from, to, now: NOW });

const RECORDS: Record<string, unknown> = {
  'GHSA-1.json': osv(
    'GHSA-1',
    [ranged('a', [{ introduced: '1.0.0' }, { fixed: '1.2.0' }]), named('b', '1.0.0')],
    {
      aliases: ['CVE-1'],
      severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H' }],
      summary: 'Two packages',
    },
  ),
  'deep/er/MAL-1.json': osv('MAL-1', [named('__proto__', '1.0.0')], { modified: '2025-05-05T00:00:00Z' }),
  'NSWG-1.json': osv('NSWG-1', [named('a', '0.1.0')], { aliases: ['CVE-1'] }),
  'GHSA-2.json': osv('GHSA-2', [named('a', '5.0.0')], {
    withdrawn: '2024-03-03T00:00:00Z',
    aliases: ['CVE-1'],
  }),
  'GO-1.json': osv('GO-1', [{ package: { ecosystem: 'Go', name: 'a' }, versions: ['1.0.0'] }]),
  'broken.json': { id: 7 },
  'flawed.json': { id: 'OLD-1', affected: [named('c', '1.0.0')] },
};

function asFiles(records: Record<string, unknown>): [string, Buffer][] {
  return Object.entries(records).map(([name, value]) => [name, Buffer.from(JSON.stringify(value))]);
}

function folder(records = RECORDS, more: Record<string, string> = {}): MemoryIo {
  const files = asFiles(records).map(([name, content]): [string, Buffer] => [`osv/${name}`, content]);
  return memoryIo({ ...Object.fromEntries(files), ...more });
}

function zipped(records = RECORDS): MemoryIo {
  return memoryIo({ 'all.zip': zip(asFiles(records).map(([name, content]) => ({ name, content }))) });
}

suite('compiling a database', (test) => {
  for (const [what, make, from, source] of [
    [
      'a folder',
      () => folder(RECORDS, { 'osv/README.md': '#', 'osv/.git/x.json': '{' }),
      'osv',
      'folder osv',
    ],
    ['a zip', () => zipped(), 'all.zip', 'zip all.zip'],
  ] as const) {
    test(`${what}: what is usable is taken, what is not is told`, async () => {
      const io = make();
      const { info, skipped, flawed, foreign, problems } = await compile(io, from);
      assert.equal(info, {
        built: '2026-01-02T03:04:05.000Z',
        from: source,
        newest: '2025-05-05T00:00:00.000Z',
        records: 5,
        names: 4,
        malware: 1,
        withdrawn: 1,
        file: 'out.vdb',
        bytes: io.files.get('out.vdb')?.length,
      });
      assert.equal([skipped, flawed, foreign], [1, 1, 1]);
      assert.equal(problems.map(({ file, reason, used }) => `${file}: ${reason} (${used})`).sort(), [
        'broken.json: id is a number instead of a text (false)',
        'flawed.json: modified is missing (true)',
      ]);
    });
  }

  test('looking up gives back what the records say, aliases merged over the whole database', async () => {
    const io = zipped();
    await compile(io, 'all.zip');
    const database = openDatabase(io, 'out.vdb');
    const byId = (name: string) => database.lookup(name).map(({ id, aliases }) => [id, aliases.join()]);
    assert.equal(byId('a'), [
      ['GHSA-1', 'CVE-1,NSWG-1'],
      ['GHSA-2', ''],
      ['NSWG-1', 'CVE-1,GHSA-1'],
    ]);
    assert.equal(byId('__proto__'), [['MAL-1', '']]);
    for (const absent of ['', 'A', 'constructor', 'a\n', '"a"', 'zzz']) assert.equal(byId(absent), []);
    const [record] = database.lookup('b');
    assert.is(record?.severity, 'high');
    assert.is(record?.title, 'Two packages');
    database.verify();
  });

  test('the same records give the same bytes, whatever their order', async () => {
    const [one, other] = [zipped(), zipped(Object.fromEntries(Object.entries(RECORDS).reverse()))];
    await compile(one, 'all.zip');
    await compile(other, 'all.zip');
    assert.equal(one.files.get('out.vdb'), other.files.get('out.vdb'));
  });

  test('of records with one id the last modified one counts', async () => {
    const at = (modified: string, version: string, more = {}) =>
      osv('X-1', [named('a', version)], { modified, ...more });
    const io = folder({
      '1.json': at('2024-01-01T00:00:00Z', '1.0.0'),
      '2.json': at('2024-03-01T00:00:00+02:00', '2.0.0'),
      '3.json': at('2024-02-01T00:00:00.5Z', '3.0.0'),
    });
    assert.is((await compile(io, 'osv')).info.records, 1);
    assert.equal(openDatabase(io, 'out.vdb').lookup('a')[0]?.versions, ['2.0.0']);
  });

  test('a compiled file is verified and copied', async () => {
    const io = zipped();
    await compile(io, 'all.zip');
    const { info } = await compile(io, 'out.vdb', 'copy.vdb');
    assert.is(info.from, 'zip all.zip');
    assert.equal(io.files.get('copy.vdb'), io.files.get('out.vdb'));
    const bytes = io.files.get('out.vdb') ?? Buffer.alloc(0);
    bytes[bytes.length - 9] = 0x7f;
    const error = await failure(() => compile(io, 'out.vdb', 'third.vdb'));
    assert.instance(error, UserError);
    assert.is(io.files.has('third.vdb'), false);
  });

  test('nothing to compile is an error, and the old database stays', async () => {
    const old = { 'out.vdb': 'old' };
    const sources: [string, Record<string, string | Buffer>, RegExp][] = [
      ['absent', {}, /does not exist/],
      ['x.txt', { 'x.txt': 'hello' }, /neither a zip/],
      ['x.txt', { 'x.txt': '' }, /neither a zip/],
      ['e.zip', { 'e.zip': zip([]) }, /no advisory about an npm package/],
      [
        'osv',
        { 'osv/a.json': '{"id":1}', 'osv/b.json': '[[[' },
        /2 unusable, 0 about .*a\.json: id is a number/,
      ],
      ['osv', { 'osv/a.json': JSON.stringify(RECORDS['GO-1.json']) }, /0 unusable, 1 about other/],
      [
        'bad.zip',
        { 'bad.zip': zip([{ name: 'a.json', content: Buffer.from('{}'), claims: { crc: 1 } }]) },
        /checksum/,
      ],
    ];
    for (const [from, files, reason] of sources) {
      const io = memoryIo({ ...old, ...files });
      const error = await failure(() => compile(io, from));
      assert.instance(error, UserError);
      assert.match(error.message, reason);
      assert.is(io.files.get('out.vdb')?.toString(), 'old');
    }
  });

  test('names and titles of any kind, and packages larger than a block, come back as they were', async () => {
    const names = ['"', '\\', 'a"[', '\n', '\u2028', 'ü', '💥', '\ud800', '@s/n', ' ', 'a', 'aa', 'toString'];
    const big = Array.from({ length: 5000 }, (_, i) => `1.0.${i}`);
    const records = names.map((name, i) => osv(`X-${i}`, [named(name, '1.0.0')], { summary: `about ${i}` }));
    const all = [...records, osv('X-big', [named('big', ...big)])];
    const io = folder(Object.fromEntries(all.map((record, i) => [`${i}.json`, record])));
    await compile(io, 'osv');
    const database = openDatabase(io, 'out.vdb');
    database.verify();
    names.forEach((name, i) => {
      assert.equal(
        database.lookup(name).map(({ id, title }) => [id, title]),
        [[`X-${i}`, `about ${i}`]],
      );
    });
    assert.equal(database.lookup('big')[0]?.versions, big);
  });

  test('a chain of a thousand aliases is one group; a hostile one is bounded', async () => {
    const chain = Array.from({ length: 3000 }, (_, i) =>
      osv(`X-${i}`, [named('a', '1.0.0')], { aliases: [`X-${i + 1}`] }),
    );
    const io = folder(Object.fromEntries(chain.map((record, i) => [`${i}.json`, record])));
    await compile(io, 'osv');
    const records = openDatabase(io, 'out.vdb').lookup('a');
    assert.is(records.length, 3000);
    assert.is(new Set(records.map(({ id, aliases }) => [id, ...aliases].sort()[0])).size, 1);
  });
});
