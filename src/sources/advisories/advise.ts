/** Where the advisories of a scan come from, and what it comes to when there is nowhere. */
import * as path from 'node:path';
import { UserError } from '../../errors.ts';
import type { Io } from '../../io.ts';
import type { Advisory, Gap, Package } from '../../model.ts';
import type { Online } from '../../online.ts';
import { openDatabase } from './database.ts';
import { FLOOR, floorLookup } from './floor.ts';
import { ageGap, versionGap } from './gaps.ts';
import { defaultDatabase } from './location.ts';
import { type Exclusion, matchAdvisories, type Unchecked } from './match.ts';
import type { AdvisoryRecord } from './record.ts';
import type { Privacy } from './registry-package.ts';

export interface AdvisorySource {
  kind: 'database' | 'registry' | 'github' | 'floor';
  /** For people: what it was made from. */
  from: string;
  records: number;
  /** When it was compiled, RFC 3339; of a database only. */
  built?: string;
  /** When the newest record was modified, RFC 3339; of a database only. */
  newest?: string;
}

export interface Advice {
  advisories: Map<Package, Advisory[]>;
  coverage: {
    checked: number;
    notChecked: Unchecked[];
    otherTarballs: ExclusionNote[];
    advisories: AdvisorySource;
  };
  gaps: Gap[];
  /** All records of a name, as far as the source has told. */
  recordsOf: (name: string) => readonly AdvisoryRecord[];
  /** Asks the source about further versions; true where `recordsOf` tells more now. Absent where it tells all. */
  learn?: (versions: ReadonlyMap<string, ReadonlySet<string>>) => Promise<boolean>;
  close(): void;
}

/** An advisory of that name and version that means another tarball. */
export interface ExclusionNote {
  id: string;
  name: string;
  version: string;
}

export interface AdviceRequest {
  /** As named on the command line. */
  db: string | undefined;
  privacy: Privacy;
  /** How old the newest record may be. */
  maxAgeHours?: number | undefined;
  /** Opens the network; undefined where none may be used. */
  open: (() => Promise<Online>) | undefined;
  /** Ask the registries even where there is a database. */
  registry: boolean;
  /** Ask GitHub's database beside the local one, or alone where there is none. */
  github?: boolean;
}

/**
 * Holds the packages against the database that is named (`--db`, VAKT_DB) or lies in the cache folder; without one
 * asks the registries that the packages come from; failing that, against the floor, which is a gap. Throws UserError
 * for a named database that is not there, and for a damaged one.
 */
