/** Advisories from GitHub's global database, as a third source beside the local database and the registries. */
import type { Gap, Package } from '../../model.ts';
import type { NpmSettings } from '../../npmrc.ts';
import { plural } from '../../plain.ts';
import { hostOf, sortOut } from '../askable.ts';
import type { AdvisoryQuery, GitHub } from '../github.ts';
import { aliasGroups } from './aliases.ts';
import { subjectOf } from './match.ts';
import { intervalsOf } from './npm-advisory.ts';
import { isWeakness, MALWARE_TITLE } from './osv.ts';
import { type AdvisoryRecord, candidate, type Interval } from './record.ts';
import type { Privacy } from './registry-package.ts';
import { severityOf } from './severity.ts';
import { at, type Json, list, listAt, Misshapen, object, oneLine } from './shape.ts';
import { compareBounds, parseBound } from './version.ts';

export interface GitHubAdvisories {
  /** What GitHub says, by package name. */
  records: Map<string, AdvisoryRecord[]>;
  /** The packages that it answered for. */
  asked: Set<Package>;
  gaps: Gap[];
}

interface Request {
  github: GitHub;
  settings: NpmSettings;
  privacy: Privacy;
}

/** "You can specify up to 1000 packages": https://docs.github.com/en/rest/security-advisories/global-advisories */
const MOST = 1000;
/** Proxies and servers take URLs of 8 KiB. */
const URL_LENGTH = 6000;
/** Of a hundred advisories each; more for one question is no honest answer. */
const PAGES = 50;
const TYPES = ['reviewed', 'malware'] as const;

/**
 * Asks GitHub about the packages that come from the public registry or the project's own default one (a mirror of it).
 * Names that are internal by the policy, or have a registry of their scope's own, never go there. A question that
 * fails is a gap, and its packages count as not asked; nothing throws.
 */
export async function adviseByGitHub(
  packages: Iterable<Package>,
  { github, settings, privacy }: Request,
): Promise<GitHubAdvisories> {
  const subjects = publicPackages(packages, settings, privacy);
  const { records, failures } = await askSpecs(github, subjects.keys());
  const asked = new Set<Package>();
  for (const [spec, some] of subjects) if (!failures.has(spec)) for (const one of some) asked.add(one);
  const counts = new Map<string, number>();
  for (const [spec, reason] of failures)
    counts.set(reason, (counts.get(reason) ?? 0) + (subjects.get(spec)?.length ?? 0));
  const gaps = [...counts].map(([reason, count]) => ({
    source: 'GitHub advisories',
    fact: 'advisories',
    reason: `${reason}; ${plural(count, 'package')} not checked there`,
    required: false,
  }));
  return { records, asked, gaps };
}

/** Asks about further versions of names that were asked about already. True where `records` has become more. */
export async function askFurther(
  { records }: Pick<GitHubAdvisories, 'records'>,
  versions: ReadonlyMap<string, ReadonlySet<string>>,
  github: GitHub,
): Promise<boolean> {
  const specs = [...versions].flatMap(([name, some]) => [...some].map((version) => `${name}@${version}`));
  const { records: more } = await askSpecs(github, specs);
  let hasMore = false;
  for (const [name, list] of more) for (const one of list) hasMore = add(records, name, one) || hasMore;
  return hasMore;
}

interface Heard {
  records: Map<string, AdvisoryRecord[]>;
  /** Why nothing is known, by `name@version`. */
  failures: Map<string, string>;
}

async function askSpecs(github: GitHub, specs: Iterable<string>): Promise<Heard> {
  const heard: Heard = { records: new Map(), failures: new Map() };
  const ask = async (batch: readonly string[]) => {
    const found = await Promise.all(TYPES.map((type) => allPages(github, { type, affects: batch })));
    const failed = found.find((one) => typeof one === 'string');
    if (typeof failed === 'string') for (const spec of batch) heard.failures.set(spec, failed);
    else for (const [name, record] of (found as Said[][]).flat()) add(heard.records, name, record);
  };
  await Promise.all(batches(specs).map(ask));
  return heard;
}

function add(records: Map<string, AdvisoryRecord[]>, name: string, record: AdvisoryRecord): boolean {
  const known = records.get(name) ?? [];
  if (known.some(({ id }) => id === record.id)) return false;
  records.set(name, [...known, record]);
  return true;
}

/** Records of two sources about one package, as one set: whatever shares an alias knows all ids of it. */
export function joinRecords(
  some: readonly AdvisoryRecord[],
  more: readonly AdvisoryRecord[],
): readonly AdvisoryRecord[] {
  if (more.length === 0) return some;
  const groups = aliasGroups();
  const all = [...some, ...more];
  for (const { id, aliases } of all) groups.join(id, aliases);
  return all.map((record) => ({ ...record, aliases: groups.others(record.id) }));
}

