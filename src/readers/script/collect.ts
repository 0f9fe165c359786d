/** What has been found in one script so far, and the ways to add to it: a URL, markup, code in strings. */
import { cssImports } from '../html/css.ts';
import type { Value } from './constants.ts';
import { type Found, indexOfUrl, knownUrl } from './found.ts';
import { markupLoads } from './markup.ts';
import type { Node, Parse, Syntax } from './parse.ts';
import type { Scoped } from './scopes.ts';

/** A script while it is read. */
export interface Script {
  text: string;
  parse: Parse;
  /** It is a source file: TypeScript, JSX and configurations are understood. */
  dialect: boolean;
  scoped: Scoped;
  found: Map<string, Found>;
  /** Reads code in strings of this code; the parts found have indexes of that string. */
  inner: ((text: string, syntaxes: Syntax[]) => Found[]) | undefined;
}

/** What code sets on an element besides its URL. */
export interface Settings {
  integrity?: string | undefined;
  crossorigin?: string | undefined;
}

/** Adds a URL or module specifier; nothing when not even its host is known. */
export function add(
  script: Script,
  value: Value,
  via: string,
  destination: Found['destination'],
  settings?: Settings,
): void {
  const known = knownUrl(value.text);
  if (known === undefined) return;
  const { url } = known;
  const index = indexOfUrl(script.text, url, value.index, value.index + url.length * 2, value.index);
  const found: Found = { ...known, index, via, destination };
  if (settings?.integrity !== undefined) found.integrity = settings.integrity;
  if (settings?.crossorigin !== undefined) found.crossorigin = settings.crossorigin;
  note(script, found);
}

/** Adds what markup loads. `runsScripts`: its scripts run, which those of `innerHTML` do not. */
export function addMarkup(
  script: Script,
  via: string,
  values: readonly Value[],
  node: Node,
  runsScripts: boolean,
): void {
  for (const value of values) {
    if (!/<(?:script|link|style)\b/i.test(value.text)) continue;
    for (const load of markupLoads(value.text)) {
      if (load.destination === 'script' && !runsScripts) continue;
      const known = knownUrl(load.url);
      if (known === undefined) continue;
      const index = indexOfUrl(script.text, known.url, node.start, node.end, value.index);
      note(script, { ...load, ...known, index, via });
    }
  }
}

/** Adds what code in strings loads. */
export function addCode(script: Script, values: readonly Value[], node: Node): void {
  for (const { text, index } of values) {
    if (!text.includes('//')) continue;
    for (const found of script.inner?.(text, ['classic', 'module']) ?? []) {
      note(script, { ...found, index: indexOfUrl(script.text, found.url, node.start, node.end, index) });
    }
  }
}

/** Adds what a style sheet in a string imports. */
export function addStyle(script: Script, values: readonly Value[], node: Node): void {
  for (const { text, index } of values) {
    if (!text.includes('@')) continue;
    for (const { url } of cssImports(text)) {
      const known = knownUrl(url);
      if (known === undefined) continue;
      const at = indexOfUrl(script.text, known.url, node.start, node.end, index);
      note(script, { ...known, index: at, via: '@import', destination: 'style' });
    }
  }
}

function note(script: Script, found: Found): void {
  const key = `${found.index} ${found.url}`;
  const known = script.found.get(key);
  // Two ways to one URL (a helper and the element it makes): the one that knows the integrity counts.
  if (known === undefined || (known.integrity === undefined && found.integrity !== undefined)) {
    script.found.set(key, found);
  }
}
