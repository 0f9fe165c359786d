import { UserError } from '../../../src/errors.ts';
import { placeOf } from '../../../src/readers/json.ts';
import { assert, failure, suite } from '../../helpers.ts';
import { edgesOf, entry, nodeAt, REGISTRY, readFiles, readPackages } from './locks.ts';

async function refused(files: Record<string, string>, target?: string): Promise<UserError> {
  const error = await failure(() => readFiles(files, target));
  assert.instance(error, UserError, error.stack);
  return error as UserError;
}

suite('npm lock: sources', (test) => {
  const cases: [name: string, spec: string, entry: Record<string, unknown>, source: string][] = [
    [
      'a registry URL on any host',
      '^1',
      { version: '1.0.0', resolved: 'http://127.0.0.1:4873/x/-/x-1.0.0.tgz' },
      'registry',
    ],
    [
      'a scope with an escaped slash',
      '^1',
      { version: '1.0.0', resolved: `${REGISTRY}/@s%2fx/-/x-1.0.0.tgz` },
      'registry',
    ],
    [
      'a registry URL of another package',
      '^1',
      { version: '1.0.0', resolved: `${REGISTRY}/y/-/y-1.0.0.tgz` },
      'registry',
    ],
    ['no resolved and a range', '^1', { version: '1.0.0' }, 'registry'],
    ['no resolved and a tag', 'latest', { version: '1.0.0' }, 'registry'],
    ['no resolved and a git address', 'github:o/x', { version: '1.0.0' }, 'git'],
    ['no resolved and a shorthand', 'o/x#semver:^1', { version: '1.0.0' }, 'git'],
    ['no resolved and a URL', 'https://example.test/x.tar.gz', { version: '1.0.0' }, 'tarball'],
    ['no resolved and a tarball', 'file:x.tgz', { version: '1.0.0' }, 'file'],
    [
      'a URL of its own kind, asked for by range',
      '^1',
      { version: '1.0.0', resolved: 'https://npm.example.test/download/x/1.0.0/abc' },
      'registry',
    ],
    [
      'a URL asked for as such',
      'https://example.test/x.tgz',
      { version: '1.0.0', resolved: 'https://example.test/x.tgz' },
      'tarball',
    ],
    [
      'git over ssh',
      'o/x',
      { version: '1.0.0', resolved: 'git+ssh://git@github.com/o/x.git#0123456789' },
      'git',
    ],
    [
      'git of an scp-like address',
      'git@github.com:o/x.git',
      { version: '1.0.0', resolved: 'git@github.com:o/x.git#01' },
      'git',
    ],
    ['a tarball on disk', 'file:x.tgz', { version: '1.0.0', resolved: 'file:x.tgz' }, 'file'],
    ['a folder that was packed', 'file:x', { version: '1.0.0', resolved: 'file:x' }, 'file'],
  ];
  for (const [name, spec, meta, source] of cases) {
    test(name, async () => {
      const tree = await readPackages({ '': { dependencies: { x: spec } }, 'node_modules/x': meta });
      assert.is(nodeAt(tree, 'node_modules/x').source, source);
    });
  }

  test('what another package bundles is bundled; what the project bundles is downloaded', async () => {
    const tree = await readPackages({
      '': { dependencies: { a: '1', own: '1' }, bundleDependencies: ['own'] },
      'node_modules/a': entry('a', '1.0.0', { bundleDependencies: ['b'], dependencies: { b: '1' } }),
      'node_modules/a/node_modules/b': { version: '1.0.0', inBundle: true, dependencies: { c: '1' } },
      'node_modules/a/node_modules/c': { version: '1.0.0', inBundle: true },
      'node_modules/own': entry('own', '1.0.0', { inBundle: true, dependencies: { deep: '2' } }),
      'node_modules/own/node_modules/deep': entry('deep', '2.0.0', { inBundle: true }),
    });
    const sources = tree.nodes.map(({ key, source }) => `${key.split('/').at(-1)} ${source}`);
    assert.equal(sources, ['a registry', 'b bundled', 'c bundled', 'own registry', 'deep registry']);
  });

  test('links lead to members, to folders inside and outside, and to nothing', async () => {
    const tree = await readPackages({
      '': {
        workspaces: ['packages/*', '!packages/tool'],
        dependencies: { tool: 'file:packages/tool', out: 'file:../out', gone: 'file:gone' },
      },
      '../out': { name: 'out', version: '3.0.0', dependencies: { q: '1' } },
      '../out/node_modules/q': entry('q', '1.0.0'),
      'node_modules/@s/m': { resolved: 'packages/m', link: true },
      'node_modules/gone': { resolved: 'gone', link: true },
      'node_modules/out': { resolved: '../out', link: true },
      'node_modules/q': entry('q', '2.0.0'),
      'node_modules/tool': { resolved: 'packages/tool', link: true },
      'packages/m': { name: '@s/m', version: '1.0.0', dependencies: { q: '2' } },
      'packages/tool': { version: '0.1.0' },
    });
    assert.equal(edgesOf(tree.root), [
      '@s/m workspace node_modules/@s/m',
      'gone prod node_modules/gone',
      'out prod node_modules/out',
      'tool prod node_modules/tool',
    ]);
    const link = nodeAt(tree, 'node_modules/@s/m');
    assert.equal(
      [link.name, link.version, link.source, link.importer, link.direct],
      ['@s/m', '1.0.0', 'workspace', true, true],
    );
    assert.equal(edgesOf(link), ['q prod node_modules/q']);
    assert.is(nodeAt(tree, 'packages/tool').source, 'link');
    assert.is(nodeAt(tree, 'node_modules/tool').version, '0.1.0');
    assert.equal(edgesOf(nodeAt(tree, 'node_modules/out')), ['q prod ../out/node_modules/q']);
    const gone = nodeAt(tree, 'node_modules/gone');
    assert.equal([gone.name, gone.version, gone.source], ['gone', '', 'link']);
    assert.is(tree.gaps.length, 1);
    assert.match(tree.gaps[0]?.reason ?? '', 'package-lock.json:');
  });
});

