import type { Package } from '../../src/model.ts';
import rule from '../../src/rules/changed-artifact.ts';
import { facts, node, pkg, testRule } from '../builders.ts';

const A = `sha512-${'A'.repeat(86)}==`;
const B = `sha512-${'B'.repeat(86)}==`;
const change = (before: Package[], after: Package[]) =>
  facts(after, { base: { packages: before, loads: [] }, changed: new Set(after) });
const at = (host: string, name = 'a') =>
  pkg(`${name}@1.0.0`, { resolved: `https://${host}/${name}-1.0.0.tgz` });

testRule(rule, [
  { name: 'silent without a change', facts: facts([pkg('a@1.0.0', { integrity: A })]), want: [] },
  {
    name: 'silent where another version has another hash',
    facts: change([pkg('a@1.0.0', { integrity: A })], [pkg('a@1.0.1', { integrity: B })]),
    want: [],
  },
  {
    name: 'reports another hash of one version',
    facts: change([pkg('a@1.0.0', { integrity: A })], [pkg('a@1.0.0', { integrity: B })]),
    want: ['a@1.0.0 has another hash than before the change'],
    severities: ['critical'],
  },
  {
    name: 'silent where a stronger hash joins or replaces a weaker one',
    facts: change(
      [pkg('a@1.0.0', { integrity: 'sha1-x' }), pkg('b@1.0.0', { integrity: 'sha1-x' })],
      [pkg('a@1.0.0', { integrity: A }), pkg('b@1.0.0', { integrity: `sha1-x ${A}` })],
    ),
    want: [],
  },
  {
    name: 'silent where one of two earlier entries has the hash',
    facts: change(
      [pkg('a@1.0.0', { integrity: A }), pkg('a@1.0.0', { integrity: B })],
      [pkg('a@1.0.0', { integrity: B })],
    ),
    want: [],
  },
  {
    name: 'compares digests of Yarn of one format alone',
    facts: change(
      [pkg('a@1.0.0', { checksum: '10c0/aa' }), pkg('b@1.0.0', { checksum: '8/aa' }), pkg('c@1.0.0')],
      [pkg('a@1.0.0', { checksum: '10c0/bb' }), pkg('b@1.0.0', { checksum: '10c0/bb' }), pkg('c@1.0.0')],
    ),
    want: ['a@1.0.0'],
  },
  {
    name: 'one finding for a move to another server, however many packages move',
    facts: change(
      [at('registry.example.test'), at('registry.example.test', 'b')],
      [at('evil.example.test'), at('evil.example.test', 'b')],
    ),
    want: [
      '2 packages of the same version move from registry.example.test to evil.example.test: a@1.0.0, b@1.0.0',
    ],
    severities: ['high'],
  },
  {
    name: 'reports checksums that go where conditions come, and only those',
    facts: change(
      [pkg('a@1.0.0', { checksum: '10c0/00' }), pkg('b@1.0.0'), pkg('c@1.0.0', { checksum: '10c0/01' })],
      [
        pkg('a@1.0.0', { nodes: [node('a@1.0.0', { conditional: true })] }),
        pkg('b@1.0.0', { nodes: [node('b@1.0.0', { conditional: true })] }),
        pkg('c@1.0.0', { checksum: '10c0/01', nodes: [node('c@1.0.0', { conditional: true })] }),
        pkg('d@1.0.0', { nodes: [node('d@1.0.0', { conditional: true })] }),
      ],
    ),
    want: ['1 package of the same version lost its checksum, and is now for some systems only: a@1.0.0'],
    severities: ['high'],
  },
  {
    name: 'an alias of a registry is a place of its own',
    facts: change(
      [pkg('a@1.0.0', { resolved: 'work:a@1.0.0' }), pkg('@s/b@1.0.0'), pkg('c@1.0.0')],
      [pkg('a@1.0.0'), pkg('@s/b@1.0.0', { resolved: 'evil:@s/b@1.0.0' }), pkg('c@1.0.0')],
    ),
    want: [
      'moves from the registry called "work" to the usual registry: a@1.0.0',
      'from the usual registry to the registry called "evil": @s/b@1.0.0',
    ],
  },
  {
    name: 'silent where addresses are left out',
    facts: change([at('registry.example.test')], [pkg('a@1.0.0')]),
    want: [],
  },
]);
