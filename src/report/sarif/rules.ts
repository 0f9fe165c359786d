/** Rules as SARIF describes them: what GitHub shows beside an alert. */
import { type Advisory, compareSeverity, type Finding, type Level, type Severity } from '../../model.ts';
import { oneLine, wellFormed } from '../../plain.ts';
import { EXPLANATIONS } from '../../rules/explanations.ts';
import { RULES } from '../../rules/index.ts';
import type { Report } from '../report.ts';
import type { Descriptor, SarifLevel } from './types.ts';

export const LEVELS: Readonly<Record<Level, SarifLevel>> = {
  block: 'error',
  todo: 'warning',
  fold: 'note',
  off: 'none',
};

/** GitHub's bands: above 9.0 critical, from 7.0 high, from 4.0 medium, below low.
 * https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning */
const SCORES: Readonly<Partial<Record<Severity, string>>> = {
  low: '2.0',
  moderate: '5.5',
  high: '8.0',
  critical: '9.5',
};

/** The id of a finding's rule: advisories have one each (`known-vulnerability/GHSA-…`), since severity and help belong
 * to the rule. §3.52.4 */
export function ruleIdOf({ rule, advisory }: Finding): string {
  return advisory === undefined ? rule : `${rule}/${wellFormed(oneLine(advisory.id))}`;
}

/** One descriptor for each rule that the policy has on, and for each advisory that was found, in a stable order. */
export function descriptors({ skipped }: Report, findings: readonly Finding[]): Descriptor[] {
  const off = new Set(skipped.map(({ rule }) => rule));
  const byId = new Map<string, Finding[]>();
  for (const { id } of RULES) if (!off.has(id)) byId.set(id, []);
  for (const finding of findings) {
    const id = ruleIdOf(finding);
    const known = byId.get(id);
    if (known === undefined) byId.set(id, [finding]);
    else known.push(finding);
  }
  return [...byId].map(([id, group]) => describe(id, group));
}

function describe(id: string, group: readonly Finding[]): Descriptor {
  const rule = id.split('/', 1)[0] ?? id;
  const [first] = group;
  const title = oneLine(RULES.find((one) => one.id === rule)?.title ?? rule);
  const advisory = first?.advisory;
  const score = SCORES[worst(group) ?? 'info'];
  const explanation = EXPLANATIONS.get(rule) ?? title;
  const help = advisory === undefined ? explanation : `${aboutAdvisory(advisory)}\n\n${explanation}`;
  const link = advisory === undefined ? undefined : httpsOnly(advisory.url);
  return {
    id,
    name: nameOf(rule),
    shortDescription: {
      text: sentenceOf(advisory === undefined ? title : `${title}: ${oneLine(advisory.title)}`),
    },
    fullDescription: { text: plainText(help).slice(0, 1000) },
    help: {
      text: plainText(help),
      markdown: advisory === undefined ? help : explanationWith(advisory, explanation),
    },
    ...(link !== undefined && { helpUri: link }),
    defaultConfiguration: { level: LEVELS[hardest(group)] },
    properties: {
      tags: ['security', 'supply-chain', advisory === undefined ? 'policy' : 'dependencies'],
      precision: 'high',
      ...(score !== undefined && { 'security-severity': score }),
    },
  };
}

function aboutAdvisory({ id, aliases, title, affected, fixed, severity, rated }: Advisory): string {
  const ids = [id, ...aliases].map(oneLine).join(', ');
  const first =
    fixed.length === 0 ? 'No fixed version is known.' : `First fixed in ${oneLine(fixed.join(', '))}.`;
  const word = rated ? severity : `${severity} (unrated)`;
  return `${oneLine(title)} (${ids}; ${word}). Affected: ${oneLine(affected)}. ${first}`;
}

// Nothing of an advisory is Markdown here: what it says stands in a code block, which no text can leave.
function explanationWith(advisory: Advisory, explanation: string): string {
  const text = aboutAdvisory(advisory);
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}\n\n${explanation}`;
}

function plainText(markdown: string): string {
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`_*]/g, '');
}

function worst(group: readonly Finding[]): Severity | undefined {
  let found: Severity | undefined;
  for (const { severity } of group) {
    if (found === undefined || compareSeverity(severity, found) > 0) found = severity;
  }
  return found;
}

function hardest(group: readonly Finding[]): Level {
  const order: readonly Level[] = ['block', 'todo', 'fold'];
  return order.find((level) => group.some((one) => one.level === level)) ?? 'todo';
}

// Addresses of advisories are plain; what is not is no help, and validators differ on it.
function httpsOnly(url: string): string | undefined {
  return /^https:\/\/[\w.:-]+\/[\w./?=&#@+~-]*$/.test(url) && URL.canParse(url) ? url : undefined;
}

function sentenceOf(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}

// The name must not be the id in other letters.
function nameOf(rule: string): string {
  const name = rule.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return rule.includes('-') ? name : `${name}Rule`;
}
