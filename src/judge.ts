/** The one place where issues meet the policy: levels, order, verdict. */
import type { Finding, Gap, Issue, Level, Location, Verdict } from './model.ts';
import { compareSeverity, EXIT } from './model.ts';
import type { Policy } from './policy/policy.ts';
import { isProduction, levelOf } from './policy/policy.ts';

const LEVEL_ORDER: readonly Level[] = ['block', 'todo', 'fold', 'off'];

/** What was found before a change, by what fingerprints are made of: hashing thousands takes longer than judging. */
export type Before = ReadonlyMap<string, Standing>;

interface Standing extends Pick<Finding, 'severity'> {
  production: boolean;
  /** How many tags of each page; empty where packages are meant. */
  tags: Map<string, number>;
}

/**
 * Issues as the policy sees them, most pressing first; what it switched off is gone. With what stood `before`, each
 * finding says whether the change adds it.
 */
export function judge(issues: Iterable<Issue>, policy: Policy, before?: Before): Finding[] {
  const findings: Finding[] = [];
  const all = [...issues];
  const now = before === undefined ? undefined : standing(all);
  for (const issue of all) {
    const matter = matterOf(issue);
    const added = before === undefined ? undefined : isAdded(issue, before.get(matter), now?.get(matter));
    const level = levelOf(policy, added === undefined ? issue : { ...issue, added });
    if (level === 'off') continue;
    const told = added === true ? newestFirst(issue, before?.get(matter), now?.get(matter)) : issue;
    findings.push(toFinding(told, level, added));
  }
  return findings.sort(compareFindings);
}

/** What these issues of the base come to, for `judge` of the head. The worst of one fingerprint counts. */
export function standing(issues: Iterable<Issue>): Before {
  const known = new Map<string, Standing>();
  for (const issue of issues) {
    const matter = matterOf(issue);
    const other = known.get(matter);
    const worse = other === undefined || compareSeverity(issue.severity, other.severity) > 0;
    const tags = other?.tags ?? new Map<string, number>();
    if (issue.url !== undefined)
      for (const { file } of issue.places()) tags.set(file, (tags.get(file) ?? 0) + 1);
    known.set(matter, {
      severity: worse ? issue.severity : other.severity,
      production: isProduction(issue) || other?.production === true,
      tags,
    });
  }
  return known;
}

// What moves into production, gets worse, or stands in one more tag, is as good as new. A tag that moves is not.
function isAdded(issue: Issue, stood: Standing | undefined, now: Standing | undefined): boolean {
  if (stood === undefined) return true;
  if (compareSeverity(issue.severity, stood.severity) > 0) return true;
  return (isProduction(issue) && !stood.production) || sum(now) > sum(stood);
}

function sum(standing: Standing | undefined): number {
  let count = 0;
  for (const tags of standing?.tags.values() ?? []) count += tags;
  return count;
}

// People and annotations look at the first place.
function newestFirst(issue: Issue, stood: Standing | undefined, now: Standing | undefined): Issue {
  if (stood === undefined || now === undefined || now.tags.size === 0) return issue;
  const grew = ({ file }: Location): boolean => (now.tags.get(file) ?? 0) > (stood.tags.get(file) ?? 0);
  const places = issue.places();
  const sorted = [...places.filter(grew), ...places.filter((place) => !grew(place))];
  return { ...issue, places: () => sorted };
}

/** What the run comes to. A violation outweighs a lack of knowledge; the exit code says which it was. */
export function verdictOf(
  findings: readonly Finding[],
  gaps: readonly Gap[],
): { verdict: Verdict; exitCode: number } {
  if (findings.some(({ level }) => level === 'block')) return { verdict: 'fail', exitCode: EXIT.fail };
  if (gaps.some(({ required }) => required)) return { verdict: 'incomplete', exitCode: EXIT.incomplete };
  return { verdict: 'pass', exitCode: EXIT.pass };
}

// Most reports show no fingerprint, and loading node:crypto takes longer than judging.
function toFinding(issue: Issue, level: Level, added: boolean | undefined): Finding {
  let known: string | undefined;
  return {
    ...issue,
    level,
    ...(added !== undefined && { added }),
    get fingerprint() {
      known ??= fingerprintOf(issue);
      return known;
    },
  };
}

function matterOf({ rule, identity }: Issue): string {
  return JSON.stringify([rule, ...identity]);
}

function fingerprintOf(issue: Issue): string {
  return process
    .getBuiltinModule('node:crypto')
    .createHash('sha256')
    .update(matterOf(issue))
    .digest('hex')
    .slice(0, 32);
}

function compareFindings(a: Finding, b: Finding): number {
  return (
    LEVEL_ORDER.indexOf(a.level) - LEVEL_ORDER.indexOf(b.level) ||
    Number(b.rule === 'malware') - Number(a.rule === 'malware') ||
    Number(isProduction(b)) - Number(isProduction(a)) ||
    compareSeverity(b.severity, a.severity) ||
    compareText(a.rule, b.rule) ||
    compareText(a.package?.name ?? '', b.package?.name ?? '') ||
    compareText(a.identity.join('\0'), b.identity.join('\0'))
  );
}

// Not localeCompare: the order must be the same on every machine.
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