suite('npm lock: names', (test) => {
  test('an alias has its real name, and the one it is installed under', async () => {
    const tree = await readPackages({
      '': { dependencies: { old: 'npm:@s/real@^1', own: '1' } },
      'node_modules/old': entry('@s/real', '1.2.3', { name: '@s/real' }),
      'node_modules/own': entry('own', '1.0.0', { name: 'own' }),
    });
    const { name, alias, source } = nodeAt(tree, 'node_modules/old');
    assert.equal([name, alias, source], ['@s/real', 'old', 'registry']);
    assert.is(nodeAt(tree, 'node_modules/own').alias, undefined);
  });

  test('the alias counts too where the entry forgot the name and all agree', async () => {
    const tree = await readPackages({
      '': { dependencies: { x: 'npm:real@1', y: 'npm:real@1', z: '1' } },
      'node_modules/x': { version: '1.0.0' },
      'node_modules/y': { version: '1.0.0' },
      'node_modules/z': { version: '1.0.0', dependencies: { y: '1' } },
    });
    assert.is(nodeAt(tree, 'node_modules/x').name, 'real');
    assert.is(nodeAt(tree, 'node_modules/y').name, 'y');
  });

  test('keys of Windows and keys with detours mean the same places', async () => {
    const tree = await readPackages({
      '': { dependencies: { a: '1' } },
      'node_modules\\a': entry('a', '1.0.0', { dependencies: { b: '1' } }),
      './node_modules//a/node_modules/x/../b': entry('b', '1.0.0'),
      '/abs/node_modules/c': entry('c', '1.0.0'),
      'C:\\x\\y': { version: '1.0.0' },
      '..': { version: '2.0.0' },
      'node_modules/': { version: '3.0.0' },
    });
    assert.equal(edgesOf(tree.root), ['a prod node_modules\\a']);
    assert.equal(edgesOf(nodeAt(tree, 'node_modules\\a')), ['b prod ./node_modules//a/node_modules/x/../b']);
    assert.is(tree.nodes.length, 6);
  });

  test('names like __proto__ and constructor are names', async () => {
    const text =
      '{"lockfileVersion": 3, "packages": {"": {"dependencies": {"__proto__": "1", "constructor": "1"}},' +
      '"node_modules/__proto__": {"version": "1.0.0", "dependencies": {"toString": "1"}}, "__proto__": {"version": "6.0.0"},' +
      '"node_modules/constructor": {"version": "2.0.0", "__proto__": {"version": "9.9.9", "dev": true}}}}';
    const tree = await readFiles({ 'package-lock.json': text });
    assert.equal(
      tree.nodes.map(({ name, version, scope }) => `${name}@${version} ${scope}`),
      ['__proto__@1.0.0 prod', '__proto__@6.0.0 prod', 'constructor@2.0.0 prod'],
    );
    assert.equal(edgesOf(tree.root), [
      '__proto__ prod node_modules/__proto__',
      'constructor prod node_modules/constructor',
    ]);
    assert.equal(edgesOf(nodeAt(tree, 'node_modules/__proto__')), ['toString prod -']);
    assert.is(({} as Record<string, unknown>).version, undefined);
  });
});

