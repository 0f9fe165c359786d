/**
 * Packuments as histories: what a package was like, release by release, and who published it.
 * https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md
 */
import type { Collector } from '../http/exchange.ts';
import { Failed } from '../http/reasons.ts';
import type { Http, HttpRequest } from '../http.ts';
import { fromShasum } from '../integrity.ts';
import { choiceOf, licenseOf } from '../license-text.ts';
import { at, isObject, type Json, list, Misshapen, object } from './advisories/shape.ts';
import { addressOf, cut, dateOf, deprecationOf, isWanted, namesOf, shared } from './history-fields.ts';
import { jsonFilter } from './json-filter.ts';
import { type Answer, PACKUMENT_LIMIT, packumentUrl } from './registry.ts';

interface Signature {
  keyid: string;
  /** Base64. */
  sig: string;
}

/** A version as it was published. */
export interface PastRelease {
  version: string;
  published?: Date;
  /** The publisher's words. */
  deprecated?: string;
  /** What the registry promises of the tarball, as an integrity string; of the versions asked about, as the next three. */
  integrity?: string;
  /** The older promise beside it, `sha1-…`. */
  shasum?: string;
  tarball?: string;
  /** The registry's name of who published it. */
  publisher?: string;
  /** Published by a workflow that the registry was told to trust, without a token. */
  trusted?: boolean;
  /** Staged first, and released by a person who approved it. https://docs.npmjs.com/staged-publishing */
  staged?: boolean;
  /** The registry signed name, version and integrity. */
  signed: boolean;
  /** By whom; of the versions asked about. */
  signatures?: readonly Signature[];
  /** The registry holds an attestation of how it was built. */
  attested: boolean;
  license?: string;
}

export interface History {
  name: string;
  /** Host of the registry that told it. */
  registry: string;
  tags: ReadonlyMap<string, string>;
  /** Ascending by time; what has none comes first, in the registry's order. */
  releases: ReadonlyMap<string, PastRelease>;
  /** Versions that are gone, with when they were published. */
  withdrawn: ReadonlyMap<string, Date>;
  maintainers: readonly string[];
  repository?: string;
  created?: Date;
  modified?: Date;
}

export interface Histories {
  /** All that a registry tells of a name; hashes and addresses of these versions alone. Fails, and never throws, where it does not answer as it should. */
  ask(registry: string, name: string, versions: ReadonlySet<string>): Promise<Answer<History>>;
}

/** Of one document, after what is not needed was left out. */
const KEPT_LIMIT = 48 * 1024 * 1024;
/** Of all documents of a run, inflated: three thousand packages of honest size take a third of it. */
const RUN_LIMIT = 4 * 1024 * 1024 * 1024;

/** Asks registries (URLs that end in a slash); `limit` in bytes for all answers. */
export function createHistories(http: Http, limit = RUN_LIMIT): Histories {
  const budget = {
    left: limit,
    reason: `not asked: ${Math.floor(limit / 2 ** 20)} MiB were taken in already`,
  };
  const share = shared();
  return {
    async ask(registry, name, wanted) {
      const { host } = new URL(registry);
      const url = packumentUrl(registry, name);
      if (url === undefined) return { ok: false, reason: 'is no package name', host };
      if (budget.left <= 0) return { ok: false, reason: budget.reason, host };
      const request: HttpRequest = {
        url,
        headers: { accept: 'application/json' },
        limit: PACKUMENT_LIMIT,
        cache: true,
        collect: { name: 'history-2', create: () => metered(budget) },
      };
      return http.json(request, (value) => readHistory(value, name, { host, wanted, share }));
    },
  };
}

function metered(budget: { left: number; reason: string }): Collector {
  const filter = jsonFilter(isWanted);
  return {
    write(piece) {
      budget.left -= piece.length;
      if (budget.left <= 0) throw new Failed(budget.reason);
      filter.write(piece);
    },
    end() {
      const kept = filter.end();
      if (kept.length > KEPT_LIMIT) throw new Failed(`tells more than the ${KEPT_LIMIT} bytes that are kept`);
      return kept;
    },
  };
}

interface Reading {
  host: string;
  wanted: ReadonlySet<string>;
  share: (text: string) => string;
}

