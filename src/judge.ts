/** The one place where issues meet the policy: levels, order, verdict. */
import type { Finding, Gap, Issue, Level, Verdict } from './model.ts';
import { compareSeverity, EXIT } from './model.ts';
import type { Policy } from './policy/policy.ts';
import { isProduction, levelOf } from './policy/policy.ts';

const LEVEL_ORDER: readonly Level[] = ['block', 'todo', 'fold', 'off'];

/** What was found before a change, by what fingerprints are made of: hashing thousands takes longer than judging. */
export type Before = ReadonlyMap<string, Pick<Finding, 'severity'> & { production: boolean }>;

/**
 * Issues as the policy sees them, most pressing first; what it switched off is gone. With what stood `before`, each
 * finding says whether the change adds it.
 */
export function judge(issues: Iterable<Issue>, policy: Policy, before?: Before): Finding[] {
  const findings: Finding[] = [];
  for (const issue of issues) {
    const added = before === undefined ? undefined : isAdded(issue, before);
    const level = levelOf(policy, added === undefined ? issue : { ...issue, added });
    if (level !== 'off') findings.push(toFinding(issue, level, added));
  }
  return findings.sort(compareFindings);
}

/** What these issues of the base come to, for `judge` of the head. The worst of one fingerprint counts. */
export function standing(issues: Iterable<Issue>): Before {
  const known = new Map<string, Pick<Finding, 'severity'> & { production: boolean }>();
  for (const issue of issues) {
    const matter = matterOf(issue);
    const other = known.get(matter);
    const worse = other === undefined || compareSeverity(issue.severity, other.severity) > 0;
    known.set(matter, {
      severity: worse ? issue.severity : other.severity,
      production: isProduction(issue) || other?.production === true,
    });
  }
  return known;
}

// What moves into production, or gets worse, is as good as new.
function isAdded(issue: Issue, before: Before): boolean {
  const stood = before.get(matterOf(issue));
  if (stood === undefined) return true;
  return compareSeverity(issue.severity, stood.severity) > 0 || (isProduction(issue) && !stood.production);
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
