/** What the rules on a package's past share. */
import type { Package } from '../model.ts';
import { isNamedBy } from '../names.ts';
import { compareVersions, parseVersion } from '../sources/advisories/version.ts';
import type { History, PastRelease } from '../sources/history.ts';
import type { Facts } from './rule.ts';

export const DAY = 86_400_000;
const YEAR = 365.25 * DAY;

interface Past {
  subject: Package;
  history: History;
  /** What is locked. */
  release: PastRelease;
}

/**
 * The packages from the registry whose history is known and has what is locked; where there is a change only those
 * that it brings: a base's packages were judged when they came.
 */
export function* arrivals(
  { histories, changed }: Pick<Facts, 'histories' | 'changed'>,
  except: readonly string[],
): Iterable<Past> {
  for (const past of known({ histories })) {
    const { subject } = past;
    if (changed !== undefined && !changed.has(subject)) continue;
    if (!except.some((pattern) => isNamedBy(pattern, subject.name))) yield past;
  }
}

/** The packages from the registry whose history is known and has what is locked. */
export function* known({ histories }: Pick<Facts, 'histories'>): Iterable<Past> {
  for (const [subject, history] of histories) {
    const release = history.releases.get(subject.version);
    if (release !== undefined && isFromRegistry(subject)) yield { subject, history, release };
  }
}

/** Whether what is installed is the registry's own, and not a patched or renamed copy of it. */
export function isFromRegistry({ source }: Package): boolean {
  return source === 'registry' || source === 'bundled';
}

/** A package's licence: as the lock file or node_modules has it, else as the registry tells it. */
export function licenseOf(subject: Package, histories: Facts['histories']): string | undefined {
  if (subject.license !== undefined && subject.license !== '') return subject.license;
  return isFromRegistry(subject) ? histories.get(subject)?.releases.get(subject.version)?.license : undefined;
}

/** The releases before one, by time, latest first; prereleases only before a prerelease. */
export function before({ releases }: History, release: PastRelease): PastRelease[] {
  const { published } = release;
  if (published === undefined) return [];
  const found: PastRelease[] = [];
  for (const one of releases.values()) {
    const isEarlier = one.published !== undefined && one.published < published;
    if (isEarlier && (isStable(one.version) || !isStable(release.version))) found.push(one);
  }
  return found.reverse();
}

/**
 * What a release is fairly compared with: an old major that is still served keeps the ways it was published by
 * (pnpm/pnpm#10202), so what came before it in its own major counts, whatever its number: a patch of an older minor
 * by a stolen token is still an attack. Lower majors count only where it begins its own.
 */
export function peers(history: History, release: PastRelease): PastRelease[] {
  const own = parseVersion(release.version);
  if (own === undefined) return [];
  const same: PastRelease[] = [];
  const lower: PastRelease[] = [];
  for (const one of before(history, release)) {
    const version = parseVersion(one.version);
    if (version?.major === own.major) same.push(one);
    else if (version !== undefined && compareVersions(version, own) < 0) lower.push(one);
  }
  return same.length > 0 ? same : lower;
}

function isStable(version: string): boolean {
  return (parseVersion(version)?.pre.length ?? 0) === 0;
}

/** What most people would install today: the tag latest, else the highest stable version. */
export function newest({ tags, releases }: History): PastRelease | undefined {
  const tagged = releases.get(tags.get('latest') ?? '');
  if (tagged !== undefined) return tagged;
  let best: PastRelease | undefined;
  for (const one of releases.values())
    if (isStable(one.version) && (best === undefined || isAbove(one.version, best.version))) best = one;
  return best;
}

/** Whether version `a` is higher than `b`; false where either is none. */
export function isAbove(a: string, b: string): boolean {
  const [one, other] = [parseVersion(a), parseVersion(b)];
  return one !== undefined && other !== undefined && compareVersions(one, other) > 0;
}

/** How far a release is behind another one in time, in years; 0 where that is not known. https://libyear.com */
export function yearsBehind(release: PastRelease, latest: PastRelease | undefined): number {
  if (release.published === undefined || latest?.published === undefined) return 0;
  if (!isAbove(latest.version, release.version)) return 0;
  return Math.max(0, latest.published.getTime() - release.published.getTime()) / YEAR;
}

/** YYYY-MM-DD, UTC. */
export function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** A few names for a sentence: `ann, bob and 3 more`. */
export function few(names: readonly string[], most = 3): string {
  const rest = names.length - most;
  return names.slice(0, most).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
