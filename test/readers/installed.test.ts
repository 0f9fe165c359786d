import { addInstalledLicenses } from '../../src/readers/installed.ts';
import { node, tree } from '../builders.ts';
import { assert, suite } from '../helpers.ts';
import { memoryIo, ROOT } from './project.ts';

const manifest = (name: string, version: string, license: unknown, more: object = {}) =>
  JSON.stringify({ name, version, license, ...more });

/** The licence that a node `name@version` gets from installed files. */
function licenseOf(spec: string, files: Record<string, string>): string | undefined {
  const one = node(spec);
  const member = node('member@1.0.0', { key: 'packages/member', importer: true, source: 'workspace' });
  const outside = node('outside@1.0.0', { key: '../outside', importer: true, source: 'workspace' });
  addInstalledLicenses(memoryIo(files), ROOT, [tree({ nodes: [one, member, outside] })]);
  return one.license;
}

const CASES: [string, string, string, string | undefined][] = [
  ['hoisted', 'node_modules/a/package.json', manifest('a', '1.0.0', 'MIT'), 'MIT'],
  ['nested', 'node_modules/b/node_modules/a/package.json', manifest('a', '1.0.0', 'MIT'), 'MIT'],
  ['below a scope', 'node_modules/@x/b/node_modules/a/package.json', manifest('a', '1.0.0', 'MIT'), 'MIT'],
  [
    "in pnpm's store",
    'node_modules/.pnpm/a@1.0.0_b@2/node_modules/a/package.json',
    manifest('a', '1.0.0', 'MIT'),
    'MIT',
  ],
  [
    "in bun's store",
    'node_modules/.bun/a@1.0.0/node_modules/a/package.json',
    manifest('a', '1.0.0', 'MIT'),
    'MIT',
  ],
  [
    "in yarn's store",
    'node_modules/.store/a-npm-1.0.0-0123/package/package.json',
    manifest('a', '1.0.0', 'MIT'),
    'MIT',
  ],
  [
    'below a workspace member',
    'packages/member/node_modules/a/package.json',
    manifest('a', '1.0.0', 'MIT'),
    'MIT',
  ],
  [
    'outside of the project',
    '../outside/node_modules/a/package.json',
    manifest('a', '1.0.0', 'MIT'),
    undefined,
  ],
  ['another version', 'node_modules/a/package.json', manifest('a', '1.0.1', 'MIT'), undefined],
  ['another name in the folder', 'node_modules/a/package.json', manifest('b', '1.0.0', 'MIT'), undefined],
  ['the older object', 'node_modules/a/package.json', manifest('a', '1.0.0', { type: 'MIT' }), 'MIT'],
  [
    'the older list',
    'node_modules/a/package.json',
    manifest('a', '1.0.0', undefined, { licenses: [{ type: 'MIT' }, { type: 'ISC' }] }),
    '(MIT OR ISC)',
  ],
  ['a byte order mark', 'node_modules/a/package.json', `\ufeff${manifest('a', '1.0.0', 'MIT')}`, 'MIT'],
  ['no JSON', 'node_modules/a/package.json', '{', undefined],
  ['no object', 'node_modules/a/package.json', 'null', undefined],
  ['no text', 'node_modules/a/package.json', manifest('a', '1.0.0', 7), undefined],
];

suite('licences of installed packages', (test) => {
  for (const [name, file, text, wanted] of CASES) {
    test(name, () => assert.is(licenseOf('a@1.0.0', { [file]: text }), wanted));
  }

  test('what the lock file says stays', () => {
    const one = node('a@1.0.0', { license: 'ISC' });
    const io = memoryIo({ 'node_modules/a/package.json': manifest('a', '1.0.0', 'MIT') });
    addInstalledLicenses(io, ROOT, [tree({ nodes: [one] })]);
    assert.is(one.license, 'ISC');
  });
});
