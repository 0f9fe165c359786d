/** The registry's half of what is known about packages: their histories, and what their signatures are worth. */
import type { Http } from '../http.ts';
import type { Gap, Package } from '../model.ts';
import type { NpmSettings } from '../npmrc.ts';
import { subjectOf } from './advisories/match.ts';
import type { Privacy } from './advisories/registry-package.ts';
import { hostOf, OPEN, push, sortOut } from './askable.ts';
import { createHistories, type History } from './history.ts';
import { type Keys, registryKeys, verifyRelease } from './signatures.ts';

interface HistoriesRequest {
  http: Http;
  settings: NpmSettings;
  privacy: Privacy;
  /** Whether signatures are to be checked, for which each registry is asked for its keys. */
  signatures: boolean;
  /** For tests: most bytes of all answers. */
  limit?: number;
}

interface HistoriesAnswer {
  /** How many packages there was somebody to ask about. */
  asked: number;
  histories: Map<Package, History>;
  /** Why a signature is wrong, by package. */
  badSignatures: Map<Package, string>;
  gaps: Gap[];
}

const EXAMPLES = 3;

/**
 * Asks each package's own registry, and no other, for the package's history: once for each name, several at a time.
 * What could not be learnt is a gap, one for each registry and reason; nothing throws.
 */
export async function askHistories(
  packages: Iterable<Package>,
  request: HistoriesRequest,
): Promise<HistoriesAnswer> {
  const { http, limit } = request;
  const { groups, foreign } = sortOut(packages, request);
  const answer: HistoriesAnswer = { asked: 0, histories: new Map(), badSignatures: new Map(), gaps: [] };
  const failures = new Map<string, Package[]>();
  for (const [host, group] of foreign)
    failures.set(`${host} is no registry of this project, and was not asked`, group);
  const sameFor = reasonsOf();
  const source = createHistories(http, limit);
  const ask = async (registry: string, name: string, group: readonly Package[]) => {
    const result = await source.ask(registry, name, new Set(group.map(({ version }) => version)));
    for (const pack of group) {
      if (result.ok) answer.histories.set(pack, result.value);
      else push(failures, `${hostOf(registry)}: ${sameFor(result.reason)}`, pack);
    }
  };
  const asked: Promise<void>[] = [];
  for (const [registry, group] of groups) {
    answer.asked += group.length;
    for (const [name, some] of byName(group)) asked.push(ask(registry, name, some));
  }
  await Promise.all(asked);
  for (const [reason, group] of failures) answer.gaps.push(gap('histories', reason, group));
  if (!request.signatures) return answer;
  // Who told of no package is not asked for keys: it would only be waited for once more.
  const told = [...groups].filter(([, group]) => group.some((pack) => answer.histories.has(pack)));
  const keys = await Promise.all(told.map(([registry]) => registryKeys(http, registry)));
  told.forEach(([registry, group], i) => {
    const found = keys[i];
    if (found !== undefined) checkSignatures(answer, registry, group, found);
  });
  return answer;
}

/** How long a host was silent and how much it sent differs from one request to the next: one reason, as told first. */
function reasonsOf(): (reason: string) => string {
  const first = new Map<string, string>();
  return (reason) => {
    const bare = reason.replace(/^not asked again: /, '');
    const kind = bare.startsWith('HTTP') ? bare : bare.replace(/\d+/g, '#');
    const known = first.get(kind);
    if (known === undefined) first.set(kind, bare);
    return known ?? bare;
  };
}

function byName(packages: readonly Package[]): Map<string, Package[]> {
  const names = new Map<string, Package[]>();
  for (const pack of packages) {
    const subject = subjectOf(pack, OPEN);
    if (typeof subject !== 'string') push(names, subject.name, pack);
  }
  return names;
}

function checkSignatures(
  answer: HistoriesAnswer,
  registry: string,
  packages: readonly Package[],
  keys: Awaited<ReturnType<typeof registryKeys>>,
): void {
  const open = new Map<string, Package[]>();
  for (const pack of packages) {
    const history = answer.histories.get(pack);
    const release = history?.releases.get(pack.version);
    if (history === undefined || release === undefined) continue;
    const why = keys.ok
      ? judge(answer, pack, history, keys.value)
      : `no keys to check them with: ${keys.reason}`;
    if (why !== undefined) push(open, why, pack);
  }
  for (const [why, group] of open) answer.gaps.push(gap('signatures', `${hostOf(registry)}: ${why}`, group));
}

// Why nothing can be said, or undefined where something can.
function judge(answer: HistoriesAnswer, pack: Package, history: History, keys: Keys): string | undefined {
  const release = history.releases.get(pack.version);
  if (release === undefined) return undefined;
  if (keys.size === 0) return 'publishes no keys to check signatures with';
  const verdict = verifyRelease(history.name, release, keys);
  if (verdict.state === 'invalid') answer.badSignatures.set(pack, verdict.why);
  if (verdict.state === 'unsigned') return 'serves these without a signature';
  return verdict.state === 'unknown' ? verdict.why : undefined;
}

/** What could not be judged, of packages named by a few of them. */
export function gap(fact: string, reason: string, packages: readonly Package[]): Gap {
  const names = [...new Set(packages.map(({ name }) => name))].sort();
  const some = names.slice(0, EXAMPLES).join(', ') + (names.length > EXAMPLES ? ' …' : '');
  const count = `${packages.length} package${packages.length === 1 ? '' : 's'}`;
  return { source: 'registry', fact, reason: `${reason}; ${count} not judged (${some})`, required: false };
}
