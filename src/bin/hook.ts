#!/usr/bin/env node
import { isIdle } from '../hook/idle.ts';
import { realIo } from '../io.ts';

const words = process.argv.slice(2);
if (isIdle(words, process.env)) process.exit();
import('../cli/hook-program.ts').then(async ({ hook }) => {
  process.exit(await hook(words, realIo()));
});
