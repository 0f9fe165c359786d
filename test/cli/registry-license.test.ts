/** Licences that only the registry knows: pnpm, Yarn and Bun write none into their lock files. */
import { assert, suite } from '../helpers.ts';
import { integrityOf, lockOf, PUBLIC_REGISTRY, packument } from '../support/packuments.ts';
import { type Run, withRegistry } from '../support/scanning.ts';

const manifest = JSON.stringify({ name: 'shop', version: '1.0.0', dependencies: { a: '1.0.0' } });
const hash = (name: string) => integrityOf(name, '1.0.0');

const LOCKS: Record<string, Record<string, string>> = {
  pnpm: {
    'pnpm-lock.yaml': `lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      a:
        specifier: 1.0.0
        version: 1.0.0

packages:

  a@1.0.0:
    resolution: {integrity: ${hash('a')}}

  b@1.0.0:
    resolution: {integrity: ${hash('b')}}

snapshots:

  a@1.0.0:
    dependencies:
      b: 1.0.0

  b@1.0.0: {}
`,
  },
  'yarn 1': {
    'yarn.lock': `# yarn lockfile v1


a@1.0.0:
  version "1.0.0"
  resolved "${PUBLIC_REGISTRY}a/-/a-1.0.0.tgz"
  integrity ${hash('a')}
  dependencies:
    b "1.0.0"

b@1.0.0:
  version "1.0.0"
  resolved "${PUBLIC_REGISTRY}b/-/b-1.0.0.tgz"
  integrity ${hash('b')}
`,
  },
  'yarn 4': {
    'yarn.lock': `__metadata:
  version: 8
  cacheKey: 10c0

"a@npm:1.0.0":
  version: 1.0.0
  resolution: "a@npm:1.0.0"
  dependencies:
    b: "npm:1.0.0"
  languageName: node
  linkType: hard

"b@npm:1.0.0":
  version: 1.0.0
  resolution: "b@npm:1.0.0"
  languageName: node
  linkType: hard

"shop@workspace:.":
  version: 0.0.0-use.local
  resolution: "shop@workspace:."
  dependencies:
    a: "npm:1.0.0"
  languageName: unknown
  linkType: soft
`,
  },
  bun: {
    'bun.lock': JSON.stringify({
      lockfileVersion: 1,
      workspaces: { '': { name: 'shop', dependencies: { a: '1.0.0' } } },
      packages: {
        a: ['a@1.0.0', '', { dependencies: { b: '1.0.0' } }, hash('a')],
        b: ['b@1.0.0', '', {}, hash('b')],
      },
    }),
  },
};

/** The document of one release, with this on its package.json. */
function told(name: string, over: object): object {
  const document = packument(name, { '1.0.0': { day: '2020-01-01' } }) as {
    versions: Record<string, object>;
  };
  Object.assign(document.versions['1.0.0'] ?? {}, over);
  return document;
}

const POLICY = 'licenses: { allow: [MIT] }\n';
const found = ({ json }: Run) =>
  json.findings.filter(({ rule }) => rule === 'license').map(({ message }) => message);
const gap = ({ json }: Run) => json.gaps.find(({ fact }) => fact === 'licenses')?.reason ?? '';

suite('license: by the registry', (test) => {
  const world = { a: told('a', { license: 'GPL-3.0-only' }), b: told('b', { license: 'ISC' }) };
  const A = "a@1.0.0 is licensed GPL-3.0-only, which is not on the policy's list";
  const B = "b@1.0.0 is licensed ISC, which is not on the policy's list";
  for (const [manager, lock] of Object.entries(LOCKS)) {
    test(`${manager}: direct packages with --online, all with --deep`, () =>
      withRegistry(world, async (run) => {
        const files = { 'package.json': manifest, ...lock, 'vakt.yml': POLICY };
        const scan = async (...argv: string[]) => run(files, '--format', 'json', ...argv);
        const offline = await scan('--offline');
        assert.equal(found(offline), []);
        assert.match(gap(offline), /^2 of 2 packages name no licence .*vakt --online/);
        const online = await scan('--online');
        assert.equal(found(online), [A]);
        assert.match(gap(online), /^1 of 2 packages name no licence .*1$/);
        const deep = await scan('--deep');
        assert.equal(found(deep).sort(), [A, B]);
        assert.is(gap(deep), '');
      }));
  }

  test('older forms count, what the lock file says comes first, and silence is told', () =>
    withRegistry(
      {
        object: told('object', { license: { type: 'ISC', url: 'x' } }),
        list: told('list', { licenses: [{ type: 'GPL-2.0' }, { type: 'ISC' }] }),
        free: told('free', { licenses: [{ type: 'MIT' }, { type: 'GPL-2.0' }] }),
        locked: told('locked', { license: 'ISC' }),
        silent: told('silent', {}),
        odd: told('odd', { license: 7, licenses: { type: 3 } }),
      },
      async (run) => {
        const specs = ['object', 'list', 'free', 'locked', 'silent', 'odd', 'gone'].map((n) => `${n}@1.0.0`);
        const files = lockOf(specs);
        const lock = files['package-lock.json'].replace(
          '"node_modules/locked":{',
          '"node_modules/locked":{"license":"MIT",',
        );
        const args = ['--format', 'json', '--online'];
        const one = await run({ ...files, 'package-lock.json': lock, 'vakt.yml': POLICY }, ...args);
        assert.equal(found(one).sort(), [
          "list@1.0.0 is licensed (GPL-2.0 OR ISC), which is not on the policy's list",
          "object@1.0.0 is licensed ISC, which is not on the policy's list",
        ]);
        assert.match(
          gap(one),
          /^3 of 7 packages .*the registry named none for 2 of them, and was not asked or did not answer about 1$/,
        );
      },
    ));

  test("a git package is not the registry's of the same name", () =>
    withRegistry({ a: told('a', { license: 'GPL-3.0-only' }) }, async (run) => {
      const files = lockOf(['a@1.0.0']);
      const lock = JSON.parse(files['package-lock.json']);
      lock.packages['node_modules/a'].resolved = `git+ssh://git@github.com/acme/a.git#${'a'.repeat(40)}`;
      delete lock.packages['node_modules/a'].integrity;
      const args = ['--format', 'json', '--deep'];
      const text = JSON.stringify(lock);
      const one = await run({ ...files, 'package-lock.json': text, 'vakt.yml': POLICY }, ...args);
      assert.equal(found(one), []);
      assert.match(gap(one), /^1 of 1 packages/);
    }));
});
