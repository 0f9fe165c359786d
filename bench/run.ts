/**
 * `npm run bench [part of a name]`: each job beside the tools that people use for it and beside the floor below
 * which no Node program can go. Prints medians of whole processes and their ratios; judges nothing.
 *
 * VAKT_CORPUS points to real projects and records; without it both are generated.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { actionJob } from './action.ts';
import { idleHookJob, lockHookJob } from './hook.ts';
import { lockFileJob } from './lockfile.ts';
import { readersJob } from './readers.ts';
import { webJob } from './web/job.ts';

export interface Contender {
  name: string;
  command: string;
  args: string[];
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Exit codes that mean that the work was done. */
  ok: number[];
  /** Before each run, outside of its time. */
  before?: () => void;
}

export interface Job {
  name: string;
  /** The first is vakt, the last the floor. */
  contenders: Contender[];
  /** How often each is measured; 11 times where nothing is said. */
  runs?: number;
  close?: () => Promise<void>;
}

const JOBS: Record<string, (cache: string) => Promise<Job>> = {
  'lock-file': lockFileJob,
  web: webJob,
  'hook-idle': idleHookJob,
  'hook-lock-file': lockHookJob,
  action: actionJob,
};

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = `${root}bench/.cache`;
const RUNS = 11;
// Says on stderr how much memory the process held at most.
const MEMORY =
  "process.on('exit',()=>process.stderr.write('\\npeak '+Math.round(process.resourceUsage().maxRSS/1024)+' MB'))";

mkdirSync(cache, { recursive: true });
const [wanted = ''] = process.argv.slice(2);
if ('lock-file'.includes(wanted) && !existsSync(`${root}bench/node_modules`)) {
  console.log('installing the tools to compare with (a native module is built: a minute)');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: `${root}bench`, stdio: 'inherit' });
}
if ('readers'.includes(wanted)) await readersJob(cache);
for (const [name, prepare] of Object.entries(JOBS)) {
  if (!name.includes(wanted)) continue;
  const job = await prepare(cache);
  try {
    report(job);
  } finally {
    await job.close?.();
  }
}

function report({ name, contenders, runs = RUNS }: Job): void {
  const times = contenders.map(() => [] as number[]);
  const said = contenders.map(() => '');
  // In turn, so that a machine that slows down slows all.
  for (let run = -1; run < runs; run++) {
    for (const [i, contender] of contenders.entries()) {
      contender.before?.();
      const { taken, memory } = time(contender, run < 0);
      if (run >= 0) times[i]?.push(taken);
      else said[i] = memory;
    }
  }
  const medians = times.map((list) => list.sort((a, b) => a - b)[list.length >> 1] ?? 0);
  const [own = 1] = medians;
  console.log(`\n${name} (node ${process.version}, medians of ${runs} whole processes)`);
  for (const [i, contender] of contenders.entries()) {
    const median = medians[i] ?? 0;
    console.log(
      `  ${contender.name.padEnd(44)} ${median.toFixed(0).padStart(6)} ms  ${(median / own).toFixed(2).padStart(6)} x vakt  ${said[i]}`,
    );
  }
}

function time(
  { command, args, cwd, env, ok }: Contender,
  measured: boolean,
): { taken: number; memory: string } {
  const watched = measured && command === process.execPath;
  const all = watched ? ['--import', `data:text/javascript,${encodeURIComponent(MEMORY)}`, ...args] : args;
  // Costs Node 20 45 ms at every start where it is set, and none of the jobs needs it.
  const { NODE_EXTRA_CA_CERTS: _, ...clean } = process.env;
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(command, all, { cwd, env: { ...clean, ...env }, maxBuffer: 1 << 28 });
  const taken = Number(process.hrtime.bigint() - start) / 1e6;
  if (!ok.includes(status ?? -1))
    throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return { taken, memory: /\npeak (\d+ MB)$/.exec(String(stderr))?.[1] ?? '' };
}
