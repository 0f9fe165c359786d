/** Our own reader against npm's: the same nodes, the same names and versions, the same edges, the same flags. */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { realIo } from '../../../src/io.ts';
import type { Scope, TreeNode } from '../../../src/model.ts';
import { readNpm } from '../../../src/readers/npm/index.ts';
import { assert, inTemporaryFolder, suite, testWith } from '../../helpers.ts';
import { edgesOf, entry, REGISTRY } from './locks.ts';

interface ArboristNode {
  location: string;
  packageName: string | null;
  name: string;
  version: string;
  isLink: boolean;
  dev: boolean;
  optional: boolean;
  devOptional: boolean;
  peer: boolean;
  extraneous: boolean;
  edgesOut: Map<string, { name: string; type: string; to: ArboristNode | null }>;
}

interface Arborist {
  loadVirtual(): Promise<{ inventory: Map<string, ArboristNode> }>;
}

const ArboristClass = createRequire(import.meta.url)('@npmcli/arborist') as new (options: object) => Arborist;

/** What both say of every place, as lines to compare. */
async function compare(folder: string, legacyPeerDeps = false): Promise<void> {
  writeMembers(folder);
  const io = realIo();
  const tree = await readNpm(io, folder, { root: folder });
  const { inventory } = await new ArboristClass({ path: folder, legacyPeerDeps }).loadVirtual();
  const ours = new Map([tree.root, ...tree.nodes].map((node) => [node.key, node]));
  assert.equal([...ours.keys()].sort(), [...inventory.values()].map((node) => node.location).sort());
  const links = new Set<TreeNode>();
  for (const node of inventory.values()) if (node.isLink) links.add(found(ours, node.location));
  for (const theirs of inventory.values()) {
    const node = found(ours, theirs.location);
    const where = `${basename(folder)}: ${theirs.location}`;
    // A project without a name is called by its folder's name, which is a temporary one here.
    if (theirs.location !== '')
      assert.is(`${node.name}@${node.version}`, `${theirs.packageName}@${theirs.version}`, where);
    if (theirs.location !== '' && !theirs.extraneous && !node.importer)
      assert.is(node.scope, scopeOf(theirs), where);
    if (theirs.isLink || legacyPeerDeps) continue;
    const edges = [...theirs.edgesOut.values()].map(
      ({ name, type, to }) => `${name} ${type} ${to?.location ?? '-'}`,
    );
    assert.equal(edgesOf(node), edges.sort(), where);
  }
}

function found(nodes: ReadonlyMap<string, TreeNode>, key: string): TreeNode {
  const node = nodes.get(key);
  if (node === undefined) throw new Error(`nothing at ${key}`);
  return node;
}

function scopeOf({ dev, peer, optional, devOptional }: ArboristNode): Scope {
  return dev ? 'dev' : peer ? 'peer' : optional || devOptional ? 'optional' : 'prod';
}

// Arborist looks for workspace members on disk and believes their package.json more than the lock file: it gets one
// that says what the lock file says. A name that the lock file forgot (npm never does) is filled in there too.
function writeMembers(folder: string): void {
  const file = join(folder, 'package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8')) as {
    packages?: Record<string, Record<string, unknown>>;
  };
  const entries = Object.entries(lock.packages ?? {});
  for (const [key, meta] of entries) {
    if (key === '' || key.startsWith('..') || /(^|\/)node_modules\//.test(key)) continue;
    const link = entries.find(([, { link, resolved }]) => link === true && resolved === key)?.[0];
    const isMember = lock.packages?.['']?.workspaces !== undefined && link !== undefined;
    if (isMember) meta.name ??= link.replace(/^.*node_modules\//, '');
    mkdirSync(join(folder, key), { recursive: true });
    writeFileSync(join(folder, key, 'package.json'), JSON.stringify({ name: basename(key), ...meta }));
  }
  if (lock.packages !== undefined) writeFileSync(file, JSON.stringify(lock));
}

async function compareFiles(files: Record<string, unknown>): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), JSON.stringify(content));
    }
    await compare(folder);
  });
}

const corpus = process.env.VAKT_CORPUS;
const project = fileURLToPath(new URL('../../../', import.meta.url));

