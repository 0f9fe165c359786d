/** What an element means to a browser: which script or style it loads, if any. */
import type { Attribute } from './attributes.ts';
import { lowerCased } from './attributes.ts';
import type { Element } from './elements.ts';

/** https://mimesniff.spec.whatwg.org/#javascript-mime-type */
const JAVASCRIPT = new Set([
  ...[
    'application/ecmascript',
    'application/javascript',
    'application/x-ecmascript',
    'application/x-javascript',
  ],
  ...['text/ecmascript', 'text/javascript', 'text/jscript', 'text/livescript', 'text/x-ecmascript'],
  ...[
    'text/javascript1.0',
    'text/javascript1.1',
    'text/javascript1.2',
    'text/javascript1.3',
    'text/javascript1.4',
  ],
  ...['text/javascript1.5', 'text/x-javascript'],
]);

/** Whether a Content-Type says JavaScript, parameters left aside. */
export function isJavaScript(contentType: string): boolean {
  return JAVASCRIPT.has(lowerCased(trimmed(contentType.split(';', 1)[0] ?? '')));
}

export type ScriptType = 'classic' | 'module' | 'importmap' | 'data';

/** What a script element's type makes of it: https://html.spec.whatwg.org/multipage/scripting.html#prepare-the-script-element */
export function scriptType(element: Element): ScriptType {
  const type = valueIn(element, 'type');
  const language = valueIn(element, 'language');
  let written = 'text/javascript';
  if (type !== undefined && type !== '') written = type;
  else if (type === undefined && language !== undefined && language !== '') written = `text/${language}`;
  const essence = lowerCased(type === undefined ? written : trimmed(written));
  if (JAVASCRIPT.has(essence)) return runsNever(element) ? 'data' : 'classic';
  // Only the comparison with MIME types strips white space: whatwg/html#7018.
  const exact = lowerCased(written);
  return exact === 'module' || exact === 'importmap' ? exact : 'data';
}

// `for` and `event` of old: only window's onload runs.
function runsNever(element: Element): boolean {
  const target = valueIn(element, 'for');
  const event = valueIn(element, 'event');
  if (target === undefined || event === undefined || element.svg) return false;
  return lowerCased(trimmed(target)) !== 'window' || !/^onload(\(\))?$/i.test(trimmed(event));
}

/** What a link loads: `preload` also tells as what. */
export type LinkLoad = { kind: 'style' | 'preload' | 'modulepreload'; destination: 'script' | 'style' };

/** What a link element loads as script or style; undefined for icons, hints, fonts and the rest. */
export function linkLoad(element: Element): LinkLoad | undefined {
  const rel = new Set(tokensOf(lowerCased(valueIn(element, 'rel') ?? '')));
  if (rel.has('stylesheet') && isCss(valueIn(element, 'type')))
    return { kind: 'style', destination: 'style' };
  const as = lowerCased(valueIn(element, 'as') ?? '');
  if (rel.has('modulepreload') && (as === '' || as === 'script' || as === 'style')) {
    return { kind: 'modulepreload', destination: as === 'style' ? 'style' : 'script' };
  }
  // A preload of a type that browsers do not know as a style is not fetched; scripts are whatever the type.
  if (as === 'style' && !isStyleType(valueIn(element, 'type'))) return undefined;
  if (rel.has('preload') && (as === 'script' || as === 'style')) return { kind: 'preload', destination: as };
  return undefined;
}

/** Whether a style element of this type is applied, which no parameter and no white space may follow. */
export function isStyleType(type: string | undefined): boolean {
  return type === undefined || type === '' || lowerCased(type) === 'text/css';
}

/** Whether a linked sheet of this type is applied. */
export function isCss(type: string | undefined): boolean {
  if (type === undefined) return true;
  const essence = lowerCased(trimmed(type.split(';', 1)[0] ?? ''));
  return essence === '' || essence === 'text/css';
}

/** The request's mode and credentials that a crossorigin attribute asks for. */
export function corsOf(element: Element, module: boolean): 'no-cors' | 'anonymous' | 'use-credentials' {
  const value = valueIn(element, 'crossorigin');
  if (value === undefined) return module ? 'anonymous' : 'no-cors';
  return lowerCased(value) === 'use-credentials' ? 'use-credentials' : 'anonymous';
}

/** The attribute of that name (in lower case), or undefined. */
export function attributeOf(element: { attributes: Attribute[] }, name: string): Attribute | undefined {
  return element.attributes.find((attribute) => attribute.name === name);
}

/** The value of the attribute of that name (in lower case), or undefined. */
export function valueIn(element: { attributes: Attribute[] }, name: string): string | undefined {
  return attributeOf(element, name)?.value;
}

function tokensOf(text: string): string[] {
  return text.split(/[\t\n\f\r ]+/);
}

function trimmed(text: string): string {
  return text.replace(/^[\t\n\f\r ]+|[\t\n\f\r ]+$/g, '');
}
