/** Reads one page: bytes in, plain data out. */
import type { Gap } from '../../model.ts';
import { type Attribute, decodeReferences, lowerCased } from './attributes.ts';
import { commentsIn } from './comments.ts';
import { type Document, documentOf } from './document.ts';
import { type Element, MOST_ELEMENTS, readElements } from './elements.ts';
import { detectEncoding } from './encoding.ts';
import { handlersIn } from './handlers.ts';
import { judgeElements } from './judge.ts';
import { collectLoads } from './loads.ts';
import { type Source, sourceOf, textWithOffsets } from './locate.ts';
import type { Page } from './page.ts';
import { valueIn } from './semantics.ts';
import { type Block, MOST_BLOCKS, templateBlocks, withoutTemplates } from './templates.ts';
import type { Origins } from './urls.ts';

/** Frames in frames in frames are read this deep. */
const FRAME_DEPTH = 4;

/** The page of these bytes. `url` is where browsers find it; `origins` tells the site's own
 * servers. Scripts are listed, not looked into. Never throws; what cannot be read is a gap of the page. */
export async function readPage(file: string, bytes: Buffer, url: string, origins: Origins): Promise<Page> {
  const page: Page = {
    file,
    url,
    encoding: '',
    bom: 0,
    loads: [],
    importMaps: [],
    policies: [],
    scripts: [],
    code: [],
    gaps: [],
  };
  const encoding = detectEncoding(bytes);
  if (encoding === undefined) {
    page.gaps.push(gap(`${file} is in an encoding that browsers refuse or vakt cannot read`));
    return page;
  }
  page.encoding = encoding.name;
  page.bom = encoding.bom;
  const source = sourceOf(bytes, encoding);
  source.xml = /\.xht(?:ml)?$/i.test(file);
  const blocks = templateBlocks(source.bytes, source.from, !/\.x?html?$/i.test(file));
  if (blocks.length >= MOST_BLOCKS)
    page.gaps.push(gap(`${file} has more than ${MOST_BLOCKS} template blocks; the rest is read as HTML`));
  source.markup = withoutTemplates(source.bytes, blocks);
  const frames: Frame[] = [];
  const document = documentOf(page, source, origins, (parent, element, srcdoc) => {
    frames.push({ parent: { ...parent }, element, srcdoc });
  });
  await walk(document, frames);
  addHandlers(document);
  addCodes(document, blocks);
  page.loads.sort((a, b) => a.location.offset - b.location.offset);
  return page;
}

function addHandlers({ page, source, place, base, maps }: Document): void {
  const { bytes, markup, from, decode } = source;
  for (const attribute of handlersIn(markup ?? bytes, from, decode)) {
    const text = attribute.value.replace(/^\s*javascript:/i, (scheme) => ' '.repeat(scheme.length));
    const toSource = decodedOffsets(source, attribute);
    const locate = (index: number) => place(toSource(Buffer.byteLength(text.slice(0, index))));
    const start = source.toFile(attribute.start);
    page.scripts.push({ text, module: false, start, locate, base, maps: [...maps] });
  }
}

// What template code may write, but for what it writes into a comment.
function addCodes(document: Document, blocks: readonly Block[]): void {
  const { page, source, place } = document;
  const writers = blocks.filter((block) => block.code && writes(source, block));
  const comments = writers.length === 0 ? [] : commentsIn(source.markup, source.from);
  let next = 0;
  for (const { start, end } of writers) {
    while ((comments[next]?.end ?? start + 1) <= start) next++;
    if ((comments[next]?.start ?? end) < start) continue;
    const { text, at } = textWithOffsets(source, start, end);
    page.code.push({ text, locate: (index) => place(at(index)) });
  }
}

// Most of it only prints a value.
function writes({ bytes }: Source, { start, end }: Block): boolean {
  return /<script|<link|(?:script|style|js|css)\w*(?:[ (:]|\}\})/i.test(bytes.toString('latin1', start, end));
}

interface Frame {
  /** As it was when the frame was met: its base URL counts. */
  parent: Document;
  element: Element;
  srcdoc: Attribute;
}

async function walk(document: Document, frames: Frame[]): Promise<void> {
  collectLoads(document, await elementsOf(document));
  for (let frame = frames.shift(); frame !== undefined; frame = frames.shift()) {
    const inner = frameDocument(frame);
    if (inner !== undefined) collectLoads(inner, await elementsOf(inner));
  }
}