suite('npm lock: scopes and facts', (test) => {
  test("npm's flags", async () => {
    const flags: [Record<string, boolean>, string][] = [
      [{}, 'prod'],
      [{ dev: true }, 'dev'],
      [{ optional: true }, 'optional'],
      [{ devOptional: true }, 'optional'],
      [{ peer: true }, 'peer'],
      [{ dev: true, optional: true }, 'dev'],
    ];
    for (const [flag, scope] of flags) {
      const tree = await readPackages({
        '': { devDependencies: { d: '1' }, dependencies: { p: '1' } },
        'node_modules/d': { version: '1.0.0', dev: true, peerDependencies: { x: '1' } },
        'node_modules/p': { version: '1.0.0', peerDependencies: { x: '1' } },
        'node_modules/x': { version: '1.0.0', ...flag },
      });
      assert.is(nodeAt(tree, 'node_modules/x').scope, scope);
    }
  });

  test('a flag cannot hide what production depends on', async () => {
    const tree = await readPackages({
      '': { dependencies: { a: '1' }, optionalDependencies: { o: '1' } },
      'node_modules/a': { version: '1.0.0', dev: true, dependencies: { b: '1' } },
      'node_modules/b': { version: '1.0.0', dev: true },
      'node_modules/o': { version: '1.0.0', peer: true },
    });
    assert.equal(
      tree.nodes.map(({ scope }) => scope),
      ['prod', 'prod', 'optional'],
    );
  });

  test('without flags, and with a package.json that moved on, the ways from the importers decide', async () => {
    const packages = {
      '': { dependencies: { a: '1' }, devDependencies: { d: '1' } },
      'node_modules/a': { version: '1.0.0', peerDependencies: { p: '1' }, optionalDependencies: { o: '1' } },
      'node_modules/d': { version: '1.0.0', dependencies: { e: '1' } },
      'node_modules/e': { version: '1.0.0' },
      'node_modules/o': { version: '1.0.0' },
      'node_modules/p': { version: '1.0.0' },
    };
    const scopes = async (manifests: Record<string, unknown>) =>
      (await readPackages(packages, manifests)).nodes.map(({ name, scope }) => `${name} ${scope}`);
    assert.equal(await scopes({}), ['a prod', 'd dev', 'e dev', 'o optional', 'p peer']);
    assert.equal(await scopes({ '.': { dependencies: { a: '1', d: '1' } } }), [
      'a prod',
      'd prod',
      'e prod',
      'o optional',
      'p peer',
    ]);
  });

  test('direct: asked for by the root or a member; unknown where nobody knows what the root asks for', async () => {
    const packages = {
      'node_modules/a': { version: '1.0.0', dependencies: { b: '1' } },
      'node_modules/b': { version: '1.0.0' },
    };
    const direct = async (root: Record<string, unknown>, manifests = {}) =>
      (await readPackages({ ...root, ...packages }, manifests)).nodes.map((node) => node.direct);
    assert.equal(await direct({ '': { dependencies: { a: '1' } } }), [true, false]);
    assert.equal(await direct({}), [null, null]);
    assert.equal(await direct({ '': { name: 'x' } }), [null, null]);
    assert.equal(await direct({ '': { name: 'x' } }, { '.': { dependencies: { a: '1' } } }), [true, false]);
  });

  test('licence, deprecation and install script', async () => {
    const tree = await readPackages({
      'node_modules/a': { version: '1.0.0', license: 'MIT', deprecated: 'no more', hasInstallScript: true },
      'node_modules/b': { version: '1.0.0', license: { type: 'ISC', url: 'x' }, deprecated: true },
      'node_modules/c': {
        version: '1.0.0',
        license: ['MIT'],
        deprecated: '',
        resolved: false,
        integrity: null,
      },
    });
    const facts = tree.nodes.map(({ license, deprecated, installScript }) => [
      license,
      deprecated,
      installScript,
    ]);
    assert.equal(facts, [
      ['MIT', 'no more', true],
      ['ISC', 'deprecated', false],
      [undefined, undefined, false],
    ]);
  });

  test('a dependency that several fields name has the type that npm gives it', async () => {
    const tree = await readPackages({
      '': {
        dependencies: { a: '1', b: '1' },
        devDependencies: { a: '2' },
        optionalDependencies: { b: '2' },
        peerDependencies: { c: '1', d: '1' },
        peerDependenciesMeta: { c: { optional: true } },
      },
    });
    assert.equal(edgesOf(tree.root), ['a dev -', 'b optional -', 'c peerOptional -', 'd peer -']);
  });

  test('cycles end', async () => {
    const tree = await readPackages({
      '': { dependencies: { a: '1' } },
      'node_modules/a': { version: '1.0.0', dependencies: { b: '1', a: '1' } },
      'node_modules/b': { version: '1.0.0', dependencies: { a: '1' } },
      'node_modules/self': { resolved: '', link: true },
    });
    assert.equal(edgesOf(nodeAt(tree, 'node_modules/b')), ['a prod node_modules/a']);
    assert.is(tree.nodes.length, 3);
  });
});

