/** What records mean, as a range that people and semver read. */
import { type AdvisoryRecord, contains, coversAll, type Interval } from './record.ts';
import { compareBounds, compareVersions, formatVersion, parseVersion, type Version } from './version.ts';

/** All versions that any of the records means: `>=1.0.0 <1.2.3 || =2.0.0`, `*` for every version. */
export function spellAffected(records: readonly AdvisoryRecord[]): string {
  const intervals = union(records);
  if (intervals.length > 0) return intervals.map(spell).join(' || ');
  // Only texts that are no versions.
  return records.flatMap(({ versions }) => versions).join(' || ');
}

/** The versions that the records name as first fixed, ascending, without those that another record still means. */
export function fixesOf(records: readonly AdvisoryRecord[]): string[] {
  const affected = union(records);
  const fixes: Version[] = [];
  for (const { fix, to } of records.flatMap(({ intervals }) => intervals)) {
    if (!fix || to === undefined || affected.some((interval) => contains(interval, to.version))) continue;
    fixes.push(to.version);
  }
  return [...new Set(fixes.sort(compareVersions).map(formatVersion))];
}

function union(records: readonly AdvisoryRecord[]): Interval[] {
  const all: Interval[] = [];
  for (const { intervals, versions } of records) {
    all.push(...intervals);
    for (const text of versions) {
      const version = parseVersion(text);
      if (version !== undefined)
        all.push({ from: { version, after: false }, to: { version, after: true }, fix: false });
    }
  }
  all.sort(compareStarts);
  const merged: Interval[] = [];
  for (const next of all) {
    const last = merged.at(-1);
    if (last === undefined || isApart(last, next)) merged.push(next);
    else if (endsLater(next, last)) merged[merged.length - 1] = { ...last, to: next.to };
  }
  return merged;
}

function compareStarts(a: Interval, b: Interval): number {
  if (a.from === undefined || b.from === undefined)
    return Number(a.from !== undefined) - Number(b.from !== undefined);
  return compareBounds(a.from, b.from);
}

function isApart({ to }: Interval, { from }: Interval): boolean {
  return to !== undefined && from !== undefined && compareBounds(to, from) < 0;
}

function endsLater(a: Interval, b: Interval): boolean {
  if (b.to === undefined) return false;
  return a.to === undefined || compareBounds(a.to, b.to) > 0;
}

function spell(interval: Interval): string {
  const { from, to } = interval;
  if (coversAll(interval)) return '*';
  const start = from === undefined ? '' : `${from.after ? '>' : '>='}${formatVersion(from.version)}`;
  const end = to === undefined ? '' : `${to.after ? '<=' : '<'}${formatVersion(to.version)}`;
  if (from === undefined || to === undefined) return start + end;
  const single = !from.after && to.after && compareVersions(from.version, to.version) === 0;
  return single ? `=${formatVersion(from.version)}` : `${start} ${end}`;
}
