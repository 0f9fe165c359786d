import rule from '../../src/rules/lock-host.ts';
import { facts, node, pkg, testRule, tree } from '../builders.ts';

const lock = tree();
const pnpmLock = tree({ file: 'pnpm-lock.yaml', manager: 'pnpm', format: 'pnpm-lock 9.0' });
const from = (host: string, name = 'a') =>
  pkg(`${name}@1.0.0`, { tree: lock, resolved: `${host}/${name}/-/${name}-1.0.0.tgz` });
const usual = [from('https://registry.example.test', 'a'), from('https://registry.example.test', 'b')];

testRule(rule, [
  { name: 'silent about the host of most entries', facts: facts(usual), want: [] },
  { name: 'silent where the lock file names no host', facts: facts([pkg('a@1.0.0')]), want: [] },
  {
    name: 'silent about a configured registry',
    facts: facts([...usual, from('https://npm.example.test', 'c')], {
      registryHosts: new Set(['npm.example.test']),
    }),
    want: [],
  },
  {
    name: 'each place of one package has an address of its own',
    facts: facts([
      ...usual,
      {
        ...from('https://registry.example.test', 'c'),
        nodes: [
          node('c@1.0.0', { resolved: 'https://registry.example.test/c/-/c-1.0.0.tgz' }),
          node('c@1.0.0', { key: 'x/c', resolved: 'https://evil.example.test/c/-/c-1.0.0.tgz' }),
        ],
      },
    ]),
    want: ['1 package of package-lock.json from evil.example.test (c@1.0.0)'],
  },
  {
    name: 'reports each other host once',
    facts: facts([
      ...usual,
      from('https://evil.example.test', 'c'),
      from('https://evil.example.test', 'd'),
      from('https://x.example.test:8443', 'e'),
    ]),
    want: [
      '2 packages of package-lock.json from evil.example.test (c@1.0.0, d@1.0.0); most come from registry.example.test',
      'from x.example.test:8443',
    ],
  },
  {
    name: 'pnpm names hosts only where it has to: the one that is named is not the usual one',
    facts: facts([
      pkg('a@1.0.0', { tree: pnpmLock }),
      pkg('b@1.0.0', { tree: pnpmLock }),
      pkg('c@1.0.0', { tree: pnpmLock, resolved: 'https://evil.example.test/c/-/c-1.0.0.tgz' }),
    ]),
    want: ['from evil.example.test (c@1.0.0); most name no host'],
  },
  {
    name: 'an alias that no setting explains is told, however many come from it',
    facts: facts([
      pkg('a@1.0.0', { tree: pnpmLock }),
      pkg('b@1.0.0', { tree: pnpmLock, resolved: 'work:b@1.0.0' }),
      pkg('@s/c@1.0.0', { tree: pnpmLock, resolved: 'work:@s/c@1.0.0' }),
    ]),
    want: [
      '2 packages of pnpm-lock.yaml from the registry called "work" (b@1.0.0, @s/c@1.0.0); most name no host',
    ],
  },
  {
    name: 'silent where most name a host and some none',
    facts: facts([...usual, pkg('c@1.0.0', { tree: lock })]),
    want: [],
  },
  {
    name: 'the same host without encryption is another',
    facts: facts([...usual, from('http://registry.example.test', 'c')]),
    want: ['from http://registry.example.test'],
  },
]);
