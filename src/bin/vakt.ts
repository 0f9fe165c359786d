#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';

const words = process.argv.slice(2);
void run();

async function run(): Promise<void> {
  if (words[0] === 'hook') {
    const { look } = await import('../hook/idle.ts');
    if (look(words.slice(1), process.env).idle) process.exit();
  }
  // V8 would spend a fifth of a scan's processor time on optimizing what is done before it is of use; where the work is
  // long, eight times as many rounds are still a moment. Only the engine of Node 20 is known to know the flag: others
  // print an error for it.
  if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=500000');
  const [{ main }, { realIo }] = await Promise.all([import('../cli/main.ts'), import('../io.ts')]);
  process.exitCode = await main(words, realIo());
  // All output is written by then, synchronously; letting Node wind down would wait for V8's background work (10 ms).
  // Only completions are printed by yargs, in its own time.
  if (!words.includes('completion') && !words.includes('--get-yargs-completions')) process.exit();
}
