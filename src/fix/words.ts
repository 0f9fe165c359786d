/** Titles and notes of steps. */

import { parseVersion } from '../sources/advisories/version.ts';
import type { Knowledge } from './knowledge.ts';
import type { FixSettings, Move, StepKind } from './types.ts';

const TITLE = 60;
const NOTE = 78;
const DAY = 86_400_000;
/** Younger versions are pointed out: most malicious ones are found out within days. */
const FRESH_DAYS = 7;

/** What a step does, in at most 60 characters. */
export function titleOf(kind: StepKind, major: boolean, all: readonly Move[]): string {
  // What only comes along with them has no row of its own.
  const wanted = all.filter(({ severity }) => severity !== undefined);
  const moves = wanted.length > 0 ? wanted : all;
  const names = namesOf(moves.map(({ name, alias }) => alias ?? name));
  const production = moves.every(({ scope }) => scope !== 'dev') ? 'production ' : '';
  const development = moves.every(({ scope }) => scope === 'dev') ? 'development ' : '';
  const many = `${moves.length} ${production || development}packages`;
  const few = moves.length <= 2 ? names : many;
  const [only] = moves;
  if (kind === 'update')
    return cut(`Update ${few} within ${moves.length === 1 ? 'its range' : 'their ranges'}`, TITLE);
  if (kind === 'override') return cut(`Force ${few} to a fixed version`, TITLE);
  if (kind === 'none') return cut(`No command helps with ${few}`, TITLE);
  if (major && moves.length === 1 && only !== undefined) {
    return cut(`Update ${names} from ${line(only.from)} to ${line(only.to)} (major)`, TITLE);
  }
  return cut(`Update ${few}${major ? ' (major)' : ''}`, TITLE);
}

function namesOf(names: readonly string[]): string {
  return [...new Set(names)].join(' and ');
}

// The part of a version that a major step changes.
function line(text: string): string {
  const version = parseVersion(text.startsWith('>') ? text.slice(1).replace(/ .*/s, '') : text);
  if (version === undefined) return text;
  return version.major > 0 ? String(version.major) : `0.${version.minor}`;
}

/** How well it is known what a step clears. */
export type Sureness = 'exact' | 'at least' | 'about';

interface Claim {
  /** How many findings it clears. */
  count: number;
  /** How many of these need a version that perhaps does not exist. */
  hopes: number;
  /** How many findings it is about. */
  of: number;
  sure: Sureness;
}

interface Facts {
  known: Knowledge;
  settings: FixSettings;
  now: Date;
}

function claimed({ count, hopes, of, sure }: Claim): string {
  if (count === hopes) return `clears ${count} if there is such a version`;
  if (sure === 'exact') return `clears ${count} of ${of}`;
  return `clears ${sure} ${count - hopes}`;
}

/** What is known of the versions that a step goes to: existence, age, majors, deprecation. */
export function notesOf(moves: readonly Move[], claim: Claim, { known, settings, now }: Facts): string[] {
  const notes: string[] = [];
  const facts: string[] = [];
  const unseen = moves.filter(({ name, to }) => to !== '' && known.facts(name, to) === undefined);
  if (unseen.length === 0) facts.push('all published');
  else {
    const which = unseen.length === moves.length ? '' : ` of ${unseen.length} versions`;
    facts.push(`existence${which} unchecked (${settings.unchecked ?? 'the registry gave no answer'})`);
  }
  const dated = moves.map(({ name, to }) => ({ name, to, date: known.facts(name, to)?.published }));
  const fresh = dated.filter(
    ({ date }) => date !== undefined && now.getTime() - date.getTime() < FRESH_DAYS * DAY,
  );
  if (fresh.length === 0 && dated.every(({ date }) => date !== undefined))
    facts.push('none under 7 days old');
  const majors = moves.filter(({ major }) => major);
  if (majors.length === 0) facts.push('no major change');
  notes.push(`${claimed(claim)}; ${facts.join(', ')}`);
  if (claim.hopes > 0 && claim.hopes < claim.count)
    notes.push(`${claim.hopes} more if a version above the last affected one is published`);
  for (const { name, from, to } of majors) notes.push(`major: ${name} ${line(from)} -> ${line(to)}`);
  for (const { name, to, date } of fresh) notes.push(`${name} ${to} was published on ${day(date)}`);
  for (const { name, to } of moves) {
    if (known.facts(name, to)?.deprecated)
      notes.push(`${name} ${to} is deprecated; no other version is free`);
  }
  return notes.map((note) => cut(note, NOTE));
}

/** Until when a release-age setting keeps a fix out. */
export function blockedNote(name: string, blocked: Date | 'for good', setting: string): string {
  const why = blocked === 'for good' ? 'by "before" in .npmrc' : `until ${day(blocked)} by ${setting}`;
  return cut(`${name}: the fix is blocked ${why}`, NOTE);
}

function day(date: Date | undefined): string {
  return date === undefined || Number.isNaN(date.getTime())
    ? 'an unknown day'
    : date.toISOString().slice(0, 10);
}

/** The text, at most `length` characters of it. */
export function cut(text: string, length = NOTE): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
