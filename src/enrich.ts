/** What the registries add to what lock files say: asked where somebody wants it, about the packages that matter. */
import type { Gap, Package } from './model.ts';
import type { Connection } from './online.ts';
import { isOn, type Policy } from './policy/policy.ts';
import { compare } from './rules/hashes.ts';
import { RULES } from './rules/index.ts';
import { known, newest, yearsBehind } from './rules/past.ts';
import type { Facts, Rule } from './rules/rule.ts';
import type { AdvisoryRecord } from './sources/advisories/record.ts';
import type { Privacy } from './sources/advisories/registry-package.ts';
import { compareVersions, parseVersion } from './sources/advisories/version.ts';
import { upstreamOf } from './upstream.ts';

/** What came of asking. */
export interface RegistryCoverage {
  /** Packages that the registries were asked about, and how many of them they told the history of. */
  asked: number;
  answered: number;
  /** Hashes of lock files that were held against the registry's. */
  compared: number;
  /** How far all of them together are behind their newest versions, in years. */
  libyears: number;
}

type Asked = Pick<Facts, 'histories' | 'badSignatures' | 'fixes' | 'repositories'>;

export interface Past extends Asked {
  gaps: Gap[];
  /** What can stand in for the packages that were asked about. */
  replacements?: Facts['replacements'];
  /** Absent where nobody was asked. */
  coverage?: RegistryCoverage;
  /** Rules that have nothing to say, since nobody was asked. */
  unasked: string[];
}

/** What is known where nobody was asked. */
export const NOTHING_ASKED: Asked = {
  histories: new Map(),
  badSignatures: new Map(),
  fixes: new Set(),
  repositories: new Map(),
};

export interface PastRequest {
  policy: Policy;
  open: Connection['open'];
  /** The user wants the registries to be asked. */
  online: boolean;
  /** About all packages, not only direct, changed and found ones. */
  deep: boolean;
  changed: ReadonlySet<Package> | undefined;
  /** Packages that already have a finding. */
  found: ReadonlySet<Package>;
  privacy: Privacy;
  recordsOf: ((name: string) => readonly AdvisoryRecord[]) | undefined;
  /** Asks the source of advisories about further versions, where `recordsOf` knows only what was asked about. */
  learn?: ((versions: ReadonlyMap<string, ReadonlySet<string>>) => Promise<boolean>) | undefined;
  /** The packages before the change that is judged. */
  before?: readonly Package[] | undefined;
  now: Date;
}

/** Whether a rule judges by what a registry tells, alone or beside what the lock file says. */
export function asks({ needs }: Rule): boolean {
  return needs.includes('histories') || needs.includes('badSignatures');
}

// With packages of its own a rule has something to say without a registry.
function needsAnswer(rule: Rule): boolean {
  return asks(rule) && !rule.needs.includes('packages');
}

/**
 * Asks about packages where the user, what the policy requires, or a rule that a policy other than a preset switches
 * on wants it; else, and without a network, says which rules could not judge.
 */
export async function pastOf(packages: readonly Package[], request: PastRequest): Promise<Past> {
  const { policy, open, changed, deep, found, privacy } = request;
  const past: Past = { ...NOTHING_ASKED, gaps: [], unasked: [] };
  const isChange = changed !== undefined;
  const rules = RULES.filter((rule) => needsAnswer(rule) && isOn(policy, rule.id, isChange));
  const ids = rules.map(({ id }) => id);
  const isWanted =
    request.online || deep || policy.require.histories || ids.some((id) => policy.chosen.has(id));
  if (packages.length === 0) return past;
  if (!isWanted) return { ...past, unasked: ids };
  if (open === undefined) {
    const what = ids.length > 0 ? ids.join(', ') : 'deprecated and lock-integrity';
    const reason = `was not asked (--offline), so these judged nothing by it: ${what}`;
    const gap = { source: 'registry', fact: 'histories', reason, required: false };
    return { ...past, gaps: [gap], unasked: ids };
  }
  const some = deep
    ? packages
    : packages.filter((one) => one.direct === true || changed?.has(one) === true || found.has(one));
  const [{ http, settings, github }, { askHistories }, { untold }] = await Promise.all([
    open(),
    import('./sources/ask-histories.ts'),
    import('./untold.ts'),
  ]);
  const signatures = isOn(policy, 'signature-invalid', isChange);
  const { asked, ...answer } = await askHistories(some, { http, settings, privacy, signatures });
  const fixes = await fixesAmong([...answer.histories.keys()], request);
  const gaps = [
    ...answer.gaps,
    ...untold({ histories: answer.histories, changed }, (id) => isOn(policy, id, isChange)),
  ];
  const names = [...answer.histories.keys()].map(({ name }) => name);
  const replacements = names.length === 0 ? new Map() : await standIns(names);
  const coverage = coverageOf(asked, answer.histories);
  const told = { ...past, ...answer, gaps, fixes, replacements, coverage };
  if (!UPSTREAM.some((id) => isOn(policy, id, isChange)) || names.length === 0) return told;
  const upstream = await upstreamOf(answer.histories, {
    github: await github(),
    settings,
    privacy,
    now: request.now,
  });
  return { ...told, repositories: upstream.repositories, gaps: [...gaps, ...upstream.gaps] };
}

