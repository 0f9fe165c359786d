/** The advisory database on its way to a user: as an npm package through the registry, else OSV's own archive. */
import * as path from 'node:path';
import { reasonOf, UserError } from '../../errors.ts';
import { redact } from '../../http/redact.ts';
import type { Http, HttpAnswer } from '../../http.ts';
import type { Io, NewFile } from '../../io.ts';
import { readTarball } from '../../tarball.ts';
import { parseUrl } from '../../url.ts';
import type { Registry, Release, Releases } from '../registry.ts';
import { type Compiled, compileDatabase } from './compile.ts';
import type { DatabaseInfo } from './database.ts';
import { FORMAT } from './layout.ts';
import { readOrigin, writeOrigin } from './origin.ts';
import { DATABASE_FILE, PACKAGE } from './pack.ts';

/** https://google.github.io/osv.dev/data/#data-dumps */
const OSV_ARCHIVE = 'https://storage.googleapis.com/osv-vulnerabilities/npm/all.zip';

export interface FetchRequest {
  io: Io;
  http: Http;
  registry: Registry;
  /** The database's place. */
  to: string;
  /** Only this way; both in turn where undefined. */
  only?: 'npm' | 'osv' | undefined;
  /** Another package than vakt-advisories. */
  packageName?: string | undefined;
  /** Another place of OSV's archive, as a mirror has it. */
  archive?: string | undefined;
  /** Most bytes of the archive; 1 GiB, four times what it had in 2026, where undefined. */
  archiveLimit?: number | undefined;
  progress(what: string): void;
}

export interface Fetched {
  used: 'npm' | 'osv';
  /** For people: `vakt-advisories 1.20261122.600`, or a URL. */
  from: string;
  /** Nothing newer was there, and the database at its place is that very one. */
  unchanged: boolean;
  info: DatabaseInfo;
  /** Undefined where nothing was compiled. */
  compiled?: Compiled;
  /** Ways that were tried before and failed, with reasons. */
  failed: string[];
}

const ARCHIVE_LIMIT = 2 ** 30;
const PACKAGE_LIMIT = 64 * 1024 * 1024;
const LIMITS = { file: 128 * 1024 * 1024, total: 160 * 1024 * 1024 };
const DOWNLOAD_MS = 20 * 60_000;
const TOLD_EVERY = 4 * 1024 * 1024;

/** Brings the newest database to its place. Throws UserError when no way works; what is there stays then. */
export async function fetchDatabase(request: FetchRequest): Promise<Fetched> {
  const failed: string[] = [];
  for (const way of ['npm', 'osv'] as const) {
    if (request.only !== undefined && request.only !== way) continue;
    try {
      const fetched = way === 'npm' ? await fromPackage(request) : await fromArchive(request);
      return { ...fetched, failed };
    } catch (error) {
      if (!(error instanceof NotThisWay)) throw error;
      failed.push(error.message);
    }
  }
  throw new UserError(`could not be fetched: ${failed.join('; ')}`, {
    where: 'the advisory database',
    hint: 'check .npmrc and proxies, or carry a copy here and use `vakt db update --from <file>`',
  });
}

/** There may be another way. */
class NotThisWay extends Error {}

type Way = Omit<Fetched, 'failed'>;

async function fromPackage(request: FetchRequest): Promise<Way> {
  const { io, registry, to, packageName = PACKAGE, progress } = request;
  progress(`asking the registry for ${packageName}`);
  const releases = await registry.releases(packageName);
  if (!releases.ok) throw new NotThisWay(`${packageName} from ${releases.host}: ${releases.reason}`);
  const release = newest(releases.value);
  if (release === undefined)
    throw new NotThisWay(`${packageName} has no version for format ${FORMAT} of the database`);
  const { version, integrity = '' } = release;
  const from = `${packageName} ${version}`;
  const known = readOrigin(io, to);
  if (known?.origin.from === from) {
    if (known.origin.integrity !== integrity) throw changed(from, known.origin.integrity, integrity);
    return { used: 'npm', from, unchanged: true, info: known.info };
  }
  progress(`fetching ${from}`);
  const tarball = await registry.tarball(packageName, release, PACKAGE_LIMIT);
  if (!tarball.ok) throw new NotThisWay(`${from} from ${tarball.host}: ${tarball.reason}`);
  const files = await readTarball(tarball.value.bytes, (file) => file === DATABASE_FILE, LIMITS, from);
  const bytes = files.get(DATABASE_FILE);
  if (bytes === undefined) throw new NotThisWay(`${from} holds no ${DATABASE_FILE}`);
  const compiled = await compileFrom(request, `${PACKAGE}.vdb`, async (file) => {
    file.write(bytes);
    return true;
  });
  if (compiled === undefined) throw new NotThisWay(`${from} could not be compiled`);
  writeOrigin(io, to, { from, etag: '', integrity, built: compiled.info.built });
  return { used: 'npm', from, unchanged: false, info: compiled.info, compiled };
}

