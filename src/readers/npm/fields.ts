/**
 * Reads the fields of lock file entries, which anybody may have written. A wrong type where a package's identity
 * hangs on it is an error with its place; elsewhere the fact is left out and counted, to become one gap.
 */
import { UserError } from '../../errors.ts';
import type { Gap } from '../../model.ts';
import { isObject, type JsonDocument, type JsonObject, kindOf, placeOf } from '../json.ts';

/** What could not be read, by kind, with the first place and the number of places. */
export interface Notes {
  note(fact: string, reason: string, path: readonly string[]): void;
  gaps(): Gap[];
}

/** Collects what is left out of `document`. However many entries are wrong, each reason makes one gap. */
export function notesOn(document: JsonDocument): Notes {
  const found = new Map<string, { fact: string; reason: string; path: readonly string[]; count: number }>();
  return {
    note(fact, reason, path) {
      const before = found.get(`${fact} ${reason}`);
      if (before === undefined) found.set(`${fact} ${reason}`, { fact, reason, path, count: 1 });
      else before.count++;
    },
    gaps: () =>
      [...found.values()].map(({ fact, reason, path, count }) => {
        const first = placeOf(document.locate(path));
        return {
          source: 'npm',
          fact,
          reason: count === 1 ? `${first}: ${reason}` : `${first}: ${reason} (and ${count - 1} more)`,
          required: false,
        };
      }),
  };
}

/**
 * The text in `entry[field]`; undefined when it is absent, null, false or empty (older npm wrote `false`). Throws
 * UserError at the member for any other type.
 */
export function textIn(
  document: JsonDocument,
  path: () => readonly string[],
  entry: JsonObject,
  field: string,
): string | undefined {
  const value = entry[field];
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (value === undefined || value === null || value === false) return undefined;
  throw wrongType(document, [...path(), field], `"${field}" must be a string but is ${kindOf(value)}`);
}

/** An error about the member at `path`, with the way out that always works. */
export function wrongType(document: JsonDocument, path: readonly string[], message: string): UserError {
  return new UserError(message, {
    where: placeOf(document.locate(path)),
    hint: 'restore the file from version control, or delete it and run `npm install --package-lock-only`',
  });
}

const NONE: JsonObject = Object.freeze({});

/** The dependency map that is an entry's `field`: empty when it is null; when it is no object, empty and noted. */
export function dependenciesIn(
  value: unknown,
  field: string,
  path: () => readonly string[],
  notes: Notes,
): JsonObject {
  if (isObject(value)) return value;
  if (value === null) return NONE;
  notes.note('dependencies', `"${field}" must be an object but is ${kindOf(value)}`, [...path(), field]);
  return NONE;
}

/** The deprecation message; a bare `true` counts too. */
export function deprecationOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return value === true ? 'deprecated' : undefined;
}
