/** A hook judges less than a scan, and comes to the same: over generated pairs of lock files. */
import fc from 'fast-check';
import type { Change } from '../src/change.ts';
import { preset } from '../src/policy/presets.ts';
import { scan } from '../src/scan.ts';
import { assert, suite } from './helpers.ts';
import { lockOf } from './repository.ts';
import { world } from './world.ts';

const HOSTS = ['registry.example.test', 'other.example.test'];
const GIT = `git+https://git.example.test/x.git#${'a'.repeat(40)}`;

/** A package of few names and versions, so that both sides meet; debug@4.4.2 is in the floor's table. */
const one = fc.record({
  name: fc.constantFrom('a', 'b', 'debug', '@acme/c'),
  version: fc.constantFrom('1.0.0', '2.0.0', '4.4.2'),
  dev: fc.boolean(),
  script: fc.boolean(),
  from: fc.constantFrom(...HOSTS, 'git', 'nowhere'),
  hash: fc.constantFrom('A', 'B', ''),
});

function filesOf(packages: readonly (typeof one extends fc.Arbitrary<infer T> ? T : never)[]) {
  const specs = packages.map(({ name, version, dev, script, from, hash }): [string, object] => {
    const file = `${name}/-/${name.replace(/^.*\//, '')}-${version}.tgz`;
    const resolved = from === 'git' ? GIT : from === 'nowhere' ? undefined : `https://${from}/${file}`;
    const integrity = hash === '' || from === 'git' ? undefined : `sha512-${hash.repeat(86)}==`;
    return [`${name}@${version}`, { dev, hasInstallScript: script, resolved, integrity }];
  });
  return world(lockOf(...specs));
}

async function added(before: ReturnType<typeof world>, after: ReturnType<typeof world>, brief: boolean) {
  const change: Change = {
    base: 'x',
    before: [before],
    settings: before,
    ruling: [],
    all: true,
    gaps: [],
    brief,
  };
  const report = await scan(after, {
    policy: { ...STRICT, rules: RULES },
    change,
    paths: ['package-lock.json'],
    offline: true,
    progress: () => {},
    db: undefined,
    askRegistry: false,
    online: false,
    planFolded: false,
    open: undefined,
  });
  const open = report.findings.filter(({ added }) => added === true);
  return open.map(({ rule, level, message }) => `${rule} ${level} ${message}`).sort();
}

// Without the rule that goes through 10,000 names in each run.
const STRICT = preset('strict');
const RULES = new Map([...STRICT.rules].filter(([rule]) => rule !== 'typosquat'));

suite('a change, judged in brief', (test) => {
  test('adds what the whole comparison says it adds', async () => {
    const side = fc.uniqueArray(one, { selector: ({ name }) => name, maxLength: 4 });
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(side, side, async (before, after) => {
        const [was, is] = [filesOf(before), filesOf(after)];
        const whole = await added(was, is, false);
        assert.equal(await added(was, is, true), whole);
        for (const line of whole) seen.add(line.split(' ')[0] ?? '');
        assert.equal(await added(is, is, true), []);
      }),
      { numRuns: 100 },
    );
    for (const rule of ['malware', 'changed-artifact', 'new-source', 'new-install-script', 'lock-host'])
      assert.ok(seen.has(rule), `${rule} is among ${[...seen].join(', ')}`);
  });
});
