/** Nothing is added halfway: each rule has its file, test, documentation and a line in the strict policy. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { generate } from '../.ci/generate.ts';
import { preset } from '../src/policy/presets.ts';
import { RULES } from '../src/rules/index.ts';
import { assert, suite } from './helpers.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(`${root}${file}`, 'utf8');

suite('parity', (test) => {
  test('rule, file, test, documentation and strict policy name the same rules', () => {
    const documented = [...read('docs/rules.md').matchAll(/^## ([a-z-]+)$/gm)].map((m) => m[1]);
    for (const { id } of RULES) {
      assert.ok(existsSync(`${root}src/rules/${id}.ts`), `src/rules/${id}.ts is missing`);
      assert.ok(existsSync(`${root}test/rules/${id}.test.ts`), `test/rules/${id}.test.ts is missing`);
      assert.ok(documented.includes(id), `docs/rules.md lacks "## ${id}"`);
      assert.ok(preset('strict').rules.has(id), `policies/strict.yml lacks ${id}`);
    }
    const ids = new Set(RULES.map(({ id }) => id));
    for (const id of documented)
      assert.ok(ids.has(id ?? ''), `docs/rules.md documents "${id}", which is no rule`);
  });

  test('policies name only rules that exist', () => {
    const ids = new Set(RULES.map(({ id }) => id));
    for (const file of readdirSync(`${root}policies`)) {
      if (!file.endsWith('.yml')) continue;
      for (const id of preset(file.slice(0, -4)).rules.keys())
        assert.ok(ids.has(id), `${file}: no rule "${id}"`);
    }
  });

  test('generated files are current (node --import tsx .ci/generate.ts)', () => {
    for (const [file, content] of generate()) assert.is(read(file), content, file);
  });
});
