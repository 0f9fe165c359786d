/** sri-fix: gives the third-party scripts and styles of pages the integrity they lack, and says what it could not do. */
import { resolve } from 'node:path';
import { reasonOf, UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { EXIT, type Location } from '../model.ts';
import { folderOf } from '../read.ts';
import { decoderOf, detectEncoding } from '../readers/html/encoding.ts';
import type { Page } from '../readers/html/page.ts';
import { readPage } from '../readers/html/read.ts';
import { originsOf } from '../readers/html/urls.ts';
import { type Analyse, analyser } from '../readers/script/analyse.ts';
import { addScriptLoads } from '../readers/script/loads.ts';
import type { Selection } from '../readers/walk.ts';
import { addressOf, NOWHERE } from '../site.ts';
import type { Algorithm } from '../sri.ts';
import { judgeOf } from '../web.ts';
import { unifiedDiff } from './diff.ts';
import { applyEdits } from './edits.ts';
import { type PageFile, pageFiles } from './files.ts';
import { type Learned, learner, withoutFragment } from './learn.ts';
import { LOCK_FILE, lockFileFor, printLock, readLock, type SriLock } from './lock.ts';
import { isModule, specifiersOf } from './modules.ts';
import { pinner } from './pin.ts';
import { isPinned, type Outcome, type Plan, type PlanOptions, planPage } from './plan.ts';
import type { Sources } from './sources.ts';

export interface SriFixRequest {
  /** Files, folders and globs. */
  paths: readonly string[];
  /** Where the folder is served, as an absolute URL. */
  site?: string | undefined;
  /** Origins or hosts of the site's owner beside. */
  ownOrigins?: readonly string[];
  mirror?: string | undefined;
  /** Replaces wrong hashes, and asks anew for what the lock knows. */
  update: boolean;
  /** Writes the exact version into floating URLs. */
  pin?: boolean;
  /** Compares each hash with what the URL's server delivers. */
  verify?: boolean;
  /** Asks each server twice, and refuses what differs. */
  paranoid?: boolean;
  /** Changes no file. */
  check: boolean;
  /** Changes no file, and makes diffs. */
  dryRun: boolean;
  /** Writes sri-lock.json even where there is none yet. */
  lock: boolean;
  algorithm: Algorithm;
  /** More extensions of pages, without the dot. */
  extensions: readonly string[];
  /** What the policy says about files. */
  selection: Selection;
  /** Opens the network when it is first needed; undefined: offline. */
  network: Sources['network'];
  progress(what: string): void;
  /** Waits between two requests; in milliseconds. */
  wait?: Sources['wait'];
}

/** What happened to one load. */
export interface SriFixLine {
  action: Outcome['action'];
  url: string;
  /** What --pin writes in the place of the URL. */
  pinned?: string;
  location: Location;
  rule?: string;
  integrity?: string;
  /** Who said what the hash is. */
  from?: string;
  reason?: string;
  advice?: string;
}

export interface FixedPage {
  file: string;
  /** It was, or would be, changed. */
  changed: boolean;
  /** Why it could not be read or written, or not fully. */
  problems: string[];
  lines: SriFixLine[];
  diff?: string;
}

export interface SriFixResult {
  pages: FixedPage[];
  notes: string[];
  /** The lock was, or would be, changed. */
  lockChanged: boolean;
  exitCode: number;
}

/** Fixes pages. Throws UserError where a named path or the lock is unusable; all else is said in the result. */
export async function sriFix(io: Io, request: SriFixRequest): Promise<SriFixResult> {
  const { files, notes } = pageFiles(io, request.paths, request.extensions, request.selection);
  const lockFile = lockFileFor(io, folderOf(io, request.paths));
  const lock = readLock(io, lockFile) ?? (request.lock ? new Map() : undefined);
  const before = lock === undefined ? '' : printLock(lock);
  const work = await prepare(io, request, lock);
  const pages: FixedPage[] = [];
  for (const file of files) pages.push(await fixPage(work, file));
  const text = lock === undefined ? '' : printLock(lock);
  const lockChanged = lock !== undefined && (text !== before || io.kind(lockFile) === undefined);
  if (lockChanged && writes(request)) io.writeFile(lockFile, text);
  return { pages, notes, lockChanged, exitCode: exitCodeOf(pages, request) };
}

interface Work {
  io: Io;
  request: SriFixRequest;
  lock: SriLock | undefined;
  site: string;
  options: PlanOptions;
}

async function prepare(io: Io, request: SriFixRequest, lock: SriLock | undefined): Promise<Work> {
  const { site = NOWHERE, ownOrigins = [], mirror, network, algorithm, update, progress } = request;
  const { pin = false, verify = false, paranoid = false, wait } = request;
  if (verify && network === undefined)
    throw new UserError('--verify asks the servers, and --offline asks nobody', { hint: 'leave one out' });
  const learn = learner({
    io,
    lock,
    lockName: LOCK_FILE,
    mirror: mirror === undefined ? undefined : resolve(io.cwd, mirror),
    network,
    algorithm,
    // What browsers send for pages whose address nobody knows.
    origin: request.site === undefined ? 'null' : new URL(site).origin,
    update,
    verify,
    paranoid,
    ...(wait === undefined ? {} : { wait }),
    progress,
  });
  const analyse: Analyse = await analyser();
  const origins = originsOf(site, ownOrigins);
  const options = {
    learn,
    judge: judgeOf(undefined),
    origins,
    analyse,
    update,
    pin: pinner({ lock, network, update, pin }),
  };
  return { io, request, lock, site, options };
}

async function fixPage(work: Work, { path, name, below }: PageFile): Promise<FixedPage> {
  const { io, request, site, options } = work;
  const result: FixedPage = { file: name, changed: false, problems: [], lines: [] };
  try {
    const bytes = io.readFile(path);
    const page = await readPage(name, bytes, addressOf(below, site), options.origins);
    const scripts = page.scripts.filter(({ context }) => context !== 'srcdoc').map(({ start }) => start);
    addScriptLoads(page, options.origins, options.analyse);
    const plan = await planPage(page, bytes, scripts, options);
    for (const { reason } of page.gaps) result.problems.push(reason);
    result.lines = plan.outcomes.map(lineOf);
    const next = changed(page, bytes, plan);
    if (writes(request) && !next.equals(bytes)) io.rewrite(path, bytes, next);
    result.changed = !next.equals(bytes);
    if (request.dryRun) result.diff = diffOf(page, bytes, next);
    remember(work, plan);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    result.problems.push(`${name}: ${reasonOf(error)}${error.hint === undefined ? '' : ` (${error.hint})`}`);
  }
  return result;
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

function diffOf({ encoding, file }: Page, bytes: Buffer, next: Buffer): string {
  const decode = decoderOf(encoding);
  return unifiedDiff(file, decode(bytes), decode(next));
}

function writes({ check, dryRun }: SriFixRequest): boolean {
  return !check && !dryRun;
}

function lineOf(outcome: Outcome): SriFixLine {
  const { load, action, integrity, learned, reason, advice, pinned } = outcome;
  const { url, location, verdict } = load;
  const line: SriFixLine = { action, url: pinned?.was ?? url, location };
  if (pinned !== undefined && isPinned(outcome)) line.pinned = url;
  if (verdict !== undefined) line.rule = verdict;
  if (integrity !== undefined) line.integrity = integrity;
  if (learned !== undefined) line.from = learned.from;
  if (reason !== undefined) line.reason = reason;
  if (advice !== undefined) line.advice = advice;
  return line;
}

function remember({ io, lock, options }: Work, { outcomes }: Plan): void {
  if (lock === undefined) return;
  for (const { load, action, learned } of outcomes) {
    if (learned === undefined || (action !== 'set' && action !== 'keep')) continue;
    const url = withoutFragment(load.url);
    const old = lock.get(url);
    const imports = isModule(load) ? importsOf(learned, options.analyse) : undefined;
    if (learned.from === LOCK_FILE) {
      // It was pinned as no module before.
      if (old !== undefined && imports !== undefined) old.imports ??= imports;
      continue;
    }
    const { integrity, from, size } = learned;
    const same = old?.integrity === integrity ? old : undefined;
    const seen = same?.seen ?? io.now().toISOString().slice(0, 10);
    const known = imports ?? same?.imports;
    lock.set(url, {
      integrity,
      from,
      ...(size === undefined ? {} : { size }),
      seen,
      ...(known === undefined ? {} : { imports: known }),
    });
  }
}

function importsOf(learned: Learned, analyse: Analyse): string[] | undefined {
  if (learned.imports !== undefined) return [...learned.imports];
  return learned.body === undefined ? undefined : [...specifiersOf(learned, analyse)];
}

function exitCodeOf(pages: readonly FixedPage[], { check }: SriFixRequest): number {
  const has = (action: Outcome['action']) =>
    pages.some(({ lines }) => lines.some((line) => line.action === action));
  if (has('wrong') || (check && pages.some((page) => page.changed))) return EXIT.fail;
  const problem = pages.some(({ problems }) => problems.length > 0);
  return problem || has('unlearned') ? EXIT.incomplete : EXIT.pass;
}
