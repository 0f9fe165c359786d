import type { Tree } from '../../../src/model.ts';
import { readPnpm } from '../../../src/readers/pnpm/read.ts';
import { assert, failure, suite } from '../../helpers.ts';
import { drift, edges, gaps, inventory, memoryIo, nodeOf, placeOf, ROOT } from '../project.ts';

function read(lock: string | Uint8Array, files: Record<string, string> = {}): Promise<Tree> {
  const io = memoryIo({ 'pnpm-lock.yaml': lock, ...files });
  return readPnpm(io, `${ROOT}/pnpm-lock.yaml`, { root: ROOT });
}

const HASH = 'sha512-AAAA==';

const V9 = `lockfileVersion: '9.0'

settings:
  autoInstallPeers: true

catalogs:
  default:
    react:
      specifier: ^18.0.0
      version: 18.2.0

overrides:
  minimist: 1.2.8

patchedDependencies:
  patched@1.0.0:
    hash: abc
    path: patches/patched.patch

importers:

  .:
    dependencies:
      aliased:
        specifier: npm:minimist@^1.0.0
        version: minimist@1.2.8
      outside:
        specifier: link:../outside
        version: link:../outside
      patched:
        specifier: ^1.0.0
        version: 1.0.0(patch_hash=abc)
      react:
        specifier: 'catalog:'
        version: 18.2.0
    devDependencies:
      member:
        specifier: workspace:*
        version: link:packages/member
      tool:
        specifier: ^2.0.0
        version: 2.0.0
    optionalDependencies:
      platform:
        specifier: 1.0.0
        version: 1.0.0

  packages/member:
    dependencies:
      shared:
        specifier: ^1.0.0
        version: 1.0.0
      ui:
        specifier: ^3.0.0
        version: 3.0.0(react@18.2.0)
    devDependencies:
      injected:
        specifier: workspace:*
        version: file:packages/injected(react@18.2.0)

  packages/injected: {}

packages:

  from-git@https://codeload.github.com/o/r/tar.gz/0123456789012345678901234567890123456789:
    resolution: {tarball: https://codeload.github.com/o/r/tar.gz/0123456789012345678901234567890123456789}
    version: 0.1.0

  from-repo@git+https://git.example.test/r.git#0123456:
    resolution: {commit: '0123456', repo: https://git.example.test/r.git, type: git}
    version: 0.2.0

  from-tarball@https://files.example.test/t.tgz:
    resolution: {integrity: ${HASH}, tarball: https://files.example.test/t.tgz}
    version: 0.3.0

  from-work@work:1.0.0:
    resolution: {integrity: ${HASH}}

  injected@file:packages/injected:
    resolution: {directory: packages/injected, type: directory}
    peerDependencies:
      react: '*'

  local@file:vendor/local.tgz:
    resolution: {integrity: ${HASH}, tarball: file:vendor/local.tgz}
    version: 0.4.0

  minimist@1.2.8:
    resolution: {integrity: ${HASH}}

  node@runtime:22.0.0:
    resolution: {type: variations, variants: [{resolution: {type: binary, url: https://node.example.test/n.tgz}}]}
    hasBin: true

  optional-peer@1.0.0:
    resolution: {integrity: ${HASH}}

  patched@1.0.0:
    resolution: {integrity: ${HASH}}
    deprecated: |-
      use another one,
      please
    bundledDependencies:
      - inner

  platform@1.0.0:
    resolution: {integrity: ${HASH}}
    cpu: [x64]

  react@18.2.0:
    resolution: {integrity: ${HASH}, tarball: https://registry.example.test/react.tgz}

  shared@1.0.0:
    resolution: {integrity: ${HASH}}

  tool@2.0.0:
    resolution: {integrity: ${HASH}}
    hasBin: true

  ui@3.0.0:
    resolution: {integrity: ${HASH}}
    peerDependencies:
      missing-peer: ^1.0.0
      optional-peer: ^1.0.0
      react: '>=17'
    peerDependenciesMeta:
      optional-peer:
        optional: true

snapshots:

  from-git@https://codeload.github.com/o/r/tar.gz/0123456789012345678901234567890123456789: {}

  from-repo@git+https://git.example.test/r.git#0123456: {}

  from-tarball@https://files.example.test/t.tgz: {}

  from-work@work:1.0.0: {}

  injected@file:packages/injected(react@18.2.0):
    dependencies:
      react: 18.2.0

  local@file:vendor/local.tgz: {}

  minimist@1.2.8: {}

  node@runtime:22.0.0: {}

  optional-peer@1.0.0: {}

  patched@1.0.0(patch_hash=abc):
    dependencies:
      shared: 1.0.0

  platform@1.0.0:
    optional: true

  react@18.2.0: {}

  shared@1.0.0:
    dependencies:
      ui: 3.0.0(react@18.2.0)

  tool@2.0.0:
    dependencies:
      from-git: https://codeload.github.com/o/r/tar.gz/0123456789012345678901234567890123456789
      from-repo: git+https://git.example.test/r.git#0123456
      from-tarball: https://files.example.test/t.tgz
      from-work: work:1.0.0
      local: file:vendor/local.tgz
      node: runtime:22.0.0

  ui@3.0.0(react@18.2.0):
    dependencies:
      react: 18.2.0
      shared: 1.0.0
    optionalDependencies:
      optional-peer: 1.0.0
`;

