/**
 * Runs every test file (or those whose path contains an argument) in one process and fails unless at least one
 * test ran, every file registered a suite, and all passed. Ends with the plain line `N passed, N failed`.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';

declare global {
  var UVU_DEFER: number | undefined;
  var UVU_QUEUE: unknown[][];
  var UVU_INDEX: number;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const wanted = process.argv.slice(2);
const files = findTests().filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)));

// The same cases in every run, so that a change is judged by what it changed; FC_SEED=random looks for new ones.
const { FC_SEED = '20261122' } = process.env;
if (FC_SEED !== 'random') fc.configureGlobal({ seed: Number(FC_SEED) });

globalThis.UVU_DEFER = 1;
const { exec } = await import('uvu');
let broken = 0;
for (const file of files) {
  const suites: unknown[] = [file];
  globalThis.UVU_INDEX = globalThis.UVU_QUEUE.push(suites) - 1;
  try {
    await import(pathToFileURL(`${root}${file}`).href);
    if (suites.length === 1) throw new Error('registered no suite');
  } catch (error) {
    broken++;
    console.error(`${file}: ${error instanceof Error ? error.stack : String(error)}`);
  }
}

let printed = '';
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = ((chunk: string | Uint8Array, ...rest: []) => {
  if (typeof chunk === 'string') printed += chunk;
  return write(chunk, ...rest);
}) as typeof process.stdout.write;
// A promise that nobody awaits any more must not end the run as a success.
process.on('unhandledRejection', (reason) => {
  broken++;
  console.error('unhandled rejection:', reason);
});
await exec(false);
await new Promise((resolve) => setTimeout(resolve, 50));
process.stdout.write = write;

const plain = stripVTControlCharacters(printed);
const total = Number(/^ {2}Total: +(\d+)$/m.exec(plain)?.[1] ?? 0);
const passed = Number(/^ {2}Passed: +(\d+)$/m.exec(plain)?.[1] ?? 0);
const failed = total - passed + broken;
console.log(`${passed} passed, ${failed} failed`);
process.exit(total > 0 && failed === 0 ? 0 : 1);

function findTests(): string[] {
  return readdirSync(`${root}test`, { recursive: true, encoding: 'utf8' })
    .map((file) => `test/${file.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.test.ts') && !file.includes('/fixtures/'))
    .sort();
}