/** Rules that judge by the repository too. */
const UPSTREAM = ['archived-repository', 'unmaintained'];

/** What can stand in for packages of these names. Loads its data, so ask where there is somebody to tell. */
export async function standIns(names: Iterable<string>): Promise<Facts['replacements']> {
  return (await import('./replacements.ts')).replacementsFor(names);
}

/**
 * What the registries told, said of the packages that stood before: of the same names, since a history is a name's.
 * What they told of a version's signature holds for that version alone.
 */
export function pastBefore(
  { packages }: Pick<Facts, 'packages'>,
  { histories, badSignatures, repositories }: Past,
): Pick<Facts, 'histories' | 'badSignatures' | 'repositories'> {
  const byName = new Map(
    [...histories].map(([{ name, tree }, history]) => [`${tree.file}\0${name}`, history]),
  );
  const byPurl = new Map([...badSignatures].map(([{ purl, tree }, why]) => [`${tree.file}\0${purl}`, why]));
  const before = { histories: new Map(), badSignatures: new Map(), repositories };
  for (const one of packages) {
    const history = one.source === 'registry' ? byName.get(`${one.tree.file}\0${one.name}`) : undefined;
    if (history !== undefined) before.histories.set(one, history);
    const why = byPurl.get(`${one.tree.file}\0${one.purl}`);
    if (why !== undefined) before.badSignatures.set(one, why);
  }
  return before;
}

/** The packages whose version mends an advisory, as far as records tell: a registry's only of versions it is asked about. */
async function fixesAmong(
  packages: readonly Package[],
  { recordsOf, learn, changed, before = [] }: PastRequest,
): Promise<Set<Package>> {
  const fixes = new Set<Package>();
  if (recordsOf === undefined) return fixes;
  const names = new Set(packages.flatMap((one) => (changed?.has(one) === true ? one.name : [])));
  const left = new Map<string, Set<string>>();
  for (const { name, version } of before)
    if (names.has(name) && version !== '') left.set(name, (left.get(name) ?? new Set()).add(version));
  if (left.size > 0) await learn?.(left);
  for (const subject of packages) if (isFix(recordsOf(subject.name), subject.version)) fixes.add(subject);
  return fixes;
}

/** Whether records name a version as the first that is free of them. */
function isFix(records: readonly AdvisoryRecord[], text: string): boolean {
  const version = parseVersion(text);
  if (version === undefined) return false;
  return records.some(
    ({ withdrawn, malware, intervals }) =>
      !withdrawn &&
      !malware &&
      intervals.some(
        ({ fix, to }) => fix && to !== undefined && !to.after && compareVersions(to.version, version) === 0,
      ),
  );
}

function coverageOf(asked: number, histories: Facts['histories']): RegistryCoverage {
  let compared = 0;
  let years = 0;
  for (const { subject, history, release } of known({ histories })) {
    if (compare(subject, release) !== undefined) compared++;
    years += yearsBehind(release, newest(history));
  }
  return { asked, answered: histories.size, compared, libyears: Math.round(years * 10) / 10 };
}
