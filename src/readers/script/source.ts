/** Source files of web applications, which add scripts in code: what they load from literal third-party URLs. */
import { decoderOf } from '../html/encoding.ts';
import { locatorOf, type Source, sourceOf, textWithOffsets } from '../html/locate.ts';
import type { Load } from '../html/page.ts';
import type { Origins } from '../html/urls.ts';
import { type Analyse, mayLoad } from './analyse.ts';
import { lexicalLoads } from './lexical.ts';
import { loadOf } from './loads.ts';

/** Scripts that a parser takes; all others are read by their words. */
const PLAIN = /\.[cm]?js$/i;

/** The text of a source file when it may load something, else undefined. */
export function suspectSource(
  bytes: Buffer,
): { source: Source; text: string; at: (index: number) => number } | undefined {
  if (!bytes.includes('//')) return undefined;
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const source = sourceOf(bytes, { name: 'utf-8', bom });
  const { text, at } = textWithOffsets({ ...source, decode: decoderOf('utf-8') }, bom, bytes.length);
  return mayLoad(text, false) ? { source, text, at } : undefined;
}

/** What a source file loads from third parties. */
export function sourceLoads(
  file: string,
  suspect: NonNullable<ReturnType<typeof suspectSource>>,
  base: string,
  origins: Origins,
  analyse: Analyse,
): Load[] {
  const { source, text, at } = suspect;
  const place = locatorOf(file, source);
  const all = PLAIN.test(file) ? analyse(text, 'source') : lexicalLoads(text, true);
  const loads: Load[] = [];
  for (const found of all) {
    // Only literal URLs: a relative one in a source file is the bundler's business.
    if (!/^(?:https?:)?[\\/]{2}/i.test(found.url)) continue;
    const load = loadOf(found, found.url, base, origins, () => place(at(found.index)));
    if (load !== undefined) loads.push(load);
  }
  return loads;
}
