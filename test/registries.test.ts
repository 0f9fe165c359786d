/** Where each manager would ask for a package, by its own files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../src/errors.ts';
import { realIo } from '../src/io.ts';
import { type NpmSettings, readNpmrc } from '../src/npmrc.ts';
import { assert, failure, inTemporaryFolder, suite } from './helpers.ts';

const BERRY = '__metadata:\n  version: 8\n';
const CLASSIC = '# yarn lockfile v1\n';

/** The settings of a project with these files, for a user whose home is `home/`; `locks` as a scan names them. */
async function settingsOf(
  files: Record<string, string>,
  check: (settings: NpmSettings) => void,
  { env = {}, locks = [] as string[] } = {},
): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    for (const [name, text] of Object.entries({ 'project/package.json': '{}', ...files })) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const clean = { HOME: join(folder, 'home'), npm_config_globalconfig: join(folder, 'none'), ...env };
    check(await readNpmrc({ ...realIo(), env: clean }, join(folder, 'project'), locks));
  });
}

const CASES: {
  name: string;
  files: Record<string, string>;
  env?: Record<string, string>;
  /** By package name; undefined: as if nothing was configured. */
  want: Record<string, string | undefined>;
  authorized?: Record<string, string>;
}[] = [
  {
    name: 'Yarn 2 and later',
    files: {
      'project/yarn.lock': BERRY,
      'project/.yarnrc.yml':
        // biome-ignore lint/suspicious/noTemplateCurlyInString: Yarn's own syntax for variables
        'npmRegistryServer: "https://registry.example.test/all"\nnpmScopes:\n  acme:\n    npmRegistryServer: "https://${HOST:-acme.example.test}/"\n    npmAuthToken: "${TOKEN}"\n  open:\n    npmAlwaysAuth: false\nnpmRegistries:\n  "//registry.example.test/all":\n    npmAuthIdent: me:secret\n',
    },
    env: { TOKEN: 'tok-1', HOST: '' },
    want: {
      lodash: 'https://registry.example.test/all/',
      '@acme/ui': 'https://acme.example.test/',
      '@open/ui': 'https://registry.example.test/all/',
    },
    authorized: {
      'https://acme.example.test/@acme%2fui': 'Bearer tok-1',
      'https://registry.example.test/all/lodash': `Basic ${Buffer.from('me:secret').toString('base64')}`,
    },
  },
  {
    name: 'Yarn 2 and later: the nearest file counts, the home folder last, the environment first',
    files: {
      'project/yarn.lock': BERRY,
      'project/.yarnrc.yml': 'npmScopes:\n  near: { npmRegistryServer: "https://near.example.test" }\n',
      '.yarnrc.yml':
        'npmScopes:\n  near: { npmRegistryServer: "https://far.example.test" }\n  above: { npmRegistryServer: "https://above.example.test" }\n',
      'home/.yarnrc.yml':
        'npmRegistryServer: https://home.example.test\nnpmScopes:\n  above: { npmRegistryServer: "https://home.example.test" }\n',
    },
    env: { YARN_NPM_REGISTRY_SERVER: 'https://env.example.test' },
    want: {
      '@near/a': 'https://near.example.test/',
      '@above/a': 'https://above.example.test/',
      lodash: 'https://env.example.test/',
    },
  },
  {
    name: 'Yarn 1',
    files: {
      'project/yarn.lock': CLASSIC,
      'project/.yarnrc':
        '# registry "https://comment.example.test/"\nregistry "https://registry.example.test/"\n"@acme:registry" "https://acme.example.test/npm/"\nlastUpdateCheck 1600000000000\nyarn-path ".yarn/x.js"\n',
      'project/.npmrc': '@other:registry=https://other.example.test/\n',
    },
    want: {
      lodash: 'https://registry.example.test/',
      '@acme/ui': 'https://acme.example.test/npm/',
      '@other/ui': 'https://other.example.test/',
    },
  },
  {
    name: 'Bun',
    files: {
      'project/bun.lock': '{}',
      'project/bunfig.toml':
        '[install]\nregistry = { url = "https://registry.example.test", token = "$TOKEN" }\n[install.scopes]\n"@acme" = "https://me:p%40ss@acme.example.test/npm"\nother = { url = "https://other.example.test/", username = "you", password = "$PASS" }\n__proto__ = "https://proto.example.test"\n',
      'home/.bunfig.toml': '[install.scopes]\nhome = "https://home.example.test/"\n',
    },
    env: { TOKEN: 'tok-2', PASS: 'word' },
    want: {
      lodash: 'https://registry.example.test/',
      '@acme/ui': 'https://acme.example.test/npm/',
      '@other/ui': 'https://other.example.test/',
      '@home/ui': 'https://home.example.test/',
      '@__proto__/ui': 'https://proto.example.test/',
    },
    authorized: {
      'https://registry.example.test/lodash': 'Bearer tok-2',
      'https://acme.example.test/npm/x': `Basic ${Buffer.from('me:p@ss').toString('base64')}`,
      'https://other.example.test/x': `Basic ${Buffer.from('you:word').toString('base64')}`,
    },
  },
  {
    name: 'pnpm',
    files: {
      'project/pnpm-lock.yaml': "lockfileVersion: '9.0'\n",
      'project/.npmrc':
        '@npmrc:registry=https://npmrc.example.test/\n@acme:registry=https://old.example.test/\n',
      'project/pnpm-workspace.yaml':
        "registries:\n  default: https://registry.example.test/\n  '@acme': https://acme.example.test/\nnamedRegistries:\n  work: https://work.example.test/npm\n",
    },
    want: {
      lodash: 'https://registry.example.test/',
      '@acme/ui': 'https://acme.example.test/',
      '@npmrc/ui': 'https://npmrc.example.test/',
    },
  },
  {
    name: 'files of a manager whose lock file is not there say nothing',
    files: {
      'project/package-lock.json': '{}',
      'project/.yarnrc.yml': 'npmRegistryServer: https://registry.example.test\n',
      'project/.yarnrc': 'registry "https://registry.example.test/"\n',
      'project/bunfig.toml': 'install.registry = "https://registry.example.test"\n',
      'project/pnpm-workspace.yaml': 'registries: { default: https://registry.example.test/ }\n',
    },
    want: { lodash: undefined },
  },
];

