/** Scripts and styles in markup that code writes. */

import { cssImports } from '../html/css.ts';
import { readElements } from '../html/elements.ts';
import { decoderOf } from '../html/encoding.ts';
import { attributeOf, isStyleType, linkLoad, scriptType, valueIn } from '../html/semantics.ts';
import type { Found } from './found.ts';

/** Functions of libraries and of people that load what they are given. */
export const LOADER_CALL =
  /^[$_]?(?:(?:load|add|inject|insert|append|include|async|lazyLoad)(?:External|Remote|Async|Dynamic|Third\w*)?(?:Scripts?|JS|Js|CSS|Css|Styles?|StyleSheets?|Stylesheets?|ScriptTag)|(?:get|use|fetch|ensure|require|preload)(?:External|Remote|Async|Dynamic|Third\w*)?(?:Scripts?|CSS|StyleSheets?|Stylesheets?|ScriptTag))(?:Async|Once|Tag|Element|File|FromUrl|FromURL|Dynamically)?$/;

const utf8 = decoderOf('utf-8');

/** What a piece of markup loads; an open script element counts, its end may be written later. */
export function markupLoads(
  html: string,
): Pick<Found, 'url' | 'destination' | 'integrity' | 'crossorigin'>[] {
  const bytes = Buffer.from(`${html}</script>`);
  const reading = readElements(bytes, 0, utf8, false);
  const loads: Pick<Found, 'url' | 'destination' | 'integrity' | 'crossorigin'>[] = [];
  for (const element of reading?.elements ?? []) {
    if (element.name === 'style' && isStyleType(valueIn(element, 'type'))) {
      for (const { url } of cssImports(bytes.toString('utf8', element.end, element.textEnd)))
        loads.push({ url, destination: 'style' });
    }
    const script =
      element.name === 'script' && !element.svg && ['classic', 'module'].includes(scriptType(element));
    const link = element.name === 'link' ? linkLoad(element) : undefined;
    const source = attributeOf(element, script ? 'src' : 'href');
    if ((!script && link === undefined) || source === undefined || source.value === '') continue;
    const load: (typeof loads)[number] = { url: source.value, destination: link?.destination ?? 'script' };
    const integrity = valueIn(element, 'integrity');
    const crossorigin = valueIn(element, 'crossorigin');
    if (integrity !== undefined) load.integrity = integrity;
    if (crossorigin !== undefined) load.crossorigin = crossorigin;
    loads.push(load);
  }
  return loads;
}
