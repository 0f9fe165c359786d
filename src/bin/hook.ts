#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { look } from '../hook/idle.ts';
import { realIo } from '../io.ts';

const words = process.argv.slice(2);
const { idle, raw } = look(words, process.env);
if (idle) process.exit();
// As in vakt.ts: V8 would optimize what is done before it is of use.
if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=500000');
import('../cli/hook-program.ts').then(async ({ hook }) => {
  process.exit(await hook(words, realIo(), raw));
});
