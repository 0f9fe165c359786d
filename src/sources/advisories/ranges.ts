/** OSV's events of one range, as intervals. https://ossf.github.io/osv-schema/#evaluation */

import type { Interval } from './record.ts';
import { list, Misshapen, object, text } from './shape.ts';
import { type Bound, compareBounds, parseBound } from './version.ts';

const EVENTS = ['introduced', 'fixed', 'last_affected', 'limit'] as const;
type EventKind = (typeof EVENTS)[number];

interface Event {
  kind: EventKind;
  /** Undefined: before every version (introduced), or never (the others). */
  place: Bound | undefined;
}

/**
 * The intervals of one SEMVER or ECOSYSTEM range. `known` is the text of GitHub's
 * `last_known_affected_version_range`, which ends a range that has no end of its own. A bound that is no
 * version widens the range instead of hiding what it means, and is told to `note`. Throws Misshapen.
 */
export function readRange(
  value: unknown,
  place: string,
  known: unknown,
  note: (reason: string) => void,
): Interval[] {
  const events = list(object(value, place).events, `${place}.events`).map((event, i) =>
    readEvent(event, `${place}.events[${i}]`, note),
  );
  if (!events.some(({ kind }) => kind === 'introduced'))
    throw new Misshapen(`${place}.events has no introduced`);
  if (events.some((e) => e.kind === 'fixed') && events.some((e) => e.kind === 'last_affected'))
    note(`${place}.events has both fixed and last_affected`);
  const limit = highestLimit(events);
  const open = events.every(({ kind }) => kind === 'introduced');
  const end = open ? knownEnd(known) : limit;
  return end === undefined ? sweep(events) : cut(sweep(events), end);
}

function readEvent(value: unknown, place: string, note: (reason: string) => void): Event {
  const event = object(value, place);
  const kinds = EVENTS.filter((kind) => Object.hasOwn(event, kind));
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1)
    throw new Misshapen(`${place} has ${kinds.length === 0 ? 'no event' : kinds.join(' and ')}`);
  const version = text(event[kind], `${place}.${kind}`);
  if (kind === 'introduced' && version === '0') return { kind, place: undefined };
  if (kind === 'limit' && version.includes('*')) return { kind, place: undefined };
  const bound = parseBound(version);
  if (bound === undefined) note(`${place}.${kind} is no version: ${version.slice(0, 80)}`);
  // What comes up to and including a version ends just behind it.
  const behind = kind === 'last_affected' && bound !== undefined;
  return { kind, place: behind ? { version: bound.version, after: true } : bound };
}

// The algorithm of the specification, run once over all places where its answer can change. Events at one
// place keep their order, as Python's sorted() does.
function sweep(events: readonly Event[]): Interval[] {
  const intervals: Interval[] = [];
  let from: Bound | undefined;
  let affected = false;
  for (const { kind, place } of sorted(events)) {
    if (kind === 'introduced') {
      if (!affected) from = place;
      affected = true;
    } else if (affected && place !== undefined) {
      const to = place;
      if (from === undefined || compareBounds(from, to) < 0)
        intervals.push({ from, to, fix: kind === 'fixed' && !to.after });
      affected = false;
    }
  }
  if (affected) intervals.push({ from, to: undefined, fix: false });
  return intervals;
}

function sorted(events: readonly Event[]): Event[] {
  return events
    .filter(({ kind, place }) => kind === 'introduced' || (kind !== 'limit' && place !== undefined))
    .sort((a, b) => {
      if (a.place === undefined || b.place === undefined)
        return Number(a.place !== undefined) - Number(b.place !== undefined);
      return compareBounds(a.place, b.place);
    });
}

// A version is inside when it comes before any limit, so only the highest one counts.
function highestLimit(events: readonly Event[]): Bound | undefined {
  let highest: Bound | undefined;
  for (const { kind, place } of events) {
    if (kind !== 'limit') continue;
    if (place === undefined) return undefined;
    if (highest === undefined || compareBounds(place, highest) > 0) highest = place;
  }
  return highest;
}

function cut(intervals: readonly Interval[], end: Bound): Interval[] {
  const kept: Interval[] = [];
  for (const interval of intervals) {
    const { from, to } = interval;
    if (from !== undefined && compareBounds(from, end) >= 0) continue;
    kept.push(to !== undefined && compareBounds(to, end) <= 0 ? interval : { from, to: end, fix: false });
  }
  return kept;
}

// `<= 1.4.2` or `< 2.1.3`; anything else tells nothing about the end.
function knownEnd(known: unknown): Bound | undefined {
  if (typeof known !== 'string') return undefined;
  const match = /^\s*(<=?)\s*(\S+)\s*$/.exec(known.slice(0, 300));
  const bound = parseBound(match?.[2] ?? '');
  return bound !== undefined && match?.[1] === '<=' ? { version: bound.version, after: true } : bound;
}
