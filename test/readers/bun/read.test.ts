import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse as oracle } from 'jsonc-parser';
import { UserError } from '../../../src/errors.ts';
import type { Tree } from '../../../src/model.ts';
import { parseJsonc } from '../../../src/readers/bun/jsonc.ts';
import { readBun } from '../../../src/readers/bun/read.ts';
import { readText } from '../../../src/readers/text.ts';
import { assert, failure, suite, testWith } from '../../helpers.ts';
import { drift, edges, gaps, inventory, memoryIo, nodeOf, placeOf, ROOT } from '../project.ts';

const LOCK = `{
  "lockfileVersion": 1,
  "configVersion": 1,
  "workspaces": {
    "": {
      "name": "app",
      "dependencies": {
        "a": "^1.0.0",
        "catalogued": "catalog:",
        "member": "workspace:*",
        "renamed": "npm:b@^1.0.0",
      },
      "devDependencies": {
        "tool": "^2.0.0",
      },
      "optionalDependencies": {
        "platform": "1.0.0",
      },
    },
    "packages/member": {
      "name": "member",
      "version": "2.0.0",
      "dependencies": {
        "b": "^3.0.0",
        "from-git": "github:o/r#main",
      },
      "peerDependencies": {
        "react": ">=17",
      },
    },
  },
  "trustedDependencies": ["tool"],
  "patchedDependencies": {
    "tool@2.0.0": "patches/tool.patch",
  },
  "catalog": {
    "catalogued": "^5.0.0",
  },
  "packages": {
    // a comment with "quotes", and [brackets]
    "a": ["a@1.0.0", "", { "dependencies": { "@scope/c": "^1.0.0" }, "peerDependencies": { "absent": "*", "react": "*" }, "optionalPeers": ["absent"] }, "sha512-AAAA=="],

    "@scope/c": ["@scope/c@1.0.0", "https://npm.example.test", { "dependencies": { "b": "^2.0.0" } }, "sha512-AAAA=="],

    "@scope/c/b": ["b@2.0.0", "", { "dependencies": { "a": "*" } }, "sha512-AAAA=="],

    "b": ["b@1.5.0", "", {}, "sha512-AAAA=="],

    "catalogued": ["catalogued@5.0.0", "", { "dependencies": { "inner": "1.0.0" } }, "sha512-AAAA=="],

    "catalogued/inner": ["inner@1.0.0", "", { "bundled": true }, "sha512-AAAA=="],

    "folder": ["folder@file:vendor/folder", {}],

    "from-git": ["from-git@github:o/r#0123456", {}, "o-r-0123456"],

    "linked": ["linked@link:../linked", {}],

    "member": ["member@workspace:packages/member"],

    "member/b": ["b@3.0.0", "", {}, "sha512-AAAA=="],

    "platform": ["platform@1.0.0", "", { "os": "darwin" }, "sha512-AAAA=="],

    "react": ["react@18.2.0", "", {}, "sha512-AAAA=="],

    "renamed": ["b@1.9.9", "", {}, "sha512-AAAA=="],

    "tarball": ["tarball@https://files.example.test/t.tgz", {}, "sha512-BBBB=="],

    "tool": ["tool@2.0.0", "", { "dependencies": { "folder": "file:vendor/folder", "linked": "link:../linked", "tarball": "https://files.example.test/t.tgz" } }, "sha512-AAAA=="],
  }
}
`;

const MANIFEST = {
  name: 'app',
  workspaces: ['packages/*'],
  catalog: { catalogued: '^5.0.0' },
  dependencies: { a: '^1.0.0', catalogued: 'catalog:', member: 'workspace:*', renamed: 'npm:b@^1.0.0' },
  devDependencies: { tool: '^2.0.0' },
  optionalDependencies: { platform: '1.0.0' },
};
const FILES = {
  'package.json': JSON.stringify(MANIFEST),
  'packages/member/package.json': JSON.stringify({
    name: 'member',
    dependencies: { b: '^3.0.0', 'from-git': 'github:o/r#main' },
    peerDependencies: { react: '>=17' },
  }),
};

function read(lock: string, files: Record<string, string> = {}, name = 'bun.lock'): Promise<Tree> {
  return readBun(memoryIo({ [name]: lock, ...files }), `${ROOT}/${name}`, { root: ROOT });
}

