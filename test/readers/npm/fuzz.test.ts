/** Any damage gives a tree or an error with a line: never another exception, never a package lost. */
import fc from 'fast-check';
import { UserError } from '../../../src/errors.ts';
import { dependentsOf, pathFinder, toPackages } from '../../../src/inventory.ts';
import type { Tree } from '../../../src/model.ts';
import { assert, suite } from '../../helpers.ts';
import { entry, readFiles } from './locks.ts';

const ROOT = {
  name: 'app',
  workspaces: ['packages/*'],
  dependencies: { a: '^1', al: 'npm:real@^2' },
  devDependencies: { d: '1' },
  optionalDependencies: { o: '1' },
};

const VERSION_3 = {
  name: 'app',
  lockfileVersion: 3,
  packages: {
    '': ROOT,
    'node_modules/a': entry('a', '1.0.0', {
      dependencies: { b: '1' },
      peerDependencies: { d: '1' },
      license: 'MIT',
    }),
    'node_modules/a/node_modules/b': { version: '1.0.0', inBundle: true, hasInstallScript: true },
    'node_modules/al': entry('real', '2.0.0', { name: 'real', deprecated: 'old' }),
    'node_modules/d': entry('d', '1.0.0', { dev: true }),
    'node_modules/m': { resolved: 'packages/m', link: true },
    'node_modules/o': { version: '1.0.0', optional: true, resolved: 'git+ssh://git@github.com/o/o.git#01' },
    'packages/m': { name: 'm', version: '0.0.0', dependencies: { a: '1' } },
  },
};

const VERSION_1 = {
  name: 'app',
  lockfileVersion: 1,
  requires: true,
  dependencies: {
    a: {
      ...entry('a', '1.0.0'),
      requires: { b: '1' },
      dependencies: { b: { version: '1.0.0', bundled: true } },
    },
    al: { version: 'npm:real@2.0.0', integrity: 'sha512-AAAA' },
    d: { ...entry('d', '1.0.0'), dev: true, requires: { a: '1' } },
    l: { version: 'file:lib', dependencies: { q: { version: '1.0.0' } } },
    t: { version: 'file:t-1.0.0.tgz' },
  },
};

const junk = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1.5,
    '',
    [],
    {},
    '../..',
    '/',
    'node_modules',
    '\0',
    '__proto__',
    'npm:',
    'file:',
    'file:..',
    '@',
    'http://',
    'a\\b',
  ),
  fc.jsonValue({ maxDepth: 2 }),
  fc.string({ unit: 'binary' }),
);

/** Every place of a JSON value, as a path. */
function placesOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined || typeof value !== 'object' || value === null) return by;
  const entries = Object.entries(value).map(([k, v]) => [k, k === key ? replaced(v, rest, by) : v]);
  return Object.fromEntries(entries) as unknown;
}

function renamed(value: unknown, [key, ...rest]: readonly string[], by: string): unknown {
  if (key === undefined || typeof value !== 'object' || value === null) return value;
  const rename = (k: string) => (k === key && rest.length === 0 ? by : k);
  const entries = Object.entries(value).map(([k, v]) => [rename(k), k === key ? renamed(v, rest, by) : v]);
  return Object.fromEntries(entries) as unknown;
}

async function survives(lock: string, manifest: string | undefined): Promise<Tree | undefined> {
  const files = {
    'package-lock.json': lock,
    ...(manifest === undefined ? {} : { 'package.json': manifest }),
  };
  let tree: Tree;
  try {
    tree = await readFiles(files);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    assert.match(error.where ?? '', /^package(-lock)?\.json:\d+:\d+$/);
    return undefined;
  }
  const packages = toPackages(tree);
  dependentsOf(packages);
  const find = pathFinder(tree);
  for (const node of tree.nodes) {
    find(node, 3);
    const { line, column, offset } = tree.locate(node);
    assert.ok(line > 0 && column > 0 && offset >= 0 && offset <= Buffer.byteLength(lock));
  }
  for (const found of packages)
    for (const fact of [found.name, found.version, found.purl]) assert.type(fact, 'string');
  return tree;
}

suite('npm fuzz', (test) => {
  const bases = [VERSION_3, VERSION_1, { ...VERSION_3, lockfileVersion: 2 }];
  const base = fc.constantFrom(...bases);
  const manifest = fc.constantFrom(undefined, JSON.stringify(ROOT), '{', '[]');

  test('truncated anywhere, it is refused with a line', async () => {
    for (const lock of bases) {
      const text = JSON.stringify(lock, null, 1);
      for (let end = 0; end < text.length; end++) {
        assert.is(await survives(text.slice(0, end), undefined), undefined);
      }
    }
  });

  test('property: characters changed', async () => {
    const edit = fc.tuple(
      fc.nat(),
      fc.nat(3),
      fc.oneof(fc.constantFrom('"', '{', '}', '[', ',', ':', '\\'), fc.string({ maxLength: 3 })),
    );
    await fc.assert(
      fc.asyncProperty(
        base,
        fc.array(edit, { minLength: 1, maxLength: 4 }),
        manifest,
        async (lock, edits, own) => {
          let text = JSON.stringify(lock);
          for (const [at, drop, put] of edits) {
            const place = at % text.length;
            text = text.slice(0, place) + put + text.slice(place + drop);
          }
          await survives(text, own);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('property: a value replaced by anything; packages that stay objects are all there', async () => {
    const pick = base.chain((lock) => fc.tuple(fc.constant(lock), fc.constantFrom(...placesOf(lock)), junk));
    await fc.assert(
      fc.asyncProperty(pick, manifest, async ([lock, path, value], own) => {
        const changed = replaced(lock, path, value);
        const tree = await survives(JSON.stringify(changed), own);
        const packages = (changed as { packages?: unknown } | null)?.packages;
        if (tree === undefined || typeof packages !== 'object' || packages === null) return;
        assert.equal(
          tree.nodes.map(({ key }) => key),
          Object.keys(packages).filter((key) => key !== ''),
        );
      }),
      { numRuns: 1000 },
    );
  });

  test('property: a key renamed to anything', async () => {
    const name = fc.oneof(
      fc.constantFrom('__proto__', 'constructor', '', '..', 'node_modules/', 'node_modules/@', '@/x', '/'),
      fc.string(),
    );
    const pick = base.chain((lock) => fc.tuple(fc.constant(lock), fc.constantFrom(...placesOf(lock)), name));
    await fc.assert(
      fc.asyncProperty(pick, manifest, async ([lock, path, put], own) => {
        await survives(JSON.stringify(renamed(lock, path, put)), own);
      }),
      { numRuns: 1000 },
    );
  });

  test('property: a package.json changed in any value', async () => {
    const pick = fc.tuple(fc.constantFrom(...placesOf(ROOT)), junk);
    await fc.assert(
      fc.asyncProperty(pick, async ([path, value]) => {
        await survives(JSON.stringify(VERSION_3), JSON.stringify(replaced(ROOT, path, value)));
      }),
      { numRuns: 1000 },
    );
  });
});
