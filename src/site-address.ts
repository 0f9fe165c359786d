/** Where a site is served. Apart from its reading, which a scan of packages does not load. */
import { UserError } from './errors.ts';
import { parseUrl } from './url.ts';

/** A host that exists nowhere: relative URLs of pages without a known address are own. */
export const NOWHERE = 'https://own.invalid/';

/** The address of a site as an absolute URL; `where` names who gave it. Throws UserError for what is none. */
export function siteAddress(text: string, where: string): string {
  const url = parseUrl(text);
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url.href;
  throw new UserError(`"${text}" is no address of a site`, { where, hint: 'such as https://shop.example' });
}

/** The folder of the base that was asked for last: all pages of a run have one. */
let folders = { base: '', url: '' };

/** The address of a page below its site. */
export function addressOf(file: string, site: string): string {
  const base = site.endsWith('/') ? site : `${site}/`;
  if (folders.base !== base) folders = { base, url: new URL('.', base).href };
  // What the parser of URLs would leave as it is; it takes a while.
  if (/^(?:\w[\w.-]*\/)*\w[\w.-]*$/.test(file)) return folders.url + file;
  const path = file
    .replace(/^(?:\.{0,2}\/)+/, '')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  return new URL(path, base).href;
}

/** A URL for people: own ones of a site whose address nobody knows begin with the path. */
export function shownUrl(url: string): string {
  return url.startsWith(NOWHERE) ? url.slice(NOWHERE.length - 1) : url;
}
