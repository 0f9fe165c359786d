/** Code in attributes: event handlers, and `javascript:` URLs of frames, which run without a click. */
import { type Attribute, attributesOf, type Decode, lowerCased } from './attributes.ts';
import { rawTextEnd, scriptTextEnd } from './rawtext.ts';
import { cursorAt, nextTag } from './tokenizer.ts';

const TRIGGERS = ['import(', 'createElement(', 'document.write(', 'getScript(', 'oadScript('];
const RAW = new Set(['style', 'xmp', 'iframe', 'noembed', 'noframes', 'textarea', 'title', 'noscript']);
/** How far before its code a handler's tag can begin. */
const REACH = 4000;

/** An attribute with code. */
interface Handler extends Attribute {
  /** The `<` of its tag. */
  tag: number;
  /** Its tag stands in an SVG or MathML element. */
  foreign: boolean;
}

/** The attributes whose code may load something. Most pages have none, and are told so by a few native searches. */
export function handlersIn(bytes: Buffer, from: number, decode: Decode): Handler[] {
  if (!TRIGGERS.some((text) => isInTag(bytes, from, text))) return [];
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
        const code = attribute.name.startsWith('on') || isScriptUrl(name, attribute);
        if (code && TRIGGERS.some((text) => attribute.value.includes(text)))
          found.push({ ...attribute, tag: cursor.start, foreign: foreign > 0 });
      }
    }
    if (island && !cursor.selfClosing) foreign++;
    if (name === 'script') cursor.pos = scriptTextEnd(bytes, cursor.pos);
    else if (RAW.has(name)) cursor.pos = rawTextEnd(bytes, cursor.pos, name);
  }
  return found;
}

function isScriptUrl(tag: string, { name, value }: Attribute): boolean {
  return (tag === 'iframe' || tag === 'frame') && name === 'src' && /^\s*javascript:/i.test(value);
}

// Whether one of these words stands where a tag with a handler may be open.
function isInTag(bytes: Buffer, from: number, text: string): boolean {
  for (let at = bytes.indexOf(text, from, 'latin1'); at !== -1; at = bytes.indexOf(text, at + 1, 'latin1')) {
    const before = bytes.toString('latin1', Math.max(from, at - REACH), at);
    const tag = before.slice(before.lastIndexOf('<'));
    if (/^<[a-z][^<]*?[\s"'/](?:on[a-z]+|src)\s*=/i.test(tag)) return true;
  }
  return false;
}
