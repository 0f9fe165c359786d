#!/usr/bin/env node
import { realIo } from '../io.ts';
import { EXIT } from '../model.ts';

realIo().err('sri-fix: not yet: this version of vakt judges packages only; pages follow\n');
process.exitCode = EXIT.usage;
