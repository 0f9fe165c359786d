/**
 * JSON files that people and package managers wrote: the value by JSON.parse, every error with its place, and
 * the place of any member, computed only when somebody points at it. RFC 8259.
 */

import { UserError } from '../errors.ts';
import type { Location } from '../model.ts';
import { firstJsonError } from './json-error.ts';
import { memberFinder } from './json-members.ts';
import { lineIndex } from './lines.ts';
import { pointerOfLfs } from './text.ts';

export type JsonObject = { [key: string]: unknown };

/** A parsed file whose top level is an object. */
export interface JsonDocument {
  /** As the file is called in locations and messages. */
  file: string;
  value: JsonObject;
  /** The place of the member at `path` (its key); the nearest enclosing member when there is none. */
  locate(path: readonly string[]): Location;
}

const BYTE_ORDER_MARK = '\ufeff';

/**
 * Parses `input` (bytes are read as UTF-8, a byte order mark is skipped). Duplicate keys: the last one wins, as
 * in JSON.parse. Throws UserError with file:line:column for anything that is not JSON, git conflict markers
 * first, and for a top level that is no object.
 */
export function parseJson(input: Uint8Array | string, file: string): JsonDocument {
  const whole =
    typeof input === 'string'
      ? input
      : Buffer.from(input.buffer, input.byteOffset, input.byteLength).toString();
  const marked = whole.startsWith(BYTE_ORDER_MARK);
  const text = marked ? whole.slice(1) : whole;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw explain(text, marked, file, error);
  }
  if (!isObject(value)) {
    throw new UserError(`holds ${kindOf(value)} where a JSON object is expected`, {
      where: `${file}:1:1`,
      hint: 'restore the file from version control, or let the tool that wrote it write it again',
    });
  }
  return { file, value, locate: locator(text, marked, file) };
}

/** True for what JSON calls an object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a JSON value is, for messages: `an array`, `null`, `a string`. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** `file:line:column`, as error messages want it. */
export function placeOf({ file, line, column }: Location): string {
  return `${file}:${line}:${column}`;
}

function locator(text: string, marked: boolean, file: string): (path: readonly string[]) => Location {
  let find: ((path: readonly string[]) => number) | undefined;
  let index: ReturnType<typeof lineIndex> | undefined;
  return (path) => {
    find ??= memberFinder(text);
    index ??= lineIndex(text, marked);
    return { file, ...index(find(path)) };
  };
}

function explain(text: string, marked: boolean, file: string, cause: unknown): UserError {
  const place = lineIndex(text, marked);
  const where = (offset: number) => placeOf({ file, ...place(offset) });
  const marker = /^<<<<<<<(?= |$)/m.exec(text);
  if (marker !== null) {
    return new UserError('holds git conflict markers', {
      where: where(marker.index),
      hint: conflictHint(file),
      cause,
    });
  }
  const pointer = pointerOfLfs(text, where(0));
  if (pointer !== undefined) return pointer;
  if (text.includes('\0')) {
    return new UserError('is not UTF-8 text (it may be UTF-16)', {
      where: where(text.indexOf('\0')),
      hint: 'save the file as UTF-8',
      cause,
    });
  }
  const { offset, message } = firstJsonError(text);
  return new UserError(`is not valid JSON: ${message}`, {
    where: where(offset),
    hint: 'restore the file from version control, or let the tool that wrote it write it again',
    cause,
  });
}

// npm reads both sides of a conflicted lock file and merges them; it cannot do that for package.json.
// https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json
function conflictHint(file: string): string {
  return /(?:package-lock|npm-shrinkwrap)\.json$/.test(file)
    ? 'resolve the conflict in package.json first; then `npm install --package-lock-only` resolves this file'
    : 'resolve the conflict, then run vakt again';
}
