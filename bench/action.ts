/** A pull request of a project with 3,000 packages, as the runner has it: one commit deep, the base in reach. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { realIo } from '../src/io.ts';
import { compileDatabase } from '../src/sources/advisories/compile.ts';
import { archive } from './archive.ts';
import { lockFile } from './generate.ts';
import { withAddresses } from './hook.ts';
import type { Job } from './run.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const PACKAGES = 3000;

export async function actionJob(cache: string): Promise<Job> {
  const home = join(cache, 'action');
  const origin = join(home, 'origin');
  const workspace = join(home, 'workspace');
  rmSync(home, { recursive: true, force: true });
  const git = (cwd: string, ...args: string[]): string => {
    const who = ['-c', 'user.name=x', '-c', 'user.email=x@example.test'];
    return execFileSync('git', [...who, ...args], { cwd, stdio: 'pipe', encoding: 'utf8' }).trim();
  };
  const commit = (lock: string, index: string): string => {
    for (const [name, text] of Object.entries({
      ...lockFile(PACKAGES),
      'package-lock.json': lock,
      'index.html': index,
    }))
      writeFileSync(join(origin, name), text);
    git(origin, 'add', '--all');
    git(origin, 'commit', '--quiet', '--message', 'x');
    return git(origin, 'rev-parse', 'HEAD');
  };
  mkdirSync(origin, { recursive: true });
  git(origin, 'init', '--quiet');
  const lock = JSON.parse(withAddresses(lockFile(PACKAGES)['package-lock.json'] ?? ''));
  const base = commit(`${JSON.stringify(lock, null, 2)}\n`, '<!doctype html>\n');
  for (const key of Object.keys(lock.packages).slice(1, 11)) lock.packages[key].integrity = undefined;
  const tag = '<!doctype html>\n<script src="https://cdn.example.test/a.js"></script>\n';
  const head = commit(`${JSON.stringify(lock, null, 2)}\n`, tag);
  // What GitHub makes of the proposal for a look, and has checked out.
  const merge = git(origin, 'commit-tree', `${head}^{tree}`, '-p', base, '-p', head, '-m', 'x');
  git(origin, 'update-ref', 'refs/pull/7/merge', merge);
  const corpus = process.env.VAKT_CORPUS;
  const zip = join(cache, 'osv.zip');
  archive(zip, 250_000, corpus === undefined ? undefined : join(corpus, 'osv-npm.zip'));
  const db = join(cache, 'bench.vdb');
  await compileDatabase(realIo(), { from: zip, to: db, now: new Date() });
  const event = join(home, 'event.json');
  writeFileSync(
    event,
    JSON.stringify({
      number: 7,
      pull_request: { head: { sha: head }, base: { sha: base, ref: 'main' } },
    }),
  );
  const checkOut = (): void => {
    rmSync(workspace, { recursive: true, force: true });
    mkdirSync(workspace);
    git(workspace, 'init', '--quiet');
    git(workspace, 'remote', 'add', 'origin', `file://${origin}`);
    git(workspace, 'fetch', '--quiet', '--depth=1', 'origin', merge);
    git(workspace, 'checkout', '--quiet', '--detach', 'FETCH_HEAD');
  };
  checkOut();
  const floor = join(home, 'floor.cjs');
  writeFileSync(
    floor,
    `const { spawnSync } = require('node:child_process');
const { readFileSync } = require('node:fs');
spawnSync('git', ['fetch', '--quiet', '--depth=1', 'origin', '${base}']);
const { stdout } = spawnSync('git', ['cat-file', 'blob', '${base}:package-lock.json'], { maxBuffer: 1 << 28 });
JSON.parse(stdout);
JSON.parse(readFileSync('package-lock.json'));
`,
  );
  const env = {
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: event,
    GITHUB_WORKSPACE: workspace,
    GITHUB_STEP_SUMMARY: join(home, 'summary'),
    GITHUB_OUTPUT: join(home, 'output'),
    INPUT_DB: db,
    INPUT_OFFLINE: 'true',
  };
  const shared = { command: process.execPath, cwd: workspace, before: checkOut };
  return {
    name: `action, a change in ${PACKAGES} packages and a page, one commit deep, database of 250,000 records`,
    contenders: [
      { name: 'dist/action.cjs', args: [join(root, 'dist/action.cjs')], env, ok: [0, 1], ...shared },
      { name: 'floor: node, git fetch, JSON.parse of both', args: [floor], ok: [0], ...shared },
    ],
  };
}
