import fc from 'fast-check';
import { planUpdates } from '../../src/fix/plan.ts';
import type { FixSettings, PublishedPackage, PublishedVersion, Step } from '../../src/fix/types.ts';
import type { EdgeType, Tree, TreeNode } from '../../src/model.ts';
import { type AdvisoryRecord, affects, candidate } from '../../src/sources/advisories/record.ts';
import { parseBound } from '../../src/sources/advisories/version.ts';
import { node, tree } from '../builders.ts';
import { assert, suite } from '../helpers.ts';
import { findingsOf } from '../support/fixing.ts';

const NOW = new Date('2026-11-22T12:00:00Z');

/** `<1.2.3` (fixed), `<=1.2.3` (last affected) or `*` as a record. */
function record(id: string, affected: string, over: Partial<AdvisoryRecord> = {}): AdvisoryRecord {
  const [, sign = '', bound = ''] = /^(<=?)(.*)$/.exec(affected) ?? [];
  const found = parseBound(bound);
  const to = found && (sign === '<=' ? { version: found.version, after: true } : found);
  return {
    id,
    aliases: [],
    withdrawn: false,
    severity: 'high',
    malware: false,
    title: `trouble ${id}`,
    reference: '',
    versions: [],
    intervals: [{ from: undefined, to, fix: sign === '<' }],
    hashes: [],
    ...over,
  };
}

type Asked = Record<string, string>;
type Places = Record<string, Asked & { [SCOPE]?: 'dev' }>;
const SCOPE = Symbol('scope');

/** A tree from what each place asks for: `'': {a: '^1.0.0'}, 'a@1.0.0': {…}, 'a>b@2.0.0': {…}` (b inside a). */
function treeOf(places: Places, over: Partial<Tree> & { type?: EdgeType } = {}): Tree {
  const nodes = new Map<string, TreeNode>();
  const made = tree(over);
  nodes.set('', made.root);
  for (const text of Object.keys(places)) {
    if (text === '') continue;
    const path = text.split('>');
    const spec = path.pop() ?? '';
    const member = spec.startsWith('packages/');
    const one = node(spec, { direct: false, source: member ? 'workspace' : 'registry', importer: member });
    const key = [...path, one.name].map((name) => `node_modules/${name}`).join('/');
    one.key = member ? one.name : key;
    if (member) one.name = one.name.replace('packages/', '');
    nodes.set(one.key, one);
    made.nodes.push(one);
  }
  for (const [text, asks] of Object.entries(places)) {
    const at = text === '' ? '' : keyOf(text);
    const from = nodes.get(at);
    for (const [name, spec] of Object.entries(asks)) {
      const to = nodes.get(`${at}/node_modules/${name}`) ?? nodes.get(`node_modules/${name}`);
      const type = from?.importer ? (over.type ?? 'prod') : 'prod';
      if (to !== undefined && type === 'dev') to.scope = 'dev';
      from?.edges.push({ name, spec, type, ...(to && { to }) });
    }
  }
  return made;
}

function keyOf(text: string): string {
  const path = text.split('>');
  const spec = path.pop() ?? '';
  const name = spec.slice(0, spec.lastIndexOf('@'));
  if (name.startsWith('packages/')) return name;
  return [...path, name].map((one) => `node_modules/${one}`).join('/');
}

type Registry = Record<string, Record<string, PublishedVersion>>;

async function plan(
  at: Tree,
  records: Record<string, AdvisoryRecord[]>,
  registry: Registry,
  settings: FixSettings = {},
): Promise<Step[]> {
  const recordsOf = (name: string) => records[name] ?? [];
  const { packages, findings } = findingsOf(at, recordsOf);
  const published = async (name: string): Promise<PublishedPackage | undefined> => {
    const versions = registry[name];
    return versions && { versions: new Map(Object.entries(versions)) };
  };
  return planUpdates({ trees: [at], packages, findings, recordsOf, published, now: NOW, settings });
}

/** Versions without facts. */
const are = (...versions: string[]) => Object.fromEntries(versions.map((version) => [version, {}]));
const commands = (steps: readonly Step[]) => steps.map(({ command }) => command);
const OFFLINE: FixSettings = { unchecked: 'offline' };

