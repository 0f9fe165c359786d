/** Where results go and how they may look. */
import { resolve } from 'node:path';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { oneLine } from '../plain.ts';
import type { Look } from '../report/report.ts';
import { siteAddress } from '../site-address.ts';
import { parseUrl } from '../url.ts';
import type { Values } from './commands.ts';

/** The result to stdout or to the file that --output-file names. */
export function deliver(io: Io, values: Values, text: string): void {
  const file = values['output-file'];
  if (typeof file === 'string') write(io, file, text);
  else io.out(text);
}

/** Reports to their files and the one without to stdout. Where a file cannot be written the others are all the same;
 * throws UserError for the first that cannot. */
export function deliverAll(io: Io, reports: readonly { file?: string; text: string }[]): void {
  let failed: unknown;
  for (const { file, text } of reports) {
    try {
      if (file === undefined) io.out(text);
      else write(io, file, text);
    } catch (error) {
      failed ??= error;
    }
  }
  if (failed !== undefined) throw failed;
}

/** Throws UserError for files that cannot hold a report, before there is any: folders, and one file named twice. */
export function checkFiles(io: Io, outputs: readonly { file?: string }[]): void {
  const seen = new Set<string>();
  for (const { file } of outputs) {
    if (file === undefined) continue;
    const path = resolve(io.cwd, file);
    if (seen.has(path))
      throw new UserError('two reports cannot share one file', { where: file, hint: OTHER });
    if (io.kind(path) === 'directory')
      throw new UserError('cannot be written: it is a folder', { where: file, hint: OTHER });
    seen.add(path);
  }
}

const OTHER = 'name another file with --output-file or --format name=file';

function write(io: Io, file: string, text: string): void {
  try {
    io.writeFile(resolve(io.cwd, file), text);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UserError(`cannot be written (${code})`, { where: file, hint: OTHER, cause: error });
  }
}

/** Colour by https://no-color.org and https://force-color.org, else by whether stdout is a terminal; none in files
 * unless forced. */
export function lookOf(io: Io, file: string | undefined): Pick<Look, 'color' | 'width'> {
  const { NO_COLOR, FORCE_COLOR, TERM, COLUMNS = '' } = io.env;
  const toFile = file !== undefined;
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  const said = /^\d{1,4}$/.test(COLUMNS) ? Number(COLUMNS) : undefined;
  const wanted = forced || (io.columns !== undefined && TERM !== 'dumb' && !toFile);
  return {
    color: wanted && (NO_COLOR === undefined || NO_COLOR === '') && FORCE_COLOR !== '0',
    // Who sets COLUMNS for a pipe knows where it ends.
    width: Math.min(200, Math.max(60, (toFile ? undefined : (io.columns ?? said)) ?? 80)),
  };
}

/** Shown to a person who waits: nobody else needs it. */
const PATIENCE_MS = 500;

/** Says on stderr, once half a second has passed, that work goes on; the result ends it. */
export function whileWorking(io: Io, what: string): () => void {
  if (io.columns === undefined) return () => {};
  const timer = setTimeout(() => io.err(`${oneLine(what)} …\n`), PATIENCE_MS);
  return () => clearTimeout(timer);
}

/** Says on stderr what takes time. */
export function progressOf(io: Io): (what: string) => void {
  return (what) => io.err(`${oneLine(what)}\n`);
}

/** What --site says, as an absolute URL. Throws UserError for what is none. */
export function siteOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : siteAddress(text, '--site');
}

/** The hosts that --allow-private names, as URLs. Throws UserError for what is no host. */
export function privateHosts(values: Values): string[] {
  const named = values['allow-private'];
  return (Array.isArray(named) ? named : []).map((host: string) => {
    const url = parseUrl(`https://${host}/`);
    if (url !== undefined && url.host === host.toLowerCase()) return url.href;
    throw new UserError(`"${host}" is no host`, {
      where: '--allow-private',
      hint: 'such as cdn.intern.example, with :port where it is not 443',
    });
  });
}

/** The extensions that --ext names, without dots. */
export function extensionsOf({ ext }: Values): string[] {
  const names = String(ext ?? '')
    .split(',')
    .map((one) => one.trim().replace(/^\./, '').toLowerCase());
  return names.filter((name) => name !== '');
}
