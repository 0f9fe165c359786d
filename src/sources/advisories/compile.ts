/** Compiles OSV records into the one file that scans look names up in. */
import * as path from 'node:path';
import { reasonOf, UserError } from '../../errors.ts';
import type { Io, RandomAccess } from '../../io.ts';
import { aliasGroups } from './aliases.ts';
import { folderRecords, isZip, type RecordFile, zipRecords } from './archive.ts';
import { encodeLine, withAliases } from './codec.ts';
import { type DatabaseInfo, isDatabase, openDatabase } from './database.ts';
import { type Gathered, gather, type Problem } from './gather.ts';
import { type Description, type Line, layOut } from './layout.ts';

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
  write(io, to, arrange(gathered, source, now));
  const { skipped, flawed, foreign, problems } = gathered;
  return { info: infoOf(io, to), skipped, flawed, foreign, problems };
}

// Sorts by name what was gathered by record, and puts the other ids of its alias group into each record.
function arrange({ records, newest }: Gathered, from: string, now: Date): Buffer[] {
  const groups = aliasGroups();
  const parts: Part[] = [];
  let malware = 0;
  let withdrawn = 0;
  for (const [id, record] of records) {
    if (record.withdrawn) withdrawn++;
    else {
      groups.join(id, record.aliases);
      if (record.malware) malware++;
    }
    parts.push({ id, name: record.name, encoded: record.encoded });
    for (const { name, encoded } of record.more) parts.push({ id, name, encoded });
  }
  parts.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1));
  const names = countNames(parts);
  const description: Description = {
    built: now.toISOString(),
    from,
    newest: newest === 0 ? '' : new Date(newest).toISOString(),
    records: records.size,
    names,
    malware,
    withdrawn,
  };
  return layOut(description, linesOf(parts, groups.others));
}

interface Part {
  id: string;
  name: string;
  encoded: string;
}

function countNames(sorted: readonly Part[]): number {
  let count = 0;
  sorted.forEach(({ name }, i) => {
    if (sorted[i + 1]?.name !== name) count++;
  });
  return count;
}

// One at a time: a quarter of a million lines are not held beside the blocks that they end up in.
function* linesOf(sorted: readonly Part[], others: (id: string) => readonly string[]): Generator<Line> {
  let records: string[] = [];
  for (const [i, { id, name, encoded }] of sorted.entries()) {
    records.push(withAliases(encoded, others(id)));
    if (sorted[i + 1]?.name === name) continue;
    yield { name, text: encodeLine(name, records) };
    records = [];
  }
}

function write(io: CompileIo, file: string, chunks: Iterable<Buffer>): void {
  try {
    io.writeFile(file, chunks);
  } catch (error) {
    throw new UserError(`cannot be written: ${reasonOf(error)}`, {
      where: file,
      hint: 'free the space, or name another file with --db',
      cause: error,
    });
  }
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
  write(io, to, pieces(access));
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
