/** Compiles OSV records into the one file that scans look names up in. */
import * as path from 'node:path';
import { UserError } from '../../errors.ts';
import type { Io, RandomAccess } from '../../io.ts';
import { aliasGroups } from './aliases.ts';
import { folderRecords, isZip, type RecordFile, zipRecords } from './archive.ts';
import { encodeLine, withAliases } from './codec.ts';
import { type DatabaseInfo, isDatabase, openDatabase } from './database.ts';
import { type Gathered, gather, type Problem } from './gather.ts';
import { type Description, layOut } from './layout.ts';

/** What was compiled, for people. */
export interface Compiled {
  info: DatabaseInfo;
  /** Files that hold no usable record. */
  skipped: number;
  /** Files whose record is used although it breaks the schema. */
  flawed: number;
  /** Records about other ecosystems only. */
  foreign: number;
  /** The first of the skipped and flawed ones, with reasons. */
  problems: Problem[];
}

type CompileIo = Pick<Io, 'kind' | 'list' | 'open' | 'readFile' | 'writeFile'>;

/**
 * Compiles `from` (a zip archive of OSV records, a folder of them, or a database that is already compiled: it
 * is verified and copied) into the file `to`, replaced in one step. Records that break the schema are counted
 * and told; a damaged archive and one without any npm record are UserErrors.
 */
export async function compileDatabase(
  io: CompileIo,
  { from, to, now }: { from: string; to: string; now: Date },
): Promise<Compiled> {
  const kind = io.kind(from);
  const name = path.basename(from);
  if (kind === 'directory') return compile(io, folderRecords(io, from), `folder ${name}`, { from, to, now });
  const access = io.open(from);
  try {
    if (isDatabase(access)) return copy(io, access, from, to);
    if (!isZip(access)) throw unknownSource(from);
    return await compile(io, zipRecords(access, from), `zip ${name}`, { from, to, now });
  } finally {
    access.close();
  }
}

async function compile(
  io: CompileIo,
  files: Iterable<RecordFile>,
  source: string,
  { from, to, now }: { from: string; to: string; now: Date },
): Promise<Compiled> {
  const { cvssScore } = await import('./cvss.ts');
  const gathered = gather(files, cvssScore);
  if (gathered.records.size === 0) throw nothingFound(from, gathered);
  io.writeFile(to, arrange(gathered, source, now));
  const { skipped, flawed, foreign, problems } = gathered;
  return { info: infoOf(io, to), skipped, flawed, foreign, problems };
}

// Gathers by name what was gathered by record, in the order that the file needs.
function arrange({ records, newest }: Gathered, from: string, now: Date): Buffer[] {
  const groups = aliasGroups();
  for (const [id, { aliases, withdrawn }] of records) if (!withdrawn) groups.join(id, aliases);
  const lines = new Map<string, string[]>();
  let malware = 0;
  let withdrawn = 0;
  for (const [id, record] of records) {
    if (record.withdrawn) withdrawn++;
    else if (record.malware) malware++;
    const aliases = record.withdrawn ? [] : groups.others(id);
    for (const { name, encoded } of record.parts) {
      const whole = withAliases(encoded, aliases);
      const line = lines.get(name);
      if (line === undefined) lines.set(name, [whole]);
      else line.push(whole);
    }
  }
  const names = [...lines.keys()].sort();
  const description: Description = {
    built: now.toISOString(),
    from,
    newest,
    records: records.size,
    names: names.length,
    malware,
    withdrawn,
  };
  return layOut(description, names, (name) => encodeLine(name, lines.get(name) ?? []));
}

// Opening what was written proves it readable and gives the same answer that `db info` will.
function infoOf(io: CompileIo, file: string): DatabaseInfo {
  const database = openDatabase(io, file);
  database.close();
  return database.info;
}

function copy(io: CompileIo, access: RandomAccess, from: string, to: string): Compiled {
  const database = openDatabase(io, from);
  try {
    database.verify();
  } finally {
    database.close();
  }
  io.writeFile(to, pieces(access));
  return { info: infoOf(io, to), skipped: 0, flawed: 0, foreign: 0, problems: [] };
}

function* pieces(access: RandomAccess): Generator<Buffer> {
  const step = 1024 * 1024;
  for (let at = 0; at < access.size; at += step) yield access.read(at, Math.min(step, access.size - at));
}

function unknownSource(where: string): UserError {
  return new UserError('is neither a zip archive nor a compiled advisory database', {
    where,
    hint: "give OSV's all.zip for npm, a folder of OSV JSON files, or a file that `vakt db update` made",
  });
}

function nothingFound(where: string, { skipped, foreign, problems }: Gathered): UserError {
  const [first] = problems;
  const seen = `${skipped} unusable, ${foreign} about other ecosystems`;
  const example = first === undefined ? '' : `; ${first.file}: ${first.reason}`;
  return new UserError(`holds no advisory about an npm package (${seen}${example})`, {
    where,
    hint: "give OSV's all.zip for npm, or a folder of OSV JSON files",
  });
}
