import { resolve } from 'node:path';
import type { Io } from '../io.ts';
import { EXIT } from '../model.ts';
import { connection } from '../online.ts';
import { count, oneLine } from '../plain.ts';
import { databaseFile } from '../sources/advisories/advise.ts';
import { type Compiled, compileDatabase } from '../sources/advisories/compile.ts';
import type { Values } from './commands.ts';
import { describe } from './db-info.ts';
import { progressOf } from './output.ts';

/** `vakt db update`: 0, or a UserError; records that break the schema are told and do not fail it. */
export async function run(_operands: readonly string[], values: Values, io: Io): Promise<number> {
  const to = databaseFile(io, values.db as string | undefined);
  if (typeof values.from !== 'string') return fetchTo(to, values, io);
  const compiled = await compileDatabase(io, { from: resolve(io.cwd, values.from), to, now: io.now() });
  io.out(describe(compiled.info));
  tellProblems(compiled, io);
  return EXIT.pass;
}

async function fetchTo(to: string, values: Values, io: Io): Promise<number> {
  const archive = values.archive as string | undefined;
  const network = connection(io, io.cwd, false, archive === undefined ? [] : [archive]);
  try {
    const { fetchDatabase } = await import('../sources/advisories/fetch.ts');
    if (network.open === undefined) return EXIT.bug;
    const { http, registry } = await network.open();
    const fetched = await fetchDatabase({
      io,
      http,
      registry,
      to,
      only: values.source as 'npm' | 'osv' | undefined,
      packageName: values.package as string | undefined,
      archive,
      progress: progressOf(io),
    });
    for (const reason of fetched.failed) io.err(`${oneLine(reason)}\n`);
    io.out(describe(fetched.info));
    io.out(
      fetched.unchanged
        ? `  is the newest from ${oneLine(fetched.from)}\n`
        : `  from ${oneLine(fetched.from)}\n`,
    );
    if (fetched.compiled !== undefined) tellProblems(fetched.compiled, io);
    return EXIT.pass;
  } finally {
    await network.close();
  }
}

/** Records that were left out or have a flaw, on stderr. */
export function tellProblems({ skipped, flawed, foreign, problems }: Compiled, io: Io): void {
  if (skipped + flawed > 0) {
    io.err(`${count(skipped)} records left out and ${count(flawed)} used in spite of a flaw:\n`);
    for (const { file, reason } of problems) io.err(`  ${oneLine(`${file}: ${reason}`)}\n`);
    if (skipped + flawed > problems.length)
      io.err(`  and ${count(skipped + flawed - problems.length)} more\n`);
  }
  if (foreign > 0) io.err(`${count(foreign)} records are about other ecosystems than npm\n`);
}
