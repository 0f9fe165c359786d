/** Records that are aliases of each other become one advisory for a package version. */
import type { Advisory } from '../../model.ts';
import { compareIds, family, isMalwareId, pageOf } from './ids.ts';
import { type AdvisoryRecord, affects, type Candidate, disputes } from './record.ts';
import { fixesOf, spellAffected } from './spell.ts';

/** A package version's advisory with the records behind it. */
export interface Match {
  advisory: Advisory;
  records: readonly AdvisoryRecord[];
}

/** The advisories that mean a version, the best known ids first; withdrawn records count for nothing. */
export function advisoriesFor(records: readonly AdvisoryRecord[], version: Candidate): Match[] {
  const groups = new Map<string, AdvisoryRecord[]>();
  for (const record of records) {
    if (record.withdrawn || !affects(record, version)) continue;
    const key = groupOf(record);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [record]);
    else group.push(record);
  }
  const matches = [...groups.values()].map((group) => ({
    advisory: combine(group, version),
    records: group,
  }));
  return matches.sort((a, b) => compareIds(a.advisory.id, b.advisory.id));
}

// All members of a group know all its ids, so the smallest one names it.
function groupOf({ id, aliases }: AdvisoryRecord): string {
  const [first] = aliases;
  return first !== undefined && first < id ? first : id;
}

function combine(group: readonly AdvisoryRecord[], version: Candidate): Advisory {
  const sorted = [...group].sort((a, b) => compareIds(a.id, b.id));
  const ids = [...new Set(sorted.flatMap(({ id, aliases }) => [id, ...aliases]))];
  const id = preferred(sorted, ids);
  const severity = sorted.find((record) => record.severity !== undefined)?.severity;
  const malware = ids.some(isMalwareId) || group.some((record) => record.malware);
  const reference = sorted.find((record) => record.reference !== '')?.reference;
  return {
    id,
    aliases: ids.filter((other) => other !== id).sort(),
    severity: severity ?? 'high',
    rated: severity !== undefined,
    title: sorted[0]?.title ?? id,
    url: pageOf(id) ?? reference ?? `https://osv.dev/vulnerability/${encodeURIComponent(id)}`,
    affected: spellAffected(group),
    fixed: fixesOf(group),
    malware,
    disputed: malware && group.every((record) => disputes(record, version)),
  };
}

// The best known family; within it a record that means this version before a mere alias.
function preferred(sorted: readonly AdvisoryRecord[], ids: readonly string[]): string {
  const best = [...ids].sort(compareIds)[0] ?? '';
  const own = sorted[0]?.id ?? best;
  return family(own) === family(best) ? own : best;
}
