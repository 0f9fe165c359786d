/**
 * The elements of a document that load something or say how: what the tree builder would make of the tokens, as far
 * as that decides about script, link, base, meta, style and iframe. Where only a tree can tell (foreign content that
 * is not well nested, framesets, declarative shadow roots), the answer is `undefined` and the judge is asked.
 */
import { type Attribute, attributesOf, type Decode } from './attributes.ts';
import { type Foreign, foreignStep } from './foreign.ts';
import { isHandler } from './handlers.ts';
import { rawTextEnd, scriptTextEnd } from './rawtext.ts';
import { type Cursor, cursorAt, nextTag } from './tokenizer.ts';
import { watched } from './watched.ts';

/** One start tag of interest. Positions are bytes of the document as it was tokenized. */
export interface Element {
  name: 'script' | 'link' | 'base' | 'meta' | 'style' | 'iframe';
  /** An SVG element: a script that takes `href`, not `src`. */
  svg: boolean;
  /** The `<`. */
  start: number;
  /** Where the tag's name ends: the place to insert an attribute. */
  nameEnd: number;
  /** Behind the `>`. */
  end: number;
  selfClosing: boolean;
  attributes: Attribute[];
  /** The text of a script or style; `closed` is false when the document ends in it. */
  textEnd: number;
  closed: boolean;
  /** Within a template: nothing in it loads. */
  inert: boolean;
  /** Within a declarative shadow root. */
  shadow: boolean;
  /** Within noscript: loads only where scripts are off. */
  noscript: boolean;
}

/** What one way of reading found. `split` says that noscript makes two documents of these bytes. */
export interface Reading {
  elements: Element[];
  split: boolean;
  /** An attribute may hold code that loads something. */
  handlers: boolean;
  /** There are more: what follows the last element was not looked at. */
  cut?: true;
}

/** More than any page has; a page made to fill memory has millions. */
export const MOST_ELEMENTS = 200_000;

interface State {
  cursor: Cursor;
  decode: Decode;
  elements: Element[];
  templates: number;
  foreign: Foreign[];
  scripting: boolean;
  /** XHTML: an empty element closes itself, and only scripts and styles hold text. */
  xml: boolean;
  /** Where the text of the open noscript ends if scripts are on; -1 outside. */
  noscriptEnd: number;
  templatesAtNoscript: number;
  split: boolean;
  handlers: boolean;
  /** The element whose end tag comes next. */
  open: Element | undefined;
}

type Step = 'on' | 'end' | 'judge';

/** The elements of the document from `from` on, or undefined where a tree must judge. `scripting`: whether scripts
 * are on, which makes the content of noscript text. `text`: the document with its template syntax, which `bytes` has
 * made opaque. `xml`: it is read as XHTML, as far as that decides what loads. */
export function readElements(
  bytes: Buffer,
  from: number,
  decode: Decode,
  scripting: boolean,
  text = bytes,
  xml = false,
): Reading | undefined {
  const state: State = {
    cursor: cursorAt(bytes, from, text),
    decode,
    elements: [],
    templates: 0,
    foreign: [],
    scripting,
    xml,
    noscriptEnd: -1,
    templatesAtNoscript: 0,
    split: false,
    handlers: false,
    open: undefined,
  };
  const { cursor } = state;
  while (nextTag(cursor, xml || state.foreign.length > 0)) {
    state.open = undefined;
    if (state.noscriptEnd !== -1 && cursor.start >= state.noscriptEnd) leaveNoscript(state);
    if (cursor.handler && !state.handlers) state.handlers = hasHandler(state);
    let step: Step = 'on';
    if (state.foreign.length > 0) step = foreignTag(state);
    else if (!cursor.closing) step = startTag(state);
    else if (state.templates > 0 && watched(cursor) === 'template') state.templates--;
    if (step === 'judge') return undefined;
    if (step === 'end') break;
    if (state.elements.length > MOST_ELEMENTS)
      return {
        elements: state.elements.slice(0, MOST_ELEMENTS),
        split: state.split,
        handlers: state.handlers,
        cut: true,
      };
  }
  // An end tag that the document ends in is none.
  if (state.open !== undefined) {
    state.open.closed = false;
    state.open.textEnd = bytes.length;
  }
  if (state.noscriptEnd !== -1 && state.noscriptEnd < bytes.length) state.split = true;
  return { elements: state.elements, split: state.split, handlers: state.handlers };
}

