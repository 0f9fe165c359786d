/**
 * The reader of each manager, in one process: packages per second beside the fastest well-known parser of the format,
 * which only parses, and how the time grows with the file.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { realIo } from '../src/io.ts';
import { readLockFile } from '../src/readers/read.ts';
import { lockFormats } from './lock-formats.ts';

interface Parser {
  name: string;
  parse(text: string): unknown;
}

const RUNS = 15;
const PACKAGES = 3000;
const TIMES = [1, 2, 4, 8];

/** Where the corpus has a large file of each format. */
const REAL: Record<string, string> = {
  npm: 'npm__documentation/package-lock.json',
  pnpm: 'facebook__lexical/pnpm-lock.yaml',
  'Yarn 1': 'webpack__webpack/yarn.lock',
  Yarn: 'jestjs__jest/yarn.lock',
  Bun: 'honojs__hono/bun.lock',
};

/** Prints a line for each reader, and one on its growth: there the processor's
 * time of the fastest runs, since what else the machine does would look like growth. */
export async function readersJob(cache: string): Promise<void> {
  const parsers = peers();
  const corpus = process.env.VAKT_CORPUS;
  const made = lockFormats(PACKAGES);
  console.log(`\nreaders (node ${process.version}, medians of ${RUNS} runs in one process)`);
  for (const [manager, parser] of Object.entries(parsers)) {
    const real = corpus === undefined ? undefined : join(corpus, 'projects', REAL[manager] ?? '');
    const file = real !== undefined && existsSync(real) ? real : write(cache, manager, made[manager] ?? {});
    const { ms, count } = await timeReader(file);
    const text = readFileSync(file, 'utf8');
    const peer = middle(await timesOf(() => parser.parse(text)));
    const speed = (time: number): string => `${Math.round((count / time) * 1000).toLocaleString('en')}/s`;
    console.log(
      `  ${manager.padEnd(7)} ${String(count).padStart(5)} packages  vakt ${ms.toFixed(1).padStart(6)} ms ${speed(ms).padStart(9)}   ${parser.name} ${peer.toFixed(1)} ms ${speed(peer)}   ${(ms / peer).toFixed(2)} x`,
    );
  }
  console.log('\ngrowth of the readers (processor time for 1, 2, 4 and 8 times 1,000 packages)');
  const sizes = TIMES.map((times) => lockFormats(times * 1000));
  for (const manager of Object.keys(parsers)) {
    const times: number[] = [];
    for (const [i, files] of sizes.entries())
      times.push((await timeReader(write(cache, `${manager} ${i}`, files[manager] ?? {}))).best);
    const growth = times.slice(1).map((time, i) => (time / (times[i] ?? 1)).toFixed(2));
    console.log(
      `  ${manager.padEnd(7)} ${times.map((time) => time.toFixed(1)).join(', ')} ms: x ${growth.join(', x ')}`,
    );
  }
}

/** From bench/node_modules, where none of vakt's own lies. */
function peers(): Record<string, Parser> {
  const load = createRequire(new URL('./package.json', import.meta.url));
  const { load: yaml } = load('js-yaml') as { load(text: string): unknown };
  const { parse: yarn } = load('@yarnpkg/lockfile') as { parse(text: string): unknown };
  const { parseSyml } = load('@yarnpkg/parsers') as { parseSyml(text: string): unknown };
  const { parse: jsonc } = load('jsonc-parser') as Parser;
  return {
    npm: { name: 'JSON.parse', parse: JSON.parse },
    pnpm: { name: 'js-yaml', parse: yaml },
    'Yarn 1': { name: '@yarnpkg/lockfile', parse: yarn },
    Yarn: { name: '@yarnpkg/parsers', parse: parseSyml },
    Bun: { name: 'jsonc-parser', parse: jsonc },
  };
}

function write(cache: string, name: string, files: Record<string, string>): string {
  const folder = join(cache, 'readers', name);
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  const lock = readdirSync(folder).find((file) => file !== 'package.json') ?? '';
  return join(folder, lock);
}

async function timeReader(file: string): Promise<{ ms: number; best: number; count: number }> {
  const io = realIo();
  const options = { root: dirname(file), offline: true, progress: () => {} };
  const { nodes } = await readLockFile(io, file, options);
  const times = await timesOf(() => readLockFile(io, file, options));
  let best = Infinity;
  for (let run = 0; run < RUNS; run++) {
    const before = process.cpuUsage();
    await readLockFile(io, file, options);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return { ms: middle(times), best, count: nodes.length };
}

function middle(times: readonly number[]): number {
  return times[times.length >> 1] ?? 0;
}

/** Milliseconds of each run, ascending. */
async function timesOf(work: () => unknown): Promise<number[]> {
  const times: number[] = [];
  for (let run = -3; run < RUNS; run++) {
    const start = performance.now();
    await work();
    if (run >= 0) times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b);
}
