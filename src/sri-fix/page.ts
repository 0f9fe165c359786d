/** One page as bytes: read, planned, rewritten. */
import { resolve } from 'node:path';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { detectEncoding } from '../readers/html/encoding.ts';
import type { Page } from '../readers/html/page.ts';
import { readPage } from '../readers/html/read.ts';
import { type Origins, originsOf, parseUrl } from '../readers/html/urls.ts';
import { type LazyAnalyse, lazyAnalyser } from '../readers/script/analyse.ts';
import { type ImportsOf, importReader } from '../readers/script/imports.ts';
import { addScriptLoads } from '../readers/script/loads.ts';
import { NOWHERE, shownUrl } from '../site-address.ts';
import { judgeOf } from '../web.ts';
import { applyEdits } from './edits.ts';
import { learner } from './learn.ts';
import { LOCK_FILE, type SriLock } from './lock.ts';
import { type OwnFiles, ownFiles, SOURCE_FILES } from './own.ts';
import { pinner } from './pin.ts';
import { isPinned, type Outcome, type Plan, type PlanOptions, placesOf, planPage } from './plan.ts';
import type { SriFixLine, SriFixRequest } from './run.ts';

/** What all pages of a run share. */
export interface Work {
  io: Io;
  request: SriFixRequest;
  lock: SriLock | undefined;
  /** What people may want to know beside. */
  notes: string[];
  /** Where the root is served. */
  site: string;
  options: PlanOptions;
  analyse: LazyAnalyse;
  /** The own files below a root; undefined where they are not asked about. `source`: of a page that is built from. */
  own(root: string, source?: boolean): PlanOptions['own'];
}

/** Prepares a run. */
export async function prepare(
  io: Io,
  request: SriFixRequest,
  lock: SriLock | undefined,
  notes: string[] = [],
): Promise<Work> {
  const { site = NOWHERE, ownOrigins = [], mirror, network, algorithm, update, progress } = request;
  const { pin = false, verify = false, paranoid = false, wait } = request;
  if (verify && network === undefined)
    throw new UserError('--verify asks the servers, and --offline asks nobody', { hint: 'leave one out' });
  const known = !site.startsWith(NOWHERE);
  const learn = learner({
    io,
    lock,
    lockName: LOCK_FILE,
    mirror: mirror === undefined ? undefined : resolve(io.cwd, mirror),
    network,
    algorithm,
    // What browsers send for pages whose address nobody knows.
    origin: known ? new URL(site).origin : 'null',
    update,
    verify,
    paranoid,
    ...(wait === undefined ? {} : { wait }),
    progress,
  });
  const imports = await importReader();
  // What visitors would load from their own machine is told, and --allow-private may name it.
  const origins = originsOf(site, ownOrigins, false);
  const options: PlanOptions = {
    learn,
    judge: judgeOf(undefined),
    // Own files are read like all others, and told apart afterwards.
    origins: request.local ? { ...originsOf(site, []), isOwn: () => false } : origins,
    imports,
    update,
    site: known,
    pin: pinner({ lock, network, update, pin }),
  };
  const own = request.local ? ownOf(io, request, origins, imports) : () => undefined;
  return { io, request, lock, site, options, analyse: lazyAnalyser(), own, notes };
}

function ownOf(io: Io, request: SriFixRequest, origins: Origins, imports: ImportsOf): Work['own'] {
  const { site = NOWHERE, bases = [], algorithm } = request;
  const at = [site, ...bases].map((one) => folderUrl(one));
  const roots = new Map<string, OwnFiles>();
  const known = new Map<string, boolean>();
  const isOwn = (url: string) => {
    let answer = known.get(url);
    if (answer === undefined) {
      const parsed = parseUrl(url);
      answer = parsed !== undefined && (origins.isOwn(parsed) || at.some((base) => url.startsWith(base)));
      known.set(url, answer);
    }
    return answer;
  };
  return (root, source = false) => {
    if (source) return { files: SOURCE_FILES, isOwn };
    let files = roots.get(root);
    if (files === undefined) {
      files = ownFiles(io, { root, at }, algorithm, imports);
      roots.set(root, files);
    }
    return { files, isOwn };
  };
}

function folderUrl(text: string): string {
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname.endsWith('/') ? pathname : `${pathname}/`}`;
}

/** Notes code that loads what nobody can foresee, once. */
export function note({ notes }: Work, text: string): void {
  if (!notes.includes(text)) notes.push(text);
}

/** `covered`: which of it has integrity all the same. */
export function openImports(what: string, covered: string): string {
  return `${what} imports modules by names that only the running code makes; of those, only files that ${covered} are covered`;
}

/** A page to fix: its name for people, its address, its bytes, and the folder that holds the own files. */
export interface PageBytes {
  name: string;
  url: string;
  bytes: Buffer;
  root: string;
  /** A builder makes another page of it. */
  source?: boolean;
}

/** Plans a page and makes its new bytes. Throws UserError where they could not be written as they must. */
export async function fixPage(
  work: Work,
  { name, url, bytes, root, source }: PageBytes,
): Promise<{ page: Page; plan: Plan; next: Buffer }> {
  const { options, analyse } = work;
  const page = await readPage(name, bytes, url, options.origins);
  const scripts = placesOf(page, work.request.local ? options.imports : undefined);
  await addScriptLoads(page, options.origins, analyse);
  const plan = await planPage(page, bytes, scripts, { ...options, own: work.own(root, source) });
  if (scripts.some(({ open }) => open)) note(work, openImports('the code of pages', 'they name'));
  return { page, plan, next: changed(page, bytes, plan) };
}

// A meta that says the encoding counts within the first 1024 bytes only, and what is inserted before it moves it.
function changed({ encoding, file }: Page, bytes: Buffer, { edits }: Plan): Buffer {
  const next = applyEdits(bytes, edits);
  if (edits.length === 0 || detectEncoding(next)?.name === encoding) return next;
  throw new UserError('its <meta charset> would no longer stand in the first 1024 bytes', {
    where: file,
    hint: 'move it to the start of the head',
  });
}

/** An outcome as it is told. */
export function lineOf(outcome: Outcome): SriFixLine {
  const { load, action, integrity, learned, reason, advice, pinned } = outcome;
  const { url, location, verdict } = load;
  const line: SriFixLine = { action, url: shownUrl(pinned?.was ?? url), location };
  if (pinned !== undefined && isPinned(outcome)) line.pinned = url;
  if (verdict !== undefined) line.rule = verdict;
  if (integrity !== undefined) line.integrity = integrity;
  if (learned !== undefined) line.from = learned.from;
  if (reason !== undefined) line.reason = reason;
  if (advice !== undefined) line.advice = advice;
  return line;
}
