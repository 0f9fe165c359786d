/** What sri-fix did, for people and for machines. */

import { oneLine, plural } from '../plain.ts';
import type { FixedPage, SriFixLine, SriFixResult } from '../sri-fix/run.ts';
import { SCHEMA } from './report.ts';

/** Places of one refusal that are told. */
const PLACES = 3;

/** For people: what was changed and what is wrong page by page, then what was not pinned, each once.
 * `quiet`: without what went well. */
export function sriFixText(
  result: SriFixResult,
  { dry, quiet = false }: { dry: boolean; quiet?: boolean },
): string {
  const lines: string[] = [];
  for (const page of result.pages) {
    const told = page.lines.filter((line) => isTold(line) && !(quiet && line.action === 'set'));
    if (told.length + page.problems.length === 0) continue;
    lines.push(page.file);
    for (const problem of page.problems) lines.push(`  problem    ${problem}`);
    for (const line of told) lines.push(...lineText(line, dry));
  }
  const refused = refusals(result.pages);
  if (refused.length > 0) lines.push('not pinned:', ...refused);
  for (const note of result.notes) lines.push(`note: ${note}`);
  lines.push(summary(result, dry));
  return `${lines.map(oneLine).join('\n')}\n`;
}

function isTold({ action, pinned }: SriFixLine): boolean {
  return pinned !== undefined || (action !== 'keep' && action !== 'refused');
}

const WORDS: Record<SriFixLine['action'], string> = {
  set: 'protected',
  keep: 'right',
  refused: 'not pinned',
  wrong: 'WRONG',
  unlearned: 'UNKNOWN',
};

function lineText(line: SriFixLine, dry: boolean): string[] {
  const { action, url, pinned, location, integrity, from, reason, advice } = line;
  const place = `${location.line}:${location.column}`;
  const right = pinned !== undefined && action !== 'set' ? 'version' : WORDS[action];
  const word = action === 'set' && dry ? 'to protect' : right;
  const lines = [`  ${place.padEnd(8)} ${word.padEnd(10)} ${url}`];
  const about = ' '.repeat(22);
  if (pinned !== undefined) lines.push(`${about}is ${dry ? 'to be' : 'now'} ${pinned}`);
  if (action === 'set') lines.push(`${about}${integrity ?? ''} from ${from ?? 'the page'}`);
  if (reason !== undefined) lines.push(`${about}${reason}`);
  if (advice !== undefined) lines.push(`${about}→ ${advice}`);
  return lines;
}

function refusals(pages: readonly FixedPage[]): string[] {
  const groups = new Map<string, { line: SriFixLine; places: string[] }>();
  for (const { file, lines } of pages) {
    for (const line of lines) {
      if (line.action !== 'refused' || isTold(line)) continue;
      const key = `${line.url}\0${line.reason ?? ''}`;
      const group = groups.get(key) ?? { line, places: [] };
      group.places.push(`${file}:${line.location.line}`);
      groups.set(key, group);
    }
  }
  return [...groups.values()].flatMap(({ line: { url, reason = '', advice }, places }) => {
    const more = places.length > PLACES ? ` and ${places.length - PLACES} more` : '';
    const said = `    ${reason}${advice === undefined ? '' : ` → ${advice}`}`;
    return [`  ${url}  (${places.slice(0, PLACES).join(', ')}${more})`, said];
  });
}

function summary({ pages, lockChanged }: SriFixResult, dry: boolean): string {
  const count = (action: SriFixLine['action']) =>
    pages.reduce((sum, { lines }) => sum + lines.filter((line) => line.action === action).length, 0);
  const changed = pages.filter((page) => page.changed).length;
  const parts = [
    `${plural(pages.length, 'page')}, ${changed} ${dry ? 'would change' : 'changed'}`,
    `${count('set')} ${dry ? 'to protect' : 'protected now'}, ${count('keep')} right already, ${count('refused')} not pinned`,
  ];
  if (count('wrong') > 0) parts.push(`${count('wrong')} WRONG`);
  if (count('unlearned') > 0) parts.push(`${count('unlearned')} with a hash that could not be learnt`);
  if (lockChanged) parts.push(`the lock ${dry ? 'would change' : 'was written'}`);
  return parts.join('; ');
}

/** One script or style of a page, and what happened to it. */
export interface SriResourceJson extends Omit<SriFixLine, 'location'> {
  line: number;
  column: number;
  /** In bytes of the file. */
  offset: number;
}

/** What sri-fix did, as data. */
export interface SriFixJson {
  /** Of the JSON formats of vakt. */
  schema: number;
  exitCode: number;
  lockChanged: boolean;
  pages: {
    file: string;
    /** It was, or would be, changed. */
    changed: boolean;
    /** Why it could not be read or written, or not fully. */
    problems: string[];
    resources: SriResourceJson[];
    /** Of a dry run. */
    diff?: string;
  }[];
  notes: string[];
}

/** What sri-fix did, as data. */
export function toSriFixJson({ pages, notes, exitCode, lockChanged }: SriFixResult): SriFixJson {
  const listed = pages.map(({ file, changed, problems, lines, diff }) => ({
    file,
    changed,
    problems,
    resources: lines.map(toResource),
    ...(diff === undefined ? {} : { diff }),
  }));
  return { schema: SCHEMA, exitCode, lockChanged, pages: listed, notes };
}

/** A line of a page as data. */
export function toResource({ location, ...told }: SriFixLine): SriResourceJson {
  const { line, column, offset } = location;
  return { ...told, line, column, offset };
}

/** For machines. */
export function sriFixJson(result: SriFixResult): string {
  return `${JSON.stringify(toSriFixJson(result), null, 2)}\n`;
}
