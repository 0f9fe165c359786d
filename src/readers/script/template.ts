/** What the code of a template engine (PHP, ERB, EJS, JSP) writes: markup in strings, and the helpers of frameworks. */
import type { Found } from './found.ts';
import { blanked } from './lexical.ts';
import { markupLoads } from './markup.ts';

const TAG = /<(?:script|link)\b[^<>]*>?/gi;
/** WordPress, Drupal, Joomla, Yii, Laravel, CakePHP, Rails: the name of what loads, then a URL among its first arguments. */
const HELPER =
  /\b(wp_(?:enqueue|register)_(?:script|style)|drupal_add_(?:js|css)|add(?:Script|StyleSheet)|register(?:Js|Css|Script)File|Html(?:::|->)(?:script|style|css)|javascript_include_tag|stylesheet_link_tag)\b[^;<>]{0,200}?["']((?:https?:)?\/\/[^\s"'<>]+)["']/gi;

/** Liquid: a URL and the filter that writes a tag around it. */
const FILTER = /["']((?:https?:)?\/\/[^\s"'<>]+)["']\s*\|\s*(script_tag|stylesheet_tag)\b/g;

/** What template code loads from absolute URLs, by the order in its text. */
export function templateLoads(text: string): Found[] {
  const { code } = blanked(text, true);
  const found: Found[] = [];
  for (const { 0: tag, index } of code.matchAll(TAG)) {
    for (const load of markupLoads(tag.replaceAll('\\"', '"').replaceAll("\\'", "'"))) {
      if (!/^\s*(?:https?:)?[\\/]{2}/i.test(load.url)) continue;
      // What the code puts in (`' . $version . '`, `#{version}`, `$version`) ends the part that is known.
      const [url = ''] = load.url.trim().split(/["'\s]|[#$]\{|\{?\$\w/, 1);
      const at = tag.indexOf(url);
      found.push({
        ...load,
        url,
        open: url !== load.url.trim(),
        index: index + Math.max(at, 0),
        via: 'template code',
      });
    }
  }
  for (const match of code.matchAll(HELPER)) {
    const [all, name = '', url = ''] = match;
    const destination = /style|css/i.test(name) ? 'style' : 'script';
    const [known = ''] = url.split(/[#$]\{|\{?\$\w/, 1);
    const index = match.index + all.length - 1 - url.length;
    found.push({ url: known, open: known !== url, index, via: name, destination });
  }
  for (const match of code.matchAll(FILTER)) {
    const [, url = '', name = ''] = match;
    const destination = name.startsWith('style') ? 'style' : 'script';
    found.push({ url, open: false, index: match.index + 1, via: name, destination });
  }
  return found.sort((a, b) => a.index - b.index);
}
