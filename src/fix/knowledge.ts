/**
 * What is known of packages while a plan is made: which versions exist, which of them are free of advisories, which
 * one npm would take for a range. Nothing is asked here: names that nobody asked about yet are noted in `missing`.
 */
import { inRange, isRange } from '../semver.ts';
import { isMalwareId } from '../sources/advisories/ids.ts';
import {
  type AdvisoryRecord,
  affects,
  type Candidate,
  candidate,
  disputes,
} from '../sources/advisories/record.ts';
import { compareVersions, formatVersion, parseVersion, type Version } from '../sources/advisories/version.ts';
import type { FixSettings, PublishedPackage, PublishedVersion, ReleaseAge } from './types.ts';

/** A version that one could go to. */
export interface Choice {
  text: string;
  version: Version;
  /** What npm is to be asked for: the version, or a range where only a bound is known. */
  ask: string;
  /** What the registry tells; undefined where it was not asked. */
  facts: PublishedVersion | undefined;
}

export interface Knowledge {
  /** Ids of the open advisories that mean a version; empty is free. */
  hits(name: string, version: string): readonly string[];
  /** Versions above `current`, ascending; without a registry those that the records name as fixed. */
  above(name: string, current: string): readonly Choice[];
  /** What the registry tells of a version. */
  facts(name: string, version: string): PublishedVersion | undefined;
  /** What to ask npm for to get a version: the version, or a range where it is not known to exist. */
  askFor(name: string, version: string): string;
  /** Whether the registry's answer for the name is at hand. */
  isKnown(name: string): boolean;
  /**
   * The version that npm takes for a range when asked to update `current`; `current` where nothing better is
   * known, undefined where nothing fits.
   */
  pick(name: string, range: string, current: string): string | undefined;
  /** Since when the project's release-age setting lets a version in; undefined: now. */
  blockedUntil(name: string, choice: Choice): Date | 'for good' | undefined;
  /** Names that an answer would help with. */
  missing: ReadonlySet<string>;
  /** Takes in the registry's answer; undefined where it gave none. */
  learn(name: string, answer: PublishedPackage | undefined): void;
}

type Young = (name: string, choice: Choice) => boolean;

/** Knows the records at first, and of the registry what it learns. */
export function knowledge(
  recordsOf: (name: string) => readonly AdvisoryRecord[],
  settings: FixSettings,
  now: Date,
  age?: ReleaseAge,
): Knowledge {
  const answers = new Map<string, PublishedPackage | undefined>();
  const missing = new Set<string>();
  const records = remember((name: string) => recordsOf(name).filter((one) => counts(one, settings)));
  const hitsOf = remember2((name, version) => hitsIn(records(name), candidate(version)));
  const limit = ageLimit(age, now);
  const young: Young = (name, { text, facts }) =>
    (facts?.published?.getTime() ?? 0) > limit && age?.excepts(name, text) !== true;
  const answer = (name: string) => {
    if (!answers.has(name)) missing.add(name);
    return answers.get(name);
  };
  const all = remember((name: string) => {
    const known = answers.get(name);
    return known === undefined ? fixesIn(records(name)) : published(known);
  });
  const picks = remember2((name, range) => {
    const old = (choice: Choice) => !young(name, choice);
    return pickFrom(answers.get(name), all(name).filter(old), range, settings);
  });
  return {
    missing,
    learn(name, found) {
      answers.set(name, found);
      missing.delete(name);
      all.forget(name);
      picks.forget(name);
    },
    hits: hitsOf,
    above(name, current) {
      answer(name);
      const from = parseVersion(current);
      if (from === undefined) return [];
      // Never a prerelease unless the current one is.
      return all(name).filter(
        ({ version }) =>
          compareVersions(version, from) > 0 && (version.pre.length === 0 || from.pre.length > 0),
      );
    },
    facts: (name, version) => answer(name)?.versions.get(version),
    askFor: (name, version) => all(name).find(({ text }) => text === version)?.ask ?? version,
    isKnown: (name) => answer(name) !== undefined,
    pick(name, range, current) {
      if (answer(name) !== undefined) return picks(name, range);
      const free = (version: string) => hitsOf(name, version).length === 0;
      return pickUnseen(all(name), range, current, free);
    },
    blockedUntil: (name, choice) => (young(name, choice) ? openFrom(choice, age) : undefined),
  };
}

type Memory<F> = F & { forget(key: string): void };

function remember<V>(of: (key: string) => V): Memory<(key: string) => V> {
  const known = new Map<string, V>();
  const ask = (key: string): V => {
    let value = known.get(key);
    if (value === undefined && !known.has(key)) {
      value = of(key);
      known.set(key, value);
    }
    return value as V;
  };
  return Object.assign(ask, { forget: (key: string) => void known.delete(key) });
}

function remember2<V>(of: (a: string, b: string) => V): Memory<(a: string, b: string) => V> {
  const outer = remember((a) => remember((b) => of(a, b)));
  return Object.assign((a: string, b: string) => outer(a)(b), { forget: outer.forget });
}