// Two readings where noscript hides different bytes with scripts on and off; what only the second has loads only there.
async function elementsOf(document: Document): Promise<Element[]> {
  const { inertScripts } = document;
  const off = await read(document, false);
  if (!off.split || inertScripts) return off.elements;
  const { elements } = await read(document, true);
  const known = new Set(elements.map((element) => element.start));
  for (const element of off.elements) {
    if (!known.has(element.start)) elements.push({ ...element, noscript: true });
  }
  return elements.sort((a, b) => a.start - b.start);
}

async function read(
  document: Document,
  scripting: boolean,
): Promise<{ elements: Element[]; split: boolean }> {
  const { page, source } = document;
  const { bytes, markup, from, decode } = source;
  const native = readElements(markup, from, decode, scripting, bytes, source.xml);
  if (native?.cut && !scripting) {
    const most = MOST_ELEMENTS.toLocaleString('en');
    page.gaps.push(
      gap(`${page.file} has more than ${most} scripts, links and the like; the rest was not read`),
    );
  }
  if (native !== undefined) return native;
  const judged = await judgeElements(markup, from, decode, scripting, bytes);
  if (typeof judged !== 'string') return judged;
  page.gaps.push(gap(`${page.file} ${judged}`));
  return { elements: [], split: false };
}

// A frame's srcdoc is a document of its own with the page's base URL and origin, in UTF-16 units after decoding.
function frameDocument({ parent, element, srcdoc }: Frame): Document | undefined {
  if (parent.depth >= FRAME_DEPTH) {
    parent.page.gaps.push(gap(`${parent.page.file} nests frames more than ${FRAME_DEPTH} deep`));
    return undefined;
  }
  const bytes = Buffer.from(srcdoc.value);
  const toParent = decodedOffsets(parent.source, srcdoc);
  const toFile = (pos: number) => parent.source.toFile(toParent(pos));
  const source: Source = {
    ...parent.source,
    bytes,
    markup: bytes,
    from: 0,
    decode: (part) => utf8(part),
    toFile,
    same: false,
    xml: false,
  };
  const sandbox = valueIn(element, 'sandbox');
  const inertScripts =
    element.noscript ||
    parent.inertScripts ||
    (sandbox !== undefined &&
      !lowerCased(sandbox)
        .split(/[\t\n\f\r ]+/)
        .includes('allow-scripts'));
  return {
    ...parent,
    source,
    place: (pos) => parent.place(toParent(pos)),
    baseFixed: false,
    maps: [],
    moduleSeen: false,
    srcdoc: true,
    depth: parent.depth + 1,
    inertScripts,
  };
}

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
}

/** From bytes of a decoded attribute value (as UTF-8) to bytes of the source it was decoded from. */
function decodedOffsets(source: Source, attribute: Attribute): (pos: number) => number {
  const { valueStart, valueEnd } = attribute;
  const raw = source.decode(source.bytes.subarray(valueStart, valueEnd));
  const lengthOf = Buffer.byteLength(raw) === valueEnd - valueStart ? Buffer.byteLength : unitsOf;
  // Every reference and line end is a piece that shrinks; between them text maps one to one.
  const pieces = raw.match(/&#?[0-9A-Za-z]+;?|\r\n?|[^&\r]+|&/g) ?? [];
  const decodedAt: number[] = [];
  const rawAt: number[] = [];
  let decoded = 0;
  let at = valueStart;
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i] ?? '';
    decodedAt.push(decoded);
    rawAt.push(at);
    decoded += Buffer.byteLength(decodedPiece(piece, (pieces[i + 1] ?? '').slice(0, 1)));
    at += lengthOf(piece);
  }
  return (pos) => {
    let low = 0;
    let high = decodedAt.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((decodedAt[middle] ?? 0) <= pos) low = middle;
      else high = middle - 1;
    }
    return Math.min((rawAt[low] ?? valueStart) + pos - (decodedAt[low] ?? 0), valueEnd);
  };
}

// What follows decides whether a reference without semicolon is one.
function decodedPiece(piece: string, next: string): string {
  if (piece.startsWith('\r')) return '\n';
  if (!piece.startsWith('&')) return piece;
  const text = decodeReferences(piece + next);
  return next === '' ? text : text.slice(0, -next.length);
}

function unitsOf(text: string): number {
  return text.length;
}

function gap(reason: string): Gap {
  return { source: 'html', fact: 'pages', reason, required: false };
}
