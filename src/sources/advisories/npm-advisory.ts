/**
 * Advisories as npm's bulk endpoint tells them, turned into the records that the database has, so that one
 * matcher judges both. The endpoint gives one object for each range and names neither CVE nor MAL ids; its own
 * numbers change within days, the GHSA in `url` does not.
 */
import { alternatives, type Comparator } from '../../semver.ts';
import { isWeakness, MALWARE_TITLE } from './osv.ts';
import type { AdvisoryRecord, Interval } from './record.ts';
import { severityOf } from './severity.ts';
import { type Json, list, Misshapen, object, oneLine, text } from './shape.ts';
import { type Bound, compareBounds, parseBound } from './version.ts';

/** The records of each name that was asked about; names that were not are left out. Throws Misshapen. */
export function readBulk(value: unknown, asked: ReadonlySet<string>): Map<string, AdvisoryRecord[]> {
  const found = new Map<string, AdvisoryRecord[]>();
  for (const [name, entries] of Object.entries(object(value, 'the answer'))) {
    if (!asked.has(name)) continue;
    const records = new Map<string, AdvisoryRecord>();
    list(entries, name).forEach((entry, i) => {
      const record = readAdvisory(object(entry, `${name}[${i}]`), `${name}[${i}]`);
      const known = records.get(record.id);
      const intervals = [...(known?.intervals ?? []), ...record.intervals];
      records.set(record.id, { ...(known ?? record), intervals });
    });
    if (records.size > 0) found.set(name, [...records.values()]);
  }
  return found;
}

function readAdvisory(entry: Json, place: string): AdvisoryRecord {
  const { url, cwe, severity, vulnerable_versions: range } = entry;
  const id = idOf(entry, place);
  const title = oneLine(entry.title, 300) || id;
  return {
    id,
    aliases: [],
    withdrawn: false,
    severity: severityOf({}, { database_specific: { severity } }, () => undefined),
    malware: MALWARE_TITLE.test(title) || isWeakness({ database_specific: { cwe_ids: cwe } }),
    title,
    reference: typeof url === 'string' && /^https:\/\/[!-~]{1,500}$/.test(url) ? url : '',
    versions: [],
    intervals: intervalsOf(text(range, `${place}.vulnerable_versions`)),
    hashes: [],
  };
}

function idOf({ url, id }: Json, place: string): string {
  const ghsa = typeof url === 'string' ? /GHSA((?:-[0-9a-z]{4}){3})(?![0-9a-z-])/i.exec(url)?.[1] : undefined;
  if (ghsa !== undefined) return `GHSA${ghsa.toLowerCase()}`;
  if (typeof id === 'number' || (typeof id === 'string' && /^[!-~]{1,100}$/.test(id))) return `NPM-${id}`;
  throw new Misshapen(`${place} has no id`);
}

/**
 * The intervals of an npm range in the strict order of SemVer: a prerelease of the first fixed version comes
 * before it and is meant, as OSV has it. What is no range means every version: a registry that reports an advisory
 * we cannot read must not make it vanish.
 */
export function intervalsOf(range: string): Interval[] {
  const intervals: Interval[] = [];
  for (const all of alternatives(range) ?? [[]]) {
    const interval = intersection(all);
    if (interval !== undefined) intervals.push(interval);
  }
  return intervals;
}

function intersection(all: readonly Comparator[]): Interval | undefined {
  let from: Bound | undefined;
  let to: Bound | undefined;
  let fix = false;
  for (const { operator, version } of all) {
    const at = parseBound(version)?.version;
    if (at === undefined) continue;
    const lower: Bound = { version: at, after: operator === '>' };
    const upper: Bound = { version: at, after: operator !== '<' };
    const isLower = operator === '>' || operator === '>=' || operator === '';
    const isUpper = operator === '<' || operator === '<=' || operator === '';
    if (isLower && (from === undefined || compareBounds(lower, from) > 0)) from = lower;
    if (isUpper && (to === undefined || compareBounds(upper, to) < 0)) {
      to = upper;
      // `<1.2.3` is how a fixed version is told here; `<2.0.0-0` is the end of an x-range.
      fix = operator === '<' && at.pre.join('.') !== '0';
    }
  }
  if (from !== undefined && to !== undefined && compareBounds(from, to) >= 0) return undefined;
  return { from, to, fix };
}