function hasHandler({ cursor, decode }: State): boolean {
  return !cursor.closing && attributesOf(cursor, decode).some((attribute) => isHandler('', attribute));
}

// The end tag stands where it stands for a browser with scripts on, and nothing is left open: one document.
function leaveNoscript(state: State): void {
  const { cursor, noscriptEnd } = state;
  const same = cursor.closing && cursor.start === noscriptEnd && state.foreign.length === 0;
  if (!same || state.templates !== state.templatesAtNoscript) state.split = true;
  state.noscriptEnd = -1;
}

function startTag(state: State): Step {
  const { cursor } = state;
  const name = watched(cursor);
  if (state.xml && name !== undefined) return xmlTag(state, name);
  switch (name) {
    case undefined:
      return 'on';
    case 'script':
      return withText(state, element(state, name), scriptTextEnd(cursor.bytes, cursor.pos));
    case 'style':
    case 'iframe':
      return withText(state, element(state, name), rawTextEnd(cursor.bytes, cursor.pos, name));
    case 'link':
    case 'base':
    case 'meta':
      element(state, name);
      return 'on';
    case 'plaintext':
      return 'end';
    case 'frameset':
      return 'judge';
    case 'col':
      return state.templates > 0 ? 'judge' : 'on';
    case 'template':
      if (attributesOf(cursor, state.decode).some((a) => a.name === 'shadowrootmode')) return 'judge';
      state.templates++;
      return 'on';
    case 'noscript':
      return noscript(state);
    case 'svg':
    case 'math':
      if (!cursor.selfClosing) state.foreign.push({ name, kind: name, element: undefined });
      return 'on';
    default:
      cursor.pos = rawTextEnd(cursor.bytes, cursor.pos, name);
      return 'on';
  }
}

function xmlTag(state: State, name: string): Step {
  const { cursor } = state;
  if (name === 'script' || name === 'style') {
    const made = element(state, name);
    return cursor.selfClosing ? 'on' : withText(state, made, rawTextEnd(cursor.bytes, cursor.pos, name));
  }
  if (name === 'link' || name === 'base' || name === 'meta' || name === 'iframe') element(state, name);
  else if (name === 'template' && !cursor.selfClosing) state.templates++;
  else if ((name === 'svg' || name === 'math') && !cursor.selfClosing)
    state.foreign.push({ name, kind: name, element: undefined });
  return 'on';
}

function noscript(state: State): Step {
  const { cursor } = state;
  if (state.noscriptEnd !== -1) return 'on';
  const end = rawTextEnd(cursor.bytes, cursor.pos, 'noscript');
  if (state.scripting) {
    cursor.pos = end;
  } else {
    state.noscriptEnd = end;
    state.templatesAtNoscript = state.templates;
  }
  return 'on';
}

function foreignTag(state: State): Step {
  const step = foreignStep(state.cursor, state.foreign, (name) => element(state, name, true));
  return step ? 'on' : 'judge';
}

function element(state: State, name: Element['name'], svg = false): Element {
  const { cursor } = state;
  const made: Element = {
    name,
    svg,
    start: cursor.start,
    nameEnd: cursor.nameEnd,
    end: cursor.pos,
    selfClosing: cursor.selfClosing,
    attributes: attributesOf(cursor, state.decode),
    textEnd: cursor.pos,
    closed: true,
    inert: state.templates > 0,
    shadow: false,
    noscript: state.noscriptEnd !== -1,
  };
  state.elements.push(made);
  if (name === 'iframe') state.handlers ||= made.attributes.some((one) => isHandler(name, one));
  return made;
}

function withText(state: State, made: Element, end: number): Step {
  made.textEnd = end;
  state.cursor.pos = end;
  state.open = made;
  return 'on';
}
