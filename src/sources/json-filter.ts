/**
 * Blanks out parts of JSON while it streams by: of a packument of 20 MB vakt needs a hundredth. Each unwanted
 * member's value becomes `0`; every other byte stays as it came, so that JSON.parse remains the judge of what is
 * valid.
 */
import type { Collector } from '../http/exchange.ts';
import { Failed } from '../http/reasons.ts';

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const BACKSLASH = 92;
const BEGIN_LIST = 91;
const END_LIST = 93;
const BEGIN = 123;
const END = 125;

/** What is longer is no key that anybody asks for. */
const LONGEST_KEY = 512;
const DEEPEST = 1000;

interface State {
  wanted: (path: readonly string[]) => boolean;
  out: Buffer[];
  /** The current key of each open object; null for a list. */
  open: (string | null)[];
  inString: boolean;
  escaped: boolean;
  /** In a key: its bytes so far. */
  key: number[] | undefined;
  /** The next string is a key. */
  keyNext: boolean;
  /** Of a value that is being blanked out: how many of its objects and lists are open. */
  blank: number | undefined;
}

/** A collector whose result is the JSON in which only members are left that `wanted` names, by their path of keys. */
export function jsonFilter(wanted: State['wanted']): Collector {
  const state: State = {
    wanted,
    out: [],
    open: [],
    inString: false,
    escaped: false,
    key: undefined,
    keyNext: false,
    blank: undefined,
  };
  return { write: (piece) => filter(state, piece), end: () => Buffer.concat(state.out) };
}

function filter(state: State, piece: Buffer): void {
  let from = state.blank === undefined ? 0 : piece.length;
  for (let at = 0; at < piece.length; at++) {
    const byte = piece[at] ?? 0;
    if (state.inString) {
      string(state, byte);
      continue;
    }
    if (byte === QUOTE) {
      state.inString = true;
      state.key = state.keyNext ? [] : undefined;
      continue;
    }
    if (state.blank !== undefined) {
      if (!endsBlank(state, byte)) continue;
      state.blank = undefined;
      from = at;
    }
    if (byte === COLON && beginsBlank(state)) {
      state.out.push(Buffer.from(piece.subarray(from, at + 1)), Buffer.from('0'));
      state.blank = 0;
      from = piece.length;
    } else structure(state, byte);
  }
  // A copy: the piece belongs to the connection.
  if (from < piece.length) state.out.push(Buffer.from(piece.subarray(from)));
}

function string(state: State, byte: number): void {
  if (state.escaped) state.escaped = false;
  else if (byte === BACKSLASH) state.escaped = true;
  else if (byte === QUOTE) {
    state.inString = false;
    if (state.key !== undefined) {
      state.open[state.open.length - 1] = keyOf(state.key);
      state.key = undefined;
      state.keyNext = false;
    }
    return;
  }
  if (state.key !== undefined && state.key.length <= LONGEST_KEY) state.key.push(byte);
}

function keyOf(bytes: readonly number[]): string {
  const raw = Buffer.from(bytes).toString('utf8');
  if (!raw.includes('\\')) return raw;
  try {
    return String(JSON.parse(`"${raw}"`));
  } catch {
    return '';
  }
}

function structure(state: State, byte: number): void {
  const { open } = state;
  if (byte === BEGIN || byte === BEGIN_LIST) {
    if (open.length >= DEEPEST)
      throw new Failed(`answered JSON that is nested more than ${DEEPEST} levels deep`);
    open.push(byte === BEGIN ? '' : null);
    state.keyNext = byte === BEGIN;
  } else if (byte === END || byte === END_LIST) {
    open.pop();
    state.keyNext = false;
  } else if (byte === COMMA) state.keyNext = open.length > 0 && open.at(-1) !== null;
}

// Within lists nothing is chosen.
function beginsBlank({ open, wanted }: State): boolean {
  const path: string[] = [];
  for (const key of open) {
    if (key === null) return false;
    path.push(key);
  }
  return path.length > 0 && !wanted(path);
}

function endsBlank(state: State, byte: number): boolean {
  const depth = state.blank ?? 0;
  if (byte === BEGIN || byte === BEGIN_LIST) state.blank = depth + 1;
  else if (byte === END || byte === END_LIST) {
    if (depth === 0) return true;
    state.blank = depth - 1;
  } else if (byte === COMMA) return depth === 0;
  return false;
}
