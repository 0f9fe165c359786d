import { resolve } from 'node:path';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { EXIT } from '../model.ts';
import { oneLine } from '../plain.ts';
import { databaseFile } from '../sources/advisories/advise.ts';
import { type Compiled, compileDatabase } from '../sources/advisories/compile.ts';
import type { Values } from './commands.ts';
import { describe } from './db-info.ts';

/** `vakt db update`: 0, or a UserError; records that break the schema are told and do not fail it. */
export async function run(_operands: readonly string[], values: Values, io: Io): Promise<number> {
  if (typeof values.from !== 'string') {
    throw new UserError('does not say what to build the database from', {
      where: 'db update',
      hint: 'vakt db update --from <zip or folder of OSV records, or a compiled database>',
    });
  }
  const to = databaseFile(io, values.db as string | undefined);
  const compiled = await compileDatabase(io, { from: resolve(io.cwd, values.from), to, now: io.now() });
  io.out(describe(compiled.info));
  tellProblems(compiled, io);
  return EXIT.pass;
}

function tellProblems({ skipped, flawed, foreign, problems }: Compiled, io: Io): void {
  if (skipped + flawed > 0) {
    io.err(`${skipped} records left out and ${flawed} used in spite of a flaw:\n`);
    for (const { file, reason } of problems) io.err(`  ${oneLine(`${file}: ${reason}`)}\n`);
    if (skipped + flawed > problems.length) io.err(`  and ${skipped + flawed - problems.length} more\n`);
  }
  if (foreign > 0) io.err(`${foreign} records are about other ecosystems than npm\n`);
}
