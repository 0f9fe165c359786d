import type { Package } from '../../src/model.ts';
import rule from '../../src/rules/changed-artifact.ts';
import { facts, pkg, testRule } from '../builders.ts';

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
    name: 'silent where addresses are left out',
    facts: change([at('registry.example.test')], [pkg('a@1.0.0')]),
    want: [],
  },
]);