const V9_FILES = {
  'package.json': JSON.stringify({
    name: 'app',
    version: '1.0.0',
    dependencies: {
      aliased: 'npm:minimist@^1.0.0',
      outside: 'link:../outside',
      patched: '^1.0.0',
      react: 'catalog:',
    },
    devDependencies: { member: 'workspace:*', tool: '^2.0.0' },
    optionalDependencies: { platform: '1.0.0' },
  }),
  'packages/member/package.json': JSON.stringify({
    name: 'member',
    version: '2.0.0',
    dependencies: { shared: '^1.0.0', ui: '^3.0.0' },
    devDependencies: { injected: 'workspace:*' },
  }),
  'packages/injected/package.json': '{"name": "injected"}',
  'pnpm-workspace.yaml':
    'packages:\n  - packages/* # members\ncatalog:\n  react: ^18.0.0\nnamedRegistries:\n  work: https://npm.example.test/base\n',
};

suite('pnpm: lock files of generation 9', (test) => {
  test('every package under its real name, the members as our own', async () => {
    const tree = await read(V9, V9_FILES);
    assert.equal(inventory(tree), [
      '!injected@',
      '!member@2.0.0',
      'from-git@0.1.0',
      'from-repo@0.2.0',
      'from-tarball@0.3.0',
      'from-work@1.0.0',
      'injected@',
      'local@0.4.0',
      'minimist@1.2.8',
      'node@22.0.0',
      'optional-peer@1.0.0',
      'outside@',
      'patched@1.0.0',
      'platform@1.0.0',
      'react@18.2.0',
      'shared@1.0.0',
      'tool@2.0.0',
      'ui@3.0.0',
    ]);
    assert.is(tree.format, 'pnpm-lock 9.0');
    assert.is(`${tree.root.name}@${tree.root.version}`, 'app@1.0.0');
    assert.is(nodeOf(tree, 'minimist').alias, 'aliased');
    assert.equal(drift(tree), []);
    assert.equal(gaps(tree), ['packages: what is bundled in 1 package is not listed: patched@1.0.0']);
  });

  test('where each comes from', async () => {
    const tree = await read(V9, V9_FILES);
    const sources = tree.nodes
      .filter(({ importer }) => !importer)
      .map(({ name, source, resolved }) => `${name}: ${source} ${resolved ?? ''}`.trim());
    assert.equal(sources.sort(), [
      'from-git: git https://codeload.github.com/o/r/tar.gz/0123456789012345678901234567890123456789',
      'from-repo: git https://git.example.test/r.git#0123456',
      'from-tarball: tarball https://files.example.test/t.tgz',
      'from-work: registry https://npm.example.test/base/from-work/-/from-work-1.0.0.tgz',
      'injected: workspace file:packages/injected',
      'local: file file:vendor/local.tgz',
      'minimist: registry',
      'node: tarball',
      'optional-peer: registry',
      'outside: link link:../outside',
      'patched: patch',
      'platform: registry',
      'react: registry https://registry.example.test/react.tgz',
      'shared: registry',
      'tool: registry',
      'ui: registry',
    ]);
    assert.is(nodeOf(tree, 'react').integrity, HASH);
    assert.is(nodeOf(tree, 'patched').deprecated, 'use another one,\nplease');
    assert.is(nodeOf(tree, 'tool').installScript, null);
  });

  test('scopes by the strongest path from any importer', async () => {
    const tree = await read(V9, V9_FILES);
    const scopes = Object.fromEntries(
      tree.nodes.map(({ name, scope, direct }) => [name, `${scope} ${direct}`]),
    );
    assert.equal(scopes, {
      injected: 'dev true',
      member: 'prod true',
      'from-git': 'dev false',
      'from-repo': 'dev false',
      'from-tarball': 'dev false',
      'from-work': 'dev false',
      local: 'dev false',
      minimist: 'prod true',
      node: 'dev false',
      'optional-peer': 'peer false',
      outside: 'prod true',
      patched: 'prod true',
      platform: 'optional true',
      react: 'prod true',
      shared: 'prod true',
      tool: 'dev true',
      ui: 'prod true',
    });
  });

  test('who depends on whom, with ranges where the file has them', async () => {
    const tree = await read(V9, V9_FILES);
    assert.equal(edges(tree.root), [
      'dev member@workspace:* -> member@2.0.0',
      'dev tool@^2.0.0 -> tool@2.0.0',
      'optional platform@1.0.0 -> platform@1.0.0',
      'prod aliased@npm:minimist@^1.0.0 -> minimist@1.2.8',
      'prod outside@link:../outside -> outside@',
      'prod patched@^1.0.0 -> patched@1.0.0',
      'prod react@^18.0.0 -> react@18.2.0',
      'workspace injected@workspace:packages/injected -> injected@',
      'workspace member@workspace:packages/member -> member@2.0.0',
    ]);
    assert.equal(edges(nodeOf(tree, 'ui')), [
      'peer missing-peer@^1.0.0 -> nothing',
      'peer react@>=17 -> react@18.2.0',
      'peerOptional optional-peer@^1.0.0 -> optional-peer@1.0.0',
      'prod shared@1.0.0 -> shared@1.0.0',
    ]);
  });

  test('the line of each, also with CRLF and a byte order mark', async () => {
    const tree = await read(V9, V9_FILES);
    assert.is(placeOf(tree, nodeOf(tree, 'ui'), V9), '121:3 ui@3.0.0:');
    assert.is(placeOf(tree, nodeOf(tree, 'member'), V9), '48:3 packages/member:');
    const windows = `\ufeff${V9.replaceAll('\n', '\r\n')}`;
    const same = await read(windows, V9_FILES);
    assert.equal(inventory(same), inventory(tree));
    assert.is(placeOf(same, nodeOf(same, 'ui'), windows), '121:3 ui@3.0.0:\r');
  });

  test('a name that objects inherit is a name', async () => {
    const tree = await read(
      "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      __proto__:\n        specifier: 1.0.0\n        version: 1.0.0\npackages:\n  __proto__@1.0.0:\n    resolution: {integrity: sha512-A}\nsnapshots:\n  __proto__@1.0.0: {}\n",
    );
    assert.equal(inventory(tree), ['__proto__@1.0.0']);
  });
});

