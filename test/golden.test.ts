/**
 * The default report of real projects: at most one screen, and as it was when somebody last looked at it. After a
 * wanted change: UPDATE_GOLDEN=1 VAKT_CORPUS=… node --import tsx test/run.ts golden, and read the difference.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from '../src/cli/main.ts';
import { realIo } from '../src/io.ts';
import { compileDatabase } from '../src/sources/advisories/compile.ts';
import { assert, inTemporaryFolder, suite, testWith } from './helpers.ts';

const corpus = process.env.VAKT_CORPUS;
const missing = corpus === undefined ? 'VAKT_CORPUS' : undefined;
const projects = join(corpus ?? '', 'projects');
const golden = fileURLToPath(new URL('golden/projects/', import.meta.url));

async function reportOn(project: string, db: string): Promise<string> {
  let out = '';
  const io = {
    ...realIo(),
    cwd: join(projects, project),
    env: { HOME: '/nonexistent' },
    columns: undefined,
    out: (text: string) => {
      out += text;
    },
    err: () => {},
  };
  const code = await main(['scan', '--offline', '--db', db], io);
  return `${out}exit code ${code}\n`;
}

suite('golden reports', (test) => {
  testWith(missing, test, 'the first screen of each project', () =>
    inTemporaryFolder(async (folder) => {
      const db = join(folder, 'advisories.vdb');
      await compileDatabase(realIo(), { from: join(corpus ?? '', 'osv-npm.zip'), to: db, now: new Date() });
      for (const project of readdirSync(projects)) {
        if (!existsSync(join(projects, project, 'package.json'))) continue;
        const report = await reportOn(project, db);
        const lines = report.trimEnd().split('\n').slice(0, -1);
        assert.ok(lines.length <= 30, `${project}: ${lines.length} lines`);
        for (const line of lines) assert.ok(line.length <= 80, `${project}: ${line}`);
        const file = join(golden, `${project}.txt`);
        // Which registry a project uses is its own affair.
        const shown = report.replace(/\bregistry\.\w+\.(?:com|org)\b/g, 'registry.example.test');
        if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, shown);
        assert.is(shown, existsSync(file) ? readFileSync(file, 'utf8') : '', project);
      }
    }),
  );
});
