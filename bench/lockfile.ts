/** A scan of a large npm lock file, offline: beside npm audit on a loopback endpoint, cve-lite-cli, and the floor. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { realIo } from '../src/io.ts';
import { compileDatabase } from '../src/sources/advisories/compile.ts';
import { archive } from './archive.ts';
import { lockFile } from './generate.ts';
import type { Job } from './run.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export async function lockFileJob(cache: string): Promise<Job> {
  const project = join(cache, 'project');
  const zip = join(cache, 'osv.zip');
  rmSync(project, { recursive: true, force: true });
  mkdirSync(project, { recursive: true });
  const corpus = process.env.VAKT_CORPUS;
  if (corpus !== undefined) cpSync(join(corpus, 'projects/npm__documentation'), project, { recursive: true });
  else for (const [name, text] of Object.entries(lockFile(3000))) writeFileSync(join(project, name), text);
  archive(zip, 250_000, corpus === undefined ? undefined : join(corpus, 'osv-npm.zip'));

  const db = join(cache, 'bench.vdb');
  await compileDatabase(realIo(), { from: zip, to: db, now: new Date() });
  const peer = join(cache, 'cve-lite.db');
  if (!existsSync(peer))
    execFileSync(process.execPath, [join(root, 'bench/cve-lite-sync.mjs'), zip, peer], { stdio: 'inherit' });

  const { url, close } = await endpoint(corpus === undefined ? zip : join(corpus, 'osv-npm.zip'), project);
  const lock = join(project, 'package-lock.json');
  const entries = Object.keys(JSON.parse(readFileSync(lock, 'utf8')).packages).length - 1;
  return {
    name: `scan of ${entries} lock entries, offline, database of 250,000 records`,
    contenders: [
      {
        name: 'vakt scan --offline',
        command: process.execPath,
        args: [join(root, 'dist/bin/vakt.js'), 'scan', project, '--offline', '--db', db],
        ok: [0, 1],
      },
      {
        name: 'npm audit, loopback endpoint',
        command: 'npm',
        args: [
          'audit',
          '--package-lock-only',
          '--registry',
          url,
          '--cache',
          join(cache, 'npm'),
          '--no-update-notifier',
        ],
        cwd: project,
        ok: [0, 1],
      },
      {
        name: 'cve-lite-cli --offline',
        command: process.execPath,
        args: [
          join(root, 'bench/node_modules/cve-lite-cli/dist/index.js'),
          project,
          '--offline',
          '--offline-db',
          peer,
        ],
        cwd: project,
        ok: [0, 1],
      },
      {
        name: 'floor: node, read, JSON.parse',
        command: process.execPath,
        args: ['-e', `JSON.parse(require('fs').readFileSync(${JSON.stringify(lock)},'utf8'))`],
        ok: [0],
      },
    ],
    close,
  };
}

/** The registry in a thread of its own: the contenders are waited for synchronously. */
async function endpoint(zip: string, project: string): Promise<{ url: string; close: () => Promise<void> }> {
  const worker = new Worker(new URL('./endpoint.mjs', import.meta.url), { workerData: { zip, project } });
  const url = await new Promise<string>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return { url, close: async () => void (await worker.terminate()) };
}
