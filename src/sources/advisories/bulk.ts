/**
 * Advisories from the registries themselves, where there is no database: npm's bulk endpoint.
 * `POST {registry}/-/npm/v1/security/advisories/bulk`, the body `{"name":["1.0.0"]}` packed by gzip.
 */
import { gzipSync } from 'node:zlib';
import type { Http } from '../../http.ts';
import type { Gap, Package } from '../../model.ts';
import type { NpmSettings } from '../../npmrc.ts';
import { hostOf, OPEN, push, sortOut } from '../askable.ts';
import { type Matches, matchAdvisories, subjectOf, type Unchecked } from './match.ts';
import { readBulk } from './npm-advisory.ts';
import { type AdvisoryRecord, candidate } from './record.ts';
import type { Privacy } from './registry-package.ts';

export interface BulkRequest {
  http: Http;
  settings: NpmSettings;
  privacy: Privacy;
  /** Further hosts that mirror the public registry; packages from any other host are nobody's to be told about. */
  mirrors?: ReadonlySet<string>;
  /** What is known of the packages for which no registry answers. */
  fallback(name: string): readonly AdvisoryRecord[];
}

export interface BulkAnswer {
  /** `checked` counts only what a registry answered for. */
  matches: Matches;
  gaps: Gap[];
  /** Hosts that answered. */
  answered: string[];
  /** What the registries said, by name; of other versions than those asked about it is not all. */
  records: Map<string, AdvisoryRecord[]>;
  /** Which registries answered for a name. */
  askedAt: Map<string, Set<string>>;
}

type Lookup = (name: string) => readonly AdvisoryRecord[];

/** Requests stay below what proxies let through; all of a large project fits in two. */
const NAMES_PER_REQUEST = 2000;
/** An answer that drips is none: whoever scans waits for it. */
const LONGEST_MS = 10_000;
const ANSWER_LIMIT = 32 * 1024 * 1024;
const NOTHING: Lookup = () => [];

/**
 * Asks each package's own registry, and no other, for its advisories. Names that are internal by the policy go out
 * only to the registry that their scope has of its own; names of the root, of workspaces, links, files and git
 * dependencies never do. Failures are gaps; no failure throws.
 */
export async function adviseByRegistry(
  packages: Iterable<Package>,
  request: BulkRequest,
): Promise<BulkAnswer> {
  const { groups, rest, foreign } = sortOut(packages, request);
  const answer: BulkAnswer = {
    matches: matchAdvisories(rest, NOTHING, request.privacy),
    gaps: [],
    answered: [],
    records: new Map(),
    askedAt: new Map(),
  };
  for (const [host, group] of foreign)
    leaveOut(answer, group, request, `${host} is no registry of this project, and was not asked`);
  await Promise.all([...groups].map(([registry, group]) => askRegistry(registry, group, request, answer)));
  return answer;
}

async function askRegistry(
  registry: string,
  packages: readonly Package[],
  request: BulkRequest,
  answer: BulkAnswer,
): Promise<void> {
  const byName = new Map<string, Package[]>();
  for (const pack of packages) {
    const subject = subjectOf(pack, OPEN);
    if (typeof subject !== 'string') push(byName, subject.name, pack);
  }
  const names = [...byName.keys()].sort();
  for (let at = 0; at < names.length; at += NAMES_PER_REQUEST) {
    const some = names.slice(at, at + NAMES_PER_REQUEST);
    const subjects = some.flatMap((name) => byName.get(name) ?? []);
    const result = await ask(registry, versionsOf(subjects), request);
    if (typeof result === 'string') {
      leaveOut(
        answer,
        subjects,
        request,
        `${hostOf(registry)}: ${result}`,
        registry !== request.settings.registry,
      );
      continue;
    }
    for (const name of some) answer.askedAt.set(name, (answer.askedAt.get(name) ?? new Set()).add(registry));
    for (const [name, records] of result) addRecords(answer, name, records);
    if (!answer.answered.includes(hostOf(registry))) answer.answered.push(hostOf(registry));
    merge(
      answer.matches,
      matchAdvisories(subjects, (name) => result.get(name) ?? [], OPEN),
    );
  }
}