suite('npm lock: version 1', (test) => {
  const lock = {
    name: 'app',
    version: '1.0.0',
    lockfileVersion: 1,
    requires: true,
    dependencies: {
      a: {
        ...entry('a', '1.0.0'),
        requires: { b: '^1', o: '^1' },
        dependencies: { b: { ...entry('b', '1.0.0'), bundled: true } },
      },
      al: {
        version: 'npm:@s/real@2.0.0',
        resolved: `${REGISTRY}/@s/real/-/real-2.0.0.tgz`,
        integrity: 'sha512-x',
      },
      d: { ...entry('d', '1.0.0'), dev: true },
      g: { version: 'git+ssh://git@github.com/o/g.git#0123', from: 'git+ssh://git@github.com/o/g.git' },
      l: { version: 'file:lib/l', dependencies: { q: entry('q', '1.0.0') } },
      o: { ...entry('o', '1.0.0'), optional: true },
      t: { version: 'file:t-1.2.3.tgz', integrity: 'sha512-x' },
      u: { version: `${REGISTRY}/u/-/u-4.5.6.tgz`, integrity: 'sha512-x' },
    },
  };

  test('everything that "version" can mean', async () => {
    const tree = await readFiles({ 'package-lock.json': JSON.stringify(lock) });
    assert.is(tree.format, 'package-lock v1');
    assert.equal(
      tree.nodes.map(
        (n) => `${n.key} ${n.name}@${n.version} ${n.source} ${n.scope} ${n.direct} ${n.installScript}`,
      ),
      [
        'node_modules/a a@1.0.0 registry prod null null',
        'node_modules/a/node_modules/b b@1.0.0 bundled prod null null',
        'node_modules/al @s/real@2.0.0 registry prod null null',
        'node_modules/d d@1.0.0 registry dev null null',
        'node_modules/g g@ git prod null null',
        'node_modules/l l@ link prod null null',
        'lib/l l@ link prod null null',
        'lib/l/node_modules/q q@1.0.0 registry prod null null',
        'node_modules/o o@1.0.0 registry optional null null',
        'node_modules/t t@1.2.3 file prod null null',
        'node_modules/u u@4.5.6 registry prod null null',
      ],
    );
    assert.equal(edgesOf(nodeAt(tree, 'node_modules/a')), [
      'b prod node_modules/a/node_modules/b',
      'o optional node_modules/o',
    ]);
    assert.is(nodeAt(tree, 'node_modules/al').alias, 'al');
  });

  test('package.json says what is direct', async () => {
    const manifest = { dependencies: { a: '^1' }, devDependencies: { d: '^1' } };
    const tree = await readFiles({
      'package-lock.json': JSON.stringify(lock),
      'package.json': JSON.stringify(manifest),
    });
    assert.equal(
      tree.nodes.filter((n) => n.direct).map((n) => n.name),
      ['a', 'd'],
    );
    assert.equal(tree.drift, []);
  });

  test('places are those of the nested entries', async () => {
    const text = JSON.stringify(lock, null, 2);
    const tree = await readFiles({ 'package-lock.json': text });
    const place = tree.locate(nodeAt(tree, 'node_modules/a/node_modules/b'));
    assert.is(text.slice(place.offset, place.offset + 3), '"b"');
    assert.match(text.split('\n')[place.line - 1] ?? '', /^ {8}"b": \{/);
    assert.is(place.column, 9);
  });

  test('links to members and folders: what package.json knows of them, and the flags that newer npm adds', async () => {
    const old = {
      lockfileVersion: 1,
      dependencies: {
        m: { version: 'file:packages/m', requires: { p: '1' } },
        f: { version: 'file:lib' },
        p: { version: '1.0.0', peer: true },
      },
    };
    const files = {
      'package-lock.json': JSON.stringify(old),
      'package.json': JSON.stringify({ workspaces: ['packages/*'], dependencies: { f: 'file:lib' } }),
      'packages/m/package.json': '{"name": "@s/m", "version": "2.0.0", "peerDependencies": {"p": "^1"}}',
      'lib/package.json': '{"name": "real", "version": "3.0.0"}',
    };
    const tree = await readFiles(files);
    assert.equal(
      tree.nodes.map(
        ({ key, name, version, source, scope }) => `${key} ${name}@${version} ${source} ${scope}`,
      ),
      [
        'node_modules/m @s/m@2.0.0 workspace prod',
        'packages/m @s/m@2.0.0 workspace prod',
        'node_modules/f real@3.0.0 link prod',
        'lib real@3.0.0 link prod',
        'node_modules/p p@1.0.0 registry peer',
      ],
    );
    assert.equal(tree.drift, []);
  });

  test('a shrinkwrap of npm 4 and older has no version and no requires', async () => {
    const old = {
      name: 'app',
      dependencies: {
        a: { version: '1.0.0', from: 'a@^1.0.0', resolved: `${REGISTRY}/a/-/a-1.0.0.tgz` },
        g: { version: '2.0.0', from: 'git://github.com/o/g.git', resolved: 'git://github.com/o/g.git#0123' },
      },
    };
    const tree = await readFiles({ 'npm-shrinkwrap.json': JSON.stringify(old) });
    assert.equal(
      tree.nodes.map((n) => `${n.name}@${n.version} ${n.source}`),
      ['a@1.0.0 registry', 'g@2.0.0 git'],
    );
  });

  test('hostile depth is refused, not survived by luck', async () => {
    const depth = 100_000;
    const text = `{"lockfileVersion": 1${',"dependencies":{"a":{"version":"1.0.0"'.repeat(depth)}${'}}'.repeat(depth)}}`;
    assert.match((await refused({ 'package-lock.json': text })).message, 'nested deeper');
  });
});

suite('npm lock: bad files', (test) => {
  const bad: [name: string, text: string, place: string, message: string][] = [
    ['version 0', '{"lockfileVersion": 0}', '1:2', 'has lockfileVersion 0'],
    ['version 4', '{\n"lockfileVersion": 4, "packages": {}}', '2:1', 'has lockfileVersion 4'],
    ['version "x"', '{"lockfileVersion": "x"}', '1:2', 'has lockfileVersion "x"'],
    ['no version', '{"packages": {}}', '1:1', 'names no lockfileVersion'],
    [
      'packages null',
      '{"lockfileVersion": 3,\n"packages": null}',
      '2:1',
      '"packages" must be an object but is null',
    ],
    [
      'packages an array',
      '{"lockfileVersion": 3, "packages": []}',
      '1:24',
      '"packages" must be an object but is an array',
    ],
    ['no packages', '{"lockfileVersion": 2, "dependencies": {}}', '1:2', 'without its "packages" table'],
    [
      'an entry null',
      '{"lockfileVersion": 3, "packages": {"a": null}}',
      '1:37',
      'the entry must be an object but is null',
    ],
    [
      'a version that is a number',
      '{"lockfileVersion": 3, "packages": {"node_modules/a": {"version": 1}}}',
      '1:56',
      '"version" must be a string but is a number',
    ],
    [
      'a name that is an array',
      '{"lockfileVersion": 3, "packages": {"node_modules/a": {"name": []}}}',
      '1:56',
      '"name" must be a string but is an array',
    ],
    [
      'dependencies of version 1 an array',
      '{"lockfileVersion": 1, "dependencies": []}',
      '1:24',
      '"dependencies" must be an object',
    ],
    [
      'an entry of version 1 a string',
      '{"lockfileVersion": 1, "dependencies": {"a": "1"}}',
      '1:41',
      'the entry must be an object but is a string',
    ],
  ];
  for (const [name, text, place, message] of bad) {
    test(name, async () => {
      const error = await refused({ 'package-lock.json': text });
      assert.is(error.where, `package-lock.json:${place}`);
      assert.match(error.message, message);
      assert.ok(error.hint);
    });
  }

  test('edges of a wrong type are one gap, and no package is lost', async () => {
    const tree = await readPackages({
      '': { dependencies: { a: '1' } },
      'node_modules/a': { version: '1.0.0', dependencies: ['b'] },
      'node_modules/b': { version: '1.0.0', dependencies: 7 },
      'node_modules/c': { version: '1.0.0', dependencies: { a: 1, b: '1' }, peerDependenciesMeta: 1 },
      'node_modules/d': { version: '1.0.0', dependencies: [] },
    });
    assert.is(tree.nodes.length, 4);
    assert.equal(edgesOf(nodeAt(tree, 'node_modules/c')), ['b prod node_modules/b']);
    assert.is(tree.gaps.length, 3);
    assert.match(
      tree.gaps[0]?.reason ?? '',
      /^package-lock\.json:\d+:\d+: "dependencies" must be an object but is an array \(and 1 more\)$/,
    );
  });

  test('the place of a node is its key', async () => {
    const tree = await readPackages({ '': {}, 'node_modules/a': { version: '1.0.0' } });
    assert.is(placeOf(tree.locate(nodeAt(tree, 'node_modules/a'))), 'package-lock.json:6:5');
    assert.is(placeOf(tree.locate(tree.root)), 'package-lock.json:5:5');
  });
});