suite('fix plan: what is typed', (test) => {
  const fixed = { a: [record('GHSA-a', '<1.2.0')] };

  test('in range: update, and where it really goes', async () => {
    const steps = await plan(treeOf({ '': { a: '^1.0.0' }, 'a@1.0.0': {} }), fixed, {
      a: are('1.0.0', '1.2.0', '1.3.0', '2.0.0'),
    });
    assert.equal(commands(steps), ['npm update a']);
    assert.is(steps[0]?.moves[0]?.to, '1.3.0');
    assert.is(steps[0]?.clears.length, 1);
    assert.equal(steps[0]?.notes, ['clears about 1; all published, no major change']);
  });

  test('in range, but what npm would pick is not free: the exact version instead', async () => {
    const records = {
      a: [record('GHSA-a', '<1.2.0'), record('GHSA-b', '', { versions: ['1.3.0'], intervals: [] })],
    };
    const steps = await plan(treeOf({ '': { a: '^1.0.0' }, 'a@1.0.0': {} }), records, {
      a: are('1.0.0', '1.2.0', '1.3.0'),
    });
    assert.equal(commands(steps), ['npm i a@1.2.0']);
  });

  test('the flags follow package.json', async () => {
    const registry = { a: are('1.0.0', '1.2.0') };
    const cases: [string, EdgeType, string][] = [
      ['1.0.0', 'prod', 'npm i -E a@1.2.0'],
      ['1.0.0', 'dev', 'npm i -E -D a@1.2.0'],
      ['~1.0.0', 'prod', 'npm i --save-prefix=~ a@1.2.0'],
      ['<1.1.0', 'optional', 'npm i -O a@1.2.0'],
      ['1.0.x', 'peer', 'npm i --save-peer a@1.2.0'],
    ];
    for (const [spec, type, want] of cases) {
      const steps = await plan(treeOf({ '': { a: spec }, 'a@1.0.0': {} }, { type }), fixed, registry);
      assert.equal(commands(steps), [want]);
    }
  });

  test('majors are named and come last', async () => {
    const records = { a: [record('GHSA-a', '<2.0.0')], b: [record('GHSA-b', '<1.0.1')] };
    const steps = await plan(
      treeOf({ '': { a: '^1.0.0', b: '1.0.0' }, 'a@1.0.0': {}, 'b@1.0.0': {} }),
      records,
      {
        a: are('1.0.0', '2.0.1'),
        b: are('1.0.0', '1.0.1'),
      },
    );
    assert.equal(commands(steps), ['npm i -E b@1.0.1', 'npm i a@2.0.1']);
    assert.is(steps[1]?.title, 'Update a from 1 to 2 (major)');
    assert.ok(steps[1]?.major && steps[1].notes.includes('major: a 1 -> 2'));
  });

  test('a dependent that moves in its range', async () => {
    const places = { '': { p: '^1.0.0' }, 'p@1.0.0': { a: '~1.0.0' }, 'a@1.0.0': {} };
    const registry: Registry = {
      a: are('1.0.0', '1.2.0'),
      p: { '1.0.0': { dependencies: { a: '~1.0.0' } }, '1.1.0': { dependencies: { a: '^1.2.0' } } },
    };
    const [step] = await plan(treeOf(places), fixed, registry);
    assert.is(step?.command, 'npm update p');
    assert.equal(step?.moves.map(({ name, to }) => `${name} ${to}`).sort(), ['a 1.2.0', 'p 1.1.0']);
  });

  test('a dependent that has to be installed anew, two levels up', async () => {
    const places = {
      '': { q: '1.0.0' },
      'q@1.0.0': { p: '1.0.0' },
      'p@1.0.0': { a: '1.0.0' },
      'a@1.0.0': {},
    };
    const registry: Registry = {
      a: are('1.0.0', '1.2.0'),
      p: { '1.0.0': { dependencies: { a: '1.0.0' } }, '1.0.1': { dependencies: { a: '1.2.0' } } },
      q: { '1.0.0': { dependencies: { p: '1.0.0' } }, '1.0.5': { dependencies: { p: '^1.0.1' } } },
    };
    const [step] = await plan(treeOf(places), fixed, registry);
    assert.is(step?.kind, 'parent');
    assert.is(step?.command, 'npm i -E q@1.0.5');
    assert.is(step?.clears.length, 1);
  });

  test('a version forced where no dependent moves', async () => {
    const places = { '': { 'p.js': '^1.0.0' }, 'p.js@1.0.0': { a: '1.0.0' }, 'a@1.0.0': {} };
    const registry: Registry = {
      a: are('1.0.0', '1.2.0'),
      'p.js': { '1.0.0': { dependencies: { a: '1.0.0' } } },
    };
    const [step] = await plan(treeOf(places), fixed, registry);
    assert.is(step?.command, 'npm pkg set overrides.a=1.2.0 && npm update a');
    const with2 = { ...places, '': { 'p.js': '^1.0.0', a: '^2.0.0' }, 'a@2.0.0': {}, 'p.js>a@1.0.0': {} };
    const { 'a@1.0.0': _, ...scoped } = with2;
    const [below] = await plan(treeOf(scoped), fixed, { ...registry, a: are('1.0.0', '1.2.0', '2.0.0') });
    assert.is(below?.command, 'npm pkg set "overrides[p.js].a=1.2.0" && npm update a');
  });

  test('aliases, members, folders', async () => {
    const aliased = treeOf({ '': { b: 'npm:a@1.0.0' }, 'b@1.0.0': {} });
    for (const one of aliased.nodes) Object.assign(one, { name: 'a', alias: 'b' });
    const registry = { a: are('1.0.0', '1.2.0') };
    assert.equal(commands(await plan(aliased, fixed, registry)), ['npm i -E b@npm:a@1.2.0']);
    const member = treeOf({ '': {}, 'packages/w@1.0.0': { a: '1.0.0' }, 'a@1.0.0': {} });
    const [step] = await plan(member, fixed, registry);
    assert.is(step?.command, 'npm i -E -w w a@1.2.0');
    assert.is(step?.manifest, 'packages/w/package.json');
    const nested = treeOf({ '': { a: '^1.0.0' }, 'a@1.0.0': {} }, { file: 'my shop/package-lock.json' });
    assert.equal(commands(await plan(nested, fixed, registry)), ['npm --prefix "my shop" update a']);
  });

  test('names that npm would not accept are in no command', async () => {
    for (const name of ['a; rm -rf .', '-rf', '$(x)', '__proto__ x', 'a`b`']) {
      const records = { [name]: [record('GHSA-a', '<1.2.0')] };
      const steps = await plan(treeOf({ '': { [name]: '^1.0.0' }, [`${name}@1.0.0`]: {} }), records, {
        [name]: are('1.0.0', '1.2.0'),
      });
      assert.equal(commands(steps), [''], name);
    }
  });
});

