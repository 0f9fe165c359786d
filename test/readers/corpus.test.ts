/** The lock files of the corpus: inventories and edges that other tools published for them. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { realIo } from '../../src/io.ts';
import type { EdgeType, Tree, TreeNode } from '../../src/model.ts';
import { readBun } from '../../src/readers/bun/read.ts';
import { readPnpm } from '../../src/readers/pnpm/read.ts';
import { readSubset } from '../../src/readers/yaml/subset.ts';
import { isMap, mapAt, textAt } from '../../src/readers/yaml/value.ts';
import { readYarn } from '../../src/readers/yarn/read.ts';
import { assert, failure, suite, testWith } from '../helpers.ts';

const corpus = process.env.VAKT_CORPUS;
const READERS = { pnpm: readPnpm, yarn: readYarn, bun: readBun };

interface Case {
  file: string;
  kind: string;
  scope: string;
  expected: string[];
  expectedMultisetSize: number;
  expectError?: string;
  dev?: string[];
  commits?: Record<string, string>;
}

/** Where the source decided otherwise than we do, and why. */
const DIFFERENCES: Record<string, { missing?: string[]; extra?: 'more'; edges?: number; reason: string }> = {
  'snyk/yarn-lock-v3-real/out-of-sync-resolutions/yarn.lock': {
    missing: ['ms@1.0.0'],
    reason: 'a resolution that was never installed: not in the file, reported as drift',
  },
  'syft/TestParseYarnBerry/yarn.lock': {
    missing: ['c0n-fab_u.laTION@7.7.7'],
    reason: 'the project itself under the name of its descriptor: our own code, called as in its resolution',
  },
  'snyk/pnpm-lock-v5/git-protocol-peer-deps/pnpm-lock.yaml': {
    extra: 'more',
    reason: 'the file holds a dependency that package.json lost: in the tree, and reported as drift',
  },
  'snyk/pnpm-lock-v5/deeply-scoped/pnpm-lock.yaml': {
    edges: 115,
    reason: 'one package resolved with different peers is one node there, with the edges of its first form',
  },
  'snyk/pnpm-lock-v9/goof/pnpm-lock.yaml': {
    edges: 5,
    reason: 'optional peers that pnpm found count as optional dependencies there, as peers here',
  },
};

function readerOf(kind: string): typeof readPnpm | undefined {
  if (kind.startsWith('pnpm')) return READERS.pnpm;
  if (kind.startsWith('yarn')) return READERS.yarn;
  return kind.startsWith('bun') ? READERS.bun : undefined;
}

function id({ name, version }: TreeNode): string {
  return `${name}@${version}`;
}

/** The edge types that a source follows, as its scope says. */
function followed(scope: string, kind: string): Set<EdgeType> {
  const types = new Set<EdgeType>(['prod', 'workspace']);
  if (!/optional excluded/.test(scope)) types.add('optional');
  // pnpm writes resolved peers down as dependencies.
  if (kind.startsWith('pnpm')) types.add('peer').add('peerOptional');
  return types;
}

function reach(tree: Tree, types: Set<EdgeType>): { nodes: Set<TreeNode>; edges: Set<string> } {
  const nodes = new Set<TreeNode>();
  const edges = new Set<string>();
  const open = [tree.root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const { to, type } of node.edges) {
      if (to === undefined || to.environment || !types.has(type)) continue;
      edges.add(`${node === tree.root ? 'root' : id(node)} > ${id(to)}`);
      if (nodes.has(to)) continue;
      nodes.add(to);
      open.push(to);
    }
  }
  return { nodes, edges };
}

function expectedEdges(file: string): Set<string> {
  const parsed: { graph: { nodes: { nodeId: string; pkgId: string; deps: { nodeId: string }[] }[] } } =
    JSON.parse(readFileSync(file, 'utf8'));
  const { nodes } = parsed.graph;
  const ids = new Map(nodes.map(({ nodeId, pkgId }) => [nodeId, pkgId]));
  const edges = new Set<string>();
  for (const { nodeId, pkgId, deps } of nodes) {
    for (const dep of deps) edges.add(`${nodeId === 'root-node' ? 'root' : pkgId} > ${ids.get(dep.nodeId)}`);
  }
  return edges;
}

