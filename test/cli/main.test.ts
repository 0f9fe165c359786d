/** The program as a function: code, stdout and stderr of what people give it, right and wrong. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { main } from '../../src/cli/main.ts';
import { assert, suite } from '../helpers.ts';
import { type World, world } from '../world.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const example = (name: string) => readFileSync(`${root}examples/${name}`);
const shop = {
  'package.json': example('shop/package.json'),
  'package-lock.json': example('shop/package-lock.json'),
};

const RECORD = JSON.stringify({
  id: 'GHSA-35jh-r3h4-6jhm',
  modified: '2026-11-01T00:00:00Z',
  aliases: ['CVE-2021-23337'],
  summary: 'command injection',
  affected: [
    {
      package: { ecosystem: 'npm', name: 'lodash' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '4.17.21' }] }],
    },
  ],
  database_specific: { severity: 'HIGH' },
});

async function run(given: World, ...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  given.stdout = '';
  given.stderr = '';
  // Nothing here may reach out.
  const code = await main(
    ['db', 'explain', 'init'].includes(argv[0] ?? '') ? argv : [...argv, '--offline'],
    given,
  );
  assert.not.match(given.stderr, /^\s+at /m, 'a stack trace');
  return { code, out: given.stdout, err: given.stderr };
}

async function withDatabase(files: Record<string, string | Buffer>): Promise<World> {
  const given = world({ ...files, 'osv/a.json': RECORD });
  assert.is((await run(given, 'db', 'update', '--from', 'osv', '--db', 'a.vdb')).code, 0);
  return given;
}

const lock = (packages: object, version: unknown = 3) =>
  JSON.stringify({ lockfileVersion: version, packages }, null, 2);
const clean = lock({ '': {}, 'node_modules/a': { version: '1.0.0', integrity: 'sha512-AAAA' } });

suite('exit codes', (test) => {
  test('1 where the policy is violated, and the report says what and where', async () => {
    const { code, out, err } = await run(
      await withDatabase(shop),
      'scan',
      '--db',
      'a.vdb',
      '--format',
      'json',
    );
    assert.is(code, 1);
    assert.is(err, '');
    const report = JSON.parse(out);
    assert.is(report.verdict, 'fail');
    assert.is(report.exitCode, 1);
    const [finding] = report.findings;
    assert.is(finding.purl, 'pkg:npm/lodash@4.17.20');
    assert.equal(finding.advisory.aliases, ['CVE-2021-23337']);
    assert.equal(finding.paths, [['pkg:npm/nordshop-web@2.3.0', 'pkg:npm/lodash@4.17.20']]);
    const [place] = finding.locations;
    const text = shop['package-lock.json'].toString();
    assert.is(
      text.split('\n')[place.line - 1]?.slice(place.column - 1, place.column + 20),
      '"node_modules/lodash"',
    );
    assert.is(text.indexOf('"node_modules/lodash"'), place.offset);
  });

  test('0 where there is nothing to do, with evidence', async () => {
    const given = await withDatabase({ 'package-lock.json': clean });
    const { code, out } = await run(given, '--db', 'a.vdb');
    assert.is(code, 0);
    assert.match(out, /PASS {2}nothing to do/);
    assert.match(out, /Checked +1 of 1 package against 1 record/);
  });

  test('3 without a database: the floor is no database', async () => {
    const { code, out } = await run(world({ 'package-lock.json': clean }));
    assert.is(code, 3);
    assert.match(out, /INCOMPLETE/);
    assert.match(out, /vakt db update/);
  });

  test('0 where package.json asks for nothing: there is nothing to lock', async () => {
    for (const manifest of ['{"name":"a"}', '{"dependencies":{},"devDependencies":{}}']) {
      const { code, out } = await run(world({ 'package.json': manifest }), 'inventory');
      assert.equal([code, out], [0, '0 packages\n']);
    }
  });

  test('3 where a lock file further down cannot be read', async () => {
    const files = { 'package-lock.json': clean, 'apps/a/package-lock.json': '{' };
    const { code, out } = await run(await withDatabase(files), '--db', 'a.vdb');
    assert.is(code, 3);
    assert.match(out, /apps\/a\/package-lock\.json:1:2: [^\n]*/);
  });

  test('3 where a package has no version that advisories could be about', async () => {
    const odd = lock({ '': {}, 'node_modules/a': { version: 'banana', integrity: 'sha512-AAAA' } });
    const { code, out } = await run(await withDatabase({ 'package-lock.json': odd }), '--db', 'a.vdb');
    assert.is(code, 3);
    assert.match(out, /no advisory can be compared with a with the version "banana"/);
  });

  test('1 without a database, where the floor knows better', async () => {
    const bad = lock({ '': {}, 'node_modules/debug': { version: '4.4.2', integrity: 'sha512-AAAA' } });
    const { code, out } = await run(world({ 'package-lock.json': bad }));
    assert.is(code, 1);
    assert.match(out, /Malware: remove it at once/);
  });

  test('70 for a bug, with what to report', async () => {
    const given = world(
      { 'package-lock.json': clean },
      {
        kind: () => {
          throw new TypeError('boom');
        },
      },
    );
    given.stderr = '';
    assert.is(await main([], given), 70);
    assert.match(given.stderr, /a bug in vakt: TypeError: boom/);
  });
});

