import rule from '../../src/rules/dependency-confusion.ts';
import { facts, pkg, testRule } from '../builders.ts';

const mine = pkg('@acme/ui@1.0.0');
const from = (host: string, isPublic: boolean) =>
  facts([mine], { internal: new Map([[mine, { host, isPublic }]]) });

testRule(rule, [
  { name: 'silent where nothing internal comes from elsewhere', facts: facts([mine]), want: [] },
  {
    name: 'reports the public registry',
    facts: from('registry.example.test', true),
    want: ['@acme/ui@1.0.0 comes from registry.example.test, the public registry, and is internal'],
    severities: ['critical'],
  },
  {
    name: 'reports a host that is none of ours',
    facts: from('cdn.example.test', false),
    want: ['none of your registries'],
  },
]);
