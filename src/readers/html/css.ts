/** `@import` at the start of a style sheet, where alone browsers honour it. */

const SPACE = /(?:[\t\n\f\r ]+|\/\*[\s\S]*?(?:\*\/|$)|<!--|-->)*/y;
const IMPORT = /@import(?=[\t\n\f\r ("'/])/iy;
const PREAMBLE = /@(?:charset|layer)\b[^;{}"']*(?:"[^"]*"|'[^']*')?[^;{}]*;/iy;
const TARGET =
  /url\([\t\n\f\r ]*(?:"([^"\n]*)"|'([^'\n]*)'|([^"'()\\\t\n\f\r ]*))[\t\n\f\r ]*\)|"([^"\n]*)"|'([^'\n]*)'/iy;
const REST = /(?:[^;{}"']|"[^"\n]*"|'[^'\n]*')*;?/y;

/** One import. */
export interface CssImport {
  url: string;
  /** Index of the URL's first character. */
  index: number;
}

/** The imports of a style sheet, in its order. Only those before the first rule count. */
export function cssImports(text: string): CssImport[] {
  const found: CssImport[] = [];
  let at = 0;
  const skip = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  for (;;) {
    skip(SPACE);
    if (skip(IMPORT) === null) {
      if (skip(PREAMBLE) === null) return found;
      continue;
    }
    skip(SPACE);
    const target = skip(TARGET);
    if (target === null) return found;
    const url = target.slice(1).find((group) => group !== undefined) ?? '';
    found.push({ url, index: target.index + target[0].lastIndexOf(url) });
    skip(REST);
  }
}
