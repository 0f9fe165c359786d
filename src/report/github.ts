/**
 * Annotations of GitHub Actions: workflow commands on stdout, each on a line of its own.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
import type { Finding, Level } from '../model.ts';
import { count, oneLine, plural, wellFormed } from '../plain.ts';
import type { Format, Look, Report } from './report.ts';
import { adviser, placesOf, sentence } from './say.ts';
import { addedFindingsFirst, HEADLINES } from './verdict.ts';

/** GitHub keeps so many of a step of each kind. */
const EACH = 10;
const TITLE = 200;
const MESSAGE = 4000;

type Kind = 'error' | 'warning' | 'notice';

const KINDS: Readonly<Record<Exclude<Level, 'off'>, Kind>> = {
  block: 'error',
  todo: 'warning',
  fold: 'notice',
};

/** One annotation for each finding, at its first place; what is folded away only with --all. */
export const github: Format = (report, look) => {
  const made: Record<Kind, string[]> = { error: [], warning: [], notice: [] };
  for (const { source, reason, required } of report.gaps)
    if (required)
      made.error.push(command('error', { title: 'vakt could not check this' }, `${source}: ${reason}`));
  const adviceFor = adviser(report);
  for (const finding of addedFindingsFirst(report.findings, report)) {
    const { level } = finding;
    if (level === 'off' || (level === 'fold' && !look.all)) continue;
    made[KINDS[level]].push(annotation(KINDS[level], finding, adviceFor(finding), look));
  }
  const all = [made.error, made.warning, made.notice];
  const lines = all.flatMap((some) => some.slice(0, EACH));
  return `${[...lines, closing(report, made)].join('\n')}\n`;
};

function closing({ verdict }: Report, { error, warning, notice }: Record<Kind, string[]>): string {
  const counts = `${plural(error.length, 'error')}, ${plural(warning.length, 'warning')}, ${plural(notice.length, 'notice')}`;
  const left = [error, warning, notice].reduce((sum, some) => sum + Math.max(0, some.length - EACH), 0);
  const more = left === 0 ? '' : `; ${count(left)} more than GitHub shows as annotations: vakt --all`;
  return `vakt: ${HEADLINES[verdict].toLowerCase()}, ${counts}${more}`;
}

function annotation(kind: Kind, finding: Finding, advice: string | undefined, look: Look): string {
  const places = placesOf(finding);
  const [first] = places;
  const where =
    first === undefined
      ? {}
      : { file: `${look.base}${first.file}`, line: String(first.line), col: String(first.column) };
  const more = places.length > 1 ? ` (and in ${plural(places.length - 1, 'more place')})` : '';
  const todo = advice === undefined ? '' : `\nWhat to do: ${advice}`;
  const about = finding.advisory === undefined ? '' : ` ${finding.advisory.id}`;
  const title = cut(`${finding.rule}${about} (${finding.severity})`, TITLE);
  return command(kind, { ...where, title }, `${sentence(finding)}${more}${todo}`);
}

/** One annotation as a line. */
export function command(kind: Kind, properties: Record<string, string>, message: string): string {
  const given = Object.entries(properties).map(([key, value]) => `${key}=${property(value)}`);
  return `::${kind} ${given.join(',')}::${data(message)}`;
}

// As https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts reads it back.
function data(message: string): string {
  const lines = message.split('\n').map(oneLine).join('\n');
  return escaped(cut(lines, MESSAGE));
}

function property(value: string): string {
  return escaped(oneLine(value)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

function escaped(text: string): string {
  return wellFormed(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
