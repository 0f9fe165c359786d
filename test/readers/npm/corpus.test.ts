/** The corpus of lock files with known inventories, each compared under its own scope. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../../../src/errors.ts';
import { realIo } from '../../../src/io.ts';
import type { Tree, TreeNode } from '../../../src/model.ts';
import { readNpm } from '../../../src/readers/npm/index.ts';
import { assert, failure, suite, testWith } from '../../helpers.ts';

interface Expectation {
  file: string;
  kind: string;
  scope: string;
  expected: string[];
  expectError?: string;
  dev?: string[];
}

/**
 * Where an expectation and the lock file's text disagree, the text decides: what we find and they do not (`+`), what
 * they expect and we do not find (`-`). The reasons are in docs/decisions.md.
 */
const DIFFERENCES: Record<string, string[]> = {
  // The snapshots print no versions of links and of their targets.
  'arborist/install-types-sw-only': ['-abbrev@'],
  'arborist/workspaces-ignore-nm-virtual': ['+a@1.0.0', '-a@'],
  'arborist/workspaces-simple-virtual': ['+a@1.0.0', '+b@1.0.0', '-a@', '-b@'],
  'arborist/workspaces-version-unsatisfied-virtual': ['+a@1.0.0', '+abbrev@2.0.0', '-a@', '-abbrev@'],
  // Bundled deep inside nyc, below packages that have their own copy.
  'snyk/npm-lock-v2/goof': ['+ansi-regex@2.0.0', '+argparse@1.0.7'],
  // Beside the readable-stream that asks for them, in path-loader's own node_modules.
  'snyk/npm-lock-v2/simple-override': ['+safe-buffer@5.2.1', '+string_decoder@1.3.0'],
  // The folder's name, as npm has it; they print the name it is linked under.
  'snyk/npm-lock-v2/local-pkg-without-workspaces': ['+local-pkg@', '-@scope/my-local-pkg@'],
  // They list optional dependencies of which the file has no entry.
  'snyk/npm-lock-v2/missing-optional-dep-minimal': [
    '-@parcel/watcher-darwin-arm64@2.5.1',
    '-@parcel/watcher-darwin-x64@2.5.1',
    '-@parcel/watcher-linux-x64-glibc@2.5.1',
  ],
  // One entry without name and version, which one dependent calls by an alias: they count it twice.
  'snyk/npm-lock-v2/transitive-resolves-to-alias': ['-@scoped/shared-dep@'],
};

const corpus = process.env.VAKT_CORPUS;

suite('npm corpus', (test) => {
  const corpusTest = (name: string, body: (root: string) => Promise<void>) =>
    testWith(corpus === undefined ? 'VAKT_CORPUS' : undefined, test, name, () => body(corpus ?? ''));

  corpusTest('every inventory is the expected one', async (root) => {
    const unseen = new Set(Object.keys(DIFFERENCES));
    for (const expectation of expectations(root)) {
      const folder = dirname(expectation.file);
      const tree = await readNpm(realIo(), join(root, 'lockfiles', folder), { root });
      const found = new Set(nodesIn(tree, expectation.scope).map(idOf));
      const wanted = new Set(expectation.expected);
      const differences = [
        ...[...found].filter((id) => !wanted.has(id)).map((id) => `+${id}`),
        ...[...wanted].filter((id) => !found.has(id)).map((id) => `-${id}`),
      ];
      assert.equal(differences.sort(), DIFFERENCES[folder] ?? [], folder);
      unseen.delete(folder);
      if (expectation.dev !== undefined) assert.equal(devOnly(tree), [...expectation.dev].sort(), folder);
    }
    assert.equal([...unseen], []);
  });

  corpusTest('what is no lock file is refused with its place', async (root) => {
    for (const { file, expectError } of allOf(root)) {
      if (expectError === undefined) continue;
      const error = await failure(() => readNpm(realIo(), join(root, 'lockfiles', file), { root }));
      assert.instance(error, UserError);
      assert.match((error as UserError).where ?? '', `${file}:1:1`);
    }
  });

  corpusTest(
    'the real projects have their number of packages, and no package.json disagrees',
    async (root) => {
      const projects = JSON.parse(readFileSync(join(root, 'projects/index.json'), 'utf8')) as {
        dir: string;
        kind: string;
        packages: number;
      }[];
      for (const { dir, kind, packages } of projects) {
        if (!kind.startsWith('npm')) continue;
        const folder = join(root, 'projects', dir);
        const tree = await readNpm(realIo(), folder, { root: folder });
        assert.is(
          tree.nodes.filter(({ importer, source }) => !importer && source !== 'link').length,
          packages,
          dir,
        );
        assert.equal([tree.drift.filter(({ tolerated }) => tolerated !== true), tree.gaps], [[], []], dir);
        assert.ok(
          tree.nodes.every(({ direct }) => direct !== null),
          dir,
        );
      }
    },
  );
});

function allOf(root: string): Expectation[] {
  const all = JSON.parse(readFileSync(join(root, 'lockfiles/index.json'), 'utf8')) as Expectation[];
  return all.filter(({ kind }) => kind.startsWith('npm'));
}

function expectations(root: string): Expectation[] {
  return allOf(root).filter(({ expectError }) => expectError === undefined);
}

function nodesIn(tree: Tree, scope: string): TreeNode[] {
  if (scope.startsWith('reachable')) return reachable(tree);
  // A link stands for what it leads to.
  if (scope.startsWith('every node')) return tree.nodes.filter(({ key }) => key.includes('node_modules/'));
  return tree.nodes;
}

// By dependencies and optional ones; the peers of a package are somebody else's dependencies.
function reachable(tree: Tree): TreeNode[] {
  const seen = new Set<TreeNode>();
  const work = [tree.root];
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    for (const { to, type } of node.edges) {
      if (to === undefined || seen.has(to) || (type !== 'prod' && type !== 'optional')) continue;
      seen.add(to);
      work.push(to);
    }
  }
  return [...seen];
}

function devOnly(tree: Tree): string[] {
  const others = new Set(tree.nodes.filter(({ scope }) => scope !== 'dev').map(idOf));
  const dev = tree.nodes.filter(({ scope }) => scope === 'dev').map(idOf);
  return [...new Set(dev)].filter((id) => !others.has(id)).sort();
}

function idOf({ name, version }: TreeNode): string {
  return `${name}@${version}`;
}
