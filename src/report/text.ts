/** The report for people: what to do, most pressing first, on one screen. */
import type { Finding } from '../model.ts';
import { count, oneLine, plural } from '../plain.ts';
import { isProduction } from '../policy/policy.ts';
import { paint, type Style, table, truncate, wrap } from './layout.ts';
import { type Format, type Look, type Report, UNASKED } from './report.ts';
import { type Thing, thingsIn } from './things.ts';

/** The first screen: things on it, rows of each, lines of all. */
const THINGS = 7;
const ROWS = 4;
const LINES = 30;

export const text: Format = (report, look) => {
  const things = thingsIn(report).filter(({ level }) => look.all || level === 'block' || level === 'todo');
  const head = [header(report, look), verdictLine(report, things, look)];
  const foot = [
    ...folded(report, look),
    ...gapLines(report, look),
    ...coverageLines(report, look),
    ...acceptedLines(report, look),
    ...changeLines(report, look),
  ];
  const room = LINES - head.length - foot.length;
  const lines = [...head, ...body(things, look, room), ...foot];
  return `${lines.join('\n')}\n`;
};

/** As many things and rows as the screen holds; everything with --all. */
function body(things: readonly Thing[], look: Look, room: number): string[] {
  const blocks = (some: readonly Thing[], rows: number): string[][] =>
    some.map((thing, i) => thingLines(thing, i + 1, look, rows));
  if (look.all) return blocks(things, Number.POSITIVE_INFINITY).flatMap((block) => ['', ...block]);
  for (let shown = Math.min(THINGS, things.length); shown > 0; shown--) {
    for (let rows = ROWS; rows > 0; rows--) {
      const fitting = blocks(things.slice(0, shown), rows);
      if (shown < things.length) fitting.push([`${things.length - shown} more: vakt --all`]);
      const lines = fitting.flat();
      if (lines.length + fitting.length + 1 <= room)
        return [...fitting.flatMap((block) => ['', ...block]), ''];
      if (lines.length <= room || (shown === 1 && rows === 1)) return lines;
    }
  }
  return [];
}

