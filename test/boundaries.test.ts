/** Who may import whom, checked by reading the imports. */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert, suite } from './helpers.ts';

const root = fileURLToPath(new URL('../src/', import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts'));

/** What a file imports: own files relative to src/, packages by name, built-ins as `node:…`. */
function importsOf(file: string): { name: string; typeOnly: boolean }[] {
  const text = readFileSync(`${root}${file}`, 'utf8');
  const found = [
    ...text.matchAll(
      /^(?:import|export)( type)?[^'"]*?from '([^']+)'|^import '([^']+)'|import\('([^']+)'\)/gms,
    ),
  ];
  return found.map((m) => {
    const name = m[2] ?? m[3] ?? m[4] ?? '';
    const own = name.startsWith('.');
    const [scope = '', rest = ''] = name.split('/');
    const bare = name.startsWith('node:') ? name : scope.startsWith('@') ? `${scope}/${rest}` : scope;
    return { name: own ? posix.join(posix.dirname(file), name) : bare, typeOnly: m[1] !== undefined };
  });
}

const own = (name: string) => files.includes(name);
const within = (folder: string) => files.filter((file) => file.startsWith(`${folder}/`));

suite('boundaries', (test) => {
  test('the check sees imports', () => {
    assert.ok(importsOf('bin/vakt.ts').some(({ name }) => name === 'cli/main.ts'));
    assert.ok(importsOf('cli/commands.ts').some(({ name }) => name === 'cli/scan.ts'));
  });

  test('model and purl import nothing', () => {
    for (const file of ['model.ts', 'purl.ts']) assert.equal(importsOf(file), [], file);
  });

  test('rules are pure: they see the model, each other, and small helpers', () => {
    const allowed = new Set([
      'model.ts',
      'digests.ts',
      'names.ts',
      'plain.ts',
      'protection.ts',
      'purl.ts',
      'release-age.ts',
      'repository.ts',
      'sri.ts',
      'url.ts',
      'sources/advisories/version.ts',
    ]);
    const facts = new Set(['web.ts', 'license.ts', 'sources/history.ts']);
    for (const file of within('rules')) {
      for (const { name, typeOnly } of importsOf(file)) {
        const isFact = typeOnly && facts.has(name);
        assert.ok(allowed.has(name) || isFact || name.startsWith('rules/'), `${file} imports ${name}`);
      }
    }
  });

  test('nobody but bin imports cli or action; the API and nobody else stands above the pipeline', () => {
    for (const file of files) {
      if (/^(?:bin|cli|action)\//.test(file)) continue;
      for (const { name } of importsOf(file)) {
        assert.not.match(name, /^(?:cli|action|bin)\//, `${file} imports ${name}`);
      }
    }
  });

  test('reports and the policy touch no disk, network or process', () => {
    for (const file of [...within('report'), 'judge.ts']) {
      for (const { name } of importsOf(file)) {
        const bad = name.startsWith('node:') && name !== 'node:crypto';
        assert.not.ok(bad || name === 'io.ts', `${file} imports ${name}`);
      }
    }
  });

  test('each third-party package is imported by one file', () => {
    const users = new Map<string, Set<string>>();
    for (const file of files) {
      for (const { name } of importsOf(file)) {
        if (own(name) || name.startsWith('node:') || name.endsWith('.json')) continue;
        users.set(name, (users.get(name) ?? new Set()).add(file));
      }
    }
    for (const [name, by] of users) assert.is(by.size, 1, `${name} is imported by ${[...by].join(', ')}`);
    assert.ok(users.size > 1);
  });

  test('tests reach uvu through the helpers alone', () => {
    const folder = fileURLToPath(new URL('.', import.meta.url));
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.test.ts')) continue;
      assert.not.match(readFileSync(`${folder}${file}`, 'utf8'), /^import .* from 'uvu/m, file);
    }
  });
});
