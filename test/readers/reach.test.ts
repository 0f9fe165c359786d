import type { EdgeType, TreeNode } from '../../src/model.ts';
import { assignAliases, assignScopes, newNode } from '../../src/readers/reach.ts';
import { assert, suite } from '../helpers.ts';

function graph(edges: [string, EdgeType, string][]): Map<string, TreeNode> {
  const nodes = new Map<string, TreeNode>();
  const node = (name: string) => {
    const known = nodes.get(name) ?? newNode(name, name, '1.0.0', 'registry');
    nodes.set(name, known);
    return known;
  };
  for (const [from, type, to] of edges) node(from).edges.push({ name: to, spec: '*', type, to: node(to) });
  return nodes;
}

suite('reach: scopes', (test) => {
  test('a path is as strong as its weakest edge, a node as its strongest path', () => {
    const nodes = graph([
      ['app', 'prod', 'p'],
      ['p', 'optional', 'po'],
      ['p', 'peer', 'pp'],
      ['pp', 'prod', 'ppp'],
      ['po', 'peer', 'pop'],
      ['app', 'dev', 'd'],
      ['d', 'prod', 'dp'],
      ['d', 'optional', 'po'],
      ['member', 'prod', 'dp2'],
      ['d', 'prod', 'dp2'],
      ['dp', 'prod', 'd'],
    ]);
    const importers = [nodes.get('app'), nodes.get('member')].flatMap((node) => (node ? [node] : []));
    const reached = assignScopes(importers);
    assert.is(reached.size, nodes.size);
    assert.equal(Object.fromEntries([...nodes].map(([name, { scope }]) => [name, scope])), {
      app: 'prod',
      p: 'prod',
      po: 'optional',
      pp: 'peer',
      ppp: 'peer',
      pop: 'peer',
      d: 'dev',
      dp: 'dev',
      dp2: 'prod',
      member: 'prod',
    });
    assert.equal(
      [...nodes.values()].filter(({ direct }) => direct).map(({ name }) => name),
      ['p', 'd', 'dp2'],
    );
  });

  test('a long chain does not overflow', () => {
    const nodes = graph(Array.from({ length: 50_000 }, (_, i) => [`n${i}`, 'prod', `n${i + 1}`]));
    const first = nodes.get('n0');
    assert.is(first ? assignScopes([first]).size : 0, 50_001);
  });

  test('an alias is what nobody calls by its own name', () => {
    const nodes = graph([['app', 'prod', 'a']]);
    const [app, a] = [...nodes.values()];
    if (!app || !a) throw new Error('two nodes');
    app.edges.push({ name: 'x', spec: 'npm:b', type: 'prod', to: newNode('b', 'b', '1', 'registry') });
    app.edges.push({ name: 'y', spec: 'npm:a', type: 'prod', to: a });
    assignAliases([app]);
    assert.is(a.alias, undefined);
    assert.is(app.edges[1]?.to?.alias, 'x');
  });
});
