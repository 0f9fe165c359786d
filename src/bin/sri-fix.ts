#!/usr/bin/env node
import { main } from '../cli/main.ts';
import { realIo } from '../io.ts';

void main(['sri-fix', ...process.argv.slice(2)], realIo()).then((code) => {
  process.exitCode = code;
});
