/**
 * Which encoding a page is in, from its own bytes: byte order mark, else the first 1024 bytes' meta (the standard's
 * prescan), else UTF-8 if it is valid UTF-8, else windows-1252. Headers are unknown to a scanner of files.
 *
 * https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding
 */
import { isUtf8 } from 'node:buffer';
import { attributesOf, type Decode } from './attributes.ts';
import { cursorAt, nextTag } from './tokenizer.ts';

/** Where a page's markup starts, and how to read it. */
export interface Encoding {
  /** The name the standard gives it: `utf-8`, `windows-1252`, `utf-16le` … */
  name: string;
  /** Bytes of the byte order mark: 0, 2 or 3. */
  bom: number;
}

const PRESCAN = 1024;
const ESCAPE = 0x1b;

/** The page's encoding, or undefined for one whose bytes do not mean ASCII (iso-2022-kr, hz-gb-2312 …). */
export function detectEncoding(bytes: Buffer): Encoding | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { name: 'utf-8', bom: 3 };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { name: 'utf-16be', bom: 2 };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { name: 'utf-16le', bom: 2 };
  const utf16 = xmlInUtf16(bytes);
  if (utf16 !== undefined) return { name: utf16, bom: 0 };
  const name = prescan(bytes.subarray(0, PRESCAN)) ?? (isUtf8(bytes) ? 'utf-8' : 'windows-1252');
  const readable = name !== 'replacement' && !(name === 'iso-2022-jp' && bytes.includes(ESCAPE));
  return readable ? { name, bom: 0 } : undefined;
}

/** The text of bytes in an encoding that detectEncoding named; what is malformed becomes U+FFFD, as in browsers. */
export function decoderOf(name: string): Decode {
  if (name === 'windows-1252') return decode1252;
  let decode = decoders.get(name);
  if (decode === undefined) {
    const decoder = new TextDecoder(name, { ignoreBOM: true });
    decode = (bytes) => decoder.decode(bytes);
    decoders.set(name, decode);
  }
  return decode;
}

/** By names of the standard, of which there are forty. */
const decoders = new Map<string, Decode>();

/** Bytes 0x80 to 0x9f; Node 20 decodes them as ISO 8859-1. https://encoding.spec.whatwg.org/index-windows-1252.txt */
const HIGH_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

function decode1252(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  return text.replace(/[\x80-\x9f]/g, (c) => HIGH_1252[c.charCodeAt(0) - 0x80] ?? c);
}

// "<?x" in UTF-16, which only an XML declaration begins with.
function xmlInUtf16(bytes: Buffer): string | undefined {
  const start = bytes.toString('latin1', 0, 6);
  if (start === '<\0?\0x\0') return 'utf-16le';
  return start === '\0<\0?\0x' ? 'utf-16be' : undefined;
}

// The prescan sees comments and tags as the tokenizer does, but knows no text that hides a tag.
function prescan(head: Buffer): string | undefined {
  const cursor = cursorAt(head, 0);
  while (nextTag(cursor, false)) {
    if (cursor.closing || head.toString('latin1', cursor.nameStart, cursor.nameEnd).toLowerCase() !== 'meta')
      continue;
    const values = new Map(attributesOf(cursor, decode1252).map((a) => [a.name, a.value]));
    const label = values.get('charset') ?? charsetInContent(values);
    const name = label === undefined ? undefined : encodingOf(label);
    // A meta that can be read as ASCII is in no UTF-16, and x-user-defined there means windows-1252.
    if (name?.startsWith('utf-16')) return 'utf-8';
    if (name !== undefined) return name === 'x-user-defined' ? 'windows-1252' : name;
  }
  const xml = /^<\?xml[^>]*?\sencoding\s*=\s*(?:"([^">]*)"|'([^'>]*)')/.exec(head.toString('latin1'));
  const name = xml === null ? undefined : encodingOf(xml[1] ?? xml[2] ?? '');
  return name?.startsWith('utf-16') ? 'utf-8' : name;
}

// https://html.spec.whatwg.org/multipage/urls-and-fetching.html#extracting-character-encodings-from-meta-elements
function charsetInContent(meta: Map<string, string>): string | undefined {
  if (meta.get('http-equiv')?.toLowerCase() !== 'content-type') return undefined;
  const content = meta.get('content') ?? '';
  const found = /charset[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)"|'([^']*)'|([^"'\t\n\f\r ;][^\t\n\f\r ;]*))/i;
  const [, double, single, bare] = found.exec(content) ?? [];
  return double ?? single ?? bare;
}

/** Labels of the encoding that decodes to nothing: https://encoding.spec.whatwg.org/#replacement */
const REPLACEMENT = new Set(
  'replacement csiso2022kr hz-gb-2312 iso-2022-cn iso-2022-cn-ext iso-2022-kr'.split(' '),
);

function encodingOf(label: string): string | undefined {
  const wanted = label.trim().toLowerCase();
  if (wanted === 'utf-8' || wanted === 'x-user-defined') return wanted;
  if (REPLACEMENT.has(wanted)) return 'replacement';
  try {
    return new TextDecoder(wanted).encoding;
  } catch {
    return undefined;
  }
}