suite('registries of each manager', (test) => {
  for (const { name, files, env = {}, want, authorized = {} } of CASES) {
    test(name, () =>
      settingsOf(
        files,
        (settings) => {
          for (const [packageName, registry] of Object.entries(want))
            assert.is(settings.registryFor(packageName), registry ?? settings.publicRegistry, packageName);
          const network = settings.network();
          for (const [url, header] of Object.entries(authorized))
            assert.is(network.authorizationFor(new URL(url)), header, url);
        },
        { env },
      ),
    );
  }

  test("a package of pnpm's named registry is asked for there", () =>
    settingsOf(
      {
        'project/pnpm-lock.yaml': "lockfileVersion: '9.0'\n",
        'project/pnpm-workspace.yaml': 'namedRegistries: { work: https://work.example.test/npm }\n',
      },
      (settings) => {
        const resolved = 'https://work.example.test/npm/a/-/a-1.0.0.tgz';
        assert.is(settings.registryFor('a', 'pnpm-lock.yaml', resolved), 'https://work.example.test/npm/');
        assert.is(settings.registryFor('a', 'pnpm-lock.yaml'), settings.publicRegistry);
        assert.ok(settings.registries.includes('https://work.example.test/npm/'));
      },
    ));

  test('what is configured beside a lock file further down counts for it, and its scopes everywhere', () =>
    settingsOf(
      {
        'project/package-lock.json': '{}',
        'project/apps/web/yarn.lock': BERRY,
        'project/apps/web/.yarnrc.yml':
          'npmRegistryServer: https://web.example.test\nnpmScopes: { acme: { npmRegistryServer: "https://acme.example.test" } }\n',
        'project/apps/api/package.json': '{}',
        'project/apps/api/package-lock.json': '{}',
        'project/apps/api/.npmrc': 'registry=https://api.example.test/\n',
      },
      (settings) => {
        assert.is(settings.registryFor('a'), settings.publicRegistry);
        assert.is(settings.registryFor('a', 'apps/web/yarn.lock'), 'https://web.example.test/');
        assert.is(settings.registryFor('a', 'apps/api/package-lock.json'), 'https://api.example.test/');
        assert.is(settings.registryFor('@acme/ui'), 'https://acme.example.test/');
        assert.ok(settings.hasOwnRegistry('@acme/ui'));
        assert.not.ok(settings.hasOwnRegistry('@other/ui'));
      },
      { locks: ['package-lock.json', 'apps/web/yarn.lock', 'apps/api/package-lock.json'] },
    ));

  test('what cannot be read is an error: the manager would ask another registry', async () => {
    const broken: [string, Record<string, string>][] = [
      [
        'bunfig.toml:2:',
        { 'project/bun.lock': '{}', 'project/bunfig.toml': '[install]\nregistry = https\n' },
      ],
      ['bunfig.toml', { 'project/bun.lock': '{}', 'project/bunfig.toml': 'install.registry = "$UNSET"\n' }],
      ['.yarnrc.yml:2:', { 'project/yarn.lock': BERRY, 'project/.yarnrc.yml': 'a: [b\n' }],
      [
        '.yarnrc.yml',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: Yarn's own syntax for variables
        { 'project/yarn.lock': BERRY, 'project/.yarnrc.yml': 'npmRegistryServer: "${UNSET}"\n' },
      ],
      ['.yarnrc', { 'project/yarn.lock': CLASSIC, 'project/.yarnrc': 'registry "nothing"\n' }],
      [
        'pnpm-workspace.yaml',
        {
          'project/pnpm-lock.yaml': '',
          'project/pnpm-workspace.yaml': 'registries:\n  default: file:///etc/passwd\n',
        },
      ],
    ];
    for (const [where, files] of broken) {
      const error = await failure(() => settingsOf(files, () => {}));
      assert.instance(error, UserError);
      assert.match(String((error as UserError).where), where);
    }
  });
});
