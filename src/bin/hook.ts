#!/usr/bin/env node
import { look } from '../hook/idle.ts';
import { realIo } from '../io.ts';
import { optimizeLater } from './patience.ts';

const words = process.argv.slice(2);
const { idle, raw } = look(words, process.env);
if (idle) process.exit();
optimizeLater();
import('../cli/hook-program.ts').then(async ({ hook }) => {
  process.exit(await hook(words, realIo(), raw));
});
