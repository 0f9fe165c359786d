/** The program: arguments and a world → an exit code. It never ends the process itself. */
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { EXIT } from '../model.ts';
import { plain } from '../plain.ts';
import { COMMANDS } from './commands.ts';
import { parse } from './parse.ts';

/** Runs one command. stdout carries its result alone; everything else goes to stderr. Never throws. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await run(argv, io);
  } catch (error) {
    if (error instanceof UserError) {
      io.err(explain(error));
      return EXIT.usage;
    }
    io.err(
      `vakt: a bug in vakt: ${plain(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`,
    );
    return EXIT.bug;
  }
}

async function run(argv: readonly string[], io: Io): Promise<number> {
  const typed = parse(argv);
  if (typed !== undefined) {
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

/** `vakt: where: what` and the remedy on its own line. */
function explain(error: UserError): string {
  const where = error.where === undefined ? '' : `${plain(error.where)}: `;
  const hint = error.hint === undefined ? '' : `  ${plain(error.hint)}\n`;
  return `vakt: ${where}${plain(error.message)}\n${hint}`;
}
