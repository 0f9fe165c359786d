/** What a policy says, once loaded: which findings block, which are work, and what must be known. */
import type { Finding, Issue, Level, Scope, Severity } from '../model.ts';
import { compareSeverity } from '../model.ts';
import type { RuleOptions } from '../rules/options.ts';

/** One case of a rule: fits when all that it asks for holds. */
export interface LevelCase {
  level: Level;
  /** At least this severe. */
  severity?: Severity | undefined;
  scope?: 'production' | 'development' | undefined;
  fixable?: boolean | undefined;
  disputed?: boolean | undefined;
  /** `true` fits what the judged change adds, and nothing where no change is judged. */
  added?: boolean | undefined;
}

/** What a policy decides about: an issue, and whether the judged change adds it. */
type Judged = Issue & Pick<Finding, 'added'>;

export type Bar = Severity | 'never';
/** From which severity on findings block. */
export interface Bars {
  production?: Bar | undefined;
  development?: Bar | undefined;
}

/** An accepted finding; all keys that are given must match. */
export interface Ignore {
  rule?: string | undefined;
  id?: string | undefined;
  package?: string | undefined;
  path?: string | undefined;
  workspace?: string | undefined;
  scope?: 'production' | 'development' | undefined;
  fingerprint?: string | undefined;
  /** Of a script or style; `*` stands for any characters. */
  url?: string | undefined;
  reason: string;
  owner: string;
  /** Last day, YYYY-MM-DD, UTC. */
  until: string;
  fixed?: boolean | undefined;
  /** Where it is written: `vakt.yml:12:5`. */
  where: string;
}

export interface Policy {
  name: string;
  /** Where it was read from, for people; what it extends in brackets. */
  from: string;
  /** Facts whose lack makes a report incomplete. `advisories` in hours: how old the newest record may be. */
  require: { files: boolean; advisories: boolean; histories: boolean; maxAgeHours?: number | undefined };
  /** The first case that fits decides; a rule that is not here is off. */
  rules: ReadonlyMap<string, readonly LevelCase[]>;
  /** Rules that another file than a preset switches on: for them the registry may be asked. */
  chosen: ReadonlySet<string>;
  /** Thresholds of rules. */
  options: RuleOptions;
  /** What locked policies demand beside that: the stricter level of both holds. */
  lockedRules: ReadonlyMap<string, readonly (readonly LevelCase[])[]>;
  /** At or above the bar a finding blocks, below it nothing but malware does. */
  failOn: Bars;
  /** The rules for which `failOn` decides: all that no later (or the same) file names itself. */
  barred: ReadonlySet<string>;
  /** Bars that only ever raise: locked ones and the command line's. */
  raise: readonly Bars[];
  /** Scopes and names that are private: patterns such as `@acme`, `acme-*`. */
  internal: readonly string[];
  /** Hosts of private registries. */
  registries: readonly string[];
  /** Origins or hosts whose scripts are our own. */
  ownOrigins: readonly string[];
  /** Hosts that pages may load scripts from; any where it is empty. */
  allowedHosts: readonly string[];
  /** Licences: SPDX expressions, or texts as packages write them. Any where both are empty. */
  licenses: { allow: readonly string[]; deny: readonly string[] };
  /** Files, as patterns of .gitignore: looked at in spite of a default, and left out. */
  include: readonly string[];
  exclude: readonly string[];
  ignores: readonly Ignore[];
}

/** Levels, the loosest first. */
export const STRICTNESS: readonly Level[] = ['off', 'fold', 'todo', 'block'];

/** The policy's decision for an issue. */
export function levelOf(policy: Policy, issue: Judged): Level {
  const side = isProduction(issue) ? 'production' : 'development';
  let level = firstFit(policy.rules.get(issue.rule), issue);
  const bar = policy.failOn[side];
  if (bar !== undefined && level !== 'off' && policy.barred.has(issue.rule)) {
    if (reaches(issue.severity, bar)) level = 'block';
    else if (level === 'block' && issue.rule !== 'malware') level = 'todo';
  }
  for (const cases of policy.lockedRules.get(issue.rule) ?? [])
    level = stricter(level, firstFit(cases, issue));
  for (const bars of policy.raise) {
    const raised = bars[side];
    if (level !== 'off' && raised !== undefined && reaches(issue.severity, raised)) level = 'block';
  }
  return level;
}

/** Whether any finding of the rule could be more than dropped: what decides whether it runs at all. */
export function isOn(policy: Policy, rule: string, change = true): boolean {
  const layers = [policy.rules.get(rule) ?? [], ...(policy.lockedRules.get(rule) ?? [])];
  return layers.some((cases) =>
    cases.some(({ level, added }) => level !== 'off' && (change || added !== true)),
  );
}

/** What is not bound to a package (a page, a lock file) concerns production. */
export function isProduction(issue: Issue | Finding): boolean {
  return issue.package?.scope !== ('dev' satisfies Scope);
}

/** The stricter of two levels. */
function stricter(a: Level, b: Level): Level {
  return STRICTNESS.indexOf(a) >= STRICTNESS.indexOf(b) ? a : b;
}

/** The bar that lets less through. */
export function lowerBar(a: Bar | undefined, b: Bar | undefined): Bar | undefined {
  if (a === undefined || a === 'never') return b ?? a;
  if (b === undefined || b === 'never') return a;
  return compareSeverity(a, b) <= 0 ? a : b;
}

function reaches(severity: Severity, bar: Bar): boolean {
  return bar !== 'never' && compareSeverity(severity, bar) >= 0;
}

function firstFit(cases: readonly LevelCase[] | undefined, issue: Judged): Level {
  return cases?.find((one) => fits(one, issue))?.level ?? 'off';
}

function fits(wanted: LevelCase, issue: Judged): boolean {
  if (wanted.severity !== undefined && compareSeverity(issue.severity, wanted.severity) < 0) return false;
  if (wanted.scope !== undefined && (wanted.scope === 'production') !== isProduction(issue)) return false;
  if (wanted.fixable !== undefined && wanted.fixable !== (issue.fixable ?? false)) return false;
  if (wanted.added !== undefined && wanted.added !== (issue.added ?? false)) return false;
  return wanted.disputed === undefined || wanted.disputed === (issue.disputed ?? false);
}
