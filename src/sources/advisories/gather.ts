/** Reads record files one by one and keeps of each what the database needs, in as little memory as possible. */
import { reasonOf } from '../../errors.ts';
import type { RecordFile } from './archive.ts';
import { encodeRecord } from './codec.ts';
import { isMalwareId } from './ids.ts';
import { type OsvRecord, readOsv } from './osv.ts';
import type { Score } from './severity.ts';
import { Misshapen } from './shape.ts';

/** A file that breaks the schema. */
export interface Problem {
  file: string;
  reason: string;
  /** True when the record went into the database all the same. */
  used: boolean;
}

/** What one record says of one package, as the database stores it. */
interface Part {
  readonly name: string;
  readonly encoded: string;
}

/** What is kept of one record: little, because a quarter of a million are held at once. */
interface Held extends Part {
  /** Milliseconds since 1970; 0 where the record does not say. */
  readonly modified: number;
  readonly malware: boolean;
  readonly withdrawn: boolean;
  readonly aliases: readonly string[];
  /** What it says of other packages than the first. */
  readonly more: readonly Part[];
}

export interface Gathered {
  /** By id; of several records with one id the last modified one. */
  records: Map<string, Held>;
  /** Files that hold no usable record. */
  skipped: number;
  /** Files whose record is used although it breaks the schema. */
  flawed: number;
  /** Records about other ecosystems only. */
  foreign: number;
  /** When the last modified record was, milliseconds since 1970; 0 where none says. */
  newest: number;
  /** The first of the skipped and flawed files. */
  problems: Problem[];
}

const PROBLEMS_TOLD = 100;
const NONE: readonly never[] = [];

/** Reads all files. Throws UserError where the archive itself is damaged. */
export function gather(files: Iterable<RecordFile>, score: Score): Gathered {
  const gathered: Gathered = {
    records: new Map(),
    skipped: 0,
    flawed: 0,
    foreign: 0,
    newest: 0,
    problems: [],
  };
  for (const file of files) {
    const bytes = file.read();
    try {
      const record = readOsv(parse(bytes), score);
      if (record.notes.length > 0) {
        gathered.flawed++;
        tell(gathered, { file: file.name, reason: record.notes.join('; '), used: true });
      }
      keep(gathered, record);
    } catch (error) {
      if (!(error instanceof Misshapen)) throw error;
      gathered.skipped++;
      tell(gathered, { file: file.name, reason: error.message, used: false });
    }
  }
  return gathered;
}

function parse(bytes: Buffer): unknown {
  const text = bytes.toString('utf8');
  try {
    return JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
  } catch (error) {
    throw new Misshapen(`is no JSON: ${reasonOf(error)}`);
  }
}

function tell(gathered: Gathered, problem: Problem): void {
  if (gathered.problems.length >= PROBLEMS_TOLD) return;
  gathered.problems.push({ ...problem, reason: problem.reason.slice(0, 500) });
}

function keep(gathered: Gathered, record: OsvRecord): void {
  const [first, ...more] = [...record.packages].map(([name, part]) => ({
    name,
    encoded: encodeRecord(name, part),
  }));
  if (first === undefined) {
    gathered.foreign++;
    return;
  }
  const modified = record.modified === '' ? 0 : Date.parse(record.modified);
  gathered.newest = Math.max(gathered.newest, modified);
  // "the one with the later modification time is considered authoritative"
  const before = gathered.records.get(record.id);
  if (before !== undefined && before.modified >= modified) return;
  gathered.records.set(record.id, {
    name: first.name,
    encoded: first.encoded,
    modified,
    malware: isMalware(record),
    withdrawn: record.withdrawn,
    aliases: record.aliases.length === 0 ? NONE : record.aliases,
    more: more.length === 0 ? NONE : more,
  });
}

function isMalware(record: OsvRecord): boolean {
  if (isMalwareId(record.id) || record.aliases.some(isMalwareId)) return true;
  for (const part of record.packages.values()) if (part.malware) return true;
  return false;
}
