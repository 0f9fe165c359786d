/** `vakt sbom`: what people get, from lock files of every manager, valid by each format's own rules. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Version } from '@cyclonedx/cyclonedx-library/Spec';
import { JsonStrictValidator } from '@cyclonedx/cyclonedx-library/Validation';
import fc from 'fast-check';
import { main } from '../../src/cli/main.ts';
import { type Io, realIo } from '../../src/io.ts';
import { assert, suite, testWith } from '../helpers.ts';
import { spdxFaults } from '../support/spdx.ts';
import { type World, world } from '../world.ts';

const corpus = process.env.VAKT_CORPUS;
const validator = new JsonStrictValidator(Version.v1dot6);
const ONE = `sha512-${Buffer.alloc(64, 1).toString('base64')}`;
const TWO = `sha1-${Buffer.alloc(20, 2).toString('base64')}`;

interface Component {
  name: string;
  group?: string;
  version?: string;
  type: string;
  'bom-ref': string;
  scope?: string;
  purl?: string;
  hashes?: { alg: string; content: string }[];
  licenses?: object[];
  externalReferences?: { url: string; type: string }[];
  properties?: { name: string; value: string }[];
}

interface CycloneDx {
  bomFormat: string;
  specVersion: string;
  serialNumber: string;
  metadata: {
    timestamp: string;
    component: Component;
    tools: { components: Component[] };
    properties?: object[];
  };
  components: Component[];
  dependencies: { ref: string; dependsOn?: string[] }[];
}

interface Spdx {
  name: string;
  documentNamespace: string;
  creationInfo: { created: string };
  packages: {
    SPDXID: string;
    name: string;
    downloadLocation: string;
    licenseDeclared: string;
    externalRefs?: { referenceLocator: string }[];
    checksums?: { algorithm: string; checksumValue: string }[];
    comment?: string;
  }[];
  hasExtractedLicensingInfos?: { licenseId: string; extractedText: string; name: string }[];
  relationships: { spdxElementId: string; relationshipType: string; relatedSpdxElement: string }[];
}

async function bills(io: Io, texts: string[], ...argv: string[]): Promise<{ cdx: CycloneDx; spdx: Spdx }> {
  const given = { ...io, out: (text: string) => void texts.push(text) };
  for (const format of ['cyclonedx', 'spdx']) {
    assert.is(await main(['sbom', '--offline', '--format', format, ...argv], given), 0);
  }
  const [cdx = '', spdx = ''] = texts.slice(-2);
  assert.equal(await validator.validate(cdx), null);
  assert.equal(spdxFaults(spdx), []);
  return { cdx: checked(JSON.parse(cdx)), spdx: JSON.parse(spdx) };
}

/** What no schema can say: each ref once, and no dependency on what is not there. */
function checked(cdx: CycloneDx): CycloneDx {
  const refs = [cdx.metadata.component, ...cdx.components].map((one) => one['bom-ref']);
  assert.is(new Set(refs).size, refs.length, 'a ref stands twice');
  assert.equal(cdx.dependencies.map(({ ref }) => ref).sort(), [...refs].sort());
  for (const { ref, dependsOn = [] } of cdx.dependencies) {
    for (const to of dependsOn) assert.ok(refs.includes(to), `${ref} depends on ${to}, which is not there`);
  }
  return cdx;
}

function of(given: World, ...argv: string[]): Promise<{ cdx: CycloneDx; spdx: Spdx }> {
  return bills(given, [], ...argv);
}

function component({ components }: CycloneDx, name: string): Component {
  const found = components.filter((one) => one.name === name);
  assert.is(found.length, 1, `${found.length} are called ${name}`);
  return found[0] as Component;
}

