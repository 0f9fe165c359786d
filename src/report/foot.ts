/** Below what there is to do: what is folded away, and what was and was not looked at. */
import type { Finding } from '../model.ts';
import { count, oneLine, plural } from '../plain.ts';
import { isProduction } from '../policy/policy.ts';
import { fit, paint, type Style } from './layout.ts';
import { type Look, type Report, UNASKED } from './report.ts';

/** How the report is laid out: what fits into the screen is tried, roomier before tighter. */
export interface Room extends Look {
  /** Lines of a sentence. */
  deep: number;
}

/** The lines, in their order. */
export function footOf(report: Report, room: Room): string[] {
  return [
    ...folded(report, room),
    ...gapLines(report, room),
    ...coverageLines(report, room),
    ...acceptedLines(report, room),
    ...changeLines(report, room),
  ];
}

/** A sentence in the lines that there are for one. */
export function sentence(text: string, { width, deep }: Room, indent: string): string[] {
  return fit(oneLine(text), width, indent, deep);
}

/** A sentence behind its label. */
function labelled(label: string, text: string, room: Room): string[] {
  return sentence(label.padEnd(LABEL) + text, room, ' '.repeat(LABEL));
}

const LABEL = 13;

function folded({ findings }: Report, room: Room): string[] {
  const hidden = findings.filter(({ level }) => level === 'fold');
  if (room.all || hidden.length === 0) return [];
  const advisories = hidden.filter(({ advisory }) => advisory !== undefined);
  const parts = [
    ...(advisories.length > 0 ? [describe(advisories)] : []),
    ...tally(hidden.filter(({ advisory }) => advisory === undefined)),
  ];
  return [
    style('bold', 'Folded away (vakt --all)', room),
    ...parts.flatMap((part) => sentence(`  ${part}`, room, '    ')),
  ];
}

function describe(advisories: readonly Finding[]): string {
  const packages = new Set(advisories.map(({ package: subject }) => subject?.purl)).size;
  const build = advisories.filter((one) => !isProduction(one)).length;
  const malware = advisories.some(({ rule }) => rule === 'malware') ? '' : ', none malware';
  const where = build === advisories.length ? 'development package' : 'package';
  const some = build > 0 && build < advisories.length ? ` (${count(build)} in development)` : '';
  return `${plural(advisories.length, 'advisory', 'advisories')}${some} in ${plural(packages, where)}${malware}`;
}

function tally(findings: readonly Finding[]): string[] {
  const rules = new Map<string, number>();
  for (const { rule } of findings) rules.set(rule, (rules.get(rule) ?? 0) + 1);
  const parts = [...rules].map(([rule, n]) => `${count(n)} ${rule}`);
  return parts.length === 0 ? [] : [parts.join(', ')];
}

function gapLines({ gaps }: Report, room: Room): string[] {
  const shown = room.all
    ? gaps
    : [...gaps].sort((a, b) => Number(b.required) - Number(a.required)).slice(0, 2);
  const lines = shown.flatMap(({ source, reason, required }) => {
    const text = `  ${source}: ${reason}${required ? ' (required)' : ''}`;
    return sentence(text, required ? { ...room, deep: Math.max(room.deep, 3) } : room, '    ');
  });
  if (gaps.length > shown.length) lines.push(`  … ${gaps.length - shown.length} more: vakt --all`);
  return lines.length === 0 ? [] : [style('bold', 'Could not be checked', room), ...lines];
}

function coverageLines({ coverage, skipped }: Report, room: Room): string[] {
  const { registry, advisories, checked, packages, notChecked, excluded, notes } = coverage;
  const of = advisories.newest === undefined ? '' : ` of ${advisories.newest.slice(0, 10)}`;
  // Where a database came from matters less than how old it is: --all and `vakt db info` tell.
  const from = advisories.kind === 'database' && !room.all ? '' : ` (${advisories.from})`;
  const records = `${plural(advisories.records, 'record')}${of}${from}`;
  const lines = labelled(
    'Checked',
    `${count(checked)} of ${plural(packages, 'package')} against ${records}`,
    room,
  );
  if (registry !== undefined) {
    const { asked, answered, compared, libyears } = registry;
    const told = `told of ${count(answered)} of ${plural(asked, 'package')}; ${plural(compared, 'hash', 'hashes')} compared`;
    lines.push(...labelled('Registry', `${told}; ${libyears.toFixed(1)} libyears behind`, room));
  }
  const unasked = skipped.filter(({ reason }) => reason === UNASKED);
  const open: string[] = [];
  if (notChecked.length > 0) {
    const total = notChecked.reduce((sum, one) => sum + one.count, 0);
    const parts = notChecked.map((one) => `${count(one.count)} ${one.reason}`);
    const [only = ''] = parts;
    const many = `${plural(total, 'package')} (${parts.join(', ')})`;
    open.push(parts.length > 1 ? many : `${only} ${total === 1 ? 'package' : 'packages'}`);
  }
  if (unasked.length > 0) open.push('what the registry knows (vakt --online)');
  if (open.length > 0) lines.push(...labelled('Not checked', open.join('; '), room));
  if (excluded.length > 0) {
    const names = excluded.slice(0, 3).join(', ') + (excluded.length > 3 ? ' …' : '');
    const advice = excluded.length === 1 ? 'name it to scan it' : 'name one to scan it';
    const left = `${plural(excluded.length, 'folder')} that no one ships; ${advice} (${names})`;
    lines.push(...labelled('Left out', left, room));
  }
  const shown = room.all ? notes : notes.slice(0, 1);
  for (const note of shown) lines.push(...labelled('Note', note, room));
  if (notes.length > shown.length) lines.push(`Note         ${notes.length - shown.length} more: vakt --all`);
  return lines;
}

function acceptedLines({ accepted, staleIgnores }: Report, room: Room): string[] {
  const lines: string[] = [];
  if (accepted.length > 0)
    lines.push(
      ...labelled('Accepted', `${plural(accepted.length, 'finding')} by ${placesOf(accepted)}`, room),
    );
  const shown = staleIgnores.slice(0, room.all ? undefined : 3);
  for (const { ignore, why } of shown) {
    const words = {
      ended: 'has ended',
      unused: 'matches nothing',
      'ends soon': `ends ${ignore.until}`,
      fixed: 'has a fix now',
    };
    lines.push(...labelled('Ignore', `${ignore.where} ${words[why]}: ${ignore.reason}`, room));
  }
  if (staleIgnores.length > shown.length)
    lines.push(`Ignore       ${staleIgnores.length - shown.length} more: vakt --all`);
  return lines;
}

function changeLines({ change }: Report, room: Room): string[] {
  if (change === undefined) return [];
  const stood =
    change.before === 0
      ? 'nothing stood there before'
      : `${plural(change.before, 'finding')} stood there before`;
  return labelled('Change', `since ${change.base}; ${stood}`, room);
}

function placesOf(accepted: Report['accepted']): string {
  const files = new Set(accepted.map(({ ignore }) => ignore.where.replace(/:\d+:\d+$/, '')));
  return [...files].join(', ');
}

/** The text in a style, where there is colour. */
export function style(name: Style, what: string, look: Look): string {
  return look.color ? paint(name, what) : what;
}
