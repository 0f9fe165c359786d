#!/usr/bin/env node
import { optimizeLater } from './patience.ts';

const words = process.argv.slice(2);
void run();

async function run(): Promise<void> {
  if (words[0] === 'hook') {
    const { look } = await import('../hook/idle.ts');
    if (look(words.slice(1), process.env).idle) process.exit();
  }
  optimizeLater();
  const [{ main }, { realIo }] = await Promise.all([import('../cli/main.ts'), import('../io.ts')]);
  process.exitCode = await main(words, realIo());
  // All output is written by then, synchronously; letting Node wind down would wait for V8's background work (10 ms).
  // Only completions are printed by yargs, in its own time.
  if (!words.includes('completion') && !words.includes('--get-yargs-completions')) process.exit();
}
