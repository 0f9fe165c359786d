/** What a commit waits for: the hook with nothing of its own staged, and with one lock file changed. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { realIo } from '../src/io.ts';
import { compileDatabase } from '../src/sources/advisories/compile.ts';
import { archive } from './archive.ts';
import { lockFile } from './generate.ts';
import type { Job } from './run.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const PACKAGES = 3000;

/** A repository with a lock file of 3,000 packages, and what is to be staged on top. */
function repository(folder: string, staged: (files: Record<string, string>) => Record<string, string>): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'pipe' });
  const write = (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    git('add', '--all');
  };
  const files: Record<string, string> = { ...lockFile(PACKAGES), 'README.md': 'shop\n' };
  git('init', '--quiet');
  // As registries name their tarballs: else each package would be a finding.
  files['package-lock.json'] = withAddresses(files['package-lock.json'] ?? '');
  write(files);
  git('-c', 'user.name=x', '-c', 'user.email=x@example.test', 'commit', '--quiet', '--message', 'x');
  write(staged(files));
}

/** The lock file with each package's address, as registries name their tarballs. */
export function withAddresses(text: string): string {
  const lock = JSON.parse(text);
  for (const [key, entry] of Object.entries<{ version: string; resolved?: string }>(lock.packages)) {
    const name = key.replace(/^node_modules\//, '');
    const file = `${name.split('/').at(-1)}-${entry.version}.tgz`;
    if (key !== '') entry.resolved = `https://registry.example.test/${name}/-/${file}`;
  }
  return `${JSON.stringify(lock, null, 2)}\n`;
}

export async function idleHookJob(cache: string): Promise<Job> {
  const cwd = join(cache, 'hook-idle');
  repository(cwd, () => ({ 'README.md': 'more\n' }));
  const floor = join(cache, 'idle-floor.cjs');
  writeFileSync(
    floor,
    "require('node:child_process').spawnSync('git', ['diff', '--cached', '--name-only']);\n",
  );
  return {
    name: 'hook, nothing relevant staged',
    contenders: [
      { name: 'dist/hook.cjs', command: process.execPath, args: [join(root, 'dist/hook.cjs')], cwd, ok: [0] },
      {
        name: 'vakt hook',
        command: process.execPath,
        args: [join(root, 'dist/bin/vakt.js'), 'hook'],
        cwd,
        ok: [0],
      },
      { name: 'floor: node, git diff --cached', command: process.execPath, args: [floor], cwd, ok: [0] },
    ],
  };
}

export async function lockHookJob(cache: string): Promise<Job> {
  const cwd = join(cache, 'hook-lock');
  repository(cwd, (files) => {
    const [name = ''] = Object.keys(files).filter((file) => file === 'package-lock.json');
    const lock = JSON.parse(files[name] ?? '');
    const [, key = ''] = Object.keys(lock.packages);
    lock.packages[key].integrity = undefined;
    return { [name]: `${JSON.stringify(lock, null, 2)}\n` };
  });
  const corpus = process.env.VAKT_CORPUS;
  const zip = join(cache, 'osv.zip');
  archive(zip, 250_000, corpus === undefined ? undefined : join(corpus, 'osv-npm.zip'));
  const db = join(cache, 'bench.vdb');
  await compileDatabase(realIo(), { from: zip, to: db, now: new Date() });
  const floor = join(cache, 'lock-floor.cjs');
  writeFileSync(
    floor,
    `const { spawnSync } = require('node:child_process');
const input = 'HEAD:package-lock.json\\n:package-lock.json\\n';
const { stdout } = spawnSync('git', ['cat-file', '--batch'], { input, maxBuffer: 1 << 28 });
for (let at = 0; at < stdout.length; ) {
  const end = stdout.indexOf(10, at);
  const size = Number(stdout.toString('latin1', at, end).split(' ')[2]);
  JSON.parse(stdout.toString('utf8', end + 1, end + 1 + size));
  at = end + 2 + size;
}
`,
  );
  const size = readFileSync(join(cwd, 'package-lock.json')).length;
  const words = ['--db', db];
  return {
    name: `hook, a lock file of ${PACKAGES} packages (${Math.round(size / 1024)} KB) changed, database of 250,000 records`,
    contenders: [
      {
        name: 'dist/hook.cjs',
        command: process.execPath,
        args: [join(root, 'dist/hook.cjs'), ...words],
        cwd,
        ok: [0, 1],
      },
      {
        name: 'vakt hook',
        command: process.execPath,
        args: [join(root, 'dist/bin/vakt.js'), 'hook', ...words],
        cwd,
        ok: [0, 1],
      },
      {
        name: 'floor: node, git cat-file, JSON.parse of both',
        command: process.execPath,
        args: [floor],
        cwd,
        ok: [0],
      },
    ],
  };
}
