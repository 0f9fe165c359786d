/** What code loads, however it was found. */
import { HOLE } from './constants.ts';

/** One thing a script loads. */
export interface Found {
  /** The URL or module specifier; up to the first part that is not known. */
  url: string;
  /** The rest of the URL is put together at run time. */
  open: boolean;
  /** Index of the URL's first character in the script. */
  index: number;
  /** `import()`, `createElement` …; `import` for a static one. */
  via: string;
  destination: 'script' | 'style';
  /** What the code sets on the element. */
  integrity?: string;
  crossorigin?: string;
}

/** Stands for template syntax that was masked so that the script parses; a letter, so that it can be a name. */
export const MASK = '\ua66e';
const UNKNOWN = new RegExp(`[${HOLE}${MASK}]`);

/** A URL's known beginning; undefined when not even its host is known. */
export function knownUrl(text: string): { url: string; open: boolean } | undefined {
  const hole = text.search(UNKNOWN);
  const url = (hole === -1 ? text : text.slice(0, hole)).trim();
  if (url === '' || (hole !== -1 && !/^(?:https?:)?\/\/[^/]+\//i.test(url))) return undefined;
  return { url, open: hole !== -1 };
}

/** Where a URL stands in a stretch of code, written plainly or with escaped slashes; `fallback` when nowhere. */
export function indexOfUrl(text: string, url: string, start: number, end: number, fallback: number): number {
  for (const written of [url, url.replaceAll('/', '\\/')]) {
    const index = text.indexOf(written, start);
    if (index !== -1 && index < end) return index;
  }
  return fallback;
}
