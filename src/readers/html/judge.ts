/**
 * The judge for the rare page whose meaning depends on tree construction: cheerio (parse5) builds the tree, and each
 * start tag of interest is then read again by our own tokenizer, so that attributes have byte ranges.
 * The only importer of cheerio.
 */
import type { Decode } from './attributes.ts';
import { attributesOf } from './attributes.ts';
import type { Element, Reading } from './elements.ts';
import { cursorAt, nextTag } from './tokenizer.ts';

/** Building a tree costs memory and, for hostile input, quadratic time: beyond these a page is a gap. */
const LIMITS = { bytes: 4 * 1024 * 1024, depth: 1000, attributes: 2000 };

const NAMES = new Set(['script', 'link', 'base', 'meta', 'style', 'iframe']);
const SLASH = 0x2f;
const SVG = 'http://www.w3.org/2000/svg';
const HTML = 'http://www.w3.org/1999/xhtml';

/** What may host a shadow root: https://dom.spec.whatwg.org/#valid-shadow-host-name */
const HOSTS = new Set(
  'article aside blockquote body div footer h1 h2 h3 h4 h5 h6 header main nav p section span'.split(' '),
);
const CUSTOM_ELEMENT =
  /^(?!(?:annotation-xml|color-profile|font-face(?:-src|-uri|-format|-name)?|missing-glyph)$)[a-z][^\0\s/>A-Z]*-/;

/** The part of a parsed node that counts here. */
interface Node {
  name?: string;
  namespace?: string;
  attribs?: Record<string, string>;
  parent?: Node | null;
  children?: Node[];
  sourceCodeLocation?: {
    startTag?: { startOffset: number; endOffset: number } | undefined;
    endTag?: { startOffset: number } | undefined;
    startOffset: number;
  } | null;
}

interface Place {
  node: Node;
  parent: Node | undefined;
  inert: boolean;
  shadow: boolean;
  noscript: boolean;
}

/** The elements of the document from `from` on as parse5 sees them, in source order; a text when it may not be asked.
 * `written`: the document with its template syntax, which `bytes` has made opaque. */
export async function judgeElements(
  bytes: Buffer,
  from: number,
  decode: Decode,
  scripting: boolean,
  written = bytes,
): Promise<Reading | string> {
  if (bytes.length > LIMITS.bytes) return `has ${bytes.length} bytes and needs a full parse`;
  if (hasHugeTag(bytes, from)) return `has a tag with more than ${LIMITS.attributes} attributes`;
  const [{ load }, { adapter }] = await Promise.all([
    import('cheerio'),
    import('parse5-htmlparser2-tree-adapter'),
  ]);
  // One character for each byte keeps offsets what they are; no tag's bounds depend on the other characters.
  // A select holds any markup in browsers of today, as an applet does: whatwg/html#10548. parse5 drops most of it.
  const text = bytes.toString('latin1', from).replace(/(<\/?)select(?=[\s/>])/gi, '$1applet');
  let depth = 0;
  let pushes = 0;
  const taken: Node[] = [];
  const most = 4 * (text.split('<').length + 100);
  const bounded = {
    ...adapter,
    onItemPush() {
      if (++depth > LIMITS.depth || ++pushes > most) throw new TooDeep();
    },
    onItemPop() {
      depth--;
    },
    // A frameset takes the body out of the tree, which has loaded by then: 13.2.6.4.7.
    detachNode(node: Parameters<typeof adapter.detachNode>[0]) {
      adapter.detachNode(node);
      taken.push(node as unknown as Node);
    },
  };
  const options = { scriptingEnabled: scripting, sourceCodeLocationInfo: true, treeAdapter: bounded };
  try {
    const $ = load(text, options, true);
    const roots = [$.root()[0] as unknown as Node, ...taken.filter((node) => node.parent === null)];
    const elements = collect(roots, { bytes, written, from, decode });
    return { elements, split: !scripting && /<noscript/i.test(text) };
  } catch (error) {
    if (error instanceof TooDeep) return `nests elements more than ${LIMITS.depth} deep`;
    throw error;
  }
}

