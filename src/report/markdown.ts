/**
 * The report as Markdown, for a job summary or a comment on GitHub. Nothing that was read can become markup, a link, a
 * mention or a reference there. https://github.github.com/gfm/
 */
import type { Gap } from '../model.ts';
import { count, oneLine, plural, wellFormed } from '../plain.ts';
import type { Format, Look, Report } from './report.ts';
import { type Thing, thingsIn } from './things.ts';
import { addedFirst, evidence, HEADLINES, isAcute, toDo } from './verdict.ts';

/** What GitHub takes of one step's summary, in bytes. A comment takes 65,536 characters: `look.limit`.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary */
const SUMMARY_BYTES = 1024 * 1024;
/** Rows of one table, tried in this order until all fits. */
const ROWS = [100, 25, 10, 3, 1];
const GAPS = 20;

export const markdown: Format = (report, look) => {
  const limit = look.limit ?? SUMMARY_BYTES;
  const things = addedFirst(thingsIn(report), report).filter((thing) => look.all || isAcute(thing));
  const head = headLines(report, things);
  const foot = [...foldedLines(report, look), ...gapLines(report.gaps), ...footLines(report)];
  for (const rows of ROWS) {
    const whole = joined(
      head,
      things.map((thing, i) => section(thing, i + 1, rows)),
      0,
      foot,
    );
    if (Buffer.byteLength(whole) <= limit) return whole;
  }
  return shortened(head, things, foot, limit);
};

// As many things as fit, and how many do not.
function shortened(head: string[], things: readonly Thing[], foot: string[], limit: number): string {
  const sections = things.map((thing, i) => section(thing, i + 1, 1));
  let bytes = Buffer.byteLength(joined(head, [], things.length, foot));
  const shown: string[] = [];
  for (const one of sections) {
    bytes += Buffer.byteLength(one) + 2;
    if (bytes > limit) break;
    shown.push(one);
  }
  const whole = joined(head, shown, things.length - shown.length, foot);
  if (Buffer.byteLength(whole) <= limit) return whole;
  // What is left are a headline and a number: the words around them are of known length.
  return `${head[0]}\n\n${head[1]}\n\n${plural(things.length, 'thing')} to do: more than fits here. \`vakt --all\` shows them.\n`;
}

function joined(head: string[], sections: string[], left: number, foot: string[]): string {
  const more = left > 0 ? [`**${count(left)} more**: \`vakt --all\` shows them.`] : [];
  return `${[...head, ...sections, ...more, ...foot].join('\n\n')}\n`;
}

const SIGNS = { pass: '✅', fail: '❌', incomplete: '⚠️' } as const;

function headLines({ verdict, project, gaps, change }: Report, things: readonly Thing[]): string[] {
  const open = gaps.filter(({ required }) => required).length;
  const unknown = verdict === 'incomplete' ? `; ${plural(open, 'thing')} could not be checked` : '';
  const scope = change === undefined ? '' : ` Judged is what this change adds to ${code(change.base)}.`;
  return [
    `## ${SIGNS[verdict]} vakt: ${HEADLINES[verdict]}`,
    `**${toDo(things)}${unknown}** in ${code(cut(project, 200))}.${scope}`,
  ];
}

/** A cell longer than this is no name and no title. */
const CELL = 300;

function section(thing: Thing, number: number, most: number): string {
  const { level, title, rows, columns, command, notes } = thing;
  const parts = [`### ${number}. ${prose(title)}${level === 'block' ? ' · **blocks**' : ''}`];
  if (command !== '') parts.push(fenced(command));
  const notesShown = notes.slice(0, 5).map((note) => `- ${prose(cut(note, CELL))}`);
  if (notesShown.length > 0) parts.push(notesShown.join('\n'));
  const adds = thing.findings.filter(({ added }) => added === true).length;
  if (adds > 0 && adds < thing.findings.length)
    parts.push(`${plural(adds, 'of these is', 'of these are')} added by this change.`);
  const shown = rows.slice(0, most).map((row) => tableRow(row, columns));
  if (shown.length > 0) {
    const header = [`| ${columns.join(' | ')} |`, `|${columns.map(() => ' --- |').join('')}`];
    const left = rows.length - shown.length;
    const rest = left > 0 ? [`| … ${count(left)} more |${' |'.repeat(columns.length - 1)}`] : [];
    parts.push([...header, ...shown, ...rest].join('\n'));
  }
  return parts.join('\n\n');
}

// Names, versions and places are code; the rest are words.
function tableRow(row: readonly string[], columns: readonly string[]): string {
  const cells = columns.map((column, i) => {
    const text = cut(row[i] ?? '', CELL);
    if (text === '') return '';
    return CODE.has(column) ? code(text.replace(/^-> /, '')) : prose(text);
  });
  return `| ${cells.join(' | ')} |`;
}

const CODE = new Set(['Package', 'Version', 'From', 'To']);

function foldedLines({ findings }: Report, look: Look): string[] {
  const hidden = findings.filter(({ level }) => level === 'fold').length;
  return look.all || hidden === 0 ? [] : [`Folded away: ${plural(hidden, 'finding')} (\`vakt --all\`).`];
}

function gapLines(gaps: readonly Gap[]): string[] {
  if (gaps.length === 0) return [];
  const sorted = [...gaps].sort((a, b) => Number(b.required) - Number(a.required));
  const lines = sorted.slice(0, GAPS).map(({ source, reason, required }) => {
    const mark = required ? '**required** · ' : '';
    return `- ${mark}${prose(cut(`${source}: ${reason}`, CELL))}`;
  });
  if (gaps.length > GAPS) lines.push(`- … ${count(gaps.length - GAPS)} more`);
  return ['### Could not be checked', lines.join('\n')];
}

function footLines(report: Report): string[] {
  const lines = evidence(report).map((line) => `- ${prose(cut(line, CELL))}`);
  return [`<details><summary>What was checked</summary>\n\n${lines.join('\n')}\n\n</details>`];
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** Words that stay words: every character that could begin markup is a character reference, and what GitHub links by
 * itself (@names, #numbers, GH-numbers, www.) is broken by a zero-width space. */
export function prose(text: string): string {
  return wellFormed(oneLine(text).trim())
    .replace(/[&<>\\`*_[\]|~$]|:(?=\S)|^[-=+#]|(?<=^\d+)[.)]/g, reference)
    .replace(/@/g, '&#64;&#8203;')
    .replace(/(?<!&)#(?=\d)/g, '#&#8203;')
    .replace(/\b(GH|www)(?=[-.])/gi, '$1&#8203;');
}

/** Text in a code span: neither mentions nor references are read there. */
function code(text: string): string {
  const plain = wellFormed(oneLine(text));
  if (/^[\w@/.^~:+-]+$/.test(plain)) return `\`${plain}\``;
  return `<code>${plain.replace(/[^a-z\d /-]/giu, reference)}</code>`;
}

function reference(character: string): string {
  return `&#${character.codePointAt(0)};`;
}

/** A command to be copied: a fence that is longer than any run of backticks in it. */
function fenced(command: string): string {
  const text = wellFormed(oneLine(command));
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sh\n${text}\n${fence}`;
}