export async function adviseOn(
  io: Io,
  packages: readonly Package[],
  request: AdviceRequest,
): Promise<Advice> {
  const named = request.db ?? (io.env.VAKT_DB || undefined);
  if (request.github === true && request.open !== undefined && packages.length > 0)
    return withGitHub(io, packages, request, request.open);
  if (request.registry || (named === undefined && !hasUsualDatabase(io))) {
    return request.open === undefined || packages.length === 0
      ? fromFloor(packages, request)
      : fromRegistries(packages, request, request.open);
  }
  const file = databaseFile(io, named);
  if (io.kind(file) === undefined) {
    throw new UserError('does not exist', {
      where: file,
      hint: 'vakt db update builds an advisory database',
    });
  }
  const database = openDatabase(io, file);
  const known = new Map<string, readonly AdvisoryRecord[]>();
  const recordsOf = (name: string): readonly AdvisoryRecord[] => {
    const records = known.get(name) ?? database.lookup(name);
    known.set(name, records);
    return records;
  };
  try {
    const matches = matchAdvisories(packages, recordsOf, request.privacy);
    const { from, records, built, newest } = database.info;
    const source: AdvisorySource = { kind: 'database', from, records, built, newest };
    const advice = toAdvice(matches, source);
    const gaps = [...advice.gaps, ...ageGap(newest || built, request.maxAgeHours, io.now())];
    return { ...advice, gaps, recordsOf, close: database.close };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The database that is named (`--db`, else VAKT_DB), else the usual place for one, which may be empty. */
export function databaseFile(io: Io, db: string | undefined): string {
  const named = db ?? (io.env.VAKT_DB || undefined);
  return named === undefined ? defaultDatabase(io.env) : path.resolve(io.cwd, named);
}

function hasUsualDatabase(io: Io): boolean {
  const { HOME, LOCALAPPDATA, USERPROFILE, XDG_CACHE_HOME } = io.env;
  const homeless = !HOME && !LOCALAPPDATA && !USERPROFILE && !XDG_CACHE_HOME;
  return !homeless && io.kind(defaultDatabase(io.env)) !== undefined;
}

// What GitHub knows comes on top of the local database; without one it is all there is.
async function withGitHub(
  io: Io,
  packages: readonly Package[],
  request: AdviceRequest,
  open: NonNullable<AdviceRequest['open']>,
): Promise<Advice> {
  const hasDatabase = (request.db ?? (io.env.VAKT_DB || undefined)) !== undefined || hasUsualDatabase(io);
  const base = hasDatabase
    ? await adviseOn(io, packages, { ...request, github: false, registry: false })
    : fromFloor(packages, request);
  try {
    const { adviseByGitHub, askFurther, joinRecords } = await import('./github.ts');
    const { settings, github } = await open();
    const source = await github();
    const { privacy } = request;
    const answer = await adviseByGitHub(packages, { github: source, settings, privacy });
    const { records, asked } = answer;
    // What the local database has told is no less for it.
    const gaps = hasDatabase
      ? answer.gaps.map((gap) => ({ ...gap, fact: 'further advisories' }))
      : answer.gaps;
    if (asked.size === 0) return { ...base, gaps: [...gaps, ...base.gaps] };
    const known = new Map<string, readonly AdvisoryRecord[]>();
    const recordsOf = (name: string): readonly AdvisoryRecord[] => {
      const joined = known.get(name) ?? joinRecords(base.recordsOf(name), records.get(name) ?? []);
      known.set(name, joined);
      return joined;
    };
    const matches = matchAdvisories(packages, recordsOf, privacy);
    const count = [...records.values()].reduce((sum, some) => sum + some.length, 0);
    const { advisories } = base.coverage;
    const told = hasDatabase
      ? { ...advisories, from: `${advisories.from} and ${source.host}` }
      : { kind: 'github' as const, from: source.host, records: count };
    const advice = toAdvice(hasDatabase ? matches : { ...matches, checked: asked.size }, told);
    const own = hasDatabase ? base.gaps : [...advice.gaps, ...notThere(matches.checked - asked.size, gaps)];
    const learn = async (versions: Parameters<NonNullable<Advice['learn']>>[0]) => {
      const more = await askFurther(answer, versions, source);
      known.clear();
      return more;
    };
    return {
      ...advice,
      gaps: [...gaps, ...own],
      recordsOf,
      close: base.close,
      ...(!hasDatabase && { learn }),
    };
  } catch (error) {
    base.close();
    throw error;
  }
}

// Packages that GitHub is not to be told about, where nothing else knows of them.
function notThere(count: number, gaps: readonly Gap[]): Gap[] {
  if (count <= 0 || gaps.length > 0) return [];
  const reason = `${count} package${count === 1 ? '' : 's'} of other registries not asked about; ${REMEDY}`;
  return [{ source: 'GitHub advisories', fact: 'advisories of private packages', reason, required: false }];
}

async function fromRegistries(
  packages: readonly Package[],
  { privacy }: AdviceRequest,
  open: () => Promise<Online>,
): Promise<Advice> {
  const { adviseByRegistry, askFurther } = await import('./bulk.ts');
  const { http, settings } = await open();
  const answer = await adviseByRegistry(packages, {
    http,
    settings,
    privacy,
    fallback: floorLookup,
  });
  const { matches, gaps, answered, records } = answer;
  if (answered.length === 0) {
    const source: AdvisorySource = { kind: 'floor', from: FLOOR_NAME, records: FLOOR.length };
    const advice = toAdvice(matches, source);
    const told = gaps.map((gap) => ({ ...gap, reason: `${gap.reason}; ${REMEDY}` }));
    return { ...advice, gaps: [...told, ...advice.gaps] };
  }
  const count = [...records.values()].reduce((sum, some) => sum + some.length, 0);
  const advice = toAdvice(matches, { kind: 'registry', from: answered.join(', '), records: count });
  return {
    ...advice,
    gaps: [...gaps, ...advice.gaps],
    recordsOf: (name) => records.get(name) ?? floorLookup(name),
    learn: (versions) => askFurther(answer, versions, { http }),
  };
}

const FLOOR_NAME = 'the built-in table of notorious compromises';
const REMEDY = `only ${FLOOR.length} notorious compromises were looked for; vakt db update builds a database`;

function fromFloor(packages: readonly Package[], { privacy }: AdviceRequest): Advice {
  const matches = matchAdvisories(packages, floorLookup, privacy);
  const source: AdvisorySource = { kind: 'floor', from: FLOOR_NAME, records: FLOOR.length };
  if (packages.length === 0) return toAdvice(matches, source);
  const gap: Gap = {
    source: 'advisories',
    fact: 'advisories',
    reason: `there is no advisory database, so ${REMEDY}`,
    required: false,
  };
  const advice = toAdvice(matches, source);
  return { ...advice, gaps: [gap, ...advice.gaps] };
}

function toAdvice(matches: ReturnType<typeof matchAdvisories>, source: AdvisorySource): Advice {
  const { advisories, checked, notChecked, versionless, excluded } = matches;
  return {
    advisories,
    coverage: { checked, notChecked, otherTarballs: excluded.map(toNote), advisories: source },
    gaps: versionGap(versionless),
    recordsOf: floorLookup,
    close: () => {},
  };
}

function toNote({ id, package: { name, version } }: Exclusion): ExclusionNote {
  return { id, name, version };
}
