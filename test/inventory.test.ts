import fc from 'fast-check';
import { dependentsOf, pathFinder, pathsTo, toPackages } from '../src/inventory.ts';
import type { Edge, EdgeType, Tree, TreeNode } from '../src/model.ts';
import { assert, suite } from './helpers.ts';
import { entry, nodeAt, readPackages } from './readers/npm/locks.ts';

function node(name: string, more: Partial<TreeNode> = {}): TreeNode {
  return {
    key: name,
    name,
    version: '1.0.0',
    source: 'registry',
    scope: 'prod',
    direct: false,
    importer: false,
    installScript: false,
    edges: [],
    ...more,
  };
}

function treeOf(root: TreeNode, nodes: TreeNode[]): Tree {
  const locate = () => ({ file: 'lock', line: 1, column: 1, offset: 0 });
  return { file: 'lock', manager: 'npm', format: 'test', root, nodes, locate, gaps: [], drift: [] };
}

function to(target: TreeNode, type: EdgeType = 'prod'): Edge {
  return { name: target.name, spec: '*', type, to: target };
}

const app = (): TreeNode => node('app', { source: 'workspace', importer: true });

suite('inventory', (test) => {
  test('without a hash, what comes from another registry is another package', () => {
    const from = (resolved: string | undefined, more: Partial<TreeNode> = {}) =>
      node('a', {
        key: `${resolved} ${more.integrity}`,
        ...(resolved !== undefined && { resolved }),
        ...more,
      });
    const count = (...nodes: TreeNode[]) => toPackages(treeOf(app(), nodes)).length - 1;
    const [one, two] = [
      'https://r.example.test/one/a/-/a-1.0.0.tgz',
      'https://r.example.test/two/a/-/a-1.0.0.tgz',
    ];
    assert.is(count(from(one), from(two)), 2);
    assert.is(count(from(one), from(one?.replace('https', 'http'))), 1);
    assert.is(count(from(undefined), from('work:a@1.0.0')), 2);
    assert.is(count(from(one, { integrity: 'sha512-x' }), from(two, { integrity: 'sha512-x' })), 1);
    assert.is(count(from(one, { checksum: '10/x' }), from(two, { checksum: '10/x' })), 1);
  });

  test('places of one package are one entry: strongest scope, direct when any is, facts of the first that knows', () => {
    const places = [
      node('a', { key: '1', scope: 'dev', direct: null, installScript: null }),
      node('a', { key: '2', scope: 'optional', license: 'MIT' }),
      node('a', {
        key: '3',
        scope: 'peer',
        direct: true,
        installScript: true,
        deprecated: 'x',
        resolved: 'y',
      }),
      node('a', { key: '4', scope: 'dev', direct: null }),
    ];
    const [a, root] = toPackages(treeOf(app(), places));
    const { scope, direct, license, deprecated, resolved, installScript, nodes, purl } = a ?? root ?? {};
    assert.equal(
      { scope, direct, license, deprecated, resolved, installScript, places: nodes?.length, purl },
      {
        scope: 'optional',
        direct: true,
        license: 'MIT',
        deprecated: 'x',
        resolved: 'y',
        installScript: true,
        places: 4,
        purl: 'pkg:npm/a@1.0.0',
      },
    );
    assert.is(root?.importer, true);
  });

  test('unknown beats false for direct, in any order', () => {
    for (const [first, second] of [
      [null, false],
      [false, null],
    ] as const) {
      const places = [node('a', { key: '1', direct: first }), node('a', { key: '2', direct: second })];
      assert.is(toPackages(treeOf(app(), places))[0]?.direct, null);
    }
  });

  test('another source or another integrity is another entry', () => {
    const places = [
      node('a', { key: '1', integrity: 'sha512-a' }),
      node('a', { key: '2', integrity: 'sha512-b' }),
      node('a', { key: '3', integrity: 'sha512-a', source: 'git' }),
      node('a', { key: '4', integrity: 'sha512-a' }),
    ];
    const packages = toPackages(treeOf(app(), places)).filter(({ name }) => name === 'a');
    assert.equal(
      packages.map(({ nodes }) => nodes.map(({ key }) => key)),
      [['3'], ['1', '4'], ['2']],
    );
  });

  test('an alias stays when all places have it', () => {
    const alias = (...aliases: (string | undefined)[]) => {
      const places = aliases.map((a, at) =>
        node('a', { key: `${at}`, ...(a === undefined ? {} : { alias: a }) }),
      );
      return toPackages(treeOf(app(), places))[0]?.alias;
    };
    assert.equal(
      [alias('x', 'x'), alias('x', 'y'), alias('x', undefined), alias(undefined, 'x')],
      ['x', undefined, undefined, undefined],
    );
  });

  test('links and what they lead to are one entry; dependents are sorted and named once', async () => {
    const tree = await readPackages({
      '': {
        name: 'app',
        version: '1.0.0',
        workspaces: ['packages/*'],
        dependencies: { lib: 'file:lib', a: '1' },
      },
      lib: { version: '2.0.0', dependencies: { a: '1' } },
      'node_modules/a': entry('a', '1.0.0', { dependencies: { a: '1' } }),
      'node_modules/lib': { resolved: 'lib', link: true },
      'node_modules/m': { resolved: 'packages/m', link: true },
      'packages/m': { version: '3.0.0', dependencies: { a: '1', lib: '2' } },
    });
    const packages = toPackages(tree);
    const dependents = dependentsOf(packages);
    assert.equal(
      packages.map((p) => [p.purl, p.source, p.importer, p.nodes.length, p.direct, dependents.get(p)]),
      [
        [
          'pkg:npm/a@1.0.0',
          'registry',
          false,
          1,
          true,
          ['pkg:npm/a@1.0.0', 'pkg:npm/app@1.0.0', 'pkg:npm/lib@2.0.0', 'pkg:npm/m@3.0.0'],
        ],
        ['pkg:npm/app@1.0.0', 'workspace', true, 1, false, []],
        ['pkg:npm/lib@2.0.0', 'link', false, 2, true, ['pkg:npm/app@1.0.0', 'pkg:npm/m@3.0.0']],
        ['pkg:npm/m@3.0.0', 'workspace', true, 2, true, ['pkg:npm/app@1.0.0']],
      ],
    );
    const paths = pathsTo(tree, nodeAt(tree, 'node_modules/a'), 9).map((path) =>
      path.map(({ name }) => name).join(' '),
    );
    assert.equal(paths, ['app a', 'm a', 'app lib a', 'm lib a']);
  });
});

