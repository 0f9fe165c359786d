import rule from '../../src/rules/new-third-party-host.ts';
import { judgeOf } from '../../src/web.ts';
import { facts, testRule } from '../builders.ts';
import { load } from './web-rules.ts';

const judge = judgeOf(undefined);
const from = (url: string) => judge(load({ url }));
const change = (before: string[], after: string[]) =>
  facts([], { base: { packages: [], loads: before.map(from) }, changed: new Set(), loads: after.map(from) });

testRule(rule, [
  {
    name: 'silent without a change',
    facts: facts([], { loads: [from('https://a.example.test/x.js')] }),
    want: [],
  },
  {
    name: 'silent where the server is known',
    facts: change(['https://a.example.test/x.js'], ['https://a.example.test/y.js']),
    want: [],
  },
  {
    name: 'one finding for each new server',
    facts: change(
      ['https://a.example.test/x.js'],
      ['https://b.example.test/x.js', 'https://b.example.test/y.js', 'https://c.example.test/x.js'],
    ),
    want: ['nothing that was looked at loaded from b.example.test before', 'c.example.test'],
  },
  {
    name: 'a placeholder names no server, one in the path leaves it known',
    facts: facts([], {
      base: { packages: [], loads: [] },
      changed: new Set(),
      loads: ['https://{{ host }}/x.js', 'https://{{host}}/x.js', 'https://d.example.test/{{x}}.js'].map(
        (url) => judge(load({ url, dynamic: true })),
      ),
    }),
    want: ['nothing that was looked at loaded from d.example.test before'],
  },
]);
