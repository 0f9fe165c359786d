/** What a change does to what judges it, told in plain words and at its place. */
import { loadPolicy } from '../src/policy/load.ts';
import { rulingChanges } from '../src/ruling.ts';
import { assert, suite } from './helpers.ts';
import { world } from './world.ts';

type Files = Record<string, string>;

async function told(before: Files, after: Files): Promise<string[]> {
  const [then, now] = [before, after].map((files) => world({ '.git/HEAD': '', ...files })) as [
    ReturnType<typeof world>,
    ReturnType<typeof world>,
  ];
  const load = (io: ReturnType<typeof world>) =>
    loadPolicy(io, '/project', undefined, () => Promise.reject(new Error('no package is asked for')));
  const policy = await load(then);
  const sides = { before: then, after: now, folder: '/project', places: ['a'], policy, walks: true, load };
  const changes = await rulingChanges(sides);
  return changes.map(
    ({ message, severity, place }) => `${place.file}:${place.line}:${place.column} ${severity} ${message}`,
  );
}

const policy = (text: string): Files => ({ 'vakt.yml': text });
const ignore = (until: string, reason = 'because', id = 'GHSA-x'): Files =>
  policy(`internal: ['@acme']\nignore:\n  - { id: ${id}, reason: ${reason}, owner: me, until: ${until} }\n`);
const URL = 'https://cdn.example.test/a.js';
const sriLock = (hash: string | undefined): Files => ({
  'sri-lock.json': JSON.stringify(
    hash === undefined
      ? {}
      : { [URL]: { integrity: `sha384-${hash.repeat(16)}`, from: URL, size: 1, seen: '2026-01-01' } },
  ),
});

