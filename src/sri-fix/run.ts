/** sri-fix: gives the third-party scripts and styles of pages the integrity they lack, and says what it could not do. */
import { resolve } from 'node:path';
import { builderOf, unbuilt } from '../builders.ts';
import { reasonOf, UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { EXIT, type Location } from '../model.ts';
import { folderOf } from '../read.ts';
import { decoderOf } from '../readers/html/encoding.ts';
import type { Page } from '../readers/html/page.ts';
import { ROOM } from '../readers/html/read.ts';
import type { ImportsOf } from '../readers/script/imports.ts';
import type { Selection } from '../readers/walk.ts';
import { addressOf } from '../site-address.ts';
import type { Algorithm } from '../sri.ts';
import { binaryDiff, unifiedDiff } from './diff.ts';
import { type PageFile, pageFiles } from './files.ts';
import { type Learned, withoutFragment } from './learn.ts';
import { LOCK_FILE, lockFileFor, printLock, readLock } from './lock.ts';
import { isModule, specifiersOf } from './modules.ts';
import { fixPage, lineOf, note, openImports, prepare, type Work } from './page.ts';
import type { Outcome, Plan } from './plan.ts';
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
  /** Covers the site's own files too. */
  local: boolean;
  /** The folder that is served at `site`; where none is given, the folder that is named in `paths`. */
  root?: string | undefined;
  /** More addresses of that folder. */
  bases?: readonly string[];
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
  /** The diff in the page's own encoding. */
  patch?: Buffer;
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
  const { paths, extensions, selection, root } = request;
  const served = root === undefined ? undefined : resolve(io.cwd, root);
  const { files, notes } = pageFiles(io, paths, extensions, selection, served);
  const lockFile = lockFileFor(io, folderOf(io, paths));
  const lock = readLock(io, lockFile) ?? (request.lock ? new Map() : undefined);
  const before = lock === undefined ? '' : printLock(lock);
  const work = await prepare(io, request, lock, notes);
  const pages: FixedPage[] = [];
  const room = Buffer.allocUnsafeSlow(ROOM);
  for (const file of files) pages.push(await fixFile(work, file, room));
  const text = lock === undefined ? '' : printLock(lock);
  const lockChanged = lock !== undefined && (text !== before || io.kind(lockFile) === undefined);
  const exitCode = request.check && lockChanged ? EXIT.fail : exitCodeOf(pages, request);
  if (!lockChanged || !writes(request)) return { pages, notes, lockChanged, exitCode };
  const failed = writeLock(io, lockFile, text);
  if (failed === undefined) return { pages, notes, lockChanged, exitCode };
  notes.push(failed);
  return { pages, notes, lockChanged: false, exitCode: exitCode === EXIT.pass ? EXIT.incomplete : exitCode };
}

// The pages are fixed already, and their report must not be lost.
function writeLock(io: Io, file: string, text: string): string | undefined {
  try {
    io.writeFile(file, text);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return `${file} could not be written (${code}): the lock is as it was`;
  }
}

async function fixFile(work: Work, { path, name, below, root }: PageFile, room: Buffer): Promise<FixedPage> {
  const { io, request, site } = work;
  const result: FixedPage = { file: name, changed: false, problems: [], lines: [] };
  try {
    const bytes = io.readFile(path, undefined, room);
    const builder = builderOf(io, path);
    if (builder !== undefined) work.notes.push(unbuilt(name, builder));
    const source = builder?.name === 'Vite';
    const url = addressOf(below, site);
    const { page, plan, next } = await fixPage(work, { name, url, bytes, root, source });
    noteOpen(work, plan);
    for (const { reason } of page.gaps) result.problems.push(reason);
    result.lines = plan.outcomes.map(lineOf);
    if (writes(request) && !next.equals(bytes)) io.rewrite(path, bytes, next);
    result.changed = !next.equals(bytes);
    if (request.dryRun) Object.assign(result, diffsOf(page, bytes, next));
    remember(work, plan);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // What could not be written protects nobody.
    result.lines = result.lines.filter(({ action }) => action !== 'set');
    result.problems.push(`${name}: ${reasonOf(error)}${error.hint === undefined ? '' : ` (${error.hint})`}`);
  }
  return result;
}

// Not knowing is no failure, and nothing to keep quiet about.
const ADDS =
  'adds the chunks of the build as script elements by code, and nothing can give them integrity from outside: an Integrity-Policy would block them (build modules, or give them integrity in the build)';

function noteOpen(work: Work, { outcomes }: Plan): void {
  if (!work.request.local) return;
  for (const { own, learned } of outcomes) {
    if (own !== true || learned === undefined) continue;
    const { from, open, adds } = learned;
    if (open) note(work, openImports(from, 'lie beside it'));
    if (adds) note(work, `${from} ${ADDS}`);
  }
}

function diffsOf({ encoding, file }: Page, bytes: Buffer, next: Buffer): Pick<FixedPage, 'diff' | 'patch'> {
  const decode = decoderOf(encoding);
  return { diff: unifiedDiff(file, decode(bytes), decode(next)), patch: binaryDiff(file, bytes, next) };
}

function writes({ check, dryRun }: SriFixRequest): boolean {
  return !check && !dryRun;
}

function remember({ io, lock, options }: Work, { outcomes }: Plan): void {
  if (lock === undefined) return;
  for (const { load, action, learned, own } of outcomes) {
    if (own === true || learned === undefined || (action !== 'set' && action !== 'keep')) continue;
    const url = withoutFragment(load.url);
    const old = lock.get(url);
    const imports = isModule(load) ? importsOf(learned, options.imports) : undefined;
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

function importsOf(learned: Learned, read: ImportsOf): string[] | undefined {
  if (learned.imports !== undefined) return [...learned.imports];
  return learned.body === undefined ? undefined : [...specifiersOf(learned, read)];
}

/** The exit code for pages. */
export function exitCodeOf(pages: readonly FixedPage[], { check }: Pick<SriFixRequest, 'check'>): number {
  const has = (action: Outcome['action']) =>
    pages.some(({ lines }) => lines.some((line) => line.action === action));
  if (has('wrong') || (check && pages.some((page) => page.changed))) return EXIT.fail;
  const problem = pages.some(({ problems }) => problems.length > 0);
  return problem || has('unlearned') ? EXIT.incomplete : EXIT.pass;
}
