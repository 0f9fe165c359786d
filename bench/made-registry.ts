/**
 * Histories of packages that nobody published. Seeded by the name, they follow the distributions that docs/noise.md
 * describes: assumptions, chosen before anything was counted, and not measured on any registry.
 */
import type { Advisory } from '../src/model.ts';
import type { Repository } from '../src/repository.ts';
import { parseVersion } from '../src/sources/advisories/version.ts';
import type { History, PastRelease } from '../src/sources/history.ts';

export const NOW = new Date('2026-11-22T12:00:00Z');
const DAY = 86_400_000;
/** When attestations and trusted publishing came to npm's registry. */
const ATTESTATIONS = Date.UTC(2023, 3, 19);
const TRUSTED = Date.UTC(2025, 6, 31);

/** Numbers in [0, 1), the same for the same text (FNV-1a, then mulberry32). */
function random(text: string): () => number {
  let state = 2166136261;
  for (const letter of text) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 16777619);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Habits {
  /** Who publishes, and how often anybody but the first does. */
  people: string[];
  others: number;
  attests: boolean;
  trusts: boolean;
  /** How often a release of who attests is made by hand. */
  slips: number;
}

function habitsOf(next: () => number): Habits {
  const size = next();
  const count = size < 0.55 ? 1 : size < 0.85 ? 2 : 5;
  const attests = next() < 0.2;
  return {
    people: Array.from({ length: count }, (_, i) => `person${i}`),
    others: 0.2,
    attests,
    trusts: attests && next() < 0.5,
    slips: 0.03,
  };
}

/** The history of a package, with the given version somewhere in it. */
export function madeHistory(name: string, locked: string): History {
  const next = random(`${name}@${locked}`);
  const habits = habitsOf(next);
  const versions = versionsAround(locked, next);
  const every = 15 + 200 * next() ** 2;
  // Half of what is locked is younger than 600 days.
  const age = -Math.log(1 - next()) * 865;
  const at = versions.indexOf(locked);
  const releases: PastRelease[] = [];
  let handed: string | undefined;
  versions.forEach((version, i) => {
    const time = NOW.getTime() - age * DAY + (i - at) * every * DAY;
    if (time > NOW.getTime()) return;
    if (next() < 0.01) handed = `heir${i}`;
    releases.push(madeRelease(version, time, habits, handed, next));
  });
  const isWithdrawn = next() < 0.002;
  const kept = releases.filter(({ version }) => !isWithdrawn || version !== locked);
  if (next() < 0.03)
    for (const one of kept) one.deprecated = next() < 0.5 ? 'no longer maintained' : 'use @made/next';
  return {
    name,
    registry: 'registry.example.test',
    tags: new Map([['latest', kept.at(-1)?.version ?? locked]]),
    releases: new Map(kept.map((one) => [one.version, one])),
    withdrawn: isWithdrawn ? new Map([[locked, new Date(NOW.getTime() - age * DAY)]]) : new Map(),
    maintainers: habits.people,
  };
}

/** What GitHub and the advisories would say of a package of this history; nothing of a tenth, which name no repository. */
export function madeState(
  name: string,
  { releases }: History,
): { repository: Repository | undefined; advisories: Advisory[] } {
  const next = random(`state of ${name}`);
  const times = [...releases.values()].map(({ published }) => published?.getTime() ?? 0);
  const last = Math.max(0, ...times);
  const isQuiet = NOW.getTime() - last > 2 * 365 * DAY;
  // Work goes on after the last release, for 60 days in the mean.
  const lastCommit = new Date(Math.min(NOW.getTime(), last - Math.log(1 - next()) * 60 * DAY));
  const archived = next() < (isQuiet ? 0.25 : 0.03);
  const isKnown = next() < 0.9;
  const advisories = next() < 0.01 ? [madeAdvisory(name)] : [];
  const repository: Repository = {
    host: 'github.com',
    name: `made/${name.replace(/[^\w.-]/g, '-')}`,
    moved: false,
    archived,
    ...(archived && { archivedAt: lastCommit }),
    disabled: false,
    lastCommit,
    openIssues: 0,
    openPulls: 0,
    securityPolicy: false,
  };
  return { repository: isKnown ? repository : undefined, advisories };
}

function madeAdvisory(name: string): Advisory {
  return {
    id: 'GHSA-made-made-made',
    aliases: [],
    severity: 'moderate',
    rated: true,
    title: `made for ${name}`,
    url: '',
    affected: '*',
    fixed: [],
    malware: false,
    disputed: false,
  };
}

function madeRelease(
  version: string,
  time: number,
  { people, others, attests, trusts, slips }: Habits,
  handed: string | undefined,
  next: () => number,
): PastRelease {
  const [first = 'person0'] = people;
  const other = people[1 + Math.floor(next() * (people.length - 1))] ?? first;
  const person = handed ?? (next() < others ? other : first);
  const byHand = next() < slips;
  const trusted = trusts && time > TRUSTED && !byHand;
  return {
    version,
    published: new Date(time),
    publisher: trusted ? 'workflow' : person,
    trusted,
    staged: false,
    signed: true,
    attested: attests && time > ATTESTATIONS && !byHand,
  };
}

/** Up to forty versions before and up to thirty behind the locked one; each tenth begins a major. */
function versionsAround(locked: string, next: () => number): string[] {
  const own = parseVersion(locked);
  if (own === undefined) return [locked];
  const versions: string[] = [];
  const { major, minor, patch } = own;
  for (let i = 0; i < patch && versions.length < 20; i++) versions.push(`${major}.${minor}.${i}`);
  for (let i = 0; i < minor && versions.length < 40; i++) versions.splice(i, 0, `${major}.${i}.0`);
  if (major > 0) versions.unshift(`${major - 1}.0.0`, `${major - 1}.1.0`);
  versions.push(locked);
  const more = Math.floor(30 * next() ** 2);
  let [top, sub] = [major, minor];
  for (let i = 1; i <= more; i++) {
    if (next() < 0.1) [top, sub] = [top + 1, 0];
    else sub++;
    versions.push(`${top}.${sub}.${top === major && sub === minor ? patch + 1 : 0}`);
  }
  return [...new Set(versions)];
}
