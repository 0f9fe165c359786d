/** What a change does to the policy: it is judged by the policy before it, and what it changes there is told. */
import type { Location } from '../model.ts';
import type { RulingChange } from '../rules/rule.ts';
import { type Ignore, type Policy, STRICTNESS } from './policy.ts';

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
  licenses: 'licenses',
  options: 'options',
  raise: 'locked',
} as const;

/** Where a policy is written now; without a text the file is gone. */
export interface Written {
  file: string;
  text: string | undefined;
}

/**
 * The differences of two policies, one for each accepted finding, rule and key. What only differs in words, or in the
 * place of its line, is none.
 */
export function policyChanges(before: Policy, after: Policy, written: Written): RulingChange[] {
  const changes = [...ignoreChanges(before, after, written), ...ruleChanges(before, after, written)];
  const say = (name: string, was: string, is: string, what = `${name} of the policy`): void => {
    if (was === is) return;
    const message = `this change turns ${what} from ${was} into ${is}`;
    changes.push({
      message,
      severity: 'moderate',
      place: placeOfKey(written, name),
      identity: [`${name} ${is}`],
    });
  };
  say('extends', originOf(before), originOf(after), 'what judges');
  for (const [key, name] of Object.entries(KEYS) as [keyof typeof KEYS, string][])
    say(name, JSON.stringify(before[key]), JSON.stringify(after[key]));
  return changes;
}

function originOf({ name, from }: Policy): string {
  return from === 'built in' ? `the built-in ${name}` : from;
}

function ignoreChanges(before: Policy, after: Policy, written: Written): RulingChange[] {
  const changes: RulingChange[] = [];
  const open = new Map(before.ignores.map((one) => [wordsOf(one), one]));
  const added: Ignore[] = [];
  for (const ignore of after.ignores) if (!open.delete(wordsOf(ignore))) added.push(ignore);
  for (const ignore of added) {
    const place = placeOf(ignore.where, placeOfKey(written, 'ignore'));
    const say = (message: string, severity: RulingChange['severity']): void => {
      changes.push({ message, severity, place, identity: [`ignore ${wordsOf(ignore)}`] });
    };
    const what = subjectOf(ignore);
    const by = `(${ignore.owner}: ${ignore.reason})`;
    const earlier = [...open.values()].find((one) => subjectOf(one) === what);
    if (earlier === undefined) {
      say(`this change accepts ${what} until ${ignore.until} ${by}`, 'moderate');
      continue;
    }
    open.delete(wordsOf(earlier));
    if (earlier.until === ignore.until) say(`this change accepts ${what} with other words ${by}`, 'low');
    else if (earlier.until < ignore.until)
      say(
        `this change extends what accepts ${what} from ${earlier.until} to ${ignore.until} ${by}`,
        'moderate',
      );
    else say(`this change shortens what accepts ${what} from ${earlier.until} to ${ignore.until}`, 'low');
  }
  for (const ignore of open.values()) {
    const message = `this change no longer accepts ${subjectOf(ignore)} (${ignore.owner}, until ${ignore.until})`;
    const place = placeOfKey(written, 'ignore');
    changes.push({ message, severity: 'low', place, identity: [`no ignore ${wordsOf(ignore)}`] });
  }
  return changes;
}

function ruleChanges(before: Policy, after: Policy, written: Written): RulingChange[] {
  const changes: RulingChange[] = [];
  for (const rule of new Set([...before.rules.keys(), ...after.rules.keys()])) {
    const [was, is] = [before, after].map((policy) =>
      JSON.stringify([
        policy.rules.get(rule) ?? 'off',
        policy.lockedRules.get(rule) ?? [],
        policy.barred.has(rule),
      ]),
    );
    if (was === is) continue;
    const [old, next] = [before, after].map((policy) => levelsOf(policy, rule));
    changes.push({
      message: `this change ${verbFor(before, after, rule)} the rule ${rule} from ${old} into ${next}`,
      severity: 'moderate',
      place: placeOfKey(written, rule),
      identity: [`rule ${rule} ${is}`],
    });
  }
  return changes;
}

/** What a change of levels comes to; where both sides have cases it depends on the finding. */
function verbFor(before: Policy, after: Policy, rule: string): string {
  const [was, is] = [before, after].map(({ rules }) => {
    const [first, ...more] = rules.get(rule) ?? [{ level: 'off' as const }];
    return more.length === 0 && Object.keys(first ?? {}).length === 1 ? first?.level : undefined;
  });
  if (was === is) return 'turns';
  if (is === 'off' || was === 'block') return 'loosens';
  if (was === 'off' || is === 'block') return 'tightens';
  if (was === undefined || is === undefined) return 'turns';
  return STRICTNESS.indexOf(was) > STRICTNESS.indexOf(is) ? 'loosens' : 'tightens';
}

function wordsOf({ where: _, ...words }: Ignore): string {
  return JSON.stringify(words, Object.keys(words).sort());
}

function subjectOf({ id, rule, package: name, url, fingerprint, path, workspace, scope }: Ignore): string {
  const parts = [id, rule, name, url, fingerprint, path, workspace, scope];
  return parts.filter((part) => part !== undefined).join(', ') || 'nothing';
}

function levelsOf({ rules, lockedRules, barred }: Policy, rule: string): string {
  const words = (rules.get(rule) ?? [{ level: 'off' as const }]).map(({ level, ...cases }) => {
    const conditions = Object.entries(cases).map(([key, value]) => `${key} ${value}`);
    return conditions.length === 0 ? level : `${level} if ${conditions.join(', ')}`;
  });
  const locked = lockedRules.has(rule) ? ' (locked)' : '';
  return `"${words.join('; ')}"${locked}${barred.has(rule) ? ' by fail-on' : ''}`;
}

/** The line of the file that begins with a key, or in one-line tables has it; its start where none does. */
function placeOfKey({ file, text = '' }: Written, key: string): Location {
  const name = key.replace(/[^\w-]/g, '\\$&');
  const quoted = `["']?${name}["']?\\s*:`;
  const found =
    new RegExp(`^([ \\t]*)${quoted}`, 'm').exec(text) ?? new RegExp(`([{,][ \\t]*)${quoted}`).exec(text);
  const offset = found === null ? 0 : found.index + (found[1]?.length ?? 0);
  const lines = text.slice(0, offset).split('\n');
  return { file, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1, offset };
}

/** `vakt.yml:12:5` as a place. */
function placeOf(where: string, otherwise: Location): Location {
  const parts = /^(.*):(\d+):(\d+)$/s.exec(where);
  if (parts === null) return otherwise;
  return { file: parts[1] ?? '', line: Number(parts[2]), column: Number(parts[3]), offset: 0 };
}