class TooDeep extends Error {}

function hasHugeTag(bytes: Buffer, from: number): boolean {
  const cursor = cursorAt(bytes, from);
  while (nextTag(cursor, true)) {
    if (cursor.count > 4 * LIMITS.attributes) return true;
  }
  return false;
}

interface Text {
  bytes: Buffer;
  written: Buffer;
  from: number;
  decode: Decode;
}

function collect(roots: readonly Node[], text: Text): Element[] {
  const elements: Element[] = [];
  const hosts = new Set<Node>();
  const none = { parent: undefined, inert: false, shadow: false, noscript: false };
  const places: Place[] = roots.map((node) => ({ ...none, node }));
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    const { node } = place;
    if (NAMES.has(node.name ?? '')) {
      const element = elementOf(place, text);
      if (element !== undefined) elements.push(element);
    }
    const below = within(place, hosts);
    const children = node.children ?? [];
    for (let i = children.length - 1; i >= 0; i--) {
      const child = children[i];
      if (child !== undefined) places.push({ ...below, node: child, parent: node });
    }
  }
  return elements.sort((a, b) => a.start - b.start);
}

function within(place: Place, hosts: Set<Node>): Place {
  const { node, parent } = place;
  if (node.namespace !== HTML) return place;
  if (node.name === 'noscript') return { ...place, noscript: true };
  if (node.name !== 'template') return place;
  const mode = node.attribs?.shadowrootmode?.toLowerCase();
  const open = (mode === 'open' || mode === 'closed') && parent !== undefined && !place.inert;
  if (!open || hosts.has(parent) || !isHost(parent)) return { ...place, inert: true };
  hosts.add(parent);
  return { ...place, shadow: true };
}

function isHost(node: Node): boolean {
  return node.namespace === HTML && (HOSTS.has(node.name ?? '') || CUSTOM_ELEMENT.test(node.name ?? ''));
}

// An SVG script runs when its end tag comes while nothing in it is open.
function isOpenIn({ children = [] }: Node, bytes: Buffer, from: number): boolean {
  const at = children.findLast(({ name }) => name !== undefined)?.sourceCodeLocation;
  const end = at?.startTag?.endOffset;
  return end !== undefined && at?.endTag === undefined && bytes[from + end - 2] !== SLASH;
}

function elementOf(place: Place, { bytes, written, from, decode }: Text): Element | undefined {
  const { node } = place;
  const svg = node.namespace === SVG && (node.name === 'script' || node.name === 'style');
  if (!svg && node.namespace !== HTML) return undefined;
  const at = node.sourceCodeLocation;
  if (at === undefined || at === null) return undefined;
  const cursor = cursorAt(bytes, from + (at.startTag?.startOffset ?? at.startOffset), written);
  if (!nextTag(cursor, true)) return undefined;
  const textual = node.name === 'script' || node.name === 'style' || node.name === 'iframe';
  const ended = at.endTag !== undefined && !(svg && isOpenIn(node, bytes, from));
  const closed = !textual || ended || (svg && cursor.selfClosing);
  return {
    name: node.name as Element['name'],
    svg,
    start: cursor.start,
    nameEnd: cursor.nameEnd,
    end: cursor.pos,
    selfClosing: cursor.selfClosing,
    attributes: attributesOf(cursor, decode),
    textEnd: textEndOf(at.endTag, textual && !(svg && cursor.selfClosing)),
    closed,
    inert: place.inert,
    shadow: place.shadow,
    noscript: place.noscript,
  };

  function textEndOf(endTag: { startOffset: number } | undefined, hasText: boolean): number {
    if (!hasText) return cursor.pos;
    return endTag === undefined ? bytes.length : from + endTag.startOffset;
  }
}
