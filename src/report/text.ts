/** The report for people: what to do, most pressing first, on one screen. */
import { oneLine, plural } from '../plain.ts';
import { footOf, type Room, sentence, style } from './foot.ts';
import { fit, table, wrap } from './layout.ts';
import type { Format, Look, Report } from './report.ts';
import { type Thing, thingsIn } from './things.ts';

/** The first screen: things on it, rows of each, lines of all. */
const THINGS = 7;
const ROWS = 4;
const LINES = 30;

export const text: Format = (report, look) => {
  const things = thingsIn(report).filter(({ level }) => look.all || level === 'block' || level === 'todo');
  let lines: string[] = [];
  for (const deep of look.all ? [Number.POSITIVE_INFINITY] : [2, 1]) {
    const room = { ...look, deep };
    const head = [...header(report, room), verdictLine(report, things, look)];
    const foot = footOf(report, room);
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
    ...notes
      .slice(0, look.all ? undefined : 2)
      .flatMap((note) => fit(`    ${note}`, look.width, '    ', look.deep + 1)),
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
