/** The site's own files: which file of the built folder a URL delivers, its hash, and what it imports. */
import { dirname, join, relative, sep } from 'node:path';
import { reasonOf } from '../errors.ts';
import { digestOf, integrityOf } from '../integrity.ts';
import type { Io } from '../io.ts';
import { parseUrl } from '../readers/html/urls.ts';
import type { ImportsOf } from '../readers/script/imports.ts';
import { type Algorithm, type Integrity, matchesBody } from '../sri.ts';
import type { Learned, Unlearned } from './learn.ts';

/** A folder that is served, and under which addresses; those end in `/`. */
export interface Served {
  root: string;
  at: readonly string[];
}

/** Own files by URL. */
export interface OwnFiles {
  learn(url: string): Learned | Unlearned;
  /** Whether a file has one of these hashes; undefined where there is no such file. */
  agrees(url: string, metadata: Integrity): boolean | undefined;
}

type OwnIo = Pick<Io, 'cwd' | 'kind' | 'list' | 'readFile' | 'real'>;

/** Chunks of a build whose names nobody can read. */
const MOST_NEIGHBOURS = 2000;

/** Bytes of a module that is looked into. */
const LIMIT = 64 * 1024 * 1024;

/** What a build makes scripts and styles of; a browser cannot read it. */
const SOURCE = /\.(?:[cm]?tsx?|jsx|vue|svelte|astro|s[ac]ss|less|styl)$/i;

// The loader of classic chunks that webpack, Rspack and Turbopack put into a build, without a plugin's integrity.
function addsChunks(text: string): boolean {
  if (!text.includes('ChunkLoadError') || /\.integrity\s*=/.test(text)) return false;
  return /createElement\(\s*["'`]script["'`]/.test(text);
}

/** Files of a folder; each is read and looked into once. Bodies are not kept. */
export function ownFiles(io: OwnIo, served: Served, algorithm: Algorithm, imports: ImportsOf): OwnFiles {
  const known = new Map<string, Learned | Unlearned>();
  return {
    learn(url) {
      const place = placeOf(url, served);
      if (!place.ok) return place;
      let answer = known.get(place.file);
      if (answer === undefined) {
        answer = fileAt(io, place.file, served, algorithm, imports);
        known.set(place.file, answer);
      }
      return answer;
    },
    agrees(url, metadata) {
      const place = placeOf(url, served);
      if (!place.ok) return undefined;
      const body = bodyOf(io, place.file, served);
      if (!Buffer.isBuffer(body)) return undefined;
      return matchesBody(metadata, (algorithm) => digestOf(body, algorithm));
    },
  };
}

function fileAt(
  io: OwnIo,
  file: string,
  served: Served,
  algorithm: Algorithm,
  read: ImportsOf,
): Learned | Unlearned {
  if (SOURCE.test(file)) return sourceCode();
  const body = bodyOf(io, file, served);
  if (!Buffer.isBuffer(body)) return body;
  const from = relative(io.cwd, file).split(sep).join('/');
  const integrity = integrityOf(body, algorithm);
  const made: Learned = { ok: true, integrity, from, size: body.length, anyOrigin: false };
  if (body.length > LIMIT) return made;
  if (!/\.[cm]?js$/i.test(file)) return { ...made, imports: [] };
  // Both static imports and import(): a build's chunks are named in full.
  const text = body.toString();
  const { fixed, later, open } = read(text);
  const all = new Set([...fixed, ...later, ...(open ? neighbours(io, file) : [])]);
  if (open) made.open = true;
  if (addsChunks(text)) made.adds = true;
  return { ...made, imports: [...all] };
}

// Where names are made at run time (webpack's modules), a build has put its chunks into one folder. An entry too many in
// an import map does no harm.
function neighbours(io: OwnIo, file: string): string[] {
  const names = io.list(dirname(file)).filter(({ name, kind }) => kind === 'file' && /\.m?js$/i.test(name));
  return names.slice(0, MOST_NEIGHBOURS).map(({ name }) => `./${encodeURIComponent(name)}`);
}

type Place = { ok: true; file: string } | Unlearned;

// What a static server delivers: the path decoded, whatever query stands behind it.
function placeOf(text: string, { root, at }: Served): Place {
  const url = parseUrl(text);
  const whole = url === undefined ? '' : `${url.origin}${url.pathname}`;
  const base = at.find((one) => whole.startsWith(one));
  if (base === undefined)
    return unlearned(
      'it is not served from the folder',
      '--site with the path that the folder is served at, or --root with the folder that is',
    );
  const segments: string[] = [];
  for (const segment of whole.slice(base.length).split('/')) {
    const name = decoded(segment);
    if (name === undefined || name === '..' || name === '.' || /[/\\\0]/.test(name))
      return unlearned('its path is none of a file');
    segments.push(name);
  }
  return { ok: true, file: join(root, ...segments) };
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

function bodyOf(io: OwnIo, file: string, { root }: Served): Buffer | Unlearned {
  try {
    if (io.kind(file) !== 'file')
      return unlearned(
        'the folder has no such file',
        'build it first, or name the folder that is served with --root',
      );
    const inside = relative(io.real(root), io.real(file));
    if (inside === '..' || inside.startsWith(`..${sep}`)) return unlearned('a link leads out of the folder');
    return io.readFile(file);
  } catch (error) {
    return unlearned(reasonOf(error));
  }
}

/** The files behind a page that a builder makes another of. */
export const SOURCE_FILES: OwnFiles = { learn: sourceCode, agrees: () => undefined };

function sourceCode(): Unlearned {
  const reason = 'it is source code, which a build replaces';
  return { ok: false, refused: true, reason, advice: 'run sri-fix --local on what the build wrote' };
}

function unlearned(reason: string, advice?: string): Unlearned {
  return { ok: false, refused: false, reason, ...(advice === undefined ? {} : { advice }) };
}
