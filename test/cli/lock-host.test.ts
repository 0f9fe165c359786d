/** Which hosts of a lock file are told, by the settings of its manager. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../src/cli/main.ts';
import { realIo } from '../../src/io.ts';
import { assert, inTemporaryFolder, suite } from '../helpers.ts';

const entry = (name: string, tarball = '') =>
  `  ${name}@1.0.0:\n    resolution: {integrity: sha512-AAAA${tarball === '' ? '' : `, tarball: ${tarball}`}}\n`;
const LOCK = `lockfileVersion: '9.0'\nimporters:\n  .: {}\npackages:\n${entry('a')}${entry('b')}${entry('c', 'https://npm.example.test/c/-/c-1.0.0.tgz')}`;

/** The findings of lock-host in a folder with these files. */
async function hosts(files: Record<string, string>): Promise<string[]> {
  let found: string[] = [];
  await inTemporaryFolder(async (folder) => {
    for (const [name, text] of Object.entries({ 'package.json': '{}', ...files }))
      writeFileSync(join(folder, name), text);
    let out = '';
    const env = { HOME: folder, npm_config_globalconfig: join(folder, 'none') };
    await main(['scan', '--offline', '--format', 'json'], {
      ...realIo(),
      cwd: folder,
      env,
      out: (text) => {
        out += text;
      },
      err: () => {},
    });
    const { findings } = JSON.parse(out) as { findings: { rule: string; message: string }[] };
    found = findings.filter(({ rule }) => rule === 'lock-host').map(({ message }) => message);
  });
  return found;
}

suite('lock-host in a project', (test) => {
  test('a host that nobody configured is told', async () => {
    const [message = '', ...more] = await hosts({ 'pnpm-lock.yaml': LOCK });
    assert.match(message, '1 package of pnpm-lock.yaml from npm.example.test (c@1.0.0)');
    assert.equal(more, []);
  });

  test("one that is in the manager's own settings is not", async () => {
    const settings = 'registries:\n  "@acme": https://npm.example.test/\n';
    assert.equal(await hosts({ 'pnpm-lock.yaml': LOCK, 'pnpm-workspace.yaml': settings }), []);
  });

  test('without encryption it is one of its own, configured or not', async () => {
    const lock = LOCK.replace('https:', 'http:');
    const settings = (scheme: string) => ({ '.npmrc': `@acme:registry=${scheme}://npm.example.test/\n` });
    assert.equal(await hosts({ 'pnpm-lock.yaml': lock, ...settings('http') }), []);
    assert.is((await hosts({ 'pnpm-lock.yaml': lock, ...settings('https') })).length, 1);
  });
});