// The registry's `latest` where this vakt can read it, else the newest that it can.
function newest({ tags, versions }: Releases): Release | undefined {
  const latest = versions.get(tags.get('latest') ?? '');
  if (latest !== undefined && madeAt(latest.version) !== undefined) return latest;
  let best: Release | undefined;
  let when = -1;
  for (const release of versions.values()) {
    const made = madeAt(release.version) ?? -1;
    if (made > when) [best, when] = [release, made];
  }
  return best;
}

// `format.yyyymmdd.hhmm` as one number that grows with time; undefined for another format.
function madeAt(version: string): number | undefined {
  const match = /^(\d{1,4})\.(\d{8})\.(\d{1,4})$/.exec(version);
  return match !== null && Number(match[1]) === FORMAT
    ? Number(match[2]) * 10_000 + Number(match[3])
    : undefined;
}

async function fromArchive(request: FetchRequest): Promise<Way> {
  const { io, to, archive = OSV_ARCHIVE, progress } = request;
  const from = redact(archive);
  const known = readOrigin(io, to);
  const etag = known?.origin.from === from ? known.origin.etag : '';
  progress(`asking ${parseUrl(archive)?.host ?? archive} for OSV's archive`);
  let got: HttpAnswer | undefined;
  const compiled = await compileFrom(request, 'osv-npm-all.zip', async (file) => {
    got = await download(request, archive, etag, file);
    return got.status === 200;
  });
  if (compiled === undefined) {
    if (known === undefined)
      throw new NotThisWay(`OSV's archive from ${from}: HTTP 304 without having been asked`);
    return { used: 'osv', from, unchanged: true, info: known.info };
  }
  writeOrigin(io, to, { from, etag: got?.etag ?? '', integrity: '', built: compiled.info.built });
  return { used: 'osv', from, unchanged: false, info: compiled.info, compiled };
}

async function download(
  { http, progress, archiveLimit: limit = ARCHIVE_LIMIT }: FetchRequest,
  url: string,
  etag: string,
  file: NewFile,
): Promise<HttpAnswer> {
  const create = () => {
    file.restart();
    let got = 0;
    let told = 0;
    return {
      write(piece: Buffer) {
        file.write(piece);
        got += piece.length;
        if (got - told < TOLD_EVERY) return;
        told = got;
        progress(`fetching OSV's archive: ${Math.round(got / 1e6)} MB`);
      },
      end: () => Buffer.alloc(0),
    };
  };
  const headers: Record<string, string> = etag === '' ? {} : { 'if-none-match': etag };
  const collect = { name: 'file', create };
  const answer = await http.send({ url, headers, limit, totalMs: DOWNLOAD_MS, collect });
  if (!answer.ok) throw new NotThisWay(`OSV's archive from ${answer.host}: ${answer.reason}`);
  return answer;
}

// What comes from the network is compiled (a compiled file: verified and copied) from a file beside the place; that
// file is gone afterwards. Undefined when `fill` says that there is nothing to compile.
async function compileFrom(
  { io, to, progress }: FetchRequest,
  name: string,
  fill: (file: NewFile) => Promise<boolean>,
): Promise<Compiled | undefined> {
  const from = path.join(path.dirname(to), name);
  const file = create(io, from);
  try {
    if (!(await fill(file))) return undefined;
    file.commit();
    progress('compiling the advisories');
    return await compileDatabase(io, { from, to, now: io.now() });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new NotThisWay(`${name} ${error.message}`);
  } finally {
    file.discard();
    io.remove(from);
  }
}

function create(io: Io, file: string): NewFile {
  try {
    return io.create(file);
  } catch (error) {
    throw new UserError(`cannot be written: ${reasonOf(error)}`, {
      where: file,
      hint: 'name another place for the database with --db or VAKT_DB',
      cause: error,
    });
  }
}

function changed(what: string, was: string, is: string): UserError {
  return new UserError(`has another content than when it was fetched before: ${is} instead of ${was}`, {
    where: what,
    hint: 'a published version never changes: ask the operator of the registry before you trust it',
  });
}