function header({ project, coverage, policy }: Report, look: Look): string {
  const files = coverage.files.filter(({ format }) => format !== 'page');
  const first = files.map(({ file, packages }) => `${file} (${plural(packages, 'package')})`);
  const all = files.reduce((sum, { packages }) => sum + packages, 0);
  const read = [
    files.length > 2 ? `${files.length} lock files (${plural(all, 'package')})` : first.join(', '),
    coverage.pages > 0 ? plural(coverage.pages, 'page') : '',
    policy.from === 'built in' ? `policy: ${policy.name}` : `policy: ${policy.from}`,
  ];
  const line = oneLine(`${project}  ${read.filter((part) => part !== '').join(', ')}`);
  return look.all ? line : truncate(line, look.width);
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
  look: Look,
  most: number,
): string[] {
  const mark = level === 'block' ? `  ${style('red', 'blocks', look)}` : '';
  const fitted = table(rows).map((row) => (look.all ? `    ${row}` : truncate(`    ${row}`, look.width)));
  const shown = fitted.slice(0, fitted.length > most ? most : undefined);
  const rest = fitted.length - shown.length;
  return [
    `${style('bold', `${number} ${title}`, look)}${mark}`,
    ...shown,
    ...(rest > 0 ? [`    … ${rest} more`] : []),
    ...commandLines(command, look),
    ...notes.slice(0, look.all ? undefined : 2).flatMap((note) => wrap(`    ${note}`, look.width, '    ')),
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

function folded({ findings }: Report, look: Look): string[] {
  const hidden = findings.filter(({ level }) => level === 'fold');
  if (look.all || hidden.length === 0) return [];
  const advisories = hidden.filter(({ advisory }) => advisory !== undefined);
  const parts = [
    ...(advisories.length > 0 ? [describe(advisories)] : []),
    ...tally(hidden.filter(({ advisory }) => advisory === undefined)),
  ];
  return [
    style('bold', 'Folded away (vakt --all)', look),
    ...parts.map((part) => truncate(`  ${part}`, look.width)),
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

function gapLines({ gaps }: Report, look: Look): string[] {
  const shown = look.all
    ? gaps
    : [...gaps].sort((a, b) => Number(b.required) - Number(a.required)).slice(0, 2);
  const lines = shown.flatMap(({ source, reason, required }) => {
    const mark = required ? 'required' : 'not required';
    const line = `  ${oneLine(`${source}: ${reason}`)} (${mark})`;
    return look.all || required ? wrap(line, look.width, '    ') : [truncate(line, look.width)];
  });
  if (gaps.length > shown.length) lines.push(`  … ${gaps.length - shown.length} more: vakt --all`);
  return lines.length === 0 ? [] : [style('bold', 'Could not be checked', look), ...lines];
}

function coverageLines({ coverage, skipped }: Report, look: Look): string[] {
  const { registry, advisories, checked, packages, notChecked, excluded } = coverage;
  const of = advisories.newest === undefined ? '' : ` of ${advisories.newest.slice(0, 16).replace('T', ' ')}`;
  const lines = [
    `Checked      ${count(checked)} of ${plural(packages, 'package')} against ${plural(advisories.records, 'record')}${of} (${oneLine(advisories.from)})`,
  ];
  if (registry !== undefined) {
    const { asked, answered, compared, libyears } = registry;
    lines.push(
      `Registry     told of ${count(answered)} of ${plural(asked, 'package')}; ${plural(compared, 'hash', 'hashes')} compared; ${libyears.toFixed(1)} libyears behind`,
    );
  }
  const unasked = skipped.filter(({ reason }) => reason === UNASKED).map(({ rule }) => rule);
  const open: string[] = [];
  if (notChecked.length > 0) {
    const total = notChecked.reduce((sum, one) => sum + one.count, 0);
    const parts = notChecked.map((one) => `${count(one.count)} ${one.reason}`).join(', ');
    open.push(`${plural(total, 'package')} (${parts})`);
  }
  if (unasked.length > 0) open.push('what the registry knows (vakt --online)');
  if (open.length > 0) lines.push(`Not checked  ${open.join('; ')}`);
  if (excluded.length > 0) {
    const names = oneLine(excluded.slice(0, 3).join(', ')) + (excluded.length > 3 ? ' …' : '');
    lines.push(
      `Left out     ${plural(excluded.length, 'folder')} that no one ships (${names}); name it to scan it`,
    );
  }
  const [note, ...more] = coverage.notes;
  const shown = lines.map((line) => (look.all ? line : truncate(line, look.width)));
  if (note === undefined) return shown;
  const rest = more.length === 0 ? '' : ` (and ${more.length} more: vakt --all)`;
  const notes = (look.all ? coverage.notes : [note]).map((one) => `Note         ${oneLine(one)}`);
  return [
    ...shown,
    ...notes.map((line) => (look.all ? line : `${truncate(line, look.width - rest.length)}${rest}`)),
  ];
}

function acceptedLines({ accepted, staleIgnores }: Report, look: Look): string[] {
  const lines: string[] = [];
  if (accepted.length > 0)
    lines.push(`Accepted     ${plural(accepted.length, 'finding')} by ${oneLine(placesOf(accepted))}`);
  const shown = staleIgnores.slice(0, look.all ? undefined : 3);
  for (const { ignore, why } of shown) {
    const words = {
      ended: 'has ended',
      unused: 'matches nothing',
      'ends soon': `ends ${ignore.until}`,
      fixed: 'has a fix now',
    };
    lines.push(`Ignore       ${oneLine(ignore.where)} ${words[why]}: ${oneLine(ignore.reason)}`);
  }
  if (staleIgnores.length > shown.length)
    lines.push(`Ignore       ${staleIgnores.length - shown.length} more: vakt --all`);
  return lines.map((line) => (look.all ? line : truncate(line, look.width)));
}

function changeLines({ change }: Report, look: Look): string[] {
  if (change === undefined) return [];
  const stood =
    change.before === 0
      ? 'nothing stood there before'
      : `${plural(change.before, 'finding')} stood there before`;
  const line = oneLine(`Change       since ${change.base}; ${stood}`);
  return [look.all ? line : truncate(line, look.width)];
}

function placesOf(accepted: Report['accepted']): string {
  const files = new Set(accepted.map(({ ignore }) => ignore.where.replace(/:\d+:\d+$/, '')));
  return [...files].join(', ');
}

function style(name: Style, what: string, look: Look): string {
  return look.color ? paint(name, what) : what;
}
