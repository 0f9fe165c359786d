#!/usr/bin/env node
import { main } from '../cli/main.ts';
import { realIo } from '../io.ts';

const words = process.argv.slice(2);
process.exitCode = await main(words, realIo());
// All output is written by then, synchronously; letting Node wind down would wait for V8's background work (10 ms).
// Only completions are printed by yargs, in its own time.
if (!words.includes('completion') && !words.includes('--get-yargs-completions')) process.exit();