suite('fix plan: which version', (test) => {
  const pinned = () => treeOf({ '': { a: '1.0.0' }, 'a@1.0.0': {} });
  const fixed = { a: [record('GHSA-a', '<1.2.0')] };

  test('no prerelease, nothing deprecated if something else exists, nothing that is malware', async () => {
    const registry = {
      a: { '1.0.0': {}, '1.2.0': { deprecated: 'broken' }, '1.2.1-rc.1': {}, '1.2.1': {}, '1.2.2': {} },
    };
    assert.equal(commands(await plan(pinned(), fixed, registry)), ['npm i -E a@1.2.1']);
    const malware = record('MAL-2026-1', '', { versions: ['1.2.1'], intervals: [], malware: true });
    const both = { a: [...fixed.a, malware] };
    assert.equal(commands(await plan(pinned(), both, registry)), ['npm i -E a@1.2.2']);
    const only = { a: { '1.0.0': {}, '1.2.0': { deprecated: 'broken' } } };
    const [step] = await plan(pinned(), fixed, only);
    assert.is(step?.command, 'npm i -E a@1.2.0');
    assert.ok(step?.notes.some((note) => note.includes('deprecated')));
  });

  test('never a downgrade, also where only older versions are free', async () => {
    const since = { intervals: [{ from: parseBound('0.9.0'), to: parseBound('1.2.0'), fix: true }] };
    const records = { a: [record('GHSA-a', '', since)] };
    assert.equal(commands(await plan(pinned(), records, { a: are('0.8.0', '1.0.0', '1.2.0') })), [
      'npm i -E a@1.2.0',
    ]);
    const [none] = await plan(pinned(), records, { a: are('0.8.0', '1.0.0') });
    assert.is(none?.kind, 'none');
    const wide = treeOf({ '': { a: '*' }, 'a@1.0.0': {} });
    assert.is((await plan(wide, records, { a: are('0.8.0', '1.0.0') }))[0]?.kind, 'none');
  });

  test('free of all advisories, the smallest; accepted ones do not count', async () => {
    const records = { a: [record('GHSA-a', '<1.2.0'), record('GHSA-b', '<1.4.0')] };
    const registry = { a: are('1.0.0', '1.2.0', '1.4.0', '1.5.0') };
    assert.equal(commands(await plan(pinned(), records, registry)), ['npm i -E a@1.4.0']);
    const accepted = new Set(['GHSA-b']);
    assert.equal(commands(await plan(pinned(), records, registry, { accepted })), ['npm i -E a@1.2.0']);
  });

  test('where none is free of all, the one with the fewest; what stays is told', async () => {
    const records = { a: [record('GHSA-a', '<1.2.0'), record('GHSA-b', '*')] };
    const [step, rest] = await plan(pinned(), records, { a: are('1.0.0', '1.2.0', '1.3.0') });
    assert.is(step?.command, 'npm i -E a@1.2.0');
    assert.equal([step?.clears.length, step?.leaves.length], [1, 1]);
    assert.is(rest?.kind, 'none');
    assert.is(rest?.moves[0]?.from, '1.2.0');
  });

  test('a release-age setting: the date is said', async () => {
    const registry = { a: { '1.0.0': {}, '1.2.0': { published: new Date('2026-11-20T12:00:00Z') } } };
    const waiting = (except: string[]): FixSettings => ({
      releaseAge: () => ({
        setting: 'min-release-age',
        seconds: 7 * 86_400,
        excepts: (name) => except.includes(name),
      }),
    });
    const [step] = await plan(pinned(), fixed, registry, waiting([]));
    assert.equal(
      [step?.kind, step?.notes[0]],
      ['none', 'a: the fix is blocked until 2026-11-27 by min-release-age'],
    );
    const [never] = await plan(pinned(), fixed, registry, {
      releaseAge: () => ({ setting: 'before', before: new Date('2026-01-01'), excepts: () => false }),
    });
    assert.match(never?.notes[0] ?? '', /blocked by "before"/);
    assert.equal(commands(await plan(pinned(), fixed, registry, waiting(['a']))), ['npm i -E a@1.2.0']);
    const [now] = await plan(pinned(), fixed, registry);
    assert.ok(now?.notes.includes('a 1.2.0 was published on 2026-11-20'));
  });

  test('nothing above is free, or the registry does not have it', async () => {
    const [step] = await plan(pinned(), { a: [record('GHSA-a', '*')] }, { a: are('1.0.0', '3.0.0') });
    assert.equal([step?.kind, step?.command, step?.leaves.length], ['none', '', 1]);
    const [unpublished] = await plan(pinned(), fixed, { a: are('0.9.0', '1.0.0') });
    assert.is(unpublished?.kind, 'none');
  });

  test('what overrides of package.json hold is theirs', async () => {
    const [step] = await plan(
      pinned(),
      fixed,
      { a: are('1.0.0', '1.2.0') },
      { overridden: () => new Set(['a']) },
    );
    assert.is(step?.kind, 'none');
    assert.match(step?.notes[0] ?? '', /overrides/);
  });

  test('in a tarball: with a version of its holder that packs nothing', async () => {
    const places = { '': { h: '^1.0.0' }, 'h@1.0.0': { a: '1.0.0' }, 'h>a@1.0.0': {} };
    const bundled = () => {
      const made = treeOf(places);
      for (const one of made.nodes) if (one.name === 'a') one.source = 'bundled';
      return made;
    };
    const [none] = await plan(bundled(), fixed, {
      a: are('1.2.0'),
      h: { '1.0.0': {}, '1.1.0': { bundles: true } },
    });
    assert.is(none?.kind, 'none');
    const [step] = await plan(bundled(), fixed, {
      a: are('1.2.0'),
      h: { '1.0.0': {}, '1.1.0': { bundles: false } },
    });
    assert.equal([step?.command, step?.clears.length], ['npm update h', 1]);
  });
});