const ENVIRONMENT = `---
lockfileVersion: '9.0'
importers:
  .:
    configDependencies:
      '@acme/config':
        specifier: 1.0.0
        version: 1.0.0
    packageManagerDependencies:
      pnpm:
        specifier: 11.10.0
        version: 11.10.0
packages:
  '@acme/config@1.0.0':
    resolution: {integrity: ${HASH}}
  pnpm@11.10.0:
    resolution: {integrity: ${HASH}}
  shared@1.0.0:
    resolution: {integrity: sha512-OTHER}
snapshots:
  '@acme/config@1.0.0': {}
  pnpm@11.10.0:
    dependencies:
      shared: 1.0.0
  shared@1.0.0: {}

---
`;

suite('pnpm: two documents in one file', (test) => {
  test('the last one is the project; what pnpm installs for itself is there and marked', async () => {
    const tree = await read(ENVIRONMENT + V9, V9_FILES);
    const alone = await read(V9, V9_FILES);
    const own = tree.nodes.filter(({ environment }) => environment);
    assert.equal(
      own.map(({ key, scope }) => `${key} ${scope}`),
      ['env:@acme/config@1.0.0 dev', 'env:pnpm@11.10.0 dev', 'env:shared@1.0.0 dev'],
    );
    assert.is(tree.nodes.length - own.length, alone.nodes.length);
    assert.ok(edges(tree.root).includes('dev pnpm@11.10.0 -> pnpm@11.10.0'));
    assert.is(placeOf(tree, own[1] ?? tree.root, ENVIRONMENT + V9), '16:3 pnpm@11.10.0:');
    assert.equal(drift(tree), []);
  });

  test('a file with nothing but the first says so', async () => {
    const tree = await read(ENVIRONMENT.replace('\n---\n', '\n'));
    assert.is(tree.nodes.length, 3);
    assert.ok(tree.nodes.every(({ environment }) => environment));
    assert.ok(gaps(tree)[0]?.includes('no project'), gaps(tree).join());
  });
});

