#!/usr/bin/env node
import { main } from '../cli/main.ts';
import { realIo } from '../io.ts';

// All output is written by then, synchronously; letting Node wind down instead waits for V8's background work (10 ms).
process.exit(await main(process.argv.slice(2), realIo()));
