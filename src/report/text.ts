/** The report for people: what to do, most pressing first, on one screen. */
import type { Finding } from '../model.ts';
import { count, oneLine, plural } from '../plain.ts';
import { isProduction } from '../policy/policy.ts';
import { fit, paint, type Style, table, wrap } from './layout.ts';
import { type Format, type Look, type Report, UNASKED } from './report.ts';
import { type Thing, thingsIn } from './things.ts';

/** The first screen: things on it, rows of each, lines of all. */
const THINGS = 7;
const ROWS = 4;
const LINES = 30;

/** How the report is laid out: what fits into the screen is tried, roomier before tighter. */
interface Room extends Look {
  /** Lines of a sentence. */
  deep: number;
}

export const text: Format = (report, look) => {
  const things = thingsIn(report).filter(({ level }) => look.all || level === 'block' || level === 'todo');
  let lines: string[] = [];
  for (const deep of look.all ? [Number.POSITIVE_INFINITY] : [2, 1]) {
    const room = { ...look, deep };
    const head = [...header(report, room), verdictLine(report, things, look)];
    const foot = [
      ...folded(report, room),
      ...gapLines(report, room),
      ...coverageLines(report, room),
      ...acceptedLines(report, room),
      ...changeLines(report, room),
    ];
    lines = [...head, ...body(things, look, LINES - head.length - foot.length), ...foot];
    if (lines.length <= LINES) break;
  }
  return `${lines.join('\n')}\n`;
};

/** As many things and rows as the screen holds, whole sentences where there is room; everything with --all. */
function body(things: readonly Thing[], look: Look, room: number): string[] {
  const blocks = (some: readonly Thing[], rows: number, deep: number): string[][] =>
    some.map((thing, i) => thingLines(thing, i + 1, { ...look, deep }, rows));
  const spaced = (some: string[][]): string[] =>
    some.length === 0 ? [] : [...some.flatMap((block) => ['', ...block]), ''];
  if (look.all) return spaced(blocks(things, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY));
  for (let shown = Math.min(THINGS, things.length); shown > 0; shown--) {
    for (let rows = ROWS; rows > 0; rows--) {
      for (const deep of [2, 1]) {
        const fitting = blocks(things.slice(0, shown), rows, deep);
        if (shown < things.length) fitting.push([`${things.length - shown} more: vakt --all`]);
        const lines = fitting.flat();
        if (lines.length + fitting.length + 1 <= room) return spaced(fitting);
        if (lines.length <= room || (shown === 1 && rows === 1 && deep === 1)) return lines;
      }
    }
  }
  return [];
}

function header({ project, coverage, policy }: Report, room: Room): string[] {
  const files = coverage.files.filter(({ format }) => format !== 'page');
  const first = files.map(({ file, packages }) => `${file} (${plural(packages, 'package')})`);
  const all = files.reduce((sum, { packages }) => sum + packages, 0);
  const read = [
    files.length > 2 ? `${files.length} lock files (${plural(all, 'package')})` : first.join(', '),
    coverage.pages > 0 ? plural(coverage.pages, 'page') : '',
    policy.from === 'built in' ? `policy: ${policy.name}` : `policy: ${policy.from}`,
  ];
  return sentence(`${project}  ${read.filter((part) => part !== '').join(', ')}`, room, '  ');
}

/** A sentence in the lines that there are for one. */
function sentence(text: string, { width, deep }: Room, indent: string): string[] {
  return fit(oneLine(text), width, indent, deep);
}

/** A sentence behind its label. */
function labelled(label: string, text: string, room: Room): string[] {
  return sentence(label.padEnd(LABEL) + text, room, ' '.repeat(LABEL));
}

const LABEL = 13;

function verdictLine({ verdict, gaps }: Report, things: readonly Thing[], look: Look): string {
  const acute = things.filter(({ level }) => level === 'block' || level === 'todo');
  const blocking = acute.filter(({ level }) => level === 'block').length;
  const todo = acute.length === 0 ? 'nothing to do' : `${plural(acute.length, 'thing')} to do`;
  if (verdict === 'fail') {
    return `${style('red', 'FAIL', look)}  ${todo}, ${blocking} ${blocking === 1 ? 'blocks' : 'block'}`;
  }
  const none = acute.length === 0 ? '' : ', none blocks';
  if (verdict === 'pass') return `${style('green', 'PASS', look)}  ${todo}${none}`;
  const open = gaps.filter(({ required }) => required).length;
  return `${style('yellow', 'INCOMPLETE', look)}  ${plural(open, 'thing')} could not be checked; ${todo}${none}`;
}

function thingLines(
  { level, title, rows, command, notes }: Thing,
  number: number,
  look: Room,
  most: number,
): string[] {
  const mark = level === 'block' ? `  ${style('red', 'blocks', look)}` : '';
  const shown = table(rows)
    .slice(0, most)
    .flatMap((row, i) => {
      if (look.all) return [`    ${row}`];
      // Columns stay one line each; a sentence may take more.
      return fit(`    ${row}`, look.width, '      ', rows[i]?.length === 1 ? look.deep : 1);
    });
  const rest = rows.length - Math.min(rows.length, most);
  return [
    `${style('bold', `${number} ${title}`, look)}${mark}`,
    ...shown,
    ...(rest > 0 ? [`    … ${rest} more`] : []),
    ...commandLines(command, look),
    ...notes.slice(0, look.all ? undefined : 2).flatMap((note) => fit(`    ${note}`, look.width, '    ', look.deep + 1)),
  ];
}

/** A command is never cut: what does not fit is continued as shells read it, or left to --all. */
function commandLines(command: string, look: Look): string[] {
  if (command === '') return [];
  const lines = wrap(`  $ ${command}`, look.all ? Number.POSITIVE_INFINITY : look.width - 2, '      ');
  const chain = command.split(' && ').length;
  if (lines.length > (chain > 1 ? 4 : 3)) {
    const left = chain > 1 ? `${chain} commands` : `${command.split(' ').length - 2} names`;
    return [`  $ ${oneLine(command.split(' ', 2).join(' '))} …  (${left}: vakt --all)`];
  }
  return lines.map((line, i) => (i === lines.length - 1 ? line : `${line} \\`));
}

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
  const records = `${plural(advisories.records, 'record')}${of} (${advisories.from})`;
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
    const parts = notChecked.map((one) => `${count(one.count)} ${one.reason}`).join(', ');
    open.push(`${plural(total, 'package')} (${parts})`);
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

function style(name: Style, what: string, look: Look): string {
  return look.color ? paint(name, what) : what;
}
