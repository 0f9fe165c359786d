/** Code in attributes: event handlers, and `javascript:` URLs of frames, which run without a click. */
import { type Attribute, attributesOf, type Decode, lowerCased } from './attributes.ts';
import { rawTextEnd, scriptTextEnd } from './rawtext.ts';
import { cursorAt, nextTag } from './tokenizer.ts';

const TRIGGERS = ['import(', 'createElement(', 'document.write(', 'getScript(', 'oadScript('];
const RAW = new Set(['style', 'xmp', 'iframe', 'noembed', 'noframes', 'textarea', 'title', 'noscript']);

/** An attribute with code. */
interface Handler extends Attribute {
  /** The `<` of its tag. */
  tag: number;
  /** Its tag stands in an SVG or MathML element. */
  foreign: boolean;
}

/** The attributes whose code may load something, with places in `bytes`. */
export function handlersIn(bytes: Buffer, from: number, decode: Decode): Handler[] {
  const found: Handler[] = [];
  const cursor = cursorAt(bytes, from);
  let templates = 0;
  let foreign = 0;
  while (nextTag(cursor, false)) {
    const name = lowerCased(bytes.toString('latin1', cursor.nameStart, cursor.nameEnd));
    if (name === 'template') templates = Math.max(0, templates + (cursor.closing ? -1 : 1));
    const island = name === 'svg' || name === 'math';
    if (island && cursor.closing) foreign = Math.max(0, foreign - 1);
    if (cursor.closing) continue;
    if (templates === 0) {
      for (const attribute of attributesOf(cursor, decode)) {
        if (isHandler(name, attribute)) found.push({ ...attribute, tag: cursor.start, foreign: foreign > 0 });
      }
    }
    if (island && !cursor.selfClosing) foreign++;
    if (name === 'script') cursor.pos = scriptTextEnd(bytes, cursor.pos);
    else if (RAW.has(name)) cursor.pos = rawTextEnd(bytes, cursor.pos, name);
  }
  return found;
}

/** Whether an attribute of a tag (both named in lower case) is code that may load something. */
export function isHandler(tag: string, attribute: Attribute): boolean {
  const { name, value } = attribute;
  return (
    (name.startsWith('on') || isScriptUrl(tag, attribute)) && TRIGGERS.some((text) => value.includes(text))
  );
}

function isScriptUrl(tag: string, { name, value }: Attribute): boolean {
  return (tag === 'iframe' || tag === 'frame') && name === 'src' && /^\s*javascript:/i.test(value);
}