const V6 = `lockfileVersion: '6.0'

dependencies:
  '@scope/a':
    specifier: ^1.0.0
    version: 1.0.0(b@2.0.0)
  fromgit:
    specifier: github:o/r
    version: github.com/o/r/0123456
  renamed:
    specifier: npm:b@^2.0.0
    version: /b@2.0.0

devDependencies:
  c:
    specifier: ^1.0.0
    version: 1.0.0+build.5

packages:

  /@scope/a@1.0.0(b@2.0.0):
    resolution: {integrity: ${HASH}}
    requiresBuild: true
    peerDependencies:
      b: ^2.0.0
    dependencies:
      b: 2.0.0
    dev: false

  /b@2.0.0:
    resolution: {integrity: ${HASH}}
    dev: false

  /c@1.0.0+build.5:
    resolution: {integrity: ${HASH}}
    dev: true

  /lost@1.0.0:
    resolution: {integrity: ${HASH}}
    dev: true

  file:packages/local:
    resolution: {directory: packages/local, type: directory}
    name: local
    version: 1.0.0
    dev: false

  github.com/o/r/0123456:
    resolution: {tarball: https://codeload.github.com/o/r/tar.gz/0123456}
    name: fromgit
    version: 0.0.1
    dev: false

  registry.example.test/mirrored@3.0.0:
    resolution: {integrity: ${HASH}}
    name: mirrored
    version: 3.0.0
    dev: false
`;

const V5 = `lockfileVersion: 5.4

overrides:
  b: 2.0.0

patchedDependencies:
  c@1.0.0:
    hash: abcdef
    path: patches/c.patch

importers:

  .:
    specifiers:
      '@scope/a': ^1.0.0
      c: ^1.0.0
      renamed: npm:b@^2.0.0
    dependencies:
      '@scope/a': 1.0.0_b@2.0.0
      renamed: /b/2.0.0
    devDependencies:
      c: 1.0.0_abcdef

packages:

  /@scope/a/1.0.0_b@2.0.0:
    resolution: {integrity: ${HASH}}
    peerDependencies:
      b: ^2.0.0
    dependencies:
      b: 2.0.0
    dev: false

  /b/2.0.0:
    resolution: {integrity: ${HASH}}
    dev: false

  /c/1.0.0_abcdef:
    resolution: {integrity: ${HASH}}
    requiresBuild: true
    dev: true

  /old/1.0.0/b@2.0.0:
    resolution: {integrity: ${HASH}}
    optional: true

  registry.example.test/@s/mirrored/3.0.0:
    resolution: {integrity: ${HASH}, tarball: https://registry.example.test/m.tgz}
    dev: false
`;

