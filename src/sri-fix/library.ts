/** sri-fix for programs: on a page in memory, and on folders. */
import { resolve } from 'node:path';
import { type Io, realIo } from '../io.ts';
import { checkMirror } from '../mirror.ts';
import { connection } from '../online.ts';
import { fetcher } from '../policy/fetcher.ts';
import { loadPolicy } from '../policy/load.ts';
import { folderOf } from '../read.ts';
import { type SriFixJson, type SriResourceJson, toResource, toSriFixJson } from '../report/sri-fix.ts';
import { addressOf, NOWHERE, siteAddress } from '../site-address.ts';
import type { Algorithm } from '../sri.ts';
import { lockFileFor, readLock } from './lock.ts';
import { fixPage, lineOf, prepare } from './page.ts';
import { exitCodeOf, type SriFixRequest, type SriFixResult, sriFix } from './run.ts';

/** How pages are fixed, as the options of `vakt sri-fix`. */
export interface SriOptions {
  /** Where the root is served: its origin is the site's own, relative URLs start there. */
  site?: string;
  /** Further origins or hosts of the site's owner, beside those of the policy. */
  ownOrigins?: readonly string[];
  /** Folder of bodies, as `<folder>/<host>/<path>`. */
  mirror?: string;
  /** Covers the site's own files too: hashes from the root, every module of the build in the import map. */
  local?: boolean;
  /** The folder that is served at `site`. */
  root?: string;
  /** Replaces wrong hashes, and asks anew for what the lock knows. */
  update?: boolean;
  /** Writes the exact version into floating URLs. */
  pin?: boolean;
  /** Compares each hash with what the URL's server delivers. */
  verify?: boolean;
  /** Asks each server twice, and refuses what differs. */
  paranoid?: boolean;
  /** Makes no request. */
  offline?: boolean;
  /** Of new hashes: `sha384` where none is given. */
  algorithm?: Algorithm;
  /** Name or file of a policy; where none is given the project's vakt.yml, else `recommended`. */
  policy?: string;
  /** The folder that relative paths start at, and that has the SRI lock; the current one where none is given. */
  cwd?: string;
}

export interface FixSiteOptions extends SriOptions {
  /** More extensions of pages, without the dot. */
  extensions?: readonly string[];
  /** Changes no file. */
  check?: boolean;
  /** Changes no file, and makes diffs. */
  dryRun?: boolean;
  /** Begins sri-lock.json where there is none. */
  lock?: boolean;
}

export interface FixHtmlOptions extends SriOptions {
  /** The page's place below the root: `index.html` where none is given. */
  file?: string;
}

/** A page after it was fixed. */
export interface FixedHtml<Html> {
  html: Html;
  changed: boolean;
  /** As of `vakt sri-fix`. */
  exitCode: number;
  /** Why it could not be read, or not fully. */
  problems: string[];
  resources: SriResourceJson[];
}

/** Fixes the pages of files, folders and globs in place. Rejects with UserError where a path, the policy or the lock is
 * unusable; all else is said in the result. */
export async function fixSite(
  paths: string | readonly string[],
  options: FixSiteOptions = {},
): Promise<SriFixJson> {
  return toSriFixJson(await fixFolders(typeof paths === 'string' ? [paths] : paths, options));
}

/** As `fixSite`, in the words of the report. `bases`: more addresses of the root. */
export async function fixFolders(
  paths: readonly string[],
  options: FixSiteOptions,
  bases: readonly string[] = [],
): Promise<SriFixResult> {
  return withRequest(paths, options, (io, request) => sriFix(io, { ...request, bases }));
}

/** Fixes one page in memory: a text, or the bytes of a file in whatever encoding. No file is written, the lock neither. Rejects
 * with UserError as `fixSite`, and where the page cannot be rewritten. */
export async function fixHtml<Html extends string | Uint8Array>(
  html: Html,
  options: FixHtmlOptions = {},
): Promise<FixedHtml<Html>> {
  const { file = 'index.html' } = options;
  return withRequest([], options, async (io, request) => {
    const work = await prepare(io, request, readLock(io, lockFileFor(io, io.cwd)));
    const root = resolve(io.cwd, request.root ?? '.');
    const url = addressOf(file, request.site ?? NOWHERE);
    // A text has no encoding, whatever a meta in it says: the mark makes that plain.
    const mark = typeof html === 'string' && !html.startsWith('\ufeff') ? '\ufeff' : '';
    const bytes = typeof html === 'string' ? Buffer.from(mark + html) : Buffer.from(html);
    const { page, plan, next } = await fixPage(work, { name: file, url, bytes, root });
    const problems = page.gaps.map(({ reason }) => reason);
    const changed = !next.equals(bytes);
    const lines = plan.outcomes.map(lineOf);
    const exitCode = exitCodeOf([{ file, changed, problems, lines }], request);
    const marked = Buffer.byteLength(mark);
    const resources = lines.map(toResource).map((one) => ({ ...one, offset: one.offset - marked }));
    const fixed = typeof html === 'string' ? next.toString().slice(mark.length) : next;
    return { html: changed ? (fixed as Html) : html, changed, exitCode, problems, resources };
  });
}

async function withRequest<Result>(
  paths: readonly string[],
  options: FixSiteOptions,
  body: (io: Io, request: SriFixRequest) => Promise<Result>,
): Promise<Result> {
  const real = realIo();
  const io: Io = { ...real, cwd: resolve(options.cwd ?? real.cwd) };
  const network = connection(io, io.cwd, options.offline === true);
  try {
    checkMirror(io, options.mirror);
    const policy = await loadPolicy(io, folderOf(io, paths), options.policy, fetcher(io, network));
    const { site, ownOrigins = [], mirror, local, root, update, algorithm = 'sha384' } = options;
    const { extensions = [], check, dryRun, lock, pin, verify, paranoid } = options;
    return await body(io, {
      paths,
      site: site === undefined ? undefined : siteAddress(site, 'site'),
      ownOrigins: [...policy.ownOrigins, ...ownOrigins],
      mirror,
      selection: policy,
      update: update === true,
      pin: pin === true,
      verify: verify === true,
      paranoid: paranoid === true,
      check: check === true,
      dryRun: dryRun === true,
      lock: lock === true,
      algorithm,
      extensions,
      local: local === true,
      root,
      network: network.open,
      progress() {},
    });
  } finally {
    await network.close();
  }
}
