/** All rules over all facts: once by what is at hand, and again where the registries were asked. */
import { asks, type Past, type PastRequest, pastBefore, pastOf } from './enrich.ts';
import { judge, standing } from './judge.ts';
import type { Finding, Issue, Package } from './model.ts';
import { isOn, type Policy } from './policy/policy.ts';
import { type Report, UNASKED } from './report/report.ts';
import { RULES } from './rules/index.ts';
import type { Facts, Rule } from './rules/rule.ts';

export interface JudgeRequest extends Pick<PastRequest, 'policy' | 'open' | 'online'> {
  deep?: boolean;
  /** The rules to run, where not all that the policy has. */
  rules?: readonly string[];
}

/** Gives the facts that stood before a change, as far as these rules need them. */
export type FactsBefore = (rules: readonly Rule[]) => Promise<Facts>;

/**
 * Judges by what is at hand, asks the registries about what matters, and judges again what their answers concern.
 * With the facts that `stood` before a change, each finding says whether the change adds it.
 */
export async function judgeAll(
  { facts, stood }: { facts: Facts; stood: FactsBefore | undefined },
  { policy, open, online, deep = false, rules: only }: JudgeRequest,
  { privacy, recordsOf, learn }: Pick<PastRequest, 'privacy' | 'recordsOf' | 'learn'>,
): Promise<{ findings: Finding[]; past: Past }> {
  const { packages, changed } = facts;
  const isChange = changed !== undefined;
  const rules = RULES.filter(({ id }) => isOn(policy, id, isChange) && only?.includes(id) !== false);
  const first = [...check(rules, facts)];
  const findings = judge(first, policy, stood && standing(await issuesBefore(first, rules, stood)));
  const found = new Set<Package>();
  for (const { package: subject } of findings) if (subject !== undefined) found.add(subject);
  const request = {
    policy,
    open,
    online,
    deep,
    changed,
    found,
    privacy,
    recordsOf,
    learn,
    before: facts.base?.packages,
    now: facts.now,
  };
  const past = await pastOf(packages, request);
  if (past.coverage === undefined) return { findings, past };
  const asking = rules.filter(asks);
  const ids = new Set(asking.map(({ id }) => id));
  const all = [...first.filter(({ rule }) => !ids.has(rule)), ...check(asking, { ...facts, ...past })];
  const before = stood && standing(await issuesBefore(all, rules, stood, past));
  return { findings: judge(all, policy, before), past };
}

/** What stood before of what was found. A rule that finds nothing now has nothing that could have stood. */
async function issuesBefore(
  issues: readonly Issue[],
  rules: readonly Rule[],
  stood: FactsBefore,
  past?: Past,
): Promise<Issue[]> {
  const ids = new Set(issues.map(({ rule }) => rule));
  const telling = rules.filter(({ id }) => ids.has(id));
  if (telling.length === 0) return [];
  const facts = await stood(telling);
  return [...check(telling, past === undefined ? facts : { ...facts, ...pastBefore(facts, past) })];
}

/** The rules that said nothing, and why. */
export function skippedBy(policy: Policy, { unasked }: Past, isChange: boolean): Report['skipped'] {
  const skipped: Report['skipped'] = [];
  for (const { id } of RULES) {
    if (!isOn(policy, id)) skipped.push({ rule: id, reason: 'off in the policy' });
    else if (!isOn(policy, id, isChange)) skipped.push({ rule: id, reason: 'judges changes' });
    else if (unasked.includes(id)) skipped.push({ rule: id, reason: UNASKED });
  }
  return skipped;
}

function* check(rules: readonly Rule[], facts: Facts): Iterable<Issue> {
  for (const rule of rules) yield* rule.check(facts);
}
