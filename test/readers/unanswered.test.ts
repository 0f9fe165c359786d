import fc from 'fast-check';
import semver from 'semver';
import { isPlainlyIn } from '../../src/readers/plain-range.ts';
import { readLockFile } from '../../src/readers/read.ts';
import { assert, suite } from '../helpers.ts';
import { memoryIo, ROOT } from './project.ts';

/** What a lock file holds: the version of `a`, what the project asks of it, what `b` asks of it. */
interface Held {
  a: string | undefined;
  spec: string;
  deep?: string;
  more?: object;
  type?: 'dependencies' | 'optionalDependencies';
}

const npm = ({ a, spec, deep = '*', type = 'dependencies' }: Held) =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: {
      '': { name: 'app', dependencies: { a: spec, b: '^1.0.0' } },
      ...(a !== undefined && { 'node_modules/a': { version: a } }),
      'node_modules/b': { version: '1.0.0', [type]: { a: deep } },
    },
  });
const classic = ({ a, spec, deep = '*', type = 'dependencies' }: Held) =>
  `${a === undefined ? '' : `"a@${spec}", "a@${deep}":\n  version "${a}"\n\n`}b@^1.0.0:\n  version "1.0.0"\n  ${type}:\n    a "${deep}"\n`;
const berry = ({ a, spec, deep = '*', type = 'dependencies' }: Held) =>
  `__metadata:\n  version: 8\n\n${a === undefined ? '' : `"a@npm:${deep}, a@npm:${spec}, a@npm:${a}":\n  version: ${a}\n  resolution: "a@npm:${a}"\n\n`}"b@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "b@npm:1.0.0"\n  dependencies:\n    a: "npm:${deep}"\n${type === 'dependencies' ? '' : '  dependenciesMeta:\n    a:\n      optional: true\n'}\n"app@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "app@workspace:."\n  dependencies:\n    a: "npm:${spec}"\n    b: "npm:^1.0.0"\n`;
const pnpm = ({ a, spec, type = 'dependencies' }: Held) =>
  `lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a:\n        specifier: '${spec}'\n        version: ${a ?? '1.2.0'}\n      b:\n        specifier: ^1.0.0\n        version: 1.0.0\npackages:\n${a === undefined ? '' : `  a@${a}:\n    resolution: {integrity: sha512-a}\n`}  b@1.0.0:\n    resolution: {integrity: sha512-b}\nsnapshots:\n${a === undefined ? '' : `  a@${a}: {}\n`}  b@1.0.0:\n    ${type}:\n      a: ${a ?? '1.2.0'}\n`;
const bun = ({ a, spec, deep = '*', type = 'dependencies' }: Held) =>
  `{"lockfileVersion": 1, "workspaces": {"": {"name": "app", "dependencies": {"a": "${spec}", "b": "^1.0.0"}}}, "packages": {${a === undefined ? '' : `"a": ["a@${a}", "", {}, "sha512-a"], `}"b": ["b@1.0.0", "", {"${type}": {"a": "${deep}"}}, "sha512-b"]}}`;

const LOCKS: [string, (held: Held) => string, boolean][] = [
  ['package-lock.json', npm, true],
  ['yarn.lock', classic, true],
  ['yarn.lock', berry, true],
  ['pnpm-lock.yaml', pnpm, false],
  ['bun.lock', bun, true],
];

async function driftOf(file: string, lock: (held: Held) => string, held: Held): Promise<string[]> {
  const manifest = { name: 'app', dependencies: { a: held.spec, b: '^1.0.0' }, ...held.more };
  const io = memoryIo({ [file]: lock(held), 'package.json': JSON.stringify(manifest) });
  const options = { root: ROOT, offline: true, progress: () => undefined };
  const tree = await readLockFile(io, `${ROOT}/${file}`, options);
  return tree.drift.map(
    ({ manifest: who, name, wanted, locked, tolerated }) =>
      `${who} ${name} ${wanted} ${locked}${tolerated ? ' tolerated' : ''}`,
  );
}