suite('fix plan: offline', (test) => {
  test('the records say where to go, and that nobody looked', async () => {
    const fixed = { a: [record('GHSA-a', '<1.2.0')] };
    const [step] = await plan(treeOf({ '': { a: '^1.0.0' }, 'a@1.0.0': {} }), fixed, {}, OFFLINE);
    assert.equal(
      [step?.command, step?.moves[0]?.to, step?.moves[0]?.orLater],
      ['npm update a', '1.2.0', true],
    );
    assert.equal(step?.notes, ['clears at least 1; existence unchecked (offline), no major change']);
  });

  test('behind a last affected version any later one of its major', async () => {
    const last = { a: [record('GHSA-a', '<=1.2.0')] };
    const [step] = await plan(treeOf({ '': { a: '1.0.0' }, 'a@1.0.0': {} }), last, {}, OFFLINE);
    assert.is(step?.command, 'npm i -E "a@>1.2.0 <2"');
  });

  test('a range that ends close behind a last affected version is no way out', async () => {
    const last = { a: [record('GHSA-a', '<=1.2.0')] };
    const [step] = await plan(treeOf({ '': { a: '~1.2.0' }, 'a@1.2.0': {} }), last, {}, OFFLINE);
    assert.is(step?.command, 'npm i --save-prefix=~ "a@>1.2.0 <2"');
  });

  test('nothing is forced', async () => {
    const places = { '': { p: '^1.0.0' }, 'p@1.0.0': { a: '1.0.0' }, 'a@1.0.0': {} };
    const [step] = await plan(treeOf(places), { a: [record('GHSA-a', '<1.2.0')] }, {}, OFFLINE);
    assert.is(step?.kind, 'none');
  });

  test('dependents are not guessed', async () => {
    const places = { '': { p: '^1.0.0' }, 'p@1.0.0': { a: '^1.0.0' }, 'a@1.0.0': {} };
    const [step] = await plan(treeOf(places), { a: [record('GHSA-a', '<2.0.0')] }, {}, OFFLINE);
    assert.equal([step?.kind, step?.command], ['none', '']);
    assert.match(step?.notes[0] ?? '', /unknown without the registry.*\(offline\)/);
  });

  test('a range whose highest versions are affected again is no way out', async () => {
    const records = {
      a: [
        record('GHSA-a', '<1.2.0'),
        record('GHSA-b', '', { intervals: [{ from: parseBound('1.5.0'), to: undefined, fix: false }] }),
      ],
    };
    const [step] = await plan(treeOf({ '': { a: '^1.0.0' }, 'a@1.0.0': {} }), records, {}, OFFLINE);
    assert.is(step?.command, 'npm i a@1.2.0');
  });
});

