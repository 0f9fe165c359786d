/** The verdict and its evidence in words, as reports that are not text have them. */
import type { Finding } from '../model.ts';
import { count, oneLine, plural } from '../plain.ts';
import type { Report } from './report.ts';
import type { Thing } from './things.ts';

export const HEADLINES = { pass: 'Pass', fail: 'Fail', incomplete: 'Incomplete' } as const;

/** `3 things to do, 1 blocks`. */
export function toDo(things: readonly Thing[]): string {
  const acute = things.filter(isAcute);
  if (acute.length === 0) return 'nothing to do';
  const blocking = acute.filter(({ level }) => level === 'block').length;
  const blocks = blocking === 0 ? 'none blocks' : `${blocking} ${blocking === 1 ? 'blocks' : 'block'}`;
  return `${plural(acute.length, 'thing')} to do, ${blocks}`;
}

/** Whether a thing is work; the rest is folded away. */
export function isAcute({ level }: Thing): boolean {
  return level === 'block' || level === 'todo';
}

/** What a change adds comes before what stood there; without a change all stays as it is. */
export function addedFirst(things: readonly Thing[], { change }: Report): Thing[] {
  if (change === undefined) return [...things];
  const adds = ({ findings }: Thing) => findings.some(({ added }) => added === true);
  return [...things.filter(adds), ...things.filter((thing) => !adds(thing))];
}

/** Which findings a change adds come first, in the order they have. */
export function addedFindingsFirst(findings: readonly Finding[], { change }: Report): Finding[] {
  if (change === undefined) return [...findings];
  return [
    ...findings.filter(({ added }) => added === true),
    ...findings.filter(({ added }) => added !== true),
  ];
}

/** Lines of plain text: what was looked at, by which policy, and what was left out. */
export function evidence({ coverage, policy, accepted, skipped, change }: Report): string[] {
  const { checked, packages, pages, advisories, notChecked, excluded } = coverage;
  const named = policy.from === 'built in' ? policy.name : `${policy.name} (${policy.from})`;
  const lines = [
    `Policy: ${named}${skipped.length > 0 ? `; ${plural(skipped.length, 'rule')} off` : ''}`,
    `Checked ${count(checked)} of ${plural(packages, 'package')} and ${plural(pages, 'page')} against ${sourceOf(advisories)}`,
  ];
  if (change !== undefined)
    lines.push(`Compared with ${change.base}: ${plural(change.before, 'finding')} stood there before`);
  for (const { count: n, reason } of notChecked)
    lines.push(`Not checked: ${plural(n, 'package')} (${reason})`);
  if (excluded.length > 0) lines.push(`Left out: ${plural(excluded.length, 'folder')} that no one ships`);
  if (accepted.length > 0) lines.push(`Accepted: ${plural(accepted.length, 'finding')}`);
  return lines.map(oneLine);
}

function sourceOf({ records, newest, from }: Report['coverage']['advisories']): string {
  const of = newest === undefined ? '' : ` of ${newest.slice(0, 10)}`;
  return records === 0 ? from : `${plural(records, 'record')}${of} (${from})`;
}