function compare(entry: Case, tree: Tree): void {
  const { file, scope, kind } = entry;
  const known = DIFFERENCES[file];
  let nodes = tree.nodes.filter(({ importer, environment }) => !importer && !environment);
  if (scope.startsWith('reachable')) {
    const reached = reach(tree, followed(scope, kind));
    nodes = nodes.filter((node) => reached.nodes.has(node));
    const wanted = expectedEdges(join(corpus ?? '', 'lockfiles', dirname(file), 'expected-depgraph.json'));
    if (known === undefined || known.edges !== undefined) {
      const lost = [...wanted].filter((edge) => !reached.edges.has(edge));
      assert.equal(lost, [], file);
      assert.is(reached.edges.size - wanted.size, known?.edges ?? 0, `${file}: ${reached.edges.size} edges`);
    }
  }
  if (scope.includes('EXCLUDED')) nodes = nodes.filter((node) => node.scope !== 'dev');
  const got = new Set(nodes.map(id));
  const missing = entry.expected.filter((wanted) => !got.has(wanted));
  assert.equal(missing, known?.missing ?? [], file);
  if (known?.extra) return;
  for (const wanted of entry.expected) got.delete(wanted);
  assert.equal([...got], [], file);
  // Sources that follow edges list a package once.
  if (scope.startsWith('full')) assert.is(nodes.length, entry.expectedMultisetSize, file);
}

suite('corpus: pnpm, yarn and bun', (test) => {
  const missing = corpus ? undefined : 'VAKT_CORPUS';
  const io = realIo();

  testWith(missing, test, 'every lock file gives the published inventory and edges', async () => {
    const index: Case[] = JSON.parse(readFileSync(join(corpus ?? '', 'lockfiles', 'index.json'), 'utf8'));
    let count = 0;
    for (const entry of index) {
      const read = readerOf(entry.kind);
      if (read === undefined) continue;
      count++;
      const file = join(corpus ?? '', 'lockfiles', entry.file);
      if (entry.expectError !== undefined) {
        const error = await failure(() => read(io, file, { root: dirname(file) }));
        assert.is(error.name, 'UserError', entry.file);
        continue;
      }
      const tree = await read(io, file, { root: dirname(file) });
      compare(entry, tree);
      if (entry.dev) {
        const dev = new Set(tree.nodes.filter(({ scope }) => scope === 'dev').map(id));
        assert.equal([...dev].sort(), [...entry.dev].sort(), entry.file);
      }
      for (const [name, commit] of Object.entries(entry.commits ?? {})) {
        const found = tree.nodes.some((node) => id(node) === name && node.resolved?.endsWith(commit));
        assert.ok(found, `${entry.file}: ${name} at ${commit}`);
        const git = tree.nodes.filter((node) => id(node) === name);
        assert.ok(
          git.every(({ source }) => source === 'git'),
          `${entry.file}: ${name} is from git`,
        );
      }
    }
    assert.ok(count >= 50, `${count} files`);
  });

  testWith(
    missing,
    test,
    'every project gives the stated number of packages, without false alarms',
    async () => {
      const index: { dir: string; lock: string; kind: string; packages: number }[] = JSON.parse(
        readFileSync(join(corpus ?? '', 'projects', 'index.json'), 'utf8'),
      );
      for (const { dir, lock, kind, packages } of index) {
        const read = readerOf(kind);
        if (read === undefined) continue;
        const root = join(corpus ?? '', 'projects', dir);
        const tree = await read(io, join(root, lock), { root });
        const own = tree.nodes.filter(
          (node) => !node.importer && !node.environment && node.source !== 'link',
        );
        // Yarn 1 and Bun have an entry for each place, pnpm and berry one for each package (and place of a folder).
        const perPlace = tree.format === 'yarn.lock v1' || tree.manager === 'bun';
        const count = perPlace
          ? own.length
          : new Set(own.map((node) => (node.version === '' ? node.resolved : id(node)))).size;
        assert.is(count, packages, dir);
        assert.equal(tree.drift, [], dir);
        assert.equal(
          tree.gaps.filter(({ fact, reason }) => fact === 'packages' && /not hold/.test(reason)),
          [],
          dir,
        );
      }
    },
  );

  testWith(missing, test, 'reachability agrees with the flags of pnpm before 9', async () => {
    let count = 0;
    const index: Case[] = JSON.parse(readFileSync(join(corpus ?? '', 'lockfiles', 'index.json'), 'utf8'));
    for (const { file, kind, expectError } of index) {
      if (!/^pnpm-v[56]/.test(kind) || expectError !== undefined) continue;
      const path = join(corpus ?? '', 'lockfiles', file);
      const tree = await readPnpm(io, path, { root: dirname(path) });
      const [document] = readSubset(readFileSync(path, 'utf8'), { repeated: 'error' }) ?? [];
      const packages = isMap(document) ? mapAt(document, 'packages') : undefined;
      for (const node of tree.nodes) {
        const entry = mapAt(packages, node.key);
        const flag = textAt(entry, 'dev');
        if (flag === undefined) continue;
        count++;
        assert.is(node.scope === 'dev', flag === 'true', `${file} ${node.key}`);
        if (node.scope === 'prod') assert.is(textAt(entry, 'optional'), undefined, `${file} ${node.key}`);
      }
    }
    assert.ok(count > 2000, `${count} packages`);
  });
});