suite('paths', (test) => {
  test('the shortest first, each once, cut at the limit', () => {
    const d = node('d');
    const b = node('b', { edges: [to(d)] });
    const b2 = node('b', { key: 'again', edges: [to(d)] });
    const c = node('c', { edges: [to(b)] });
    const root = { ...app(), edges: [to(c), to(b2), to(b), to(d, 'dev')] };
    const tree = treeOf(root, [b, b2, c, d]);
    const texts = (limit: number) =>
      pathsTo(tree, d, limit).map((path) => path.map(({ name }) => name).join(' '));
    assert.equal(texts(9), ['app d', 'app b d', 'app c b d']);
    assert.equal(texts(2), ['app d', 'app b d']);
    assert.equal(pathsTo(tree, root, 5), [[root]]);
    assert.equal(pathsTo(tree, node('elsewhere'), 5), []);
  });

  test('dense and cyclic graphs do not explode', () => {
    const layers = Array.from({ length: 40 }, (_, layer) =>
      Array.from({ length: 40 }, (_, at) => node(`n${layer}-${at}`)),
    );
    const all = layers.flat();
    for (const [at, layer] of layers.entries()) {
      for (const from of layer)
        from.edges = [...(layers[at + 1] ?? []), ...(layers[at - 1] ?? []), ...layer].map((n) => to(n));
    }
    const root = { ...app(), edges: (layers[0] ?? []).map((n) => to(n)) };
    const last = all.at(-1);
    if (last === undefined) throw new Error('no layers');
    const paths = pathFinder(treeOf(root, all))(last, 20);
    assert.is(paths.length, 20);
    assert.ok(paths.every((path) => path.length === 41));
    const clique = Array.from({ length: 300 }, (_, at) => node(`c${at}`));
    for (const from of clique) from.edges = clique.map((n) => to(n));
    const entrance = { ...app(), edges: clique.slice(0, 1).map((n) => to(n)) };
    assert.is(pathsTo(treeOf(entrance, clique), clique[299] ?? root, 10).length, 10);
  });

  test('property: equal to trying every path, on small graphs', () => {
    const size = 6;
    const edges = fc.uniqueArray(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), {
      maxLength: 14,
      selector: ([a, b]) => a * size + b,
    });
    fc.assert(
      fc.property(edges, fc.nat(size - 1), fc.integer({ min: 1, max: 30 }), (pairs, goal, limit) => {
        const nodes = Array.from({ length: size }, (_, at) =>
          node(`${at}`, { importer: at === 0 || at === 3 }),
        );
        for (const [from, target] of pairs) nodes[from]?.edges.push(to(nodes[target] ?? app()));
        const wanted = nodes[goal] ?? app();
        const every = allPaths(
          nodes.filter(({ importer }) => importer),
          wanted,
        );
        const found = pathsTo(treeOf(nodes[0] ?? app(), nodes.slice(1)), wanted, limit);
        const texts = found.map((path) => path.map(({ name }) => name).join(' '));
        assert.is(new Set(texts).size, texts.length);
        for (const text of texts) assert.ok(every.includes(text), text);
        const lengths = every.map((text) => text.length).sort((a, b) => a - b);
        assert.equal(
          texts.map((text) => text.length),
          lengths.slice(0, limit),
        );
      }),
    );
  });
});

// Simple paths from an importer to `goal` that pass no other importer.
function allPaths(importers: readonly TreeNode[], goal: TreeNode): string[] {
  const found: string[] = [];
  const walk = (path: TreeNode[]) => {
    const last = path.at(-1);
    if (last === goal) found.push(path.map(({ name }) => name).join(' '));
    if (last === undefined || last === goal) return;
    for (const { to: next } of last.edges) {
      if (next !== undefined && !next.importer && !path.includes(next)) walk([...path, next]);
    }
  };
  for (const importer of importers) walk([importer]);
  return goal.importer ? [goal.name] : found;
}
