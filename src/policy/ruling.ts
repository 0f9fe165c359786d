/** What a change does to the policy: it is judged by the policy before it, and what it changes there is told. */
import type { Location } from '../model.ts';
import type { RulingChange } from '../rules/rule.ts';
import type { Ignore, Policy } from './policy.ts';

/** Keys whose values are told as they are. */
const KEYS = {
  require: 'require',
  failOn: 'fail-on',
  internal: 'internal',
  registries: 'registries',
  ownOrigins: 'own-origins',
  allowedHosts: 'allowed-hosts',
  include: 'include',
  exclude: 'exclude',
} as const;

/**
 * The differences of two policies, one for each accepted finding, rule and key; `file` is where they are written.
 * What only differs in words, or in the place of its line, is none.
 */
export function policyChanges(before: Policy, after: Policy, file: string): RulingChange[] {
  const place: Location = { file, line: 1, column: 1, offset: 0 };
  const changes: RulingChange[] = [];
  const say = (message: string, severity: RulingChange['severity'], key: string, at = place): void => {
    changes.push({ message, severity, place: at, identity: [key] });
  };
  const known = new Set(before.ignores.map(wordsOf));
  for (const ignore of after.ignores) {
    if (known.has(wordsOf(ignore))) continue;
    const what = subjectOf(ignore);
    const message = `this change accepts ${what} until ${ignore.until} (${ignore.owner}: ${ignore.reason})`;
    say(message, 'moderate', `ignore ${wordsOf(ignore)}`, placeOf(ignore.where, place));
  }
  for (const rule of new Set([...before.rules.keys(), ...after.rules.keys()])) {
    const [was, is] = [before, after].map((policy) =>
      JSON.stringify([
        policy.rules.get(rule) ?? 'off',
        policy.lockedRules.get(rule) ?? [],
        policy.barred.has(rule),
      ]),
    );
    if (was === is) continue;
    const [old, next] = [before, after].map(({ rules }) => levelsOf(rules.get(rule)));
    say(`this change turns the rule ${rule} from ${old} into ${next}`, 'moderate', `rule ${rule} ${is}`);
  }
  for (const [key, name] of Object.entries(KEYS) as [keyof typeof KEYS, string][]) {
    const [was, is] = [JSON.stringify(before[key]), JSON.stringify(after[key])];
    if (was !== is)
      say(`this change turns ${name} of the policy from ${was} into ${is}`, 'moderate', `${name} ${is}`);
  }
  return changes;
}

function wordsOf({ where: _, ...words }: Ignore): string {
  return JSON.stringify(words, Object.keys(words).sort());
}

function subjectOf({ id, rule, package: name, url, fingerprint, path, workspace, scope }: Ignore): string {
  const parts = [id, rule, name, url, fingerprint, path, workspace, scope];
  return parts.filter((part) => part !== undefined).join(', ') || 'nothing';
}

function levelsOf(cases: readonly object[] | undefined): string {
  if (cases === undefined) return 'off';
  const words = cases.map((one) =>
    Object.entries(one)
      .map(([key, value]) => (key === 'level' ? value : `${key} ${value}`))
      .reverse()
      .join(' '),
  );
  return `"${words.join(' / ')}"`;
}

/** `vakt.yml:12:5` as a place. */
function placeOf(where: string, otherwise: Location): Location {
  const parts = /^(.*):(\d+):(\d+)$/s.exec(where);
  if (parts === null) return otherwise;
  return { file: parts[1] ?? '', line: Number(parts[2]), column: Number(parts[3]), offset: 0 };
}
