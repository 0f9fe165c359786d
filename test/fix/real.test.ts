/**
 * The printed commands, run by the real npm against the configured registry in scratch copies of real projects. Not in
 * CI: `VAKT_REAL_REGISTRY=1 VAKT_CORPUS=… node --import tsx test/run.ts fix/real`. npm is told by the environment to
 * write lock files only; the commands are run as they are printed.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { planUpdates } from '../../src/fix/plan.ts';
import { trialOf } from '../../src/fix/trial.ts';
import { realIo } from '../../src/io.ts';
import type { Finding, Tree } from '../../src/model.ts';
import { compileDatabase } from '../../src/sources/advisories/compile.ts';
import { openDatabase } from '../../src/sources/advisories/database.ts';
import { assert, inTemporaryFolder, suite, testWith } from '../helpers.ts';
import { findIn, type RecordsOf, registry } from '../support/fixing.ts';

const corpus = process.env.VAKT_CORPUS;
const missing =
  corpus === undefined || process.env.VAKT_REAL_REGISTRY !== '1'
    ? 'VAKT_CORPUS and VAKT_REAL_REGISTRY=1'
    : undefined;
const shop = fileURLToPath(new URL('../../examples/shop', import.meta.url));

const PROJECTS: [name: string, folder: string][] = [
  ['shop', shop],
  ['uptime-kuma', join(corpus ?? '', 'projects/louislam__uptime-kuma')],
  ['create-react-app', join(corpus ?? '', 'projects/facebook__create-react-app')],
  ['NodeGoat', join(corpus ?? '', 'projects/OWASP__NodeGoat')],
];

suite('fix plan on real projects', (test) => {
  for (const [name, from] of PROJECTS) {
    for (const online of [false, true]) {
      const title = `${name}, ${online ? 'online' : 'offline'}: each command ends with 0 and clears what it claims`;
      testWith(missing, test, title, async () => {
        await inTemporaryFolder(async (folder) => {
          const io = realIo();
          const to = join(folder, 'advisories');
          await compileDatabase(io, { from: join(corpus ?? '', 'osv-npm.zip'), to, now: new Date() });
          const database = openDatabase(io, to);
          cpSync(from, join(folder, 'project'), { recursive: true });
          forgetPrices(join(folder, 'project'));
          const wrong = await runPlan(join(folder, 'project'), database.lookup, online);
          database.close();
          assert.equal(wrong, []);
        });
      });
    }
  }
});

/**
 * Runs the steps one after the other; what differs from their claims, in words. What a step was tried for is exact;
 * other steps clear at least what they claim, but for what hangs on a version that perhaps is not published.
 */
async function runPlan(folder: string, recordsOf: RecordsOf, online: boolean): Promise<string[]> {
  const { tree, packages, findings } = await findIn(folder, recordsOf);
  const trial = (one: Tree) => trialOf(realIo(), folder, one, Number.POSITIVE_INFINITY);
  const settings = {
    nodeVersion: process.versions.node,
    ...(online ? { trial } : { unchecked: 'offline' }),
  };
  const steps = await planUpdates({
    trees: [tree],
    packages,
    findings,
    recordsOf,
    published: registry(),
    now: new Date(),
    settings,
  });
  const wrong: string[] = [];
  // A finding that a step took to another version (and said so) is still the same trouble.
  const open = new Set(findings.map(trouble));
  const left = new Set(findings);
  const told = new Set<string>();
  for (const { command, clears, hopes, notes, tried } of steps) {
    if (command === '') continue;
    if (online && !tried) wrong.push(`${command}: was not tried`);
    const env = { ...process.env, npm_config_package_lock_only: 'true', npm_config_ignore_scripts: 'true' };
    const { status, stderr } = spawnSync(command, { cwd: folder, env, shell: true, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command}\nended with ${status}: ${stderr}`);
    for (const finding of clears) if (!hopes.includes(finding)) left.delete(finding);
    const expected = new Set([...left].map(trouble));
    const is = new Set((await findIn(folder, recordsOf)).findings.map(trouble));
    const brings = notes.some((note) => note.startsWith('brings '));
    for (const one of is) {
      if (expected.has(one) || told.has(one)) continue;
      told.add(one);
      if (open.has(one) || (tried && !brings)) wrong.push(`${command}: leaves ${one}`);
    }
    for (const finding of left) {
      if (is.has(trouble(finding))) continue;
      left.delete(finding);
      if (tried) wrong.push(`${command}: also clears ${trouble(finding)}`);
    }
  }
  return wrong;
}

function trouble({ advisory, package: subject }: Finding): string {
  return `${advisory?.id} ${subject?.name}`;
}

// The example's git dependency does not exist.
function forgetPrices(folder: string): void {
  for (const [file, places] of [
    ['package.json', (json: Json) => [json]],
    ['package-lock.json', (json: Json) => [(json.packages as Json)[''] as Json, json]],
  ] as const) {
    const json = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Json;
    for (const place of places(json)) delete (place.dependencies as Json | undefined)?.prices;
    delete (json.packages as Json | undefined)?.['node_modules/prices'];
    writeFileSync(join(folder, file), JSON.stringify(json, null, 2));
  }
}

type Json = { [key: string]: unknown };
