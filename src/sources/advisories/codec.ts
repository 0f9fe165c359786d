/**
 * One line of the compiled database: a package name and what the records say of it, short because most of a
 * quarter of a million records are malware of one version. Lines are JSON with the trailing defaults left out.
 */
import { SEVERITIES } from '../../model.ts';
import { isMalwareId } from './ids.ts';
import type { AdvisoryRecord, Interval, PackageHash } from './record.ts';
import { type Bound, formatVersion, parseBound } from './version.ts';

// What a record is on disk; the order is part of the format.
type Packed = [
  id: string,
  versions: readonly string[],
  flags: number,
  /** Index in SEVERITIES; -1 where the record gives none. */
  severity: number,
  intervals: readonly PackedInterval[],
  /** Empty for the title that nearly all malware records have. */
  title: string,
  reference: string,
  hashes: readonly (readonly [version: string, integrity: string])[],
];
type PackedInterval = readonly [from: string, to: string, flags: number];

const MALWARE = 1;
const WITHDRAWN = 2;
const FROM_BEHIND = 1;
const TO_BEHIND = 2;
const FIX = 4;
const DEFAULTS = ['', [], 0, -1, [], '', '', []] as const;

/** The line of one name, without its end, from its encoded records. */
export function encodeLine(name: string, records: readonly string[]): string {
  return `${lineStart(name)}${records.join(',')}]`;
}

/** One record as JSON text, without its aliases: those are known last. */
export function encodeRecord(name: string, record: AdvisoryRecord): string {
  const packed: Packed = [
    record.id,
    record.versions,
    (record.malware && !isMalwareId(record.id) ? MALWARE : 0) | (record.withdrawn ? WITHDRAWN : 0),
    record.severity === undefined ? -1 : SEVERITIES.indexOf(record.severity),
    record.intervals.map(packInterval),
    record.title === usualTitle(name) ? '' : record.title,
    record.reference,
    record.hashes.map(({ version, integrity }) => [version, integrity] as const),
  ];
  let last = packed.length - 1;
  while (last > 0 && isDefault(packed[last], DEFAULTS[last])) last--;
  return JSON.stringify(packed.slice(0, last + 1));
}

/** Puts the other ids of a record's alias group into its JSON text: as an array before everything else. */
export function withAliases(encoded: string, aliases: readonly string[]): string {
  return aliases.length === 0 ? encoded : `[${JSON.stringify(aliases)},${encoded.slice(1)}`;
}

/** The name that a line is about and its records; throws when it is none. */
export function decodeLine(line: string): { name: string; records: AdvisoryRecord[] } {
  const end = endOfName(line);
  const name: unknown = JSON.parse(line.slice(0, end));
  if (typeof name !== 'string') throw new Error('a line has no name');
  return { name, records: decodeRecords(name, line.slice(end)) };
}

/** The records of one name from the JSON behind it; throws when they are malformed. */
export function decodeRecords(name: string, json: string): AdvisoryRecord[] {
  const records: unknown = JSON.parse(json);
  if (!Array.isArray(records)) throw new Error('a line has no records');
  return records.map((record) => decodeRecord(name, record));
}

/** The JSON text of a name, with which its line begins. */
export function lineStart(name: string): string {
  return `${JSON.stringify(name)}[`;
}

function endOfName(line: string): number {
  const name = /^"(?:[^"\\]|\\.)*"(?=\[)/.exec(line)?.[0];
  if (name === undefined) throw new Error('a line has no name');
  return name.length;
}

function usualTitle(name: string): string {
  return `Malicious code in ${name} (npm)`;
}

function packInterval({ from, to, fix }: Interval): PackedInterval {
  const flags = (from?.after ? FROM_BEHIND : 0) | (to?.after ? TO_BEHIND : 0) | (fix ? FIX : 0);
  return [
    from === undefined ? '' : formatVersion(from.version),
    to === undefined ? '' : formatVersion(to.version),
    flags,
  ];
}

function isDefault(value: unknown, usual: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : value === usual;
}

function decodeRecord(name: string, value: unknown): AdvisoryRecord {
  if (!Array.isArray(value)) throw new Error(`a record of ${name} is malformed`);
  const aliases: unknown = Array.isArray(value[0]) ? value.shift() : [];
  if (!isTexts(aliases) || !isPacked(value)) throw new Error(`a record of ${name} is malformed`);
  const [id, versions = [], flags = 0, severity = -1, intervals = [], title = '', reference = ''] = value;
  return {
    id,
    aliases,
    withdrawn: (flags & WITHDRAWN) !== 0,
    severity: SEVERITIES[severity],
    malware: (flags & MALWARE) !== 0 || isMalwareId(id),
    title: title === '' ? usualTitle(name) : title,
    reference,
    versions,
    intervals: intervals.map(unpackInterval),
    hashes: (value[7] ?? []).map(([version, integrity]): PackageHash => ({ version, integrity })),
  };
}

function unpackInterval([from, to, flags]: PackedInterval): Interval {
  return {
    from: unpackBound(from, (flags & FROM_BEHIND) !== 0),
    to: unpackBound(to, (flags & TO_BEHIND) !== 0),
    fix: (flags & FIX) !== 0,
  };
}

function unpackBound(text: string, after: boolean): Bound | undefined {
  if (text === '') return undefined;
  const bound = parseBound(text);
  if (bound === undefined) throw new Error(`a bound is no version: ${text}`);
  return { version: bound.version, after };
}

// The checksum vouches for the bytes; this for what another program may have written under it.
function isPacked(value: unknown[]): value is Partial<Packed> & [string] {
  const [
    id,
    versions = [],
    flags = 0,
    severity = -1,
    intervals = [],
    title = '',
    reference = '',
    hashes = [],
  ] = value;
  return (
    typeof id === 'string' &&
    isTexts(versions) &&
    typeof flags === 'number' &&
    typeof severity === 'number' &&
    typeof title === 'string' &&
    typeof reference === 'string' &&
    isRows(intervals, ['string', 'string', 'number']) &&
    isRows(hashes, ['string', 'string'])
  );
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isRows(value: unknown, columns: readonly string[]): boolean {
  if (!Array.isArray(value)) return false;
  return value.every(
    (row) =>
      Array.isArray(row) &&
      row.length === columns.length &&
      columns.every((type, i) => typeof row[i] === type),
  );
}