suite('fix plan: properties', (test) => {
  const number = fc.integer({ min: 0, max: 3 });
  const version = fc.tuple(fc.integer({ min: 1, max: 3 }), number, number).map((parts) => parts.join('.'));
  const range = fc.tuple(fc.constantFrom('', '^', '~'), version).map((parts) => parts.join(''));
  const world = fc.record({
    a: fc.array(version, { maxLength: 12 }),
    p: fc.array(fc.tuple(version, range), { maxLength: 8 }),
    now: fc.record({ a: version, p: version }),
    asks: fc.record({ root: range, p: range }),
    fixed: fc.array(version, { minLength: 1, maxLength: 3 }),
  });

  test('nothing goes down, targets are published and better, each finding is told once', async () => {
    await fc.assert(
      fc.asyncProperty(world, async ({ a, p, now, asks, fixed }) => {
        const records = { a: fixed.map((end, i) => record(`GHSA-${i}`, `<${end}`)) };
        const places = { '': { p: asks.root }, [`p@${now.p}`]: { a: asks.p }, [`a@${now.a}`]: {} };
        const registry: Registry = {
          a: are(now.a, ...a),
          p: Object.fromEntries(
            [[now.p, asks.p], ...p].map(([one = '', spec = '']) => [one, { dependencies: { a: spec } }]),
          ),
        };
        const at = treeOf(places);
        const { findings } = findingsOf(at, (name) => (name === 'a' ? records.a : []));
        const steps = await plan(at, records, registry);
        const cleared = steps.flatMap(({ clears }) => clears);
        assert.is(new Set(cleared).size, cleared.length);
        const left = steps.filter(({ kind }) => kind === 'none').flatMap(({ leaves }) => leaves);
        assert.is(cleared.length + left.length, findings.length);
        const hits = (text: string) => records.a.filter((one) => affects(one, candidate(text))).length;
        for (const { title, notes, moves, kind } of steps) {
          assert.ok(title.length <= 60 && notes.every((note) => note.length <= 78));
          for (const { name, from, to } of moves) {
            if (kind === 'none') continue;
            assert.ok(Object.hasOwn(registry[name] ?? {}, to), `${name} ${to} is not published`);
            if (name === 'a') assert.ok(hits(to) < hits(from), `a ${from} -> ${to}`);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

const named = (id: string, version: string) => record(id, '', { intervals: [], versions: [version] });

suite('fix plan: other managers', (test) => {
  const WRITERS: [string, Partial<Tree>, update: string, install: string, force: string][] = [
    [
      'pnpm',
      { manager: 'pnpm', format: 'pnpm-lock 6.0', file: 'pnpm-lock.yaml' },
      'pnpm update --no-save b',
      'pnpm add "a@^2.0.0"',
      'npm pkg set pnpm.overrides.b=2.0.0 && pnpm install',
    ],
    [
      'Yarn 1',
      { manager: 'yarn', format: 'yarn.lock v1', file: 'yarn.lock' },
      'npm pkg set resolutions.b=1.0.1 && yarn install && npm pkg delete resolutions && yarn install',
      'yarn add "a@^2.0.0"',
      'npm pkg set resolutions.b=2.0.0 && yarn install',
    ],
    [
      'berry',
      { manager: 'yarn', format: 'yarn.lock berry v8', file: 'yarn.lock' },
      'yarn up -R b',
      'yarn add "a@^2.0.0"',
      'npm pkg set resolutions.b=2.0.0 && yarn install',
    ],
    [
      'Bun',
      { manager: 'bun', format: 'bun.lock v2', file: 'bun.lock' },
      'bun update b',
      'bun add "a@^2.0.0"',
      'npm pkg set overrides.b=2.0.0 && bun install',
    ],
  ];
  for (const [name, over, update, install, force] of WRITERS) {
    // pnpm's lock file holds no ranges of packages: what is locked stands there.
    const range = over.manager === 'pnpm' ? '1.0.0' : name === 'berry' ? 'npm:^1.0.0' : '^1.0.0';
    const deep = () => treeOf({ '': { a: '^1.0.0' }, 'a@1.0.0': { b: range }, 'b@1.0.0': {} }, over);
    const a = { '1.0.0': { dependencies: { b: '^1.0.0' } } };

    test(`${name}: within the range`, async () => {
      const steps = await plan(
        deep(),
        { b: [record('B', '<1.0.1')] },
        { a, b: { '1.0.0': {}, '1.0.1': {} } },
      );
      assert.equal(
        steps.map(({ command, clears }) => [command, clears.length]),
        [[update, 1]],
      );
    });

    test(`${name}: what the project asks for itself`, async () => {
      const at = treeOf({ '': { a: '^1.0.0' }, 'a@1.0.0': {} }, over);
      const steps = await plan(at, { a: [record('A', '<2.0.0')] }, { a: { '1.0.0': {}, '2.0.0': {} } });
      assert.equal(
        steps.map(({ command }) => command),
        [install],
      );
    });

    test(`${name}: as package.json writes it, unless a later version is worse`, async () => {
      const verb = install.replace(/ "a@.*/, '');
      for (const [spec, records, asked] of [
        ['~1.0.0', [record('A', '<2.0.0')], 'a@~2.0.0'],
        ['1.0.0', [record('A', '<2.0.0')], 'a@2.0.0'],
        ['^1.0.0', [record('A', '<2.0.0'), named('A2', '2.1.0')], 'a@2.0.0'],
      ] as const) {
        const at = treeOf({ '': { a: spec }, 'a@1.0.0': {} }, over);
        const steps = await plan(at, { a: [...records] }, { a: { '1.0.0': {}, '2.0.0': {}, '2.1.0': {} } });
        assert.is(steps[0]?.command, `${verb} ${asked}`);
      }
    });

    test(`${name}: by force, and nothing else`, async () => {
      const steps = await plan(
        deep(),
        { b: [record('B', '<2.0.0')] },
        { a, b: { '1.0.0': {}, '2.0.0': {} } },
      );
      assert.equal(
        steps.map(({ command, clears }) => [command, clears.length]),
        [[force, 1]],
      );
    });
  }

  const yarn1 = { manager: 'yarn', format: 'yarn.lock v1', file: 'yarn.lock' } as const;
  const versions = { '1.0.0': {}, '1.0.1': {}, '2.0.0': {} };

  test('Yarn 1 is told what the root asks for, and the rest is forced once', async () => {
    const at = treeOf({ '': { a: '^1.0.0', b: '^1.0.0' }, 'a@1.0.0': { b: '^1.0.0' }, 'b@1.0.0': {} }, yarn1);
    const a = { '1.0.0': { dependencies: { b: '^1.0.0' } } };
    const [step] = await plan(at, { b: [record('B', '<1.0.1')] }, { a, b: versions });
    assert.match(step?.command ?? '', /^yarn upgrade b && npm pkg set resolutions\.b=1\.0\.1 && /);
  });

  test('Yarn 1: a package in two versions is left to people, and keeps nothing else back', async () => {
    const at = treeOf(
      {
        '': { a: '^1.0.0', c: '^1.0.0' },
        'a@1.0.0': { b: '^1.0.0', d: '^1.0.0' },
        'c@1.0.0': { b: '^2.0.0' },
        'b@1.0.0': {},
        'd@1.0.0': {},
        'c>b@2.0.0': {},
      },
      yarn1,
    );
    const a = { '1.0.0': { dependencies: { b: '^1.0.0', d: '^1.0.0' } } };
    const c = { '1.0.0': { dependencies: { b: '^2.0.0' } } };
    const records = { b: [record('B', '<1.0.1')], d: [record('D', '<1.0.1')] };
    const steps = await plan(at, records, { a, c, b: versions, d: versions });
    assert.match(steps[0]?.command ?? '', /^npm pkg set resolutions\.d=1\.0\.1 && /);
    assert.match(steps[1]?.notes[0] ?? '', /delete its entries from yarn\.lock/);
  });

  test('each request gets its own version: one that stays behind is no way out', async () => {
    const over = { manager: 'yarn', format: 'yarn.lock berry v8', file: 'yarn.lock' } as const;
    const at = treeOf(
      {
        '': { a: '1.0.0', c: '1.0.0' },
        'a@1.0.0': { b: '~1.0.0' },
        'c@1.0.0': { b: '^1.0.0' },
        'b@1.0.0': {},
      },
      over,
    );
    const b = { '1.0.0': {}, '1.0.1': {}, '1.2.0': {} };
    const both = await plan(at, { b: [record('B', '<1.0.1')] }, { a: {}, c: {}, b });
    assert.equal(
      both.map(({ command, clears }) => [command, clears.length]),
      [['yarn up -R b', 1]],
    );
    const one = await plan(at, { b: [record('B', '<1.2.0')] }, { a: {}, c: {}, b });
    assert.ok(
      one.every(({ command }) => !command.startsWith('yarn up')),
      JSON.stringify(one[0]?.command),
    );
  });
});
