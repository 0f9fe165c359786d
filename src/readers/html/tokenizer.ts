/**
 * A tokenizer for the tags of an HTML document, over bytes: HTML section 13.2.5 without the text. It hops from
 * `<` to `<`; everything between tags is skipped, never copied. The bytes are in an encoding whose ASCII bytes
 * always mean ASCII where tags are concerned (UTF-8, windows-125x, GBK, Shift_JIS …; UTF-16 is transcoded first).
 *
 * https://html.spec.whatwg.org/multipage/parsing.html#tokenization
 */

const TAB = 0x09;
const LF = 0x0a;
const FF = 0x0c;
const CR = 0x0d;
const SPACE = 0x20;
const BANG = 0x21;
const DOUBLE_QUOTE = 0x22;
const SINGLE_QUOTE = 0x27;
const DASH = 0x2d;
const SLASH = 0x2f;
const LESS = 0x3c;
const EQUALS = 0x3d;
const GREATER = 0x3e;
const QUESTION = 0x3f;

/** A place in a document's bytes, and the tag that stands right before it. */
export interface Cursor {
  readonly bytes: Buffer;
  /** The same with its template syntax, which in `bytes` is made opaque: what names and values are taken from. */
  readonly text: Buffer;
  /** Where to go on: behind the tag. */
  pos: number;
  /** The `<` of the tag. */
  start: number;
  nameStart: number;
  nameEnd: number;
  /** An end tag. */
  closing: boolean;
  /** `/` right before `>`. */
  selfClosing: boolean;
  /** Four numbers for each attribute: name start and end, value start and end (-1 without a value). */
  readonly ranges: number[];
  /** How many of `ranges` are this tag's. */
  count: number;
}

/** A cursor at `pos`; see Cursor for `text`. */
export function cursorAt(bytes: Buffer, pos: number, text = bytes): Cursor {
  return {
    bytes,
    text,
    pos,
    start: pos,
    nameStart: pos,
    nameEnd: pos,
    closing: false,
    selfClosing: false,
    ranges: [],
    count: 0,
  };
}

/** Moves behind the next start or end tag; false at the end of the document, where an unfinished tag is none
 * (eof-in-tag). `foreign` says whether `<![CDATA[` opens a section (the current node is SVG or MathML). */
export function nextTag(cursor: Cursor, foreign: boolean): boolean {
  const { bytes } = cursor;
  for (;;) {
    const less = find(bytes, LESS, cursor.pos);
    if (less === -1) break;
    const next = bytes[less + 1] ?? 0;
    if (isLetter(next)) return readTag(cursor, less, less + 1, false);
    if (next === SLASH) {
      const name = bytes[less + 2] ?? 0;
      if (isLetter(name)) return readTag(cursor, less, less + 2, true);
      if (less + 2 >= bytes.length) break;
      // "</>" is dropped; anything else is a bogus comment. Both end at the first ">".
      cursor.pos = after(bytes, GREATER, less + 2);
    } else if (next === BANG) {
      cursor.pos = declarationEnd(bytes, less + 2, foreign);
    } else if (next === QUESTION) {
      cursor.pos = after(bytes, GREATER, less + 2);
    } else {
      cursor.pos = less + 1;
    }
  }
  cursor.pos = bytes.length;
  return false;
}

// What is sought is mostly near: a few bytes are looked at here before the cost of a native call is paid.
const NEAR = 48;

function find(bytes: Buffer, byte: number, from: number): number {
  const near = Math.min(from + NEAR, bytes.length);
  for (let i = from; i < near; i++) if (bytes[i] === byte) return i;
  return bytes.indexOf(byte, near);
}

// From behind "<!": a comment, a CDATA section, a doctype or a bogus comment.
function declarationEnd(bytes: Buffer, pos: number, foreign: boolean): number {
  if (bytes[pos] === DASH && bytes[pos + 1] === DASH) return commentEnd(bytes, pos + 2);
  if (foreign && bytes.toString('latin1', pos, pos + 7) === '[CDATA[') {
    const end = bytes.indexOf(']]>', pos + 7, 'latin1');
    return end === -1 ? bytes.length : end + 3;
  }
  return after(bytes, GREATER, pos);
}

