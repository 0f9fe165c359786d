/** The one place where issues meet the policy: levels, order, verdict. */
import type { Finding, Gap, Issue, Level, Verdict } from './model.ts';
import { compareSeverity, EXIT } from './model.ts';
import type { Policy } from './policy/policy.ts';
import { isProduction, levelOf } from './policy/policy.ts';

const LEVEL_ORDER: readonly Level[] = ['block', 'todo', 'fold', 'off'];

/** Issues as the policy sees them, most pressing first; what it switched off is gone. */
export function judge(issues: Iterable<Issue>, policy: Policy): Finding[] {
  const findings: Finding[] = [];
  for (const issue of issues) {
    const level = levelOf(policy, issue);
    if (level !== 'off') findings.push(toFinding(issue, level));
  }
  return findings.sort(compareFindings);
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
function toFinding(issue: Issue, level: Level): Finding {
  let known: string | undefined;
  return {
    ...issue,
    level,
    get fingerprint() {
      known ??= fingerprintOf(issue);
      return known;
    },
  };
}

function fingerprintOf({ rule, identity }: Issue): string {
  return process
    .getBuiltinModule('node:crypto')
    .createHash('sha256')
    .update(JSON.stringify([rule, ...identity]))
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
