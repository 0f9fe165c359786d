/**
 * Checks by hand that JSON of unknown origin has the shape it should have. Each failure says where and what.
 */

/** A value that is not what its format promises; the message names the place. */
export class Misshapen extends Error {}

export type Json = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object; anything else is Misshapen. */
export function object(value: unknown, place: string): Json {
  if (!isObject(value)) throw new Misshapen(`${place} is ${nameOf(value)} instead of an object`);
  return value;
}

/** An array; empty for null and for what is absent. */
export function list(value: unknown, place: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Misshapen(`${place} is ${nameOf(value)} instead of an array`);
  return value;
}

/** A text of at least one character. */
export function text(value: unknown, place: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new Misshapen(`${place} is ${value === '' ? 'empty' : `${nameOf(value)} instead of a text`}`);
}

/** The texts of an array; empty for null and for what is absent. */
export function texts(value: unknown, place: string): string[] {
  return list(value, place).map((item, i) => text(item, `${place}[${i}]`));
}

/** What `value` has under `key`, wherever that may be missing or of another kind. */
export function at(value: unknown, ...keys: string[]): unknown {
  let here = value;
  for (const key of keys) here = isObject(here) && Object.hasOwn(here, key) ? here[key] : undefined;
  return here;
}

/** The elements under a path of keys; empty when there is no array. */
export function listAt(value: unknown, ...keys: string[]): readonly unknown[] {
  const here = at(value, ...keys);
  return Array.isArray(here) ? here : [];
}

/** One line for people: control characters out, not longer than `limit`. */
export function oneLine(value: unknown, limit: number): string {
  if (typeof value !== 'string') return '';
  const line = value
    .slice(0, 4 * limit)
    .replace(/[\s\p{Cc}\p{Bidi_Control}]+/gu, ' ')
    .trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 1).trimEnd()}…`;
}

function nameOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
