/** What the web rules share: their shape, and one issue for one URL however many pages load it. */
import type { Issue, Location, Severity } from '../model.ts';
import type { Verdict, WebLoad } from '../web.ts';
import type { Facts, Rule } from './rule.ts';

/** A rule about what pages load. Pure: facts in, issues out. */
export interface WebRule extends Rule {
  check(facts: Pick<Facts, 'loads'>): Iterable<Issue>;
}

/** What a rule says about one load. */
export interface Statement {
  message: string;
  fix?: string;
  /** When it differs from the rule's. */
  severity?: Severity;
  /** What tells two statements about one URL apart. */
  identity?: string[];
}

/** A rule that speaks for the loads of one verdict. */
export function verdictRule(
  id: Verdict,
  title: string,
  severity: Severity,
  say: (load: WebLoad) => Statement,
): WebRule {
  return {
    id,
    title,
    needs: ['loads'],
    check: ({ loads }) =>
      issues(
        id,
        severity,
        loads.filter((load) => load.verdict === id),
        say,
      ),
  };
}

/** One issue for all loads about which the same is said, in the order of the first. */
export function issues(
  rule: string,
  severity: Severity,
  loads: readonly WebLoad[],
  say: (load: WebLoad) => Statement,
): Issue[] {
  const found = new Map<string, Location[]>();
  const made: Issue[] = [];
  for (const load of loads) {
    const key = sameness(load);
    const known = found.get(key);
    if (known !== undefined) {
      known.push(load.location);
      continue;
    }
    const said = say(load);
    const places = [load.location];
    found.set(key, places);
    const issue: Issue = {
      rule,
      severity: said.severity ?? severity,
      message: said.message,
      url: load.url,
      places: () => places,
      identity: [load.url, ...(said.identity ?? [])],
    };
    if (said.fix !== undefined) issue.fix = said.fix;
    made.push(issue);
  }
  return made;
}

// Everything a statement may speak of; statements are not made for each of a thousand pages.
function sameness(load: WebLoad): string {
  const { url, kind, destination, integrity = '-', cors, condition = '', context = '', via = '' } = load;
  const flags = `${load.mapIgnored === true} ${load.differsFrom ?? ''} ${load.dynamic} ${load.earlier ?? ''}`;
  return `${url}\0${kind} ${destination} ${cors} ${condition} ${context} ${via} ${flags}\0${integrity}`;
}

/** "script", "style sheet" or "module": what people call it. */
export function noun(load: WebLoad): string {
  if (load.destination === 'style') return 'style sheet';
  return ['module', 'modulepreload', 'import', 'map-entry'].includes(load.kind) ? 'module' : 'script';
}

/** When only some visitors load it: " (only where …)", else empty. */
export function onlyWhere(load: WebLoad): string {
  if (load.condition === 'noscript') return ' (only where scripts are off)';
  if (load.condition === 'nomodule') return ' (only in browsers without modules)';
  return load.condition === 'disabled' ? ' (once code enables it)' : '';
}

/** The package behind the URL for people, as ` (name@version)`, else empty. */
export function named(load: WebLoad): string {
  const found = load.resource?.package;
  if (found === undefined) return '';
  return ` (${found.name}${found.version === '' ? '' : `@${found.version}`})`;
}