/** Reads a packument. Throws Misshapen for what is none, is about another name, or has signatures of another shape. */
function readHistory(value: unknown, name: string, { host, wanted, share }: Reading): History {
  const packument = object(value, 'the answer');
  if (packument.name !== undefined && packument.name !== name)
    throw new Misshapen('it is about another package');
  const times = isObject(packument.time) ? packument.time : {};
  // A package of which everything was withdrawn has no `versions`.
  const unpublished = at(times, 'unpublished');
  if (packument.versions === undefined && unpublished === undefined)
    throw new Misshapen('versions is missing');
  const listed = packument.versions === undefined ? {} : object(packument.versions, 'versions');
  const releases: PastRelease[] = [];
  for (const [version, manifest] of Object.entries(listed))
    releases.push(readRelease(version, object(manifest, `versions of ${version}`), times, { wanted, share }));
  // The sort is stable: what has no time stays in the registry's order.
  releases.sort((a, b) => (a.published?.getTime() ?? 0) - (b.published?.getTime() ?? 0));
  const history: History = {
    name,
    registry: host,
    tags: tagsOf(packument['dist-tags']),
    releases: new Map(releases.map((release) => [release.version, release])),
    withdrawn: withdrawnOf(times, listed),
    maintainers: namesOf(packument.maintainers),
  };
  const [repository, created, modified] = [
    addressOf(packument.repository),
    dateOf(times.created),
    dateOf(times.modified),
  ];
  if (repository !== undefined) history.repository = repository;
  if (created !== undefined) history.created = created;
  if (modified !== undefined) history.modified = modified;
  return history;
}

// Hashes are most of what a history weighs, and nobody compares those of other versions.
function readRelease(
  version: string,
  manifest: Json,
  times: Json,
  { wanted, share }: Pick<Reading, 'wanted' | 'share'>,
): PastRelease {
  const dist = isObject(manifest.dist) ? manifest.dist : {};
  const signatures = signaturesOf(dist.signatures, version);
  const release: PastRelease = {
    version,
    signed: signatures.length > 0,
    attested: isAttested(dist.attestations, version),
  };
  const published = dateOf(Object.hasOwn(times, version) ? times[version] : undefined);
  if (published !== undefined) release.published = published;
  const deprecated = deprecationOf(manifest.deprecated);
  if (deprecated !== undefined) release.deprecated = share(deprecated);
  if (wanted.has(version)) {
    addHashes(release, dist);
    release.signatures = signatures;
  }
  const publisher = at(manifest, '_npmUser', 'name');
  if (typeof publisher === 'string' && publisher !== '') release.publisher = share(cut(publisher, 200));
  if (isObject(manifest._npmUser)) {
    release.trusted = isObject(manifest._npmUser.trustedPublisher);
    release.staged = isObject(manifest._npmUser.approver);
  }
  const license = licenseOf(manifest.license) ?? choiceOf(manifest.licenses);
  if (license !== undefined) release.license = share(cut(license, 500));
  return release;
}

function addHashes(release: PastRelease, dist: Json): void {
  if (typeof dist.integrity === 'string' && dist.integrity !== '') release.integrity = dist.integrity;
  const shasum = fromShasum(String(dist.shasum));
  if (shasum !== undefined) release.shasum = shasum;
  if (typeof dist.tarball === 'string') release.tarball = dist.tarball;
}

function signaturesOf(value: unknown, version: string): Signature[] {
  return list(value, `signatures of ${version}`).map((one) => {
    const keyid = at(one, 'keyid');
    const sig = at(one, 'sig');
    if (typeof keyid !== 'string' || typeof sig !== 'string' || keyid.length + sig.length > 4096)
      throw new Misshapen(`a signature of ${version} is not a key's id and a text`);
    return { keyid, sig };
  });
}

function isAttested(value: unknown, version: string): boolean {
  if (value === undefined || value === null) return false;
  return isObject(object(value, `attestations of ${version}`).provenance);
}

function tagsOf(value: unknown): Map<string, string> {
  const tags = new Map<string, string>();
  for (const [tag, version] of Object.entries(isObject(value) ? value : {}))
    if (typeof version === 'string') tags.set(tag, version);
  return tags;
}

function withdrawnOf(times: Json, listed: Json): Map<string, Date> {
  const gone = new Map<string, Date>();
  for (const [version, time] of Object.entries(times)) {
    const date = dateOf(time);
    if (/^\d/.test(version) && !Object.hasOwn(listed, version) && date !== undefined) gone.set(version, date);
  }
  return gone;
}
