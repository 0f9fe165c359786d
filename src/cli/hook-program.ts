/** The hook as a program of its own, committed as a bundle: pre-commit runs it from a clone, with nothing installed. */
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { readArguments } from './arguments.ts';
import { guarded } from './guarded.ts';
import { run } from './hook.ts';
import { HOOK } from './hook-command.ts';

/** `vakt hook` by its words, and by what was already asked of git. Never throws. */
export function hook(words: readonly string[], io: Io, raw?: Buffer): Promise<number> {
  return guarded(io, () => {
    const read = readArguments(HOOK, words);
    if (read !== undefined) return run(read.operands, read.values, io, raw);
    throw new UserError('does not take these arguments', {
      where: words.join(' '),
      hint: `it takes files, and ${Object.keys(HOOK.options)
        .map((name) => `--${name}`)
        .join(', ')}`,
    });
  });
}
