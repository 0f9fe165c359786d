/** All rules over all facts: once by what is at hand, and again where the registries were asked. */
import { asks, type Past, type PastRequest, pastOf } from './enrich.ts';
import { judge } from './judge.ts';
import type { Finding, Issue, Package } from './model.ts';
import { isOn, type Policy } from './policy/policy.ts';
import { type Report, UNASKED } from './report/report.ts';
import { RULES } from './rules/index.ts';
import type { Facts, Rule } from './rules/rule.ts';

/** Judges by what is at hand, asks the registries about what matters, and judges again what their answers concern. */
export async function judgeAll(
  facts: Facts,
  {
    policy,
    open,
    online,
    deep = false,
  }: Pick<PastRequest, 'policy' | 'open' | 'online'> & { deep?: boolean },
  { privacy, recordsOf }: Pick<PastRequest, 'privacy' | 'recordsOf'>,
): Promise<{ findings: Finding[]; past: Past }> {
  const { packages, changed } = facts;
  const first = [...check(RULES, facts, policy)];
  const findings = judge(first, policy);
  const found = new Set<Package>();
  for (const { package: subject } of findings) if (subject !== undefined) found.add(subject);
  const request = { policy, open, online, deep, changed, found, privacy, recordsOf, now: facts.now };
  const past = await pastOf(packages, request);
  if (past.coverage === undefined) return { findings, past };
  const asking = new Set(RULES.filter(asks).map(({ id }) => id));
  const second = check(RULES.filter(asks), { ...facts, ...past }, policy);
  return { findings: judge([...first.filter(({ rule }) => !asking.has(rule)), ...second], policy), past };
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

function* check(rules: readonly Rule[], facts: Facts, policy: Policy): Iterable<Issue> {
  for (const rule of rules) {
    if (isOn(policy, rule.id, facts.changed !== undefined)) yield* rule.check(facts);
  }
}