suite('bad input: exit code 2, the place, and what to do', (test) => {
  const conflict = clean.replace('    "node_modules/a"', '<<<<<<< HEAD\n    "node_modules/a"');
  const table: [string, Record<string, string>, string[], RegExp][] = [
    ['nothing there', { 'README.md': '' }, [], /package\.json/],
    ['a path that does not exist', { 'package-lock.json': clean }, ['gone'], /gone: /],
    ['truncated JSON', { 'package-lock.json': clean.slice(0, 60) }, [], /package-lock\.json:\d+:\d+: /],
    ['an array', { 'package-lock.json': '[]' }, [], /package-lock\.json/],
    ['a string', { 'package-lock.json': '"x"' }, [], /package-lock\.json/],
    ['null', { 'package-lock.json': 'null' }, [], /package-lock\.json/],
    ['an empty file', { 'package-lock.json': '' }, [], /package-lock\.json/],
    [
      'conflict markers',
      { 'package-lock.json': conflict },
      [],
      /package-lock\.json:5:1: [^\n]*\n {2}.*npm install/,
    ],
    ['a cut bun.lock', { 'bun.lock': '{"lockfileVersion": 1,' }, [], /bun\.lock:1:23: .*file ends/],
    ['a newer lock file', { 'package-lock.json': lock({}, 4) }, [], /package-lock\.json.*4/],
    ['a lock file version that is none', { 'package-lock.json': lock({}, 'x') }, [], /package-lock\.json/],
    ['a table that is none', { 'package-lock.json': lock([]) }, [], /package-lock\.json:\d+/],
    [
      'one of several',
      { 'a/package-lock.json': clean, 'b/package-lock.json': '{' },
      ['a', 'b'],
      /b\/package-lock\.json:1:\d+/,
    ],
    ['an unknown policy', { 'package-lock.json': clean }, ['-c', 'strikt'], /did you mean "strict"/],
    [
      'a database that is not there',
      { 'package-lock.json': clean },
      ['--db', 'gone.vdb'],
      /gone\.vdb: .*\n {2}.*vakt db update/,
    ],
    [
      'a database that is none',
      { 'package-lock.json': clean, 'x.vdb': 'hello' },
      ['--db', 'x.vdb'],
      /x\.vdb: .*not a vakt/,
    ],
    [
      'a flag that is neither',
      { 'package-lock.json': clean },
      ['--all=maybe'],
      /--all=maybe: .*\n {2}--all alone/,
    ],
    [
      'no lock file, and packages asked for',
      { 'package.json': '{"dependencies":{"a":"1"}}' },
      [],
      /no lock file/,
    ],
    ['a bun.lock of nothing', { 'bun.lock': '{"lockfileVersion": 1}' }, [], /bun\.lock:1:1: .*workspaces/],
    ['a misspelt option', { 'package-lock.json': clean }, ['--formt', 'json'], /formt/],
  ];
  for (const [name, files, argv, message] of table) {
    test(name, async () => {
      const { code, out, err } = await run(world(files), 'scan', ...argv);
      assert.is(code, 2, err + out);
      assert.is(out, '');
      assert.match(err, message);
    });
  }

  test('keys that every object has are packages like others', async () => {
    const odd =
      '{"lockfileVersion":3,"packages":{"":{},"node_modules/__proto__":{"version":"1.0.0"},"node_modules/constructor":{"version":"2.0.0"}}}';
    const { code, out } = await run(world({ 'package-lock.json': odd }), 'inventory', '--format', 'json');
    assert.is(code, 0);
    const names = JSON.parse(out).packages.map((one: { name: string }) => one.name);
    assert.equal(names.sort(), ['__proto__', 'constructor']);
    assert.is(({} as Record<string, unknown>).version, undefined);
  });

  test('a flipped bit in a block that is read', async () => {
    const given = await withDatabase(shop);
    const bytes = given.files.get('/project/a.vdb') as Buffer;
    const at = bytes.indexOf('command injection');
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const { code, err } = await run(given, '--db', 'a.vdb');
    assert.is(code, 2);
    assert.match(err, /a\.vdb: .*damaged/);
  });

  test('a database of a newer format', async () => {
    const given = await withDatabase(shop);
    given.files.get('/project/a.vdb')?.writeUInt32LE(999, 8);
    const { code, err } = await run(given, '--db', 'a.vdb');
    assert.is(code, 2);
    assert.match(err, /999/);
  });
});