function counts(record: AdvisoryRecord, { accepted }: FixSettings): boolean {
  if (record.withdrawn) return false;
  return accepted === undefined || ![record.id, ...record.aliases].some((id) => accepted.has(id));
}

function hitsIn(records: readonly AdvisoryRecord[], version: Candidate): string[] {
  const hits: string[] = [];
  for (const record of records) {
    if (!affects(record, version)) continue;
    const malware = record.malware || isMalwareId(record.id) || record.aliases.some(isMalwareId);
    if (!malware || !disputes(record, version)) hits.push(record.id);
  }
  return hits;
}

function published({ versions }: PublishedPackage): Choice[] {
  const choices: Choice[] = [];
  for (const [text, facts] of versions) {
    const version = parseVersion(text);
    if (version !== undefined) choices.push({ text, version, ask: text, facts });
  }
  return choices.sort((a, b) => compareVersions(a.version, b.version));
}

// Where affected ranges end. Behind a last affected version any later one of its major will do.
function fixesIn(records: readonly AdvisoryRecord[]): Choice[] {
  const choices = new Map<string, Choice>();
  const add = (bound: Version, after: boolean) => {
    const version = after
      ? { ...bound, patch: bound.patch + (bound.pre.length === 0 ? 1 : 0), pre: [] }
      : bound;
    const text = formatVersion(version);
    const ask = after ? `>${formatVersion(bound)} <${bound.major + 1}` : text;
    if (!after || !choices.has(text)) choices.set(text, { text, version, ask, facts: undefined });
  };
  for (const { intervals, versions } of records) {
    for (const { to } of intervals) if (to !== undefined) add(to.version, to.after);
    for (const named of versions) {
      const version = parseVersion(named);
      if (version !== undefined) add(version, true);
    }
  }
  return [...choices.values()].sort((a, b) => compareVersions(a.version, b.version));
}

/** As npm-pick-manifest: the tag `latest` where it fits, else the highest, what is deprecated or unfit last. */
function pickFrom(
  known: PublishedPackage | undefined,
  all: readonly Choice[],
  range: string,
  { nodeVersion }: FixSettings,
): string | undefined {
  const latest = all.find(({ text }) => text === known?.latest);
  const tag = known?.latest !== undefined && (range === 'latest' || range === '');
  if (!tag && !isRange(range)) return undefined;
  const rank = ({ facts }: Choice): number => {
    const runs = fitsNode(facts, nodeVersion);
    return (facts?.deprecated === undefined ? 1 : 0) + (runs ? 2 : 0);
  };
  const fits = ({ text }: Choice) => tag || range.trim() === '*' || inRange(text, range);
  if (latest !== undefined && rank(latest) === 3 && fits(latest)) return latest.text;
  let best: Choice | undefined;
  for (const choice of all) {
    if (!fits(choice) || !(tag || inRange(choice.text, range))) continue;
    if (best === undefined || rank(choice) >= rank(best)) best = choice;
  }
  return best?.text;
}

function fitsNode(facts: PublishedVersion | undefined, nodeVersion: string | undefined): boolean {
  const wanted = facts?.engines?.node;
  return wanted === undefined || nodeVersion === undefined || inRange(nodeVersion, wanted);
}

/**
 * Without a registry: the first fix in the range, if whatever is highest in the range is free too. Which version
 * that is nobody knows, so the record of a version higher than any stands for it.
 */
function pickUnseen(
  fixes: readonly Choice[],
  range: string,
  current: string,
  free: (version: string) => boolean,
): string | undefined {
  const from = parseVersion(current);
  if (!isRange(range) || from === undefined) return undefined;
  for (const { text, version, ask } of fixes) {
    // The version behind a last affected one is made up: the range has to leave room for whatever came next.
    if (ask !== text && !inRange(`${version.major}.${TOP}.${TOP}`, range)) continue;
    if (version.pre.length > 0 || compareVersions(version, from) <= 0) continue;
    if (!inRange(text, range) || !free(text)) continue;
    const { major, minor } = version;
    const tops = [`${TOP}.${TOP}.${TOP}`, `${major}.${TOP}.${TOP}`, `${major}.${minor}.${TOP}`, text];
    const top = tops.find((one) => inRange(one, range)) ?? text;
    if (free(top)) return text;
  }
  return inRange(current, range) ? current : undefined;
}

/** Higher than any number of a real version, and far below the limit of what counts as one. */
const TOP = 999_999_999;

function ageLimit(age: ReleaseAge | undefined, now: Date): number {
  const old = age?.seconds === undefined ? Infinity : now.getTime() - age.seconds * 1000;
  return Math.min(old, age?.before?.getTime() ?? Infinity);
}

// From when a version is let in that is too young now.
function openFrom({ facts }: Choice, age: ReleaseAge | undefined): Date | 'for good' {
  const published = facts?.published?.getTime() ?? 0;
  if (age?.seconds === undefined || (age.before !== undefined && published > age.before.getTime()))
    return 'for good';
  return new Date(published + age.seconds * 1000);
}
