import { appendFileSync } from 'node:fs';
import { act } from '../action/main.ts';
import { realIo } from '../io.ts';

const io = { ...realIo(), append: (file: string, text: string) => appendFileSync(file, text) };
// Connections that are kept alive would hold the step open.
act(io).then((code) => process.exit(code));
