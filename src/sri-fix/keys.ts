/** How an import map names an own URL: as the page names what leads to it, so that the page still works elsewhere. */
import type { Load, Page } from '../readers/html/page.ts';
import { attributeOf } from '../readers/html/semantics.ts';
import { parseUrl } from '../readers/html/urls.ts';

/** The base URL for what stands at a byte of the page. */
export function baseAt({ base, url }: Page, at: number): string {
  return base !== undefined && base.start < at ? base.url : url;
}

/**
 * The key for `url` in an import map whose base URL is `base`. `load`: what of the page leads to it. Undefined where only
 * a full URL would do, and the site's address is not known (`site`).
 */
export function keyOf(
  url: string,
  load: Load,
  page: Page,
  bytes: Buffer,
  { base, site }: { base: string; site: boolean },
): string | undefined {
  const target = parseUrl(url);
  const from = parseUrl(base);
  if (target === undefined) return url;
  const written = writtenAt(load, page, bytes);
  const full = /^[a-z][a-z0-9+.-]*:/i.test(written) || /^[/\\]{2}/.test(written);
  const elsewhere = from?.origin !== target.origin;
  if (full || elsewhere) return site || target.origin !== parseUrl(page.url)?.origin ? url : undefined;
  const path = `${target.pathname}${target.search}${target.hash}`;
  return /^[/\\]/.test(written) ? path : relativePath(from.pathname, path);
}

// In the tag that loads it; where no tag does, code or an import map names it just there.
function writtenAt({ location }: Load, { loads }: Page, bytes: Buffer): string {
  const tag = loads.find((one) => one.tag?.start === location.offset)?.tag;
  const source =
    tag === undefined ? undefined : (attributeOf(tag, 'src') ?? attributeOf(tag, 'href'))?.value.trim();
  return source ?? bytes.toString('latin1', location.offset, location.offset + 32).replaceAll('\0', '');
}

function relativePath(from: string, path: string): string {
  const folders = from.split('/').slice(1, -1);
  const segments = path.split('/').slice(1);
  let same = 0;
  while (same < folders.length && same < segments.length - 1 && folders[same] === segments[same]) same++;
  const up = '../'.repeat(folders.length - same);
  return `${up === '' ? './' : up}${segments.slice(same).join('/')}`;
}
