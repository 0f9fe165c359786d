#!/usr/bin/env node
import { main } from '../cli/main.ts';
import { realIo } from '../io.ts';

process.exitCode = await main(['sri-fix', ...process.argv.slice(2)], realIo());
