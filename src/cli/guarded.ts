/** What every program of vakt does with what is thrown. */
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { EXIT } from '../model.ts';
import { plain } from '../plain.ts';

/** The exit code of `work`; for what it throws, the code of the kind of failure, told on stderr. Never throws. */
export async function guarded(io: Pick<Io, 'err'>, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) {
      io.err(explain(error));
      return EXIT.usage;
    }
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.err(`vakt: a bug in vakt: ${plain(trace)}\n`);
    return EXIT.bug;
  }
}

/** `vakt: where: what` and the remedy on its own line. */
function explain(error: UserError): string {
  const where = error.where === undefined ? '' : `${plain(error.where)}: `;
  const hint = error.hint === undefined ? '' : `  ${plain(error.hint)}\n`;
  return `vakt: ${where}${plain(error.message)}\n${hint}`;
}
