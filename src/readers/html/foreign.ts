/** SVG and MathML in a page, as far as it is well nested: 13.2.6.5 of the standard without a tree. */
import { lowerCased } from './attributes.ts';
import type { Element } from './elements.ts';
import type { Cursor } from './tokenizer.ts';

/** An open foreign element. */
export interface Foreign {
  name: string;
  /** `point`: an integration point, which holds HTML. */
  kind: 'svg' | 'math' | 'point';
  element: Element | undefined;
}

/** Start tags that end foreign content (13.2.6.5), without font, which does so only with some attributes. */
const BREAKOUT = new Set(
  (
    'b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu ' +
    'meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var'
  ).split(' '),
);
/** Elements that hold HTML again, and those that need a tree to decide. */
const SVG_POINTS = new Set(['title', 'desc', 'foreignobject']);
const MATH_POINTS = new Set(['mi', 'mo', 'mn', 'ms', 'mtext']);
const UNDECIDED = new Set(['font', 'annotation-xml', 'template', 'frameset']);
const FOREIGN_DEPTH = 500;

/** Takes the tag under the cursor where foreign elements are open; false where only a tree can tell what it does.
 * Every end tag must close the element that is open, and nothing may break out. `make` notes an SVG script or style. */
export function foreignStep(
  cursor: Cursor,
  foreign: Foreign[],
  make: (name: 'script' | 'style') => Element,
): boolean {
  const top = foreign[foreign.length - 1];
  if (top === undefined) return false;
  const name = lowerCased(cursor.bytes.toString('latin1', cursor.nameStart, cursor.nameEnd));
  if (cursor.closing) {
    if (name !== top.name) return false;
    foreign.pop();
    if (top.element !== undefined) {
      top.element.textEnd = cursor.start;
      top.element.closed = true;
    }
    return true;
  }
  if (top.kind === 'point' || BREAKOUT.has(name) || UNDECIDED.has(name)) return false;
  if (foreign.length >= FOREIGN_DEPTH) return false;
  let made: Element | undefined;
  if (top.kind === 'svg' && (name === 'script' || name === 'style')) made = make(name);
  if (cursor.selfClosing) return true;
  if (made !== undefined) {
    made.closed = false;
    made.textEnd = cursor.bytes.length;
  }
  const point = (top.kind === 'svg' ? SVG_POINTS : MATH_POINTS).has(name);
  foreign.push({ name, kind: point ? 'point' : top.kind, element: made });
  return true;
}
