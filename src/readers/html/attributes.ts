/** Attributes of a start tag: exact byte ranges for whoever edits, decoded names and values for whoever judges. */
import { decodeHTML, decodeHTMLAttribute } from 'entities/decode';
import { type Cursor, OPAQUE } from './tokenizer.ts';

/** One attribute. Positions are bytes of the document as it was tokenized. */
export interface Attribute {
  /** In lower case. */
  name: string;
  /** Line ends normalized and character references resolved (13.2.5.73); empty without a value. */
  value: string;
  /** The whole attribute, name to closing quote. */
  start: number;
  end: number;
  /** The value as written, without quotes; both -1 without a value. */
  valueStart: number;
  valueEnd: number;
  /** Others of this name that template code puts in its place (`{% if %}src=a{% else %}src=b{% endif %}`). */
  others?: Attribute[];
}

/** The bytes of a legacy or UTF-8 document as text. */
export type Decode = (bytes: Uint8Array) => string;

/** The attributes of the tag under the cursor; of several with one name only the first counts (duplicate-attribute). */
export function attributesOf(cursor: Cursor, decode: Decode): Attribute[] {
  const { bytes, text, ranges, count } = cursor;
  const attributes: Attribute[] = [];
  for (let i = 0; i < count; i += 4) {
    let start = ranges[i] ?? 0;
    let nameEnd = ranges[i + 1] ?? 0;
    if (text !== bytes) {
      // `{% if x %}async{% endif %}`: the template syntax around a name is not part of it.
      while (start < nameEnd && bytes[start] === OPAQUE) start++;
      while (start < nameEnd && bytes[nameEnd - 1] === OPAQUE) nameEnd--;
      if (start === nameEnd) continue;
    }
    const valueStart = ranges[i + 2] ?? -1;
    const valueEnd = ranges[i + 3] ?? -1;
    const name = commonName(text, start, nameEnd) ?? lowerCased(textOf(text, start, nameEnd, decode));
    const known =
      attributes.length < MANY ? attributes.some((a) => a.name === name) : isKnown(attributes, name);
    if (known && (text === bytes || !branches(bytes, attributes.at(-1)?.end ?? start, start))) continue;
    const value = valueStart === -1 ? '' : attributeValue(text, valueStart, valueEnd, decode);
    const quoted =
      valueStart > 0 && isQuote(bytes[valueStart - 1]) && bytes[valueEnd] === bytes[valueStart - 1];
    const end = valueStart === -1 ? nameEnd : valueEnd + (quoted ? 1 : 0);
    if (known) {
      const first = attributes.find((a) => a.name === name);
      if (first !== undefined && (first.others?.length ?? 0) < MANY)
        first.others = [...(first.others ?? []), { name, value, start, end, valueStart, valueEnd }];
      continue;
    }
    attributes.push({ name, value, start, end, valueStart, valueEnd });
  }
  return attributes;
}

/** Names that most tags of interest have, by their length: comparing bytes is quicker than making a string. */
const COMMON: string[][] = [];
for (const name of [
  ...['as', 'id', 'rel', 'src', 'href', 'type', 'name', 'async', 'class', 'defer', 'media', 'sizes'],
  ...['charset', 'content', 'property', 'nomodule', 'integrity', 'crossorigin'],
]) {
  COMMON[name.length] = [...(COMMON[name.length] ?? []), name];
}

function commonName(bytes: Buffer, start: number, end: number): string | undefined {
  for (const name of COMMON[end - start] ?? []) {
    let i = 0;
    while (i < name.length && bytes[start + i] === name.charCodeAt(i)) i++;
    if (i === name.length) return name;
  }
  return undefined;
}

// Whether template syntax stands between two attributes.
function branches(bytes: Buffer, from: number, to: number): boolean {
  const at = bytes.indexOf(OPAQUE, from);
  return at !== -1 && at < to;
}

/** Beyond this many attributes a set is kept, so that a hostile tag costs no quadratic time. */
const MANY = 24;
const seen = new WeakMap<Attribute[], Set<string>>();

function isKnown(attributes: Attribute[], name: string): boolean {
  let names = seen.get(attributes);
  if (names === undefined) {
    names = new Set(attributes.map((a) => a.name));
    seen.set(attributes, names);
  }
  if (names.has(name)) return true;
  names.add(name);
  return false;
}

function isQuote(byte: number | undefined): boolean {
  return byte === 0x22 || byte === 0x27;
}

/** Text between two bytes: line ends normalized, U+0000 replaced, as the input stream and the tokenizer do. */
function textOf(bytes: Buffer, start: number, end: number, decode: Decode): string {
  const latin1 = bytes.toString('latin1', start, end);
  if (!/[\0\r\x80-\xff]/.test(latin1)) return latin1;
  return decode(bytes.subarray(start, end)).replace(/\r\n?/g, '\n').replaceAll('\0', '\ufffd');
}

function attributeValue(bytes: Buffer, start: number, end: number, decode: Decode): string {
  return decodeReferences(textOf(bytes, start, end, decode));
}

/** Character references of an attribute's value (HTML 13.2.5.73) as the characters they stand for. */
export function decodeReferences(text: string): string {
  return text.includes('&') ? decodeHTMLAttribute(text) : text;
}

/** Character references of text (13.2.5.72), as in an SVG script. */
export function decodeText(text: string): string {
  return text.includes('&') ? decodeHTML(text) : text;
}

/** A-Z to a-z and nothing else: names are compared by ASCII case (toLowerCase also maps U+212A and more). */
export function lowerCased(text: string): string {
  return !/[A-Z]/.test(text) ? text : text.replace(/[A-Z]+/g, (upper) => upper.toLowerCase());
}
