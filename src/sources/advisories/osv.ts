/**
 * OSV records: the shape is checked, what concerns npm is taken over.
 * https://ossf.github.io/osv-schema/ and its validation/schema.json.
 */
import { hasPage, isMalwareId } from './ids.ts';
import { readRange } from './ranges.ts';
import type { AdvisoryRecord, Interval, PackageHash } from './record.ts';
import { type Score, severityOf } from './severity.ts';
import { at, isObject, type Json, list, listAt, Misshapen, object, oneLine, text, texts } from './shape.ts';
import { parseVersion } from './version.ts';

/** One OSV record: what it says of each npm package. */
export interface OsvRecord {
  id: string;
  /** RFC 3339, or empty where the record has none. */
  modified: string;
  aliases: string[];
  withdrawn: boolean;
  /** Empty when the record is about other ecosystems only. */
  packages: Map<string, AdvisoryRecord>;
  /** What breaks the schema without making the record useless. */
  notes: string[];
}

const ECOSYSTEM = 'npm';
const RANGES = new Set(['SEMVER', 'ECOSYSTEM', 'GIT']);
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

/** Reads one record. Throws Misshapen when what it says cannot be told for certain. */
export function readOsv(value: unknown, score: Score): OsvRecord {
  const record = object(value, 'the record');
  const id = readId(record.id, 'id');
  const notes: string[] = [];
  const modified = readTime(record, 'modified', notes);
  const withdrawn = record.withdrawn !== undefined && record.withdrawn !== null;
  if (withdrawn) readTime(record, 'withdrawn', notes);
  const aliases = texts(record.aliases, 'aliases').map((alias, i) => readId(alias, `aliases[${i}]`));
  const parts = new Map<string, Part>();
  list(record.affected, 'affected').forEach((entry, i) => {
    readAffected(entry, `affected[${i}]`, parts, notes);
  });
  const packages = new Map<string, AdvisoryRecord>();
  for (const [name, part] of parts)
    packages.set(name, describe(record, { id, aliases, withdrawn }, part, score));
  return { id, modified, aliases, withdrawn, packages, notes };
}

function readId(value: unknown, place: string): string {
  const id = text(value, place);
  if (!/^[!-~]{1,200}$/.test(id)) throw new Misshapen(`${place} is no id`);
  return id;
}

function readTime(record: Json, key: 'modified' | 'withdrawn', notes: string[]): string {
  const value = record[key];
  if (typeof value === 'string' && RFC3339.test(value) && !Number.isNaN(Date.parse(value))) return value;
  notes.push(value === undefined ? `${key} is missing` : `${key} is no RFC 3339 time`);
  return '';
}

// What all `affected` entries of one package say together.
interface Part {
  versions: Set<string>;
  intervals: Interval[];
  hashes: PackageHash[];
  malware: boolean;
  /** The first of the entries. */
  entry: Json;
}

function readAffected(value: unknown, place: string, parts: Map<string, Part>, notes: string[]): void {
  const affected = object(value, place);
  // Records about source code alone have ranges of commits and no package.
  if (affected.package === undefined) return;
  const described = object(affected.package, `${place}.package`);
  if (text(described.ecosystem, `${place}.package.ecosystem`) !== ECOSYSTEM) return;
  const name = text(described.name, `${place}.package.name`);
  const part = parts.get(name) ?? {
    versions: new Set(),
    intervals: [],
    hashes: [],
    malware: false,
    entry: affected,
  };
  parts.set(name, part);
  readRanges(affected, place, part.intervals, notes);
  const versions = texts(affected.versions, `${place}.versions`);
  for (const version of versions) part.versions.add(version);
  for (const hash of readHashes(affected, versions)) part.hashes.push(hash);
  part.malware ||= isWeakness(affected);
}

function readRanges(affected: Json, place: string, into: Interval[], notes: string[]): void {
  const known = at(affected, 'database_specific', 'last_known_affected_version_range');
  list(affected.ranges, `${place}.ranges`).forEach((range, i) => {
    const where = `${place}.ranges[${i}]`;
    const type = text(object(range, where).type, `${where}.type`);
    if (!RANGES.has(type)) throw new Misshapen(`${where}.type is unknown: ${oneLine(type, 40)}`);
    if (type === 'GIT') return;
    for (const interval of readRange(range, where, known, (note) => notes.push(note))) into.push(interval);
  });
}