/** Where a comment ends, from behind its "<!--": "<!-->" and "<!--->" are whole comments; "-->", "--->" and "--!>" end one. */
export function commentEnd(bytes: Buffer, pos: number): number {
  if (bytes[pos] === GREATER) return pos + 1;
  if (bytes[pos] === DASH && bytes[pos + 1] === GREATER) return pos + 2;
  let from = pos;
  for (;;) {
    let end = bytes.indexOf('--', from, 'latin1');
    if (end === -1) return bytes.length;
    end += 2;
    while (bytes[end] === DASH) end++;
    if (bytes[end] === GREATER) return end + 1;
    if (bytes[end] === BANG) {
      end++;
      if (bytes[end] === GREATER) return end + 1;
    }
    from = end;
  }
}

function after(bytes: Buffer, byte: number, from: number): number {
  const found = bytes.indexOf(byte, from);
  return found === -1 ? bytes.length : found + 1;
}

function readTag(cursor: Cursor, start: number, nameStart: number, closing: boolean): boolean {
  const { bytes } = cursor;
  cursor.count = 0;
  let pos = nameStart + 1;
  let byte = bytes[pos] ?? -1;
  while (byte !== GREATER && byte !== SLASH && !isSpace(byte)) {
    if (byte === -1) return ended(cursor);
    byte = bytes[++pos] ?? -1;
  }
  cursor.start = start;
  cursor.nameStart = nameStart;
  cursor.nameEnd = pos;
  cursor.closing = closing;
  // The slash counts only right before ">": after a value in quotes or white space, never inside a bare value.
  let slash = false;
  for (;;) {
    if (byte === -1) return ended(cursor);
    if (byte === GREATER) {
      cursor.selfClosing = slash;
      cursor.pos = pos + 1;
      return true;
    }
    if (byte === SLASH || isSpace(byte)) {
      slash = byte === SLASH;
      pos++;
    } else {
      slash = false;
      pos = readAttribute(cursor, pos);
    }
    byte = bytes[pos] ?? -1;
  }
}

// An attribute from the first byte of its name, which may be "=": returns where it ends.
function readAttribute(cursor: Cursor, start: number): number {
  const { bytes } = cursor;
  let pos = start + 1;
  let byte = bytes[pos] ?? -1;
  while (byte !== EQUALS && byte !== GREATER && byte !== SLASH && byte !== -1 && !isSpace(byte)) {
    byte = bytes[++pos] ?? -1;
  }
  const nameEnd = pos;
  while (isSpace(byte)) byte = bytes[++pos] ?? -1;
  if (byte !== EQUALS) {
    note(cursor, start, nameEnd, -1, -1);
    return nameEnd;
  }
  byte = bytes[++pos] ?? -1;
  while (isSpace(byte)) byte = bytes[++pos] ?? -1;
  if (byte === DOUBLE_QUOTE || byte === SINGLE_QUOTE) {
    const close = find(bytes, byte, pos + 1);
    const end = close === -1 ? bytes.length : close;
    note(cursor, start, nameEnd, pos + 1, end);
    return Math.min(end + 1, bytes.length);
  }
  const valueStart = pos;
  while (byte !== GREATER && byte !== -1 && !isSpace(byte)) byte = bytes[++pos] ?? -1;
  note(cursor, start, nameEnd, valueStart, pos);
  return pos;
}

// A tag of a million attributes is an attack on memory; what stands behind them is not looked at.
const MOST = 4_000_000;

function note(cursor: Cursor, start: number, nameEnd: number, valueStart: number, valueEnd: number): void {
  const { ranges, count } = cursor;
  if (count >= MOST) return;
  ranges[count] = start;
  ranges[count + 1] = nameEnd;
  ranges[count + 2] = valueStart;
  ranges[count + 3] = valueEnd;
  cursor.count = count + 4;
}

function ended(cursor: Cursor): false {
  cursor.pos = cursor.bytes.length;
  return false;
}

function isLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

function isSpace(byte: number): boolean {
  return byte === SPACE || byte === LF || byte === TAB || byte === CR || byte === FF;
}