suite('requests answered by a version outside their range', (test) => {
  for (const [file, lock, deeply] of LOCKS) {
    const called = `${file} (${lock.name})`;
    test(`of the project are told: ${called}`, async () => {
      for (const spec of ['1.2.5', '^1.2.5', '>=1.2.5 <2', '~1.3.0 || ^2'])
        assert.match(
          (await driftOf(file, lock, { a: '1.2.0', spec })).join(),
          /^package\.json a .* 1\.2\.0$/,
        );
    });

    test(`are those of a range alone: ${called}`, async () => {
      for (const spec of ['1.2.0', '^1.1.0', '1', '1.x', '>=1 <2', '~1.3.0 || ^1.2', '*', 'latest'])
        assert.equal(await driftOf(file, lock, { a: '1.2.0', spec }), [], spec);
    });

    test(`are what an override can want: ${called}`, async () => {
      const replaced = { a: '1.2.0' };
      const more = { overrides: replaced, resolutions: replaced };
      assert.equal(await driftOf(file, lock, { a: '1.2.0', spec: '^1.2.5', deep: '^2', more }), []);
    });

    test(`of packages are told where the file has them: ${called}`, async () => {
      const found = await driftOf(file, lock, { a: '1.2.0', spec: '^1.0.0', deep: '^1.2.5' });
      const byPlace = file === 'package-lock.json' || file === 'bun.lock';
      const range = lock === berry ? 'npm:^1.2.5' : '^1.2.5';
      assert.equal(found, deeply ? [`b@1.0.0 a ${range} 1.2.0${byPlace ? ' tolerated' : ''}`] : []);
    });

    test(`without any answer are told: ${called}`, async () => {
      const found = await driftOf(file, lock, { a: undefined, spec: '^1.0.0', deep: '^1.1.0' });
      const who = found.map((line) => line.split(' ').slice(0, 2).join(' '));
      assert.equal(who.sort(), ['b@1.0.0 a', 'package.json a']);
    });

    test(`of an absent optional package are not: ${called}`, async () => {
      const held = { a: undefined, spec: '^1.0.0', type: 'optionalDependencies' } as const;
      const found = await driftOf(file, lock, held);
      assert.equal(found.length, 1, found.join());
    });
  }

  test('below a shrinkwrap of their own are its affair (npm)', async () => {
    const lock = () =>
      JSON.stringify({
        lockfileVersion: 3,
        packages: {
          '': { name: 'app', dependencies: { b: '^1.0.0' } },
          'node_modules/b': { version: '1.0.0', hasShrinkwrap: true, dependencies: { a: '^2' } },
          'node_modules/b/node_modules/a': { version: '1.0.0' },
        },
      });
    const more = { dependencies: { b: '^1.0.0' } };
    assert.equal(await driftOf('package-lock.json', lock, { a: '', spec: '', more }), []);
  });

  test('by an alias have the range behind it (pnpm)', async () => {
    const lock = ({ spec }: Held) =>
      `lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a:\n        specifier: ${spec}\n        version: real@1.2.0\npackages:\n  real@1.2.0:\n    resolution: {integrity: sha512-a}\nsnapshots:\n  real@1.2.0: {}\n`;
    const told = (spec: string) =>
      driftOf('pnpm-lock.yaml', lock, { a: '', spec, more: { dependencies: { a: spec } } });
    assert.equal(await told('npm:real@^1.0.0'), []);
    assert.equal(await told('npm:real'), []);
    assert.equal(await told('npm:real@1.2.5'), ['package.json a npm:real@1.2.5 1.2.0']);
  });
});

suite('ranges read without semver', (test) => {
  const number = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constant('x'), fc.constant('*'));
  const partial = fc
    .tuple(fc.integer({ min: 0, max: 3 }), fc.option(number), fc.option(number))
    .map(([major, minor, patch]) =>
      [major, minor, minor === null ? null : patch].filter((part) => part !== null).join('.'),
    );
  const one = fc.tuple(fc.constantFrom('', '^', '~', '>=', '>= '), partial).map((parts) => parts.join(''));
  const range = fc.array(one, { minLength: 1, maxLength: 3 }).map((all) => all.join(' || '));
  const digit = fc.integer({ min: 0, max: 3 });
  const version = fc.tuple(digit, digit, digit).map((parts) => parts.join('.'));

  test('are never said to hold what semver leaves out', () => {
    fc.assert(
      fc.property(range, version, (asked, found) => {
        if (isPlainlyIn(asked, found)) assert.ok(semver.satisfies(found, asked, true), `${asked} ${found}`);
      }),
      { numRuns: 3000 },
    );
  });

  test('hold what people mean', () => {
    const all = '^1.2.3 1.3.0, ~1.2 1.2.9, 1.x 1.0.0, >=1.0.0 4.0.0, ^0.2.1 0.2.3, 1 || ^2.1.0 2.3.0';
    for (const [asked = '', found = ''] of all
      .split(', ')
      .map((text) => /^(.*) (\S+)$/.exec(text)?.slice(1) ?? []))
      assert.ok(isPlainlyIn(asked, found), `${asked} ${found}`);
  });
});
