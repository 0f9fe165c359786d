/** Places in a page: bytes to line and column, also where the page was transcoded to be read. */
import type { Location } from '../../model.ts';
import { type Decode, decodeText } from './attributes.ts';
import { decoderOf, type Encoding } from './encoding.ts';

const LF = 0x0a;
const MULTIBYTE = /^(gbk|gb18030|big5|euc-|shift_jis)/;

/** A page's bytes as the tokenizer takes them, and the way back to bytes of the file. */
export interface Source {
  bytes: Buffer;
  /** `bytes` with template syntax made opaque: what the tokenizer reads. The same where there is none. */
  markup: Buffer;
  /** Where the markup starts in `bytes`. */
  from: number;
  decode: Decode;
  /** UTF-16 units of the bytes from `start` to `end`. */
  units(start: number, end: number): number;
  /** The byte of the file for a byte of `bytes`. */
  toFile(pos: number): number;
  /** `bytes` are those of the file. */
  same: boolean;
  /** The page is XHTML. */
  xml?: boolean;
}

/** A page's bytes, ready for the tokenizer: UTF-16 is read as UTF-8, every other encoding as it is. */
export function sourceOf(file: Buffer, encoding: Encoding): Source {
  const decode = decoderOf(encoding.name);
  if (encoding.name.startsWith('utf-16')) {
    const bytes = Buffer.from(decode(file.subarray(encoding.bom)));
    const before = checkpoints(bytes);
    const toFile = (pos: number) => encoding.bom + 2 * before(pos);
    return {
      bytes,
      markup: bytes,
      from: 0,
      decode: decoderOf('utf-8'),
      units: (s, e) => utf8Units(bytes, s, e),
      toFile,
      same: false,
    };
  }
  const toFile = (pos: number) => pos;
  let units = (start: number, end: number) => end - start;
  if (encoding.name === 'utf-8') units = (start, end) => utf8Units(file, start, end);
  else if (MULTIBYTE.test(encoding.name)) units = (start, end) => decode(file.subarray(start, end)).length;
  return { bytes: file, markup: file, from: encoding.bom, decode, units, toFile, same: true };
}

/** Gives line and column of places in a source; cheap for ascending ones. */
export function locatorOf(file: string, source: Source): (pos: number) => Location {
  const { bytes, from } = source;
  let line = 1;
  let lineStart = from;
  let last = from;
  let column = 0;
  // The end of the line of `last`: sought once for each line, or one long line would cost quadratic time.
  let lineEnd = -1;
  return (pos) => {
    if (pos < last || lineEnd === -1) {
      line = 1;
      lineStart = from;
      last = from;
      column = 0;
      lineEnd = endOfLine(bytes, from);
    }
    while (lineEnd < pos) {
      line++;
      lineStart = lineEnd + 1;
      lineEnd = endOfLine(bytes, lineStart);
    }
    if (lineStart > last) {
      last = lineStart;
      column = 0;
    }
    column += source.units(last, pos);
    last = Math.max(pos, last);
    return { file, line, column: column + 1, offset: source.toFile(pos) };
  };
}

function endOfLine(bytes: Buffer, from: number): number {
  const found = bytes.indexOf(LF, from);
  return found === -1 ? Number.POSITIVE_INFINITY : found;
}

/** Text between two bytes without any normalization, and the byte for each index of it. */
export function textWithOffsets(
  source: Source,
  start: number,
  end: number,
): { text: string; at: (index: number) => number } {
  const { bytes, decode } = source;
  const part = bytes.subarray(start, end);
  const text = decode(part);
  if (text.length === part.length) return { text, at: (index) => start + index };
  if (Buffer.byteLength(text) === part.length) {
    return { text, at: (index) => start + Buffer.byteLength(text.slice(0, index)) };
  }
  return { text, at: (index) => start + bytesFor(part, index, decode) };
}

/** The same for the text of an element. In SVG and in XHTML references count, and CDATA sections and comments stand. */
export function textOf(
  source: Source,
  { svg, end, textEnd }: { svg: boolean; end: number; textEnd: number },
): { text: string; at: (index: number) => number } {
  const plain = textWithOffsets(source, end, textEnd);
  if ((!svg && source.xml !== true) || !/[&<]/.test(plain.text)) return plain;
  const pieces: { from: number; written: number }[] = [];
  let text = '';
  const add = (piece: string, written: number) => {
    pieces.push({ from: text.length, written });
    text += piece;
  };
  const part = /<!\[CDATA\[([\s\S]*?)(?:\]\]>|$)|<!--[\s\S]*?(?:-->|$)|<[^>]*>?|&#?\w+;?|[^<&]+|&/g;
  for (const match of plain.text.matchAll(part)) {
    const [piece, cdata] = match;
    if (cdata !== undefined) add(cdata, match.index + 9);
    else if (!piece.startsWith('<')) add(decodeText(piece), match.index);
  }
  return {
    text,
    at(index) {
      let low = 0;
      let high = pieces.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((pieces[middle]?.from ?? 0) <= index) low = middle;
        else high = middle - 1;
      }
      const piece = pieces[low];
      return plain.at((piece?.written ?? 0) + index - (piece?.from ?? 0));
    },
  };
}

// The number of bytes that decode to `index` units, by bisection.
function bytesFor(part: Buffer, index: number, decode: Decode): number {
  let low = 0;
  let high = part.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (decode(part.subarray(0, middle)).length < index) low = middle + 1;
    else high = middle;
  }
  return low;
}

function utf8Units(bytes: Buffer, start: number, end: number): number {
  let units = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] ?? 0;
    if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
  }
  return units;
}

const STEP = 256;

function checkpoints(bytes: Buffer): (pos: number) => number {
  const sums = [0];
  for (let start = 0; start < bytes.length; start += STEP) {
    sums.push((sums.at(-1) ?? 0) + utf8Units(bytes, start, Math.min(start + STEP, bytes.length)));
  }
  return (pos) => {
    const step = Math.floor(pos / STEP);
    return (sums[step] ?? 0) + utf8Units(bytes, step * STEP, pos);
  };
}