function describe(
  record: Json,
  { id, aliases, withdrawn }: Pick<OsvRecord, 'id' | 'aliases' | 'withdrawn'>,
  part: Part,
  score: Score,
): AdvisoryRecord {
  const title = oneLine(record.summary, 300) || oneLine(firstLine(record.details), 160) || id;
  return {
    id,
    aliases: [],
    withdrawn,
    severity: severityOf(record, part.entry, score),
    malware: part.malware || isMalwareId(id) || MALWARE_TITLE.test(title) || isWeakness(record),
    title,
    reference: [id, ...aliases].some(hasPage) ? '' : reference(record),
    versions: [...part.versions],
    intervals: part.intervals,
    hashes: part.hashes,
  };
}

function firstLine(details: unknown): string {
  return typeof details === 'string' ? (/\S.*/.exec(details.slice(0, 4000))?.[0] ?? '') : '';
}

/** How databases title packages that were made to harm. */
export const MALWARE_TITLE = /^(embedded )?(malware|malicious code) in\b|^embedded malware\b/i;

// CWE-506 (embedded malicious code) and its kinds up to CWE-512 (spyware).
const MALWARE_WEAKNESS = /^CWE-(506|507|508|509|510|511|512)$/i;

/** Whether a record, or one of its `affected` entries, names a weakness that is malice. */
export function isWeakness(value: Json): boolean {
  const ids = [
    ...listAt(value, 'database_specific', 'cwe_ids'),
    ...listAt(value, 'database_specific', 'cwes').map((cwe) => at(cwe, 'cweId')),
  ];
  return ids.some((id) => typeof id === 'string' && MALWARE_WEAKNESS.test(id));
}

// What says most about the matter first; the package's own page last.
const REFERENCES = ['ADVISORY', 'REPORT', 'ARTICLE', 'WEB', 'FIX', 'PACKAGE'];

function reference(record: Json): string {
  let best = '';
  let rank = Number.POSITIVE_INFINITY;
  for (const entry of listAt(record, 'references')) {
    if (!isObject(entry) || typeof entry.url !== 'string' || !isWebPage(entry.url)) continue;
    const found = REFERENCES.indexOf(String(entry.type));
    const own = found === -1 ? REFERENCES.length : found;
    if (own < rank) [best, rank] = [entry.url, own];
  }
  return best;
}

function isWebPage(url: string): boolean {
  return /^https?:\/\/[!-~]+$/i.test(url) && url.length <= 2000 && URL.canParse(url);
}

// OpenSSF's malicious-packages: the hashes of the tarball, whose file name ends in the version.
function readHashes(affected: Json, versions: readonly string[]): PackageHash[] {
  const hashes: PackageHash[] = [];
  for (const entry of listAt(affected, 'database_specific', 'indicators', 'package_integrity')) {
    const file = at(entry, 'filename');
    const version = versionOfTarball(file) ?? (versions.length === 1 ? versions[0] : undefined) ?? '';
    const sri = at(entry, 'hashes', 'sha512_sri');
    if (typeof sri === 'string' && /^sha512-[A-Za-z0-9+/]{86}==$/.test(sri))
      hashes.push({ version, integrity: sri });
    const sha1 = at(entry, 'hashes', 'sha1');
    if (typeof sha1 === 'string' && /^[0-9a-f]{40}$/i.test(sha1))
      hashes.push({ version, integrity: `sha1-${Buffer.from(sha1, 'hex').toString('base64')}` });
  }
  return hashes;
}

function versionOfTarball(file: unknown): string | undefined {
  if (typeof file !== 'string' || file.length > 500 || !file.endsWith('.tgz')) return undefined;
  // A name may hold hyphens and digits, a version hyphens: the longest ending that is a version.
  for (let dash = file.indexOf('-'); dash !== -1; dash = file.indexOf('-', dash + 1)) {
    const ending = file.slice(dash + 1, -'.tgz'.length);
    if (/^\d/.test(ending) && parseVersion(ending) !== undefined) return ending;
  }
  return undefined;
}
