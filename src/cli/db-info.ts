import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { EXIT } from '../model.ts';
import { count, oneLine } from '../plain.ts';
import { databaseFile } from '../sources/advisories/advise.ts';
import { type DatabaseInfo, openDatabase } from '../sources/advisories/database.ts';
import type { Values } from './commands.ts';

/** `vakt db info`: 0; UserError where there is no database or it is damaged. */
export async function run(_operands: readonly string[], values: Values, io: Io): Promise<number> {
  const file = databaseFile(io, values.db as string | undefined);
  if (io.kind(file) === undefined)
    throw new UserError('does not exist', {
      where: file,
      hint: 'vakt db update builds an advisory database',
    });
  const database = openDatabase(io, file);
  try {
    if (values.verify === true) database.verify();
    io.out(describe(database.info));
    if (values.verify === true) io.out('every block was read and is sound\n');
  } finally {
    database.close();
  }
  return EXIT.pass;
}

/** What a database says of itself. */
export function describe(info: DatabaseInfo): string {
  const { file, from, built, newest, records, names, malware, withdrawn, bytes } = info;
  const lines = [
    file,
    `  built ${built} from ${from}`,
    `  ${count(records)} records on ${count(names)} packages: ${count(malware)} malware, ${count(withdrawn)} withdrawn`,
    `  newest record ${newest === '' ? 'unknown' : newest}, ${count(bytes)} bytes`,
  ];
  return `${lines.map(oneLine).join('\n')}\n`;
}