suite('why, explain, ignore', (test) => {
  test('why shows each way, with what each asks for', async () => {
    const { code, out } = await run(world(shop), 'why', 'braces');
    assert.is(code, 0);
    assert.match(
      out,
      /^braces@3\.0\.2 {2}dev, 1 place in package-lock\.json\n {2}nordshop-web@2\.3\.0 > micromatch@4\.0\.5 > braces@3\.0\.2 \(\^3\.0\.2\)$/m,
    );
  });

  test('why fits a way to the terminal', async () => {
    const given = world(shop, { columns: 50 });
    const { out } = await run(given, 'why', 'braces');
    for (const line of out.trimEnd().split('\n')) assert.ok(line.length <= 50, line);
    assert.match(out, /micromatch@4\.0\.5 >\n {4}braces@3\.0\.2/);
  });

  test('why guesses what was meant', async () => {
    const { code, err } = await run(world(shop), 'why', 'lodahs');
    assert.is(code, 2);
    assert.match(err, /did you mean lodash\?/);
  });

  test('explain knows rules, and advisories by any id', async () => {
    const given = await withDatabase(shop);
    assert.match((await run(given, 'explain', 'missing-sri')).out, /integrity/);
    for (const id of ['GHSA-35jh-r3h4-6jhm', 'cve-2021-23337']) {
      assert.match((await run(given, 'explain', id, '--db', 'a.vdb')).out, /lodash: command injection/);
    }
    assert.match(
      (await run(given, 'explain', 'missing-srl', '--db', 'a.vdb')).err,
      /did you mean missing-sri/,
    );
  });

  test('explain without a word lists the rules', async () => {
    const { code, out } = await run(world(), 'explain');
    assert.is(code, 0);
    assert.match(out, /^missing-sri {11}Third-party script or style without integrity$/m);
  });

  test('explain is text that fits the terminal', async () => {
    const { out } = await run(world({}, { columns: 70 }), 'explain', 'malware');
    for (const line of out.split('\n')) assert.ok(line.length <= 70, line);
    assert.match(out, /^What to do\. Remove it/m);
    assert.match(out, /is disputed outside/);
  });

  test('explain says how bad an advisory is, what it covers, and what to type', async () => {
    const { out } = await run(await withDatabase(shop), 'explain', 'CVE-2021-23337', '--db', 'a.vdb');
    assert.match(out, /^ {4}high; affected: <4\.17\.21; fixed in 4\.17\.21$/m);
    assert.match(out, /vakt why lodash$/m);
    assert.match(out, /vakt ignore GHSA-35jh-r3h4-6jhm --reason "…" --until 90d$/m);
    const none = await run(world({}, { env: { HOME: '/home' } }), 'explain', 'GHSA-35jh-r3h4-6jhm');
    assert.match(none.err, /vakt db update builds one/);
  });

  test('ignore writes an entry that holds, and keeps the rest of the file', async () => {
    const given = await withDatabase({ ...shop, 'vakt.yml': '# ours\nextends: recommended # as it is\n' });
    const typed = [
      'ignore',
      'CVE-2021-23337',
      '--reason',
      'our templates are our own',
      '--owner',
      'web',
      '--until',
      '30d',
    ];
    assert.is((await run(given, ...typed)).code, 0);
    const text = given.files.get('/project/vakt.yml')?.toString() ?? '';
    assert.match(text, /^# ours\nextends: recommended # as it is\nignore:\n {2}- id: CVE-2021-23337\n/);
    assert.match(text, /until: 2026-12-22/);
    const { code, out } = await run(given, '--db', 'a.vdb', '--format', 'json');
    assert.is(code, 0);
    const report = JSON.parse(out);
    assert.equal(
      [report.findings.filter((one: { advisory?: object }) => one.advisory).length, report.accepted.length],
      [0, 1],
    );
    assert.is(report.accepted[0].where, 'vakt.yml:4:5');
  });

  test('ignore --all makes a baseline of what is open', async () => {
    const given = await withDatabase(shop);
    assert.is(
      (await run(given, 'ignore', '--all', '--reason', 'before vakt', '--owner', 'web', '--db', 'a.vdb'))
        .code,
      0,
    );
    const { code, out } = await run(given, '--db', 'a.vdb');
    assert.is(code, 0);
    assert.match(out, /PASS {2}nothing to do/);
    assert.match(out, /Accepted +2 findings by vakt\.yml/);
  });

  test('ignore wants a reason, an owner, and an end that exists', async () => {
    const given = await withDatabase(shop);
    assert.match((await run(given, 'ignore', 'CVE-2021-23337')).err, /--reason/);
    assert.match((await run(given, 'ignore', 'CVE-2021-23337', '--reason', 'r')).err, /--owner/);
    const odd = await run(
      given,
      'ignore',
      'CVE-1-1',
      '--reason',
      'r',
      '--owner',
      'o',
      '--until',
      '2026-02-30',
    );
    assert.match(odd.err, /no end/);
  });

  test('ignore takes no day that is over, and nothing that is no advisory', async () => {
    const given = world(shop);
    const why = ['--reason', 'r', '--owner', 'o'];
    const over = await run(given, 'ignore', 'CVE-2021-23337', ...why, '--until', '2026-11-21');
    assert.is(over.err, 'vakt: --until: 2026-11-21 is over\n  name a day that is still to come\n');
    assert.is((await run(given, 'ignore', 'CVE-2021-23337', ...why, '--until', '2026-11-22')).code, 0);
    assert.match(
      (await run(given, 'ignore', 'nope', ...why)).err,
      /"nope" is no advisory and no fingerprint/,
    );
    assert.match((await run(given, 'ignore', 'missing-sri', ...why)).err, /it is a rule: .*missing-sri: off/);
  });

  test('ignore said again renews the entry', async () => {
    const given = world({
      ...shop,
      'vakt.yml': 'ignore:\n  - { id: CVE-1-1, path: "a > b", reason: r, owner: o, until: 2026-12-01 }\n',
    });
    const typed = (id: string, reason: string) =>
      run(given, 'ignore', id, '--reason', reason, '--owner', 'o');
    assert.is((await typed('CVE-1-1', 'one')).out, '1 entry added to vakt.yml, until 2027-02-20\n');
    assert.is((await typed('cve-1-1', 'two')).out, '1 entry renewed in vakt.yml, until 2027-02-20\n');
    const text = given.files.get('/project/vakt.yml')?.toString() ?? '';
    assert.match(text, /reason: two/);
    assert.not.match(text, /reason: one/);
    assert.match(text, /path: "a > b", reason: r/);
  });

  test('a command that the hint prints is whole', async () => {
    const { err } = await run(world(shop), 'ignore', 'CVE-2021-23337');
    assert.match(err, /vakt ignore CVE-2021-23337 --reason "only our own globs"\n$/);
  });
});

suite('init', (test) => {
  test('writes no policy that cannot be read', async () => {
    const given = world({ 'rules/ours.yml': 'extends: strict\n' });
    const extend = (base: string) => run(given, 'init', '--policy', '--extends', base);
    assert.match(
      (await extend('stict')).err,
      /--extends: there is no policy "stict"\n {2}did you mean "strict"\?/,
    );
    assert.match((await extend('./gone.yml')).err, /\.\/gone\.yml: does not exist/);
    assert.not.ok(given.files.has('/project/vakt.yml'));
    assert.is((await extend('./rules/ours.yml')).code, 0);
    given.files.delete('/project/vakt.yml');
    assert.is((await extend('@acme/policy@1.2.0')).code, 0);
    assert.match(
      given.files.get('/project/vakt.yml')?.toString() ?? '',
      /^extends: "@acme\/policy@1\.2\.0"$/m,
    );
  });

  test('asks, writes what is wanted, and never over anything', async () => {
    const asked: string[] = [];
    const given = world(
      { 'vakt.yml': '# mine\n' },
      { ask: async (question) => (asked.push(question) === 3 ? 'n' : 'y') },
    );
    const { code, out } = await run(given, 'init');
    assert.is(code, 0);
    assert.is(asked.length, 3);
    assert.match(out, /vakt\.yml is there already/);
    assert.is(given.files.get('/project/vakt.yml')?.toString(), '# mine\n');
    assert.match(
      given.files.get('/project/.github/workflows/vakt.yml')?.toString() ?? '',
      /permissions: \{\}/,
    );
    assert.not.ok(given.files.has('/project/.githooks/pre-commit'));
  });

  test('what it writes is a policy', async () => {
    const given = await withDatabase({ 'package-lock.json': clean });
    assert.is((await run(given, 'init', '--yes', '--extends', 'strict')).code, 0);
    const { code, out } = await run(given, '--db', 'a.vdb');
    assert.is(code, 0);
    assert.match(out, /policy: vakt\.yml \(extends strict\)/);
  });

  test('says so where nothing is asked for and nobody is there to ask', async () => {
    const { code, err } = await run(world(), 'init');
    assert.is(code, 2);
    assert.match(err, /--yes/);
  });
});

suite('output', (test) => {
  test('nothing that was read steers the terminal', async () => {
    const evil = lock({
      '': { name: 'x\u001b[2J' },
      'node_modules/\u001b]0;owned\u0007\u202e': { version: '1.0.0' },
    });
    const { out } = await run(world({ 'package-lock.json': evil }), 'inventory');
    assert.not.ok(['\u001b', '\u0007', '\u202e'].some((mark) => out.includes(mark)));
    const scanned = await run(world({ 'package-lock.json': evil }), '--all');
    assert.not.ok(['\u001b', '\u0007', '\u202e'].some((mark) => scanned.out.includes(mark)));
  });

  test('goes to the file that is named, and then stdout is empty', async () => {
    const given = await withDatabase({ 'package-lock.json': clean });
    const { out } = await run(given, '--db', 'a.vdb', '--format', 'json', '-o', 'out/report.json');
    assert.is(out, '');
    assert.is(JSON.parse(given.files.get('/project/out/report.json')?.toString() ?? '').verdict, 'pass');
  });

  test('colour where the terminal or FORCE_COLOR says so, never against NO_COLOR', async () => {
    const files = { 'package-lock.json': clean };
    const esc = '\u001b[';
    assert.ok((await run(world(files, { columns: 80 }))).out.includes(esc));
    assert.not.ok((await run(world(files))).out.includes(esc));
    assert.ok((await run(world(files, { env: { FORCE_COLOR: '1' } }))).out.includes(esc));
    assert.not.ok((await run(world(files, { columns: 80, env: { NO_COLOR: '1' } }))).out.includes(esc));
    assert.not.ok((await run(world(files, { columns: 80, env: { FORCE_COLOR: '0' } }))).out.includes(esc));
  });

  test('a pipe is as wide as COLUMNS says, a file never', async () => {
    const given = await withDatabase(shop);
    const widest = async (env: Record<string, string>, ...more: string[]) => {
      const { out } = await run(world(Object.fromEntries(given.files), { env }), '--db', 'a.vdb', ...more);
      return Math.max(...out.split('\n').map((line) => line.length));
    };
    assert.ok((await widest({ COLUMNS: '120' })) > 80);
    assert.ok((await widest({ COLUMNS: '60' })) <= 60);
    for (const odd of ['', 'wide', '-5', '1e9']) assert.ok((await widest({ COLUMNS: odd })) <= 80);
  });

  for (const columns of [60, 80, 120, 200]) {
    test(`the default report fits ${columns} columns of a terminal, but for commands`, async () => {
      const given = await withDatabase(shop);
      const { out } = await run(
        world(Object.fromEntries(given.files), { columns, env: { NO_COLOR: '1' } }),
        '--db',
        'a.vdb',
      );
      for (const line of out.split('\n')) assert.ok(line.length <= columns, line);
    });
  }

  test('folders deeper than are looked at are a required gap', async () => {
    const deep = `${Array(70).fill('a').join('/')}/index.html`;
    const { code, out } = await run(world({ 'index.html': '<p>', [deep]: '<p>' }), '--only', 'web');
    assert.is(code, 3);
    assert.match(out, /deeper folders than are looked at/);
  });

  test('quiet says nothing where the policy is satisfied, and all where it is not', async () => {
    assert.is((await run(await withDatabase({ 'package-lock.json': clean }), '--db', 'a.vdb', '-q')).out, '');
    assert.match((await run(await withDatabase(shop), '--db', 'a.vdb', '-q')).out, /FAIL/);
  });

  test('omit dev leaves development packages out', async () => {
    const given = await withDatabase(shop);
    const count = async (...more: string[]): Promise<number> =>
      JSON.parse((await run(given, '--db', 'a.vdb', '--format', 'json', ...more)).out).coverage.packages;
    assert.ok((await count('--omit', 'dev')) < (await count()));
  });

  test('disputed malware is told apart, and blocks nothing', async () => {
    const record = {
      id: 'MAL-2026-1',
      modified: '2026-11-01T00:00:00Z',
      summary: 'Malicious code in lodash (npm)',
      affected: [
        {
          package: { ecosystem: 'npm', name: 'lodash' },
          ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }],
          versions: ['9.9.9'],
        },
      ],
    };
    const given = world({ ...shop, 'osv/b.json': JSON.stringify(record) });
    assert.is((await run(given, 'db', 'update', '--from', 'osv', '--db', 'b.vdb')).code, 0);
    const { code, out } = await run(given, '--db', 'b.vdb');
    assert.is(code, 0);
    assert.match(out, /Reported as malware, in versions that are not named/);
    assert.match(out, /lodash +4\.17\.20 +high/);
  });

  test('the default report fits 80 columns', async () => {
    const { out } = await run(await withDatabase(shop), '--db', 'a.vdb');
    for (const line of out.split('\n')) assert.ok(line.length <= 80, line);
  });

  test('passwords of registries are not shown', async () => {
    const secret = lock({
      '': {},
      'node_modules/a': {
        version: '1.0.0',
        resolved: 'https://user:hunter2@npm.example.test/a/-/a-1.0.0.tgz',
      },
    });
    for (const argv of [
      ['inventory', '--format', 'json'],
      ['scan', '--format', 'json'],
      ['scan', '--all'],
    ]) {
      const { out, err } = await run(world({ 'package-lock.json': secret }), ...argv);
      assert.not.match(out + err, /hunter2/);
    }
  });
});
