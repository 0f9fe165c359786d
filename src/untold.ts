/** What registries leave out of their answers: mirrors strip publishers and attestations, others know no times. */
import type { Gap, Package } from './model.ts';
import type { RuleOptions } from './rules/options.ts';
import { arrivals } from './rules/past.ts';
import type { Facts } from './rules/rule.ts';
import { gap } from './sources/ask-histories.ts';
import { push } from './sources/askable.ts';
import type { History } from './sources/history.ts';

const DATED = ['fresh-release', 'publisher-changed', 'provenance-lost'] as const;
const TRUSTED = ['publisher-changed', 'provenance-lost'] as const;

/**
 * A gap for each registry whose answers lack what the rules that are on judge by. Of one history alone nobody can tell
 * whether nothing was ever attested or a mirror left it out; publishers every release of npm's registry has.
 */
export function untold(
  facts: Pick<Facts, 'histories' | 'changed'>,
  on: (rule: keyof RuleOptions) => boolean,
): Gap[] {
  const dated = DATED.filter(on);
  const trusted = TRUSTED.filter(on);
  if (dated.length === 0) return [];
  const times = new Map<string, Package[]>();
  const publishers = new Map<string, Package[]>();
  const nobody = new Map<string, Package[]>();
  const known = new Map<History, boolean>();
  for (const { subject, history, release } of arrivals(facts, [])) {
    if (release.published === undefined) push(times, history.registry, subject);
    if (trusted.length === 0 || history.releases.size < 2) continue;
    const tells = known.get(history) ?? namesAnybody(history);
    known.set(history, tells);
    if (!tells) push(publishers, history.registry, subject);
    // It names the others: what names nobody was left out by somebody.
    else if (release.publisher === undefined && trusted.includes('publisher-changed'))
      push(nobody, history.registry, subject);
  }
  return [
    ...gapsOf('times', times, `does not tell when these were published (${dated.join(', ')})`),
    ...gapsOf('publishers', publishers, `does not tell who published these, or how (${trusted.join(', ')})`),
    ...gapsOf('publishers', nobody, 'names no publisher of these releases (publisher-changed)'),
  ];
}

function namesAnybody({ releases }: History): boolean {
  for (const { publisher, attested, trusted } of releases.values())
    if (publisher !== undefined || attested || trusted !== undefined) return true;
  return false;
}

function gapsOf(fact: string, groups: ReadonlyMap<string, readonly Package[]>, what: string): Gap[] {
  return [...groups].map(([registry, group]) => gap(fact, `${registry}: ${what}`, group));
}