const CASES: [name: string, before: Files, after: Files, want: RegExp[]][] = [
  [
    'nothing where only words and lines differ',
    policy('rules: { malware: off }'),
    policy('# x\n\nrules:\n  malware: off\n'),
    [],
  ],
  [
    'an accepted finding',
    policy("internal: ['@acme']\n"),
    ignore('2027-05-01'),
    [/^vakt\.yml:3:5 moderate this change accepts GHSA-x until 2027-05-01 \(me: because\)$/],
  ],
  [
    'one that is extended',
    ignore('2027-05-01'),
    ignore('2027-09-01'),
    [
      /^vakt\.yml:3:5 moderate this change extends what accepts GHSA-x from 2027-05-01 to 2027-09-01 \(me: because\)$/,
    ],
  ],
  [
    'one that is shortened',
    ignore('2027-05-01'),
    ignore('2027-04-01'),
    [/low this change shortens what accepts GHSA-x from 2027-05-01 to 2027-04-01$/],
  ],
  [
    'one with another reason',
    ignore('2027-05-01'),
    ignore('2027-05-01', 'so'),
    [/low this change accepts GHSA-x with other words \(me: so\)$/],
  ],
  [
    'one that is removed',
    ignore('2027-05-01'),
    policy("internal: ['@acme']\n"),
    [/^vakt\.yml:1:1 low this change no longer accepts GHSA-x \(me, until 2027-05-01\)$/],
  ],
  [
    'one that is exchanged for another',
    ignore('2027-05-01'),
    ignore('2027-05-01', 'because', 'GHSA-y'),
    [/moderate this change accepts GHSA-y/, /low this change no longer accepts GHSA-x/],
  ],
  [
    'a level that is loosened',
    policy('rules:\n  malware: block\n'),
    policy('rules:\n  malware: off\n'),
    [/^vakt\.yml:2:3 moderate this change loosens the rule malware from "block" into "off"$/],
  ],
  [
    'a level that is tightened',
    policy('rules: { malware: fold }'),
    policy('rules: { malware: block }'),
    [/^vakt\.yml:1:10 moderate this change tightens the rule malware from "fold" into "block"$/],
  ],
  [
    'a level with cases',
    policy('rules: { malware: block }'),
    policy('rules: { malware: [{ scope: production, level: block }, todo] }'),
    [/loosens the rule malware from "block" into "block if scope production; todo"/],
  ],
  [
    'a lock that is taken away',
    policy('rules: { malware: block }\nlocked: [rules]\n'),
    policy('rules: { malware: block }\n'),
    [/the rule malware from "block" \(locked\) into "block"/],
  ],
  [
    'another base',
    policy('extends: recommended\n'),
    policy('extends: malware\n'),
    [
      /^vakt\.yml:1:1 moderate this change turns what judges from vakt\.yml \(extends recommended\) into vakt\.yml \(extends malware\)$/,
    ],
  ],
  [
    'a policy where there was none',
    {},
    policy('rules: { malware: off }'),
    [
      /loosens the rule malware from "todo if disputed true; block" into "off"/,
      /turns what judges from the built-in recommended into vakt\.yml/,
    ],
  ],
  [
    'what is left out',
    policy('extends: recommended\n'),
    policy('extends: recommended\nexclude: ["legacy/"]\n'),
    [/^vakt\.yml:2:1 moderate this change turns exclude of the policy from \[\] into \["legacy\/"\]$/],
  ],
  [
    'what is looked at',
    policy('include: ["test/"]\n'),
    policy('extends: recommended\n'),
    [/include of the policy from \["test\/"\] into \[\]$/],
  ],
  [
    'registries, hosts and licences',
    policy('extends: recommended\n'),
    policy('registries: [npm.example.test]\nallowed-hosts: [cdn.example.test]\nlicenses: { deny: [MIT] }\n'),
    [/^vakt\.yml:1:1 .*registries/, /^vakt\.yml:2:1 .*allowed-hosts/, /^vakt\.yml:3:1 .*licenses/],
  ],
  [
    'thresholds',
    policy('extends: recommended\n'),
    policy('options: { fresh-release: { days: 1 } }\n'),
    [/^vakt\.yml:1:1 moderate this change turns options of the policy/],
  ],
  [
    'a policy that cannot be read',
    policy('extends: recommended\n'),
    policy('rules: [\n'),
    [/^vakt\.yml:1:1 high this change leaves vakt\.yml in a state that cannot be read/],
  ],
  [
    'a hash that is replaced',
    sriLock('AbCd'),
    sriLock('EfGh'),
    [/^sri-lock\.json:1:1 high .*replaces by sha384-EfGh/],
  ],
  [
    'a hash that is taken out',
    sriLock('AbCd'),
    sriLock(undefined),
    [/high this change takes out the hash that sri-lock\.json has for https:\/\/cdn/],
  ],
  ['a hash that is new', {}, sriLock('AbCd'), [/low this change adds 1 to the hashes of sri-lock\.json/]],
  [
    'a page that .gitignore hides',
    { 'index.html': '', 'x.log': '' },
    { 'index.html': '', 'x.log': '', '.gitignore': '*.html\n*.log\n' },
    [/^\.gitignore:1:1 moderate this change makes \.gitignore hide index\.html: no scan would look there$/],
  ],
  [
    'an SRI lock that cannot be read, by its name in the project',
    sriLock('AbCd'),
    { 'sri-lock.json': '{' },
    [/^sri-lock\.json:1:1 high .* cannot be read: sri-lock\.json:1:2: /],
  ],
  [
    'the registries of a project further down',
    { 'a/package-lock.json': '{}' },
    { 'a/package-lock.json': '{}', 'a/.npmrc': 'registry=https://evil.example.test/' },
    [/^a\/\.npmrc:1:1 moderate this change alters a\/\.npmrc, which says what registries are asked/],
  ],
  [
    'a .gitignore that hides nothing',
    { 'index.html': '' },
    { 'index.html': '', '.gitignore': '*.log\n' },
    [],
  ],
];

suite('what a change does to what judges it', (test) => {
  for (const [name, before, after, want] of CASES)
    test(name, async () => {
      const found = await told(before, after);
      for (const one of want)
        assert.ok(
          found.some((line) => one.test(line)),
          `${one}\nin\n${found.join('\n')}`,
        );
      if (want.length === 0) assert.equal(found, []);
    });
});
