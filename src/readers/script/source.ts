/** Source files of web applications, which add scripts in code: what they load from literal third-party URLs. */
import { decoderOf } from '../html/encoding.ts';
import { locatorOf, type Source, sourceOf, textWithOffsets } from '../html/locate.ts';
import type { Load } from '../html/page.ts';
import type { Origins } from '../html/urls.ts';
import { sourceMayLoad } from './analyse.ts';
import { componentLoads } from './component.ts';
import type { Found } from './found.ts';
import { injectedLoads } from './injected.ts';
import { blanked, lexicalLoads } from './lexical.ts';
import { loadOf } from './loads.ts';
import type { Parse, Syntax } from './parse.ts';

const TYPESCRIPT: readonly Syntax[] = ['ts', 'tsx'];
const JSX: readonly Syntax[] = ['tsx', 'ts'];
const JAVASCRIPT: readonly Syntax[] = ['module', 'classic', 'tsx'];

/** Code that no page runs: tests of it name URLs that nothing loads. */
export const TEST_FILE = /(?:^|\/)__(?:tests|mocks)__\/|\.(?:test|spec|e2e|cy)\.[cm]?[jt]sx?$/i;
/** Declarations of types load nothing. */
export const TYPES_FILE = /\.d\.[cm]?ts$/i;

/** The text of a source file when it may load something, else undefined. */
export function suspectSource(
  bytes: Buffer,
): { source: Source; text: string; at: (index: number) => number } | undefined {
  if (!bytes.includes('//') && !bytes.includes('\\/\\/')) return undefined;
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const source = sourceOf(bytes, { name: 'utf-8', bom });
  const { text, at } = textWithOffsets({ ...source, decode: decoderOf('utf-8') }, bom, bytes.length);
  return sourceMayLoad(text) ? { source, text, at } : undefined;
}

/** What a source file loads from third parties. `parsed` is false where no parser took it and only its words were
 * looked at. */
export function sourceLoads(
  file: string,
  suspect: NonNullable<ReturnType<typeof suspectSource>>,
  base: string,
  origins: Origins,
  parse: Parse,
): { loads: Load[]; parsed: boolean } {
  const { source, text, at } = suspect;
  const place = locatorOf(file, source);
  const { found: all, parsed } = foundIn(file, text, parse);
  const loads: Load[] = [];
  for (const found of all) {
    // Only literal URLs: a relative one in a source file is the bundler's business.
    if (!/^(?:https?:)?[\\/]{2}/i.test(found.url)) continue;
    const load = loadOf(found, found.url, base, origins, () => place(at(found.index)));
    if (load !== undefined) loads.push(load);
  }
  return { loads, parsed };
}

function foundIn(file: string, text: string, parse: Parse): { found: Found[]; parsed: boolean } {
  if (/\.(?:vue|svelte|astro)$/i.test(file)) return componentLoads(text, /\.astro$/i.test(file), parse);
  const syntaxes = /\.[cm]?ts$/i.test(file) ? TYPESCRIPT : /\.[jt]sx$/i.test(file) ? JSX : JAVASCRIPT;
  const found = injectedLoads(text, syntaxes, parse, true);
  if (found !== undefined) return { found, parsed: true };
  // Where no string holds a URL, nothing is missed.
  const harmless = !/["'`](?:https?:)?\/\/\w/i.test(blanked(text).code);
  return { found: lexicalLoads(text, true), parsed: harmless };
}