suite('pnpm: lock files of generations 5 and 6', (test) => {
  test('6.0', async () => {
    const tree = await read(V6);
    assert.equal(
      tree.nodes.map((n) => `${n.name}@${n.version} ${n.source} ${n.scope} ${n.installScript}`),
      [
        '@scope/a@1.0.0 registry prod true',
        'b@2.0.0 registry prod false',
        'c@1.0.0+build.5 registry dev false',
        'lost@1.0.0 registry dev false',
        'local@1.0.0 file prod false',
        'fromgit@0.0.1 git prod false',
        'mirrored@3.0.0 registry prod false',
      ],
    );
    assert.equal(edges(nodeOf(tree, '@scope/a')), ['peer b@^2.0.0 -> b@2.0.0']);
    assert.is(nodeOf(tree, 'b').alias, undefined);
    assert.is(
      nodeOf(tree, 'mirrored').resolved,
      'https://registry.example.test/mirrored/-/mirrored-3.0.0.tgz',
    );
  });

  test('5.4, and the keys of 5.0', async () => {
    const tree = await read(V5);
    assert.equal(
      tree.nodes.map((n) => `${n.name}@${n.version} ${n.source} ${n.scope}`),
      [
        '@scope/a@1.0.0 registry prod',
        'b@2.0.0 registry prod',
        'c@1.0.0 patch dev',
        'old@1.0.0 registry optional',
        '@s/mirrored@3.0.0 registry prod',
      ],
    );
    assert.equal(edges(tree.root), [
      'dev c@^1.0.0 -> c@1.0.0',
      'prod @scope/a@^1.0.0 -> @scope/a@1.0.0',
      'prod renamed@npm:b@^2.0.0 -> b@2.0.0',
    ]);
    assert.is((await read(V5.replace('5.4', '5.4-inlineSpecifiers'))).nodes.length, 5);
  });
});

