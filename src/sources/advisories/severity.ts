/** How bad a record says it is: the database's own word, else its CVSS vectors. */
import type { Severity } from '../../model.ts';
import { at, isObject, listAt } from './shape.ts';

/** The overall score of a CVSS vector, 0 to 10; undefined when it is none. */
export type Score = (vector: string) => number | undefined;

const WORDS: ReadonlyMap<string, Severity> = new Map([
  ['none', 'info'],
  ['info', 'info'],
  ['low', 'low'],
  ['moderate', 'moderate'],
  ['medium', 'moderate'],
  ['high', 'high'],
  ['critical', 'critical'],
]);

/** The newest standard speaks; this is also how GitHub arrives at its words. */
const VECTORS = ['CVSS_V4', 'CVSS_V3', 'CVSS_V2'];

/**
 * The severity of a record for one of its `affected` entries, undefined where neither a word nor a vector says.
 * What is said of the package counts before what is said of the whole record.
 */
export function severityOf(record: unknown, affected: unknown, score: Score): Severity | undefined {
  const words = [
    at(affected, 'ecosystem_specific', 'severity'),
    at(affected, 'database_specific', 'severity'),
    at(record, 'database_specific', 'severity'),
  ];
  for (const word of words) {
    const severity = typeof word === 'string' ? WORDS.get(word.toLowerCase()) : undefined;
    if (severity !== undefined) return severity;
  }
  const number =
    scoreOf(listAt(affected, 'severity'), score) ??
    scoreOf(listAt(record, 'severity'), score) ??
    vectorScore(at(affected, 'database_specific', 'cvss', 'vectorString'), score);
  return number === undefined ? undefined : band(number);
}

function scoreOf(entries: readonly unknown[], score: Score): number | undefined {
  for (const type of VECTORS) {
    for (const entry of entries) {
      if (!isObject(entry) || entry.type !== type) continue;
      const number = vectorScore(entry.score, score);
      if (number !== undefined) return number;
    }
  }
  return undefined;
}

function vectorScore(vector: unknown, score: Score): number | undefined {
  return typeof vector === 'string' && vector.length <= 1000 ? score(vector) : undefined;
}

// https://www.first.org/cvss/v3.1/specification-document#Qualitative-Severity-Rating-Scale (v4.0 has the same;
// v2 has none, and NVD's for v2 knows no critical, so the later scale serves for all).
function band(score: number): Severity {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'moderate';
  return score > 0 ? 'low' : 'info';
}
