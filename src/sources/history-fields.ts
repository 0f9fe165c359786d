/** What of a packument a history is made of, and how each field is read. */
import { at, isObject } from './advisories/shape.ts';

const TOP = new Set(['name', 'dist-tags', 'versions', 'time', 'maintainers', 'repository']);
const PARTS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['dist', new Set(['integrity', 'shasum', 'tarball', 'signatures', 'attestations'])],
  ['_npmUser', new Set(['name', 'trustedPublisher', 'approver'])],
]);
const OF_VERSION = new Set([...PARTS.keys(), 'deprecated', 'license', 'licenses']);

/** Whether a member of a packument, by its path of keys, is kept while the document streams by. */
export function isWanted(path: readonly string[]): boolean {
  const [top = '', , field, part] = path;
  if (!TOP.has(top)) return false;
  if (top !== 'versions' || field === undefined) return true;
  return OF_VERSION.has(field) && (part === undefined || PARTS.get(field)?.has(part) !== false);
}

/** Keeps one copy of equal texts: a name, a licence or a deprecation stands on hundreds of releases. */
export function shared(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const found = known.get(text);
    if (found === undefined) known.set(text, text);
    return found ?? text;
  };
}

/** The beginning of a text. V8 keeps the whole of what was cut alive, so it is copied: a document has megabytes. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : Buffer.from(text.slice(0, most)).toString('utf8');
}

/** A deprecation without words. */
const SILENT = 'its publisher says no more';

/** The publisher's words. Taking a deprecation back leaves an empty text, or false; npm warns of whatever else is there. */
export function deprecationOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : cut(value, 2000).trim() || SILENT;
  return value === undefined || value === null || value === false || value === 0 ? undefined : SILENT;
}

/** A time. Four digits of a year: a date at the end of time has none after it to be told. */
export function dateOf(value: unknown): Date | undefined {
  if (typeof value !== 'string' || value.length > 40 || !/^\d{4}-/.test(value)) return undefined;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** People: `{ name, email }`, or `name <email>` as very old documents have it. */
export function namesOf(value: unknown): string[] {
  const names = new Set<string>();
  for (const one of Array.isArray(value) ? value : []) {
    const name: unknown = typeof one === 'string' ? cut(one, 400).replace(/\s*<.*$/s, '') : at(one, 'name');
    if (typeof name === 'string' && name !== '') names.add(cut(name, 200));
  }
  return [...names];
}

/** A repository's address. Publishers have left tokens in it; `git@` is everybody's. */
export function addressOf(value: unknown): string | undefined {
  const url = isObject(value) ? value.url : value;
  if (typeof url !== 'string' || url === '') return undefined;
  return cut(url, 2000).replace(/:\/\/(?!git@)[^\s/@]{1,500}@/g, '://');
}
