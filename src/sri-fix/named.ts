/** Own modules that a page names somewhere, for code that imports what it finds there: Astro's islands have their modules in
 * attributes. https://docs.astro.build/en/concepts/islands/ */
import type { Location } from '../model.ts';
import { decoderOf } from '../readers/html/encoding.ts';
import type { Load, Page } from '../readers/html/page.ts';
import { parseUrl } from '../readers/html/urls.ts';
import { baseAt } from './keys.ts';
import { importOf } from './modules.ts';
import type { PlanOptions } from './plan.ts';

/** More islands than a page has. */
const MOST = 2000;

/** What looks like a module's URL between quotes or as a value without. */
const NAME =
  /(?<=["'`=;])(?:https?:\/\/|\.{0,2}\/)[^"'`\s<>\\&]{1,500}?\.m?js(?:\?[^"'`\s<>\\&]{0,200})?(?=["'`\s>&])/g;

/** The own files that a page names so, as imports of it; what its tags load is left out. */
export function namedModules(
  page: Page,
  bytes: Buffer,
  { files, isOwn }: NonNullable<PlanOptions['own']>,
): Load[] {
  const loads = new Map<string, Load>();
  const known = new Set(page.loads.map(({ url }) => url));
  for (const { 0: written, index } of bytes.toString('latin1').matchAll(NAME)) {
    if (loads.size >= MOST) break;
    const url = parseUrl(Buffer.from(written, 'latin1').toString(), baseAt(page, index))?.href;
    if (url === undefined || known.has(url) || loads.has(url) || !isOwn(url) || !files.learn(url).ok)
      continue;
    loads.set(url, importOf(url, placeAt(page, bytes, index), page));
  }
  return [...loads.values()];
}

function placeAt({ file, encoding, bom }: Page, bytes: Buffer, offset: number): Location {
  const before = bytes.subarray(bom, offset);
  const start = before.lastIndexOf(0x0a) + 1;
  let line = 1;
  for (let at = before.indexOf(0x0a); at !== -1; at = before.indexOf(0x0a, at + 1)) line++;
  return { file, line, column: decoderOf(encoding)(before.subarray(start)).length + 1, offset };
}
