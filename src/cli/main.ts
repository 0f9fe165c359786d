/** The program: arguments and a world → an exit code. It never ends the process itself. */
import type { Io } from '../io.ts';
import { EXIT } from '../model.ts';
import { COMMANDS } from './commands.ts';
import { guarded } from './guarded.ts';
import { noCommand } from './mistyped.ts';
import { parse } from './parse.ts';

/** Runs one command. stdout carries its result alone; everything else goes to stderr. Never throws. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  return guarded(io, () => run(argv, io));
}

async function run(argv: readonly string[], io: Io): Promise<number> {
  const typed = parse(argv);
  if (typed !== undefined) {
    const mistake = noCommand(typed, argv, io);
    if (mistake !== undefined) throw mistake;
    const code = await typed.command.load();
    return code.run(typed.operands, typed.values, io);
  }
  const { parseSlowly } = await import('./help.ts');
  const slow = await parseSlowly(argv, io.columns);
  if ('output' in slow) {
    io.out(slow.output);
    return EXIT.pass;
  }
  const code = await COMMANDS[slow.name]?.load();
  return code === undefined ? EXIT.bug : code.run(slow.operands, slow.values, io);
}