function publicPackages(
  packages: Iterable<Package>,
  settings: NpmSettings,
  privacy: Privacy,
): Map<string, Package[]> {
  const usual = new Set([settings.publicRegistry, settings.registry].map(hostOf));
  const specs = new Map<string, Package[]>();
  for (const [registry, group] of sortOut(packages, { settings, privacy }).groups) {
    if (!usual.has(hostOf(registry))) continue;
    for (const pack of group) {
      const subject = subjectOf(pack, privacy);
      // Something else than a version may be a path or a URL, and is nobody's business.
      if (typeof subject === 'string' || candidate(subject.version).version === undefined) continue;
      const spec = `${subject.name}@${subject.version}`;
      specs.set(spec, [...(specs.get(spec) ?? []), pack]);
    }
  }
  return specs;
}

function batches(specs: Iterable<string>): string[][] {
  const found: string[][] = [];
  let batch: string[] = [];
  let length = 0;
  for (const spec of [...specs].sort()) {
    const cost = encodeURIComponent(spec).length + 3;
    if (batch.length > 0 && (length + cost > URL_LENGTH || batch.length >= MOST)) {
      found.push(batch);
      batch = [];
      length = 0;
    }
    batch.push(spec);
    length += cost;
  }
  return batch.length > 0 ? [...found, batch] : found;
}

type Said = [name: string, record: AdvisoryRecord];

// All that GitHub says, or why it does not: half of an answer is none.
async function allPages(github: GitHub, query: AdvisoryQuery): Promise<Said[] | string> {
  const names = new Set(query.affects.map((spec) => spec.slice(0, spec.lastIndexOf('@'))));
  const found: Said[] = [];
  let after: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const told = await github.advisories(after === undefined ? query : { ...query, after });
    if (!told.ok) return told.reason;
    try {
      found.push(...readPage(told.value.items, names));
    } catch (error) {
      if (!(error instanceof Misshapen)) throw error;
      return `answered another shape than expected: ${error.message}`;
    }
    const next = told.value.after;
    if (next === undefined) return found;
    if (next === after) return 'answers with the same page again and again';
    after = next;
  }
  return `has more than ${PAGES} pages for one question`;
}

function readPage(items: unknown, names: ReadonlySet<string>): Said[] {
  if (!Array.isArray(items)) throw new Misshapen('the answer is no list of advisories');
  return items.flatMap((item, i) => readAdvisory(object(item, `[${i}]`), names, `[${i}]`));
}

function readAdvisory(entry: Json, names: ReadonlySet<string>, place: string): Said[] {
  const { ghsa_id: id, html_url: url, type, severity, summary } = entry;
  if (typeof id !== 'string' || !/^GHSA(?:-[0-9a-z]{4}){3}$/.test(id))
    throw new Misshapen(`${place}.ghsa_id is no id`);
  const ranges = new Map<string, Interval[]>();
  for (const [j, one] of list(entry.vulnerabilities, `${place}.vulnerabilities`).entries()) {
    const name = at(one, 'package', 'name');
    if (at(one, 'package', 'ecosystem') !== 'npm' || typeof name !== 'string' || !names.has(name)) continue;
    const known = ranges.get(name) ?? [];
    ranges.set(name, [...known, ...rangeOf(object(one, `${place}.vulnerabilities[${j}]`))]);
  }
  const title = oneLine(summary, 300) || id;
  const cwes = listAt(entry, 'cwes').map((one) => at(one, 'cwe_id'));
  const aliases = listAt(entry, 'identifiers')
    .map((one) => at(one, 'value'))
    .filter((one): one is string => typeof one === 'string' && one !== id && /^[!-~]{1,100}$/.test(one));
  const record: Omit<AdvisoryRecord, 'intervals'> = {
    id,
    aliases: [...new Set(aliases)].sort(),
    withdrawn: typeof entry.withdrawn_at === 'string',
    severity: severityOf({}, { database_specific: { severity } }, () => undefined),
    malware:
      type === 'malware' || MALWARE_TITLE.test(title) || isWeakness({ database_specific: { cwe_ids: cwes } }),
    title,
    reference: typeof url === 'string' && /^https:\/\/[!-~]{1,500}$/.test(url) ? url : '',
    versions: [],
    hashes: [],
  };
  return [...ranges].map(([name, intervals]) => [name, { ...record, intervals }]);
}

/** `>= 1.0.0, < 1.2.3`, and the version that GitHub names as the first with a fix. */
function rangeOf({ vulnerable_version_range: range, first_patched_version: patched }: Json): Interval[] {
  // What cannot be read means every version, as everywhere: an advisory must not vanish.
  const text = typeof range === 'string' ? range.slice(0, 1000).replaceAll(',', ' ') : '*';
  const fix = typeof patched === 'string' ? parseBound(patched)?.version : undefined;
  return intervalsOf(text).map((interval) => {
    if (fix === undefined || interval.to === undefined || interval.fix) return interval;
    const to = { version: fix, after: false };
    return compareBounds(interval.to, to) <= 0 ? { ...interval, to, fix: true } : interval;
  });
}