suite('npm lock = arborist', (test) => {
  test("on this project's own lock file", async () => {
    await inTemporaryFolder(async (folder) => {
      for (const file of ['package.json', 'package-lock.json'])
        cpSync(join(project, file), join(folder, file));
      await compare(folder);
    });
  });

  test('on workspaces, links, aliases, bundles, peers and holes', async () => {
    const root = {
      name: 'app',
      workspaces: ['packages/*', '!packages/x*', 'apps/{one,two}'],
      dependencies: { a: '^1', out: 'file:../out', tool: 'file:tool', both: '1', al: 'npm:real@^2' },
      devDependencies: { d: '1', both: '1' },
      optionalDependencies: { o: '1', absent: '1' },
      peerDependencies: { p: '1', po: '1' },
      peerDependenciesMeta: { po: { optional: true } },
    };
    await compareFiles({
      'package.json': root,
      'package-lock.json': {
        name: 'app',
        lockfileVersion: 3,
        requires: true,
        packages: {
          '': root,
          '../out': { name: 'out', version: '1.0.0', dependencies: { q: '1' }, devDependencies: { a: '1' } },
          'apps/one': {
            name: '@app/one',
            version: '1.0.0',
            dependencies: { '@app/two': '1', a: '^1' },
            devDependencies: { d: '2' },
          },
          'apps/one/node_modules/d': entry('d', '2.0.0', { dev: true }),
          'apps/two': { name: '@app/two', version: '1.0.0', peerDependencies: { a: '1' } },
          'node_modules/@app/one': { resolved: 'apps/one', link: true },
          'node_modules/@app/two': { resolved: 'apps/two', link: true },
          'node_modules/a': entry('a', '1.0.0', {
            dependencies: { b: '1', c: '1' },
            optionalDependencies: { c: '1' },
            devDependencies: { d: '1' },
          }),
          'node_modules/a/node_modules/b': {
            version: '1.0.0',
            inBundle: true,
            dependencies: { c: '2', a: '1' },
          },
          'node_modules/a/node_modules/c': { version: '2.0.0', inBundle: true },
          'node_modules/al': entry('real', '2.0.0', { name: 'real', peerDependencies: { a: '1', zz: '1' } }),
          'node_modules/both': entry('both', '1.0.0', { dev: true }),
          'node_modules/c': entry('c', '1.0.0', { optional: true }),
          'node_modules/d': entry('d', '1.0.0', { dev: true }),
          'node_modules/lone/node_modules/deep': entry('deep', '1.0.0', {
            extraneous: true,
            dependencies: { deep: '1', a: '1' },
          }),
          'node_modules/o': entry('o', '1.0.0', { optional: true }),
          'node_modules/out': { resolved: '../out', link: true },
          'node_modules/p': entry('p', '1.0.0', { peer: true }),
          'node_modules/packages-m': { resolved: 'packages/m', link: true },
          'node_modules/q': entry('q', '1.0.0', { extraneous: true }),
          'node_modules/tool': { resolved: 'tool', link: true },
          'packages/m': { name: 'packages-m', version: '0.0.0', dependencies: { a: '1' } },
          'packages/xtra': { name: 'xtra', version: '0.0.0', extraneous: true },
          tool: { version: '0.0.1', dependencies: { c: '1' } },
        },
      },
    });
  });

  test('on version 1 with nested, optional, bundled, aliased and linked entries', async () => {
    await compareFiles({
      'package.json': {
        name: 'app',
        dependencies: { a: '1', l: 'file:lib/l', al: 'npm:real@2' },
        devDependencies: { d: '1' },
      },
      'package-lock.json': {
        name: 'app',
        lockfileVersion: 1,
        requires: true,
        dependencies: {
          a: {
            ...entry('a', '1.0.0'),
            requires: { b: '1', o: '1', none: '1' },
            dependencies: { b: { version: '1.0.0', bundled: true, requires: { o: '1' } } },
          },
          al: {
            version: 'npm:real@2.0.0',
            resolved: `${REGISTRY}/real/-/real-2.0.0.tgz`,
            integrity: 'sha512-AAAA',
          },
          d: { ...entry('d', '1.0.0'), dev: true, requires: { e: '1' } },
          e: { ...entry('e', '1.0.0'), dev: true },
          g: {
            version: 'git+ssh://git@github.com/o/g.git#0123456789012345678901234567890123456789',
            from: 'github:o/g',
          },
          l: { version: 'file:lib/l', requires: { q: '1' }, dependencies: { q: entry('q', '1.0.0') } },
          o: { ...entry('o', '1.0.0'), optional: true },
          t: { version: 'file:t-1.2.3.tgz', integrity: 'sha512-AAAA' },
          u: { version: `${REGISTRY}/@s/u/-/u-4.5.6-rc.1.tgz`, integrity: 'sha512-AAAA' },
        },
      },
    });
  });

  testWith(
    corpus === undefined ? 'VAKT_CORPUS' : undefined,
    test,
    'on every npm lock file of the corpus',
    async () => {
      for (const folder of corpusFolders(corpus ?? '')) {
        await inTemporaryFolder(async (copy) => {
          cpSync(folder, copy, { recursive: true });
          const npmrc = join(copy, '.npmrc');
          const legacy = existsSync(npmrc) && readFileSync(npmrc, 'utf8').includes('legacy-peer-deps=true');
          // Arborist works flags out anew when it sees peers that the project told npm to ignore: compare the flags with
          // what npm does in this project, and the edges with what it does otherwise.
          await compare(copy, legacy);
          if (legacy) await compareEdges(copy);
        });
      }
    },
  );
});

async function compareEdges(folder: string): Promise<void> {
  const tree = await readNpm(realIo(), folder, { root: folder });
  const { inventory } = await new ArboristClass({ path: folder }).loadVirtual();
  const ours = new Map([tree.root, ...tree.nodes].map((node) => [node.key, node]));
  for (const { location, isLink, edgesOut } of inventory.values()) {
    if (isLink) continue;
    const edges = [...edgesOut.values()].map(
      ({ name, type, to }) => `${name} ${type} ${to?.location ?? '-'}`,
    );
    assert.equal(edgesOf(found(ours, location)), edges.sort(), location);
  }
}

function corpusFolders(root: string): string[] {
  const read = (file: string) =>
    JSON.parse(readFileSync(join(root, file), 'utf8')) as Record<string, string>[];
  const locks = read('lockfiles/index.json').filter(
    (l) => l.kind?.startsWith('npm') && l.expectError === undefined,
  );
  const projects = read('projects/index.json').filter(({ kind }) => kind?.startsWith('npm'));
  return [
    ...locks.map(({ file = '' }) => join(root, 'lockfiles', dirname(file))),
    ...projects.map(({ dir = '' }) => join(root, 'projects', dir)),
  ];
}
