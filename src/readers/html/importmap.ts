/**
 * Inline import maps: what they name, with the place of each URL.
 * https://html.spec.whatwg.org/multipage/webappapis.html#import-maps
 */
import type { Page } from './page.ts';

/** One URL an import map names. */
interface MapEntry {
  url: string;
  /** Index of the URL's first character in the map's text. */
  index: number;
}

/** A parsed import map. */
export interface ParsedMap {
  /** Specifiers to absolute URLs. */
  imports: Map<string, string>;
  /** Absolute URLs to metadata. */
  integrity: Map<string, string>;
  /** The targets of `imports` and `scopes`. */
  entries: MapEntry[];
  /** The keys of `integrity`. */
  covered: MapEntry[];
}

interface Text {
  path: string[];
  value: string;
  index: number;
  /** Of its key. */
  keyIndex: number;
}

/** Reads an import map's text against the document's base URL; undefined when browsers ignore it. */
export function parseImportMap(text: string, base: string): ParsedMap | undefined {
  const texts = stringsOf(text);
  if (texts === undefined) return undefined;
  const imports = new Map<string, string>();
  const integrity = new Map<string, string>();
  const entries: MapEntry[] = [];
  const covered: MapEntry[] = [];
  for (const { path, value, index, keyIndex } of texts) {
    const [section, key = ''] = path;
    const target = section === 'imports' ? path.length === 2 : section === 'scopes' && path.length === 3;
    if (target) {
      const url = urlLike(value, base);
      // A folder's address must be a folder, too.
      if (url === undefined || (path.at(-1)?.endsWith('/') === true && !url.endsWith('/'))) continue;
      entries.push({ url, index });
      if (section === 'imports') imports.set(urlLike(key, base) ?? key, url);
    } else if (section === 'integrity' && path.length === 2) {
      const url = urlLike(key, base);
      if (url === undefined) continue;
      integrity.set(url, value);
      covered.push({ url, index: keyIndex });
    }
  }
  return { imports, integrity, entries, covered };
}

/** The URL a module specifier leads to, or undefined for a bare one that no map resolves. `mapped` is true when an
 * entry for exactly this specifier did it. */
export function resolveSpecifier(
  specifier: string,
  base: string,
  maps: { imports: Map<string, string> }[],
): { url: string; mapped: boolean } | undefined {
  const own = urlLike(specifier, base);
  const wanted = own ?? specifier;
  for (const { imports } of maps) {
    const exact = imports.get(wanted);
    if (exact !== undefined) return { url: exact, mapped: true };
    const folder = longestFolder(wanted, imports);
    if (folder !== undefined) {
      const url = parsed(wanted.slice(folder.length), imports.get(folder) ?? '');
      if (url !== undefined) return { url, mapped: false };
    }
  }
  return own === undefined ? undefined : { url: own, mapped: false };
}

// Neither a large map for each of many imports, nor each folder of a long specifier.
function longestFolder(wanted: string, imports: Map<string, string>): string | undefined {
  let longest: string | undefined;
  if (imports.size < wanted.length ** 2) {
    for (const key of imports.keys())
      if (key.endsWith('/') && key.length > (longest?.length ?? 0) && wanted.startsWith(key)) longest = key;
    return longest;
  }
  for (let end = wanted.lastIndexOf('/'); end >= 0; end = end === 0 ? -1 : wanted.lastIndexOf('/', end - 1)) {
    const folder = wanted.slice(0, end + 1);
    if (imports.has(folder)) return folder;
  }
  return undefined;
}

// "URL-like": what starts with "/", "./" or "../", or is an absolute URL; anything else is a bare name.
/** The URL of a key or target of an import map; undefined for a bare name. */
export function urlLike(text: string, base: string): string | undefined {
  return /^\.{0,2}\//.test(text) ? parsed(text, base) : parsed(text);
}

function parsed(text: string, base?: string): string | undefined {
  try {
    return new URL(text, base).href;
  } catch {
    return undefined;
  }
}

// https://html.spec.whatwg.org/multipage/webappapis.html#parse-an-import-map-string: of another shape it is no map.
function isMap(map: unknown): boolean {
  if (!isObject(map)) return false;
  const sections = new Map<string, unknown>(Object.entries(map));
  for (const name of ['imports', 'scopes', 'integrity'])
    if (sections.has(name) && !isObject(sections.get(name))) return false;
  return Object.values(sections.get('scopes') ?? {}).every(isObject);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// All strings of a JSON object with the keys that lead to them. JSON.parse has proved the text well formed, so a
// walk over quotes and braces is enough; of equal keys the last counts, as in JSON.parse.
function stringsOf(text: string): Text[] | undefined {
  try {
    if (!isMap(JSON.parse(text))) return undefined;
  } catch {
    return undefined;
  }
  const found = new Map<string, Text>();
  const path: string[] = [];
  let keyIndex = 0;
  let depth = 0;
  const token = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]/g;
  const colon = /\s*:/y;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [lexeme] = match;
    if (lexeme === '{' || lexeme === '[') depth++;
    else if (lexeme === '}' || lexeme === ']') depth--;
    else if (depth <= 3) {
      const value = String(JSON.parse(lexeme));
      colon.lastIndex = token.lastIndex;
      if (colon.test(text)) {
        path.length = depth;
        path[depth - 1] = value;
        keyIndex = match.index + 1;
      } else if (path.length >= depth) {
        const keys = path.slice(0, depth);
        found.set(JSON.stringify(keys), { path: keys, value, index: match.index + 1, keyIndex });
      }
    }
  }
  return [...found.values()];
}

/** Adds what the integrity of the page's import maps names and nothing else in the page does: modules that others import. */
export function addCovered({ loads, importMaps }: Page): void {
  if (importMaps.length === 0) return;
  const known = new Set(loads.map(({ url }) => url));
  for (const { covered } of importMaps)
    for (const load of covered) if (!known.has(load.url)) loads.push(load);
  loads.sort((a, b) => a.location.offset - b.location.offset);
}