const npmLock = (packages: object): string => JSON.stringify({ lockfileVersion: 3, packages });
const shop = {
  'package-lock.json': npmLock({
    '': {
      name: '@nord/shop',
      version: '2.0.0',
      license: 'UNLICENSED',
      dependencies: { a: '1', '@b/c': '1' },
      devDependencies: { d: '1' },
      optionalDependencies: { o: '1' },
    },
    'node_modules/a': {
      version: '1.0.0',
      resolved: 'https://me:secret@registry.example.test/a/-/a-1.0.0.tgz?token=hidden',
      integrity: `${ONE} ${TWO}`,
      license: 'MIT',
      dependencies: { '@b/c': '1' },
    },
    'node_modules/@b/c': { version: '1.2.3', license: '(MIT OR Apache-2.0)' },
    'node_modules/o': { version: '1.0.0', optional: true },
    'node_modules/d': { version: '1.0.0', dev: true, license: 'SEE LICENSE IN x.txt' },
    'node_modules/e': {
      version: '1.0.0',
      resolved: 'git+ssh://git@git.example.test/a/e.git#0123abc',
      license: 'LicenseRef-house',
    },
  }),
};

suite('vakt sbom', (test) => {
  test('CycloneDX says of each package what the lock file says', async () => {
    const { cdx } = await of(world(shop));
    const { component: root, tools, timestamp } = cdx.metadata;
    assert.is(`${root.type} ${root.group} ${root.name} ${root.version}`, 'application @nord shop 2.0.0');
    assert.is(root.purl, 'pkg:npm/%40nord/shop@2.0.0');
    assert.is(timestamp, '2026-11-22T12:00:00.000Z');
    assert.is(tools.components[0]?.name, 'vakt');
    const a = component(cdx, 'a');
    assert.equal(a.hashes?.map(({ alg, content }) => `${alg} ${content}`).sort(), [
      `SHA-1 ${'02'.repeat(20)}`,
      `SHA-512 ${'01'.repeat(64)}`,
    ]);
    assert.equal(a.licenses, [{ license: { id: 'MIT', acknowledgement: 'declared' } }]);
    assert.equal(a.externalReferences, [
      { url: 'https://registry.example.test/a/-/a-1.0.0.tgz?token=***', type: 'distribution' },
    ]);
    const c = component(cdx, 'c');
    assert.is(`${c.group} ${c.scope}`, '@b required');
    assert.equal(c.licenses, [{ expression: '(MIT OR Apache-2.0)', acknowledgement: 'declared' }]);
    assert.is(component(cdx, 'o').scope, 'optional');
    const d = component(cdx, 'd');
    assert.is(d.scope, 'excluded');
    assert.ok(
      d.properties?.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true'),
    );
    assert.equal(d.licenses, [{ license: { name: 'SEE LICENSE IN x.txt', acknowledgement: 'declared' } }]);
    const e = component(cdx, 'e');
    assert.is(e.purl, 'pkg:npm/e@1.0.0?vcs_url=git%2Bssh:%2F%2Fgit.example.test%2Fa%2Fe.git%400123abc');
    assert.is(e.externalReferences?.[0]?.type, 'vcs');
    const needs = new Map(cdx.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
    assert.equal(needs.get('pkg:npm/a@1.0.0'), ['pkg:npm/%40b/c@1.2.3']);
    assert.equal(needs.get(root['bom-ref']), [
      'pkg:npm/%40b/c@1.2.3',
      'pkg:npm/a@1.0.0',
      'pkg:npm/d@1.0.0',
      'pkg:npm/o@1.0.0',
    ]);
  });

  test('SPDX says the same in its own words', async () => {
    const { spdx } = await of(world(shop));
    const [root, ...others] = spdx.packages;
    assert.is(root?.name, '@nord/shop');
    const by = new Map(others.map((one) => [one.name, one]));
    assert.is(by.get('a')?.downloadLocation, 'https://registry.example.test/a/-/a-1.0.0.tgz?token=***');
    assert.equal(
      by.get('a')?.checksums?.map(({ algorithm }) => algorithm),
      ['SHA512', 'SHA1'],
    );
    assert.is(by.get('a')?.externalRefs?.[0]?.referenceLocator, 'pkg:npm/a@1.0.0');
    assert.is(by.get('@b/c')?.licenseDeclared, '(MIT OR Apache-2.0)');
    assert.is(by.get('d')?.licenseDeclared, 'LicenseRef-declared-SEE-LICENSE-IN-x.txt');
    assert.match(by.get('d')?.comment ?? '', /scope: dev/);
    assert.is(by.get('e')?.downloadLocation, 'git+ssh://git.example.test/a/e.git@0123abc');
    assert.equal(spdx.hasExtractedLicensingInfos?.map(({ name }) => name).sort(), [
      'LicenseRef-house',
      'SEE LICENSE IN x.txt',
    ]);
    assert.ok(
      spdx.relationships.some(
        ({ spdxElementId, relationshipType, relatedSpdxElement }) =>
          spdxElementId === 'SPDXRef-Package-a-1.0.0' &&
          relationshipType === 'DEPENDS_ON' &&
          relatedSpdxElement === 'SPDXRef-Package-b-c-1.2.3',
      ),
    );
  });

  test('SPDX ids stay apart where names differ only in what an id cannot hold', async () => {
    const names = ['@a/b', 'a-b', 'a_b', 'a-b-1.0.0-2'];
    const licenses = ['house', 'hou-se', 'LicenseRef-house', 'hou se'];
    const packages = names.map((name, i) => [
      `node_modules/${name}`,
      { version: '1.0.0', license: licenses[i] },
    ]);
    const { spdx } = await of(
      world({ 'package-lock.json': npmLock({ '': { name: 'x' }, ...Object.fromEntries(packages) }) }),
    );
    assert.is(new Set(spdx.packages.map(({ SPDXID }) => SPDXID)).size, 5);
    assert.is(spdx.hasExtractedLicensingInfos?.length, 4);
    assert.is(new Set(spdx.packages.map(({ licenseDeclared }) => licenseDeclared)).size, 5);
  });

  test('--omit dev leaves out what only development needs', async () => {
    const { cdx, spdx } = await of(world(shop), '--omit', 'dev');
    assert.equal(cdx.components.map(({ name }) => name).sort(), ['a', 'c', 'e', 'o']);
    assert.not.ok(JSON.stringify([cdx.dependencies, spdx.packages]).includes('d@1.0.0'));
  });

  test('SOURCE_DATE_EPOCH makes two runs the same, byte for byte; other content has another number', async () => {
    const env = { SOURCE_DATE_EPOCH: '1700000000' };
    const texts: string[] = [];
    const first = await bills(world(shop, { env }), texts);
    await bills(world(shop, { env, now: () => new Date(5) }), texts);
    assert.is(texts[0], texts[2]);
    assert.is(texts[1], texts[3]);
    assert.is(first.cdx.metadata.timestamp, '2023-11-14T22:13:20.000Z');
    assert.is(first.spdx.creationInfo.created, '2023-11-14T22:13:20Z');
    assert.ok(first.spdx.documentNamespace.endsWith(first.cdx.serialNumber.replace('urn:uuid:', '')));
    const other = await bills(world(shop, { env }), texts, '--omit', 'dev');
    assert.is.not(other.cdx.serialNumber, first.cdx.serialNumber);
    const later = await bills(world(shop), texts);
    assert.is.not(later.cdx.serialNumber, first.cdx.serialNumber);
  });

  test('a wrong SOURCE_DATE_EPOCH is told, and nothing is written', async () => {
    for (const SOURCE_DATE_EPOCH of ['soon', '-1', '1.5', '999999999999']) {
      const given = world(shop, { env: { SOURCE_DATE_EPOCH } });
      assert.is(await main(['sbom', '--offline'], given), 2);
      assert.match(given.stderr, /SOURCE_DATE_EPOCH.*no number of seconds/);
      assert.is(given.stdout, '');
    }
  });

  test('-o writes a file, and a lock file that cannot be read is an error', async () => {
    const given = world(shop);
    assert.is(await main(['sbom', '--offline', '-o', 'out/bom.json'], given), 0);
    assert.is(given.stdout, '');
    assert.is(JSON.parse(String(given.files.get('/project/out/bom.json'))).bomFormat, 'CycloneDX');
    assert.is(await main(['sbom', '--offline'], world({ 'package-lock.json': '{' })), 2);
  });

  test('several lock files: each project below one root, a package of both once', async () => {
    const lock = (name: string) =>
      npmLock({
        '': { name, version: '1.0.0', dependencies: { a: '1' } },
        'node_modules/a': { version: '1.0.0', integrity: ONE, license: 'MIT' },
      });
    const { cdx } = await of(
      world({ 'one/package-lock.json': lock('one'), 'two/package-lock.json': lock('two') }),
    );
    assert.is(cdx.metadata.component.name, 'project');
    assert.equal(
      cdx.components.map(({ name }) => name),
      ['a', 'one', 'two'],
    );
    const files = component(cdx, 'a').properties?.filter(({ name }) => name === 'vakt:file');
    assert.equal(
      files?.map(({ value }) => value),
      ['one/package-lock.json', 'two/package-lock.json'],
    );
    const needs = cdx.dependencies.find(({ ref }) => ref === cdx.metadata.component['bom-ref']);
    assert.equal(needs?.dependsOn, ['pkg:npm/one@1.0.0', 'pkg:npm/two@1.0.0']);
  });

  test('a project that depends on a package of its own name and version', async () => {
    const packages = {
      '': { name: 'self', version: '1.0.0', dependencies: { self: '1.0.0' } },
      'node_modules/self': { version: '1.0.0', dependencies: { self: '1' } },
    };
    const { cdx, spdx } = await of(world({ 'package-lock.json': npmLock(packages) }));
    assert.equal(cdx.dependencies, [
      { ref: 'pkg:npm/self@1.0.0', dependsOn: ['pkg:npm/self@1.0.0#2'] },
      { ref: 'pkg:npm/self@1.0.0#2' },
    ]);
    assert.is(cdx.components.length, 1);
    assert.equal(
      spdx.relationships.map(({ relatedSpdxElement }) => relatedSpdxElement),
      ['SPDXRef-Package-self-1.0.0', 'SPDXRef-Package-self-1.0.0-2'],
    );
  });

  test('two commits of one repository are two components', async () => {
    const lock = (name: string, commit: string) =>
      npmLock({
        '': { name, version: '1.0.0', dependencies: { a: '*' } },
        'node_modules/a': { version: '1.0.0', resolved: `git+https://git.example.test/a.git#${commit}` },
      });
    const { cdx } = await of(
      world({ 'one/package-lock.json': lock('one', 'c0ffee'), 'two/package-lock.json': lock('two', 'f00d') }),
    );
    assert.is(cdx.components.filter(({ name }) => name === 'a').length, 2);
    const needs = cdx.dependencies.find(({ ref }) => ref === 'pkg:npm/two@1.0.0')?.dependsOn ?? [];
    assert.match(needs.join(), /^pkg:npm\/a@1\.0\.0\?vcs_url=\S+%40f00d$/);
  });

  test('scripts that pages load are components of the project', async () => {
    const page = '<script src="https://cdn.jsdelivr.net/npm/jquery@3.7.1/dist/jquery.min.js"></script>';
    const { cdx } = await of(world({ ...shop, 'index.html': page }));
    assert.is(component(cdx, 'jquery').purl, 'pkg:npm/jquery@3.7.1');
    const root = cdx.dependencies.find(({ ref }) => ref === cdx.metadata.component['bom-ref']);
    assert.ok(root?.dependsOn?.includes('pkg:npm/jquery@3.7.1'));
  });

  test('a project that asks for nothing has a root and no components', async () => {
    const { cdx, spdx } = await of(world({ 'package-lock.json': npmLock({ '': {} }) }));
    assert.is(cdx.metadata.component.name, 'project');
    assert.is(spdx.packages.length, 1);
  });
});

const LOCKS: Record<string, Record<string, string>> = {
  'yarn classic': {
    'package.json': '{"name":"x","version":"1.0.0","dependencies":{"a":"^1.0.0"}}',
    'yarn.lock': `# yarn lockfile v1\n\n\na@^1.0.0:\n  version "1.0.1"\n  resolved "https://registry.example.test/a/-/a-1.0.1.tgz#${'0'.repeat(40)}"\n  integrity ${ONE}\n`,
  },
  'yarn berry': {
    'package.json': '{"name":"x","version":"1.0.0","dependencies":{"a":"^1.0.0"}}',
    'yarn.lock': `__metadata:\n  version: 8\n  cacheKey: 10c0\n\n"a@npm:^1.0.0":\n  version: 1.0.1\n  resolution: "a@npm:1.0.1"\n  checksum: 10c0/${'ab'.repeat(64)}\n  languageName: node\n  linkType: hard\n\n"x@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "x@workspace:."\n  dependencies:\n    a: "npm:^1.0.0"\n  languageName: unknown\n  linkType: soft\n`,
  },
  pnpm: {
    'package.json': '{"name":"x","version":"1.0.0","dependencies":{"a":"^1.0.0"}}',
    'pnpm-lock.yaml': `lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      a:\n        specifier: ^1.0.0\n        version: 1.0.1\n\npackages:\n\n  a@1.0.1:\n    resolution: {integrity: ${ONE}}\n\nsnapshots:\n\n  a@1.0.1: {}\n`,
  },
  bun: {
    'package.json': '{"name":"x","version":"1.0.0","dependencies":{"a":"^1.0.0"}}',
    'bun.lock': `{"lockfileVersion":1,"workspaces":{"":{"name":"x","dependencies":{"a":"^1.0.0"}}},"packages":{"a":["a@1.0.1","",{},"${ONE}"]}}`,
  },
};

suite('vakt sbom, each manager', (test) => {
  for (const [manager, files] of Object.entries(LOCKS)) {
    test(`${manager}: the package, its hash, and what the root needs`, async () => {
      const { cdx } = await of(world(files));
      const a = component(cdx, 'a');
      assert.is(a.purl, 'pkg:npm/a@1.0.1');
      const digest =
        a.hashes?.[0]?.content ?? a.properties?.find(({ name }) => name === 'vakt:yarn-checksum')?.value;
      assert.match(digest ?? '', /^(?:10c0\/)?(?:01|ab){64}$/);
      const root = cdx.dependencies.find(({ ref }) => ref === cdx.metadata.component['bom-ref']);
      assert.equal(root?.dependsOn, ['pkg:npm/a@1.0.1']);
    });

    test(`${manager}: the licence of an installed package`, async () => {
      const installed = '{"name":"a","version":"1.0.1","license":"ISC"}';
      const { cdx } = await of(world({ ...files, 'node_modules/a/package.json': installed }));
      assert.equal(component(cdx, 'a').licenses, [{ license: { id: 'ISC', acknowledgement: 'declared' } }]);
    });
  }
});

suite('vakt sbom, hostile lock files', (test) => {
  test('whatever names, addresses, hashes and licences are: valid documents', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        '__proto__',
        'constructor',
        'a',
        '@a/b',
        'a-b',
        '\ud800',
        '(((',
        'MIT AND',
        'LicenseRef-a_b',
        '%',
        '#',
      ),
    );
    const address = fc.oneof(
      text,
      fc
        .tuple(
          fc.constantFrom(
            'https://h.example.test/',
            'git+ssh://git@h.example.test:',
            'github:',
            'git://h.example.test/',
            'file:',
            'https://[::1]/',
            'git+https://u:p@h.example.test/a.git#',
          ),
          text,
        )
        .map((parts) => parts.join('')),
    );
    const entry = fc.record(
      {
        version: text,
        resolved: address,
        license: text,
        integrity: fc.oneof(text, fc.constantFrom(ONE, TWO, `${ONE} ${TWO} x`)),
      },
      { requiredKeys: ['version'] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, entry), { maxLength: 6 }), text, async (entries, name) => {
        const packages = Object.fromEntries(entries.map(([key, one]) => [`node_modules/${key}`, one]));
        const given = world({ 'package-lock.json': npmLock({ '': { name }, ...packages }) });
        const code = await main(['sbom', '--offline'], given);
        assert.not.match(given.stderr, /bug/);
        if (code === 0) await of(given);
      }),
      { numRuns: 150 },
    );
  });
});

suite('vakt sbom, real projects', (test) => {
  testWith(
    corpus === undefined ? 'VAKT_CORPUS' : undefined,
    test,
    'every project gives two valid documents',
    async () => {
      const folder = join(corpus ?? '', 'projects');
      let count = 0;
      for (const name of readdirSync(folder)) {
        if (!existsSync(join(folder, name)) || name.endsWith('.json')) continue;
        const { cdx, spdx } = await bills({ ...realIo(), cwd: join(folder, name), err() {} }, []);
        assert.is(cdx.components.length + 1, spdx.packages.length, name);
        assert.ok(cdx.components.length > 100, name);
        count++;
      }
      assert.ok(count >= 17);
    },
  );
});
