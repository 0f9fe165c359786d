#!/usr/bin/env node
import { main } from '../cli/main.ts';
import { realIo } from '../io.ts';

process.exitCode = await main(process.argv.slice(2), realIo());