suite('bun: the tree', (test) => {
  test('names, versions, sources, scopes', async () => {
    const tree = await read(LOCK, FILES);
    assert.is(tree.format, 'bun.lock v1');
    assert.equal(
      tree.nodes.map((n) => `${n.alias ?? ''}=${n.name}@${n.version} ${n.source} ${n.scope} ${n.direct}`),
      [
        '=member@2.0.0 workspace prod true',
        '=a@1.0.0 registry prod true',
        '=@scope/c@1.0.0 registry prod false',
        '=b@2.0.0 registry prod false',
        '=b@1.5.0 registry prod false',
        '=catalogued@5.0.0 registry prod true',
        '=inner@1.0.0 bundled prod false',
        '=folder@ file dev false',
        '=from-git@ git prod true',
        '=linked@ link dev false',
        '=b@3.0.0 registry prod true',
        '=platform@1.0.0 registry optional true',
        '=react@18.2.0 registry peer true',
        'renamed=b@1.9.9 registry prod true',
        '=tarball@ tarball dev false',
        '=tool@2.0.0 patch dev true',
      ],
    );
    assert.equal(gaps(tree), ['scopes: nothing leads to 1 of 15 packages: taken as production']);
    assert.equal(drift(tree), []);
  });

  test('who depends on whom: below the asking package first, then upwards', async () => {
    const tree = await read(LOCK, FILES);
    assert.equal(edges(nodeOf(tree, '@scope/c')), ['prod b@^2.0.0 -> b@2.0.0']);
    assert.equal(edges(nodeOf(tree, 'member')), [
      'peer react@>=17 -> react@18.2.0',
      'prod b@^3.0.0 -> b@3.0.0',
      'prod from-git@github:o/r#main -> from-git@',
    ]);
    assert.equal(edges(nodeOf(tree, 'a')), [
      'peer react@* -> react@18.2.0',
      'peerOptional absent@* -> nothing',
      'prod @scope/c@^1.0.0 -> @scope/c@1.0.0',
    ]);
    assert.ok(edges(tree.root).includes('prod catalogued@^5.0.0 -> catalogued@5.0.0'));
    assert.ok(edges(tree.root).includes('workspace member@workspace:packages/member -> member@2.0.0'));
  });

  test('addresses and hashes', async () => {
    const tree = await read(LOCK, FILES);
    assert.is(nodeOf(tree, '@scope/c').resolved, 'https://npm.example.test/@scope/c/-/c-1.0.0.tgz');
    assert.is(nodeOf(tree, 'tarball').resolved, 'https://files.example.test/t.tgz');
    assert.is(nodeOf(tree, 'tarball').integrity, 'sha512-BBBB==');
    assert.is(nodeOf(tree, 'from-git').integrity, undefined);
  });

  test('the line of each', async () => {
    const tree = await read(LOCK, FILES);
    assert.match(placeOf(tree, nodeOf(tree, '@scope/c'), LOCK), /^43:5 "@scope\/c": \[/);
    assert.match(placeOf(tree, nodeOf(tree, 'member'), LOCK), /^20:5 "packages\/member": \{/);
  });

  test('package.json is needed for nothing but the comparison', async () => {
    const tree = await read(LOCK);
    assert.equal(inventory(tree), inventory(await read(LOCK, FILES)));
    assert.ok(gaps(tree)[1]?.startsWith('drift: 2 of 2 package.json files not found'));
  });

  test('a name that objects inherit is a name', async () => {
    const tree = await read(
      '{"lockfileVersion": 0, "workspaces": {"": {"dependencies": {"__proto__": "1"}}}, "packages": {"__proto__": ["__proto__@1.0.0", "", {}, ""]}}',
    );
    assert.equal(inventory(tree), ['__proto__@1.0.0']);
    assert.is(nodeOf(tree, '__proto__').direct, true);
  });

  test('another range, a missing and a forgotten dependency, a new member', async () => {
    const changed = {
      ...MANIFEST,
      devDependencies: { tool: '^3.0.0', fresh: '1.0.0' },
      optionalDependencies: {},
    };
    const files = {
      ...FILES,
      'package.json': JSON.stringify(changed, null, 1),
      'packages/new/package.json': '{"name": "new"}',
    };
    assert.equal(drift(await read(LOCK, files)), [
      'package.json tool ^3.0.0/^2.0.0 package.json:16',
      'package.json fresh 1.0.0/- package.json:17',
      'package.json platform -/1.0.0 bun.lock:5',
      'packages/new/package.json new workspace:packages/new/- packages/new/package.json:1',
    ]);
  });
});

suite('bun: catalogs that moved on', (test) => {
  const named = LOCK.replace('"catalogued": "catalog:"', '"catalogued": "catalog:old"').replace(
    '"catalog": {\n    "catalogued": "^5.0.0",',
    '"catalogs": {\n    "old": { "catalogued": "^5.0.0" },',
  );
  const by = (spec: string) => ({ ...MANIFEST.dependencies, catalogued: spec });
  const cases: [string, string, object, string[]][] = [
    ['the same', LOCK, {}, []],
    ['another range', LOCK, { catalog: { catalogued: '^6.0.0' } }, ['^6.0.0/^5.0.0']],
    ['gone from package.json', LOCK, { catalog: {} }, ['-/^5.0.0']],
    ['what nobody asks for', LOCK, { catalog: { catalogued: '^5.0.0', other: '1.0.0' } }, []],
    [
      'below workspaces, as Bun takes them too',
      LOCK,
      { catalog: undefined, workspaces: { packages: ['packages/*'], catalog: { catalogued: '^7.0.0' } } },
      ['^7.0.0/^5.0.0'],
    ],
    [
      'a named one, the same',
      named,
      { dependencies: by('catalog:old'), catalogs: { old: { catalogued: '^5.0.0' } } },
      [],
    ],
    [
      'a named one',
      named,
      { dependencies: by('catalog:old'), catalogs: { old: { catalogued: '^4.0.0' } } },
      ['^4.0.0/^5.0.0'],
    ],
  ];
  for (const [title, lock, changes, want] of cases) {
    test(title, async () => {
      const files = { ...FILES, 'package.json': JSON.stringify({ ...MANIFEST, ...changes }) };
      const found = drift(await read(lock, files));
      assert.equal(
        found,
        want.map((text) => `package.json catalogued ${text} package.json:1`),
      );
    });
  }
});

suite('bun: what cannot be read', (test) => {
  const cases: [string, string, RegExp, string][] = [
    ['a later version', LOCK.replace('n": 1', 'n": 3'), /unknown lockfileVersion 3/, 'bun.lock:2:3'],
    ['no version', '{"packages": {}}', /no lockfileVersion/, 'bun.lock:1:1'],
    ['an empty file', '', /no valid JSON/, 'bun.lock:1:1'],
    ['a cut file', LOCK.slice(0, 400), /no valid JSON|without an end/, 'bun.lock:20:5'],
    [
      'a tuple that is none',
      LOCK.replace('["b@1.5.0", "", {}, "sha512-AAAA=="]', '[123]'),
      /"b"/,
      'bun.lock:47:5',
    ],
    ['a comma after nothing', '{"lockfileVersion": 1, "packages": {,}}', /no valid JSON/, 'bun.lock:1:37'],
    ['a conflict', LOCK.replace('  "packages"', '<<<<<<< HEAD\n  "packages"'), /conflict/, 'bun.lock:39:1'],
    ['endless nesting', '['.repeat(100_000), /no valid JSON/, 'bun.lock:1:100001'],
  ];
  for (const [title, lock, message, place] of cases) {
    test(`${title} is an error with a line and a remedy`, async () => {
      const error = await failure(() => read(lock));
      assert.instance(error, UserError);
      assert.match(error.message, message);
      assert.is(Reflect.get(error, 'where'), place);
      assert.match(String(Reflect.get(error, 'hint')), /bun/);
    });
  }

  test('the binary form names the command that converts it', async () => {
    const error = await failure(() => read('#!/usr/bin/env bun\n', {}, 'bun.lockb'));
    assert.match(String(Reflect.get(error, 'hint')), /bun install --save-text-lockfile/);
  });
});

suite('bun: JSON with comments and trailing commas', (test) => {
  const parse = (text: string) =>
    parseJsonc(readText(memoryIo({ 'bun.lock': text }), `${ROOT}/bun.lock`, ROOT, ''));

  test('line comments end at every line break that Bun knows', async () => {
    for (const end of ['\n', '\r', '\u2028', '\u2029'])
      assert.equal(await parse(`{ // x${end}"a": 1 }`), { a: 1 });
  });

  test('property: any value, with commas and comments strewn in, stays itself', async () => {
    const pieces = fc.array(fc.constantFrom('', ' ', '\n', '/* , ] */', '// "x", }\n'), {
      minLength: 8,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ depthSize: 'small' }), pieces, async (value, strewn) => {
        let turn = 0;
        const next = () => strewn[turn++ % strewn.length] ?? '';
        const text = print(value, next);
        assert.equal(await parse(text), JSON.parse(JSON.stringify(value)), text);
      }),
      { numRuns: 300 },
    );
  });

  const corpus = process.env.VAKT_CORPUS;
  testWith(corpus ? undefined : 'VAKT_CORPUS', test, 'equals jsonc-parser on the corpus', async () => {
    let count = 0;
    for (const name of readdirSync(corpus ?? '', { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('bun.lock')) continue;
      count++;
      const text = readFileSync(join(corpus ?? '', name), 'utf8');
      const expected = JSON.stringify(oracle(text, [], { allowTrailingComma: true }));
      assert.ok(JSON.stringify(await parse(text)) === expected, name);
    }
    assert.ok(count >= 10, `${count} files`);
  });
});

// JSON with `next()` between all tokens and a comma behind every last item.
function print(value: unknown, next: () => string): string {
  if (Array.isArray(value)) {
    const items = value.map((item) => `${next()}${print(item, next)}${next()},`).join('');
    return `[${items}${next()}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const items = Object.entries(value).map(
      ([key, item]) => `${next()}${JSON.stringify(key)}${next()}:${next()}${print(item, next)}${next()},`,
    );
    return `{${items.join('')}${next()}}`;
  }
  return JSON.stringify(value);
}