type Versions = ReadonlyMap<string, ReadonlySet<string>>;

function versionsOf(packages: readonly Package[]): Versions {
  const versions = new Map<string, Set<string>>();
  for (const pack of packages) {
    const subject = subjectOf(pack, OPEN);
    // Something else than a version may be a path or a URL, and is nobody's business.
    if (typeof subject === 'string' || candidate(subject.version).version === undefined) continue;
    versions.set(subject.name, (versions.get(subject.name) ?? new Set()).add(subject.version));
  }
  return versions;
}

/**
 * Asks about further versions of names that a registry has answered for, each at the same registries, in one request
 * where there is one registry. True where `answer.records` has become more; a registry that fails now adds nothing.
 */
export async function askFurther(
  answer: BulkAnswer,
  versions: Versions,
  request: Pick<BulkRequest, 'http'>,
): Promise<boolean> {
  const groups = new Map<string, Map<string, ReadonlySet<string>>>();
  for (const [name, some] of versions) {
    for (const registry of answer.askedAt.get(name) ?? [])
      groups.set(registry, (groups.get(registry) ?? new Map()).set(name, some));
  }
  let more = false;
  for (const [registry, some] of groups) {
    const result = await ask(registry, some, request);
    if (typeof result === 'string') continue;
    for (const [name, records] of result) {
      if (addRecords(answer, name, records)) more = true;
    }
  }
  return more;
}

// Two registries can answer for one name, of different packages: neither takes the other's word away.
function addRecords({ records }: BulkAnswer, name: string, found: readonly AdvisoryRecord[]): boolean {
  const known = records.get(name) ?? [];
  const added = found.filter(({ id }) => !known.some((one) => one.id === id));
  if (added.length > 0) records.set(name, [...known, ...added]);
  return added.length > 0;
}

// The records by name, or why there are none.
async function ask(
  registry: string,
  versions: Versions,
  { http }: Pick<BulkRequest, 'http'>,
): Promise<Map<string, AdvisoryRecord[]> | string> {
  if (versions.size === 0) return new Map();
  const entries = [...versions].map(([name, set]) => [name, [...set].sort()]);
  const result = await http.json(
    {
      url: `${registry}-/npm/v1/security/advisories/bulk`,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync(JSON.stringify(Object.fromEntries(entries))),
      limit: ANSWER_LIMIT,
      service: 'advisories',
      totalMs: LONGEST_MS,
    },
    (value) => readBulk(value, new Set(versions.keys())),
  );
  return result.ok ? result.value : result.reason;
}

// What a scope's own registry does not tell leaves those packages as unknown as other private ones; it is not
// what `require.advisories` asks for.
function leaveOut(
  { matches, gaps }: BulkAnswer,
  packages: readonly Package[],
  { privacy, fallback }: BulkRequest,
  why: string,
  own = false,
): void {
  const count = `${packages.length} package${packages.length === 1 ? '' : 's'} not checked`;
  gaps.push({
    source: 'npm advisories',
    fact: own ? 'advisories of private packages' : 'advisories',
    reason: `${why}; ${count}`,
    required: false,
  });
  const internal = own ? packages.flatMap(nameOf) : privacy.internal;
  const found = matchAdvisories(packages, own ? NOTHING : fallback, { ...privacy, internal });
  merge(matches, { ...found, checked: 0 });
}

function nameOf(pack: Package): string[] {
  const subject = subjectOf(pack, OPEN);
  return typeof subject === 'string' ? [] : [subject.name];
}

function merge(into: Matches, from: Matches): void {
  for (const [pack, advisories] of from.advisories) into.advisories.set(pack, advisories);
  into.checked += from.checked;
  into.excluded.push(...from.excluded);
  into.versionless.push(...from.versionless);
  for (const entry of from.notChecked) {
    const known: Unchecked | undefined = into.notChecked.find(({ reason }) => reason === entry.reason);
    if (known === undefined) into.notChecked.push(entry);
    else {
      known.count += entry.count;
      known.examples = [...known.examples, ...entry.examples].slice(0, 5);
    }
  }
}