suite('pnpm: what package.json asks for and the lock file does not deliver', (test) => {
  const manifest = (changes: object) => ({
    ...V9_FILES,
    'package.json': JSON.stringify({ ...JSON.parse(V9_FILES['package.json']), ...changes }, null, 1),
  });

  test('another range, a missing and a forgotten dependency', async () => {
    const devDependencies = { member: 'workspace:*', tool: '^3.0.0', fresh: '^1.0.0' };
    const tree = await read(V9, manifest({ devDependencies, optionalDependencies: {} }));
    assert.equal(drift(tree), [
      'package.json tool ^3.0.0/^2.0.0 package.json:12',
      'package.json fresh ^1.0.0/- package.json:13',
      'package.json platform -/1.0.0 pnpm-lock.yaml:22',
    ]);
  });

  test('an overridden range, an installed peer and a pnpmfile are no disagreement', async () => {
    const replaced = V9.replace('npm:minimist@^1.0.0', '1.2.8').replace(
      '  minimist: 1.2.8',
      '  aliased: 1.2.8',
    );
    assert.equal(drift(await read(replaced, V9_FILES)), []);
    const peer = { optionalDependencies: {}, peerDependencies: { platform: '1.0.0' } };
    assert.equal(drift(await read(V9, manifest(peer))), []);
    const hooked = V9.replace('\ncatalogs', '\npnpmfileChecksum: x\n\ncatalogs');
    assert.equal(drift(await read(hooked, manifest({ dependencies: { other: '1.0.0' } }))), []);
  });

  const catalogs: [string, string, string[]][] = [
    ['the same', 'catalog:\n  react: ^18.0.0\n', []],
    ['another range', 'catalog:\n  react: ^19.0.0\n', ['^19.0.0/^18.0.0']],
    ['another range by its other name', 'catalogs:\n  default:\n    react: ^19.0.0\n', ['^19.0.0/^18.0.0']],
    ['gone', 'catalog:\n  vue: ^3.0.0\n', ['-/^18.0.0']],
    ['no catalog left', 'packages: []\n', ['-/^18.0.0']],
    ['one that nobody asks for', 'catalog:\n  react: ^18.0.0\n  vue: ^3.0.0\n', []],
  ];
  for (const [title, text, want] of catalogs) {
    test(`catalogs: ${title}`, async () => {
      const found = drift(await read(V9, { ...V9_FILES, 'pnpm-workspace.yaml': text }));
      assert.equal(
        found,
        want.map((one) => `pnpm-workspace.yaml react ${one} pnpm-lock.yaml:8`),
      );
    });
  }

  test('a missing or broken package.json is told, and the rest goes on', async () => {
    assert.ok(
      gaps(await read(V9)).includes(
        'drift: 3 package.json files not found, so not compared with the lock file: package.json, packages/member/package.json, packages/injected/package.json',
      ),
    );
    const broken = await read(V9, { ...V9_FILES, 'packages/member/package.json': '{' });
    assert.ok(
      gaps(broken).some((gap) => gap.startsWith('drift: packages/member/package.json ')),
      gaps(broken).join(),
    );
    assert.is(broken.nodes.length, 18);
  });
});

suite('pnpm: what cannot be read', (test) => {
  const failing: [string, string, RegExp, RegExp][] = [
    ['a conflict', V9.replace('packages:\n', '<<<<<<< HEAD\npackages:\n'), /conflict/, /:\d\d:1$/],
    ['a later generation', "lockfileVersion: '12.0'\n", /unknown lockfileVersion 12.0/, /:1:1$/],
    ['an earlier generation', 'lockfileVersion: 4\n', /unknown lockfileVersion 4/, /:1:1$/],
    ['no generation', 'packages:\n  a@1.0.0: {}\n', /no lockfileVersion/, /:1:1$/],
    ['a key that is none', V9.replace('  minimist@1.2.8: {}', '  minimist: {}'), /"minimist"/, /:\d+:3$/],
    ['a repeated key', V9.replace('  react@18.2.0: {}', '  minimist@1.2.8: {}'), /unique/, /:\d+:3$/],
    ['a cut string', `${V9}  'cut`, /YAML/, /:\d+:\d+$/],
    ['a list', '- a\n', /no pnpm lock file/, /:1:1$/],
    ['another encoding', '\ufffe', /conflict|lock file|YAML/, /./],
  ];
  for (const [title, lock, message, place] of failing) {
    test(`${title} is an error with a line and a remedy`, async () => {
      const error = await failure(() => read(lock));
      assert.is(error.name, 'UserError');
      assert.match(error.message, message);
      assert.match(String(Reflect.get(error, 'where')), place);
      assert.match(String(Reflect.get(error, 'hint')), /pnpm|git/);
    });
  }

  test('UTF-16 is told', async () => {
    const error = await failure(() => read(Buffer.from(`\ufeff${V9}`, 'utf16le')));
    assert.match(error.message, /UTF-16/);
  });

  test('an empty file is an empty tree that says so', async () => {
    const tree = await read('', { 'package.json': '{"dependencies": {"a": "1"}}' });
    assert.equal(inventory(tree), []);
    assert.equal(gaps(tree), ['packages: the file is empty']);
    assert.equal(drift(tree), ['package.json a 1/- package.json:1']);
  });

  test('a reference to nothing is told', async () => {
    const cut = V9.slice(0, V9.indexOf('snapshots:'));
    assert.ok(gaps(await read(cut)).some((gap) => gap.includes('does not hold it')));
  });
});
