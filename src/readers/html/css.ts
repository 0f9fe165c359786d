/**
 * `@import` at the start of a style sheet, where alone browsers honour it, with escapes and comments as CSS has them.
 * https://www.w3.org/TR/css-cascade-4/#at-import, https://www.w3.org/TR/css-syntax-3/#tokenization
 */

/** One import. */
export interface CssImport {
  url: string;
  /** Index of the URL's first character. */
  index: number;
}

const ESCAPE = String.raw`\\(?:[0-9a-f]{1,6}[\t\n\f\r ]?|[^\n\r\f0-9a-f])`;
const STRING = String.raw`"(?:[^"\\\n\r\f]|\\[\s\S])*(?:"|$)|'(?:[^'\\\n\r\f]|\\[\s\S])*(?:'|$)`;
const SPACE = /(?:[\t\n\f\r ]+|\/\*[\s\S]*?(?:\*\/|$)|<!--|-->)*/y;
const KEYWORD = new RegExp(`@((?:[-\\w\\u0080-\\uffff]|${ESCAPE})+)`, 'iy');
const QUOTED = new RegExp(STRING, 'iy');
const URL_START = /url\([\t\n\f\r ]*/iy;
const URL_BODY = new RegExp(`(?:[^"'()\\\\\\t\\n\\f\\r ]|${ESCAPE})*`, 'iy');
const URL_END = /[\t\n\f\r ]*(?:\)|$)/y;
/** A component of a prelude; parentheses are not followed, since no semicolon stands in those that matter. */
const COMPONENT = new RegExp(`[^;{}"'/]+|\\/\\*[\\s\\S]*?(?:\\*\\/|$)|${STRING}|[/"']`, 'iy');
const BLOCK = new RegExp(`[^{}"'/]+|\\/\\*[\\s\\S]*?(?:\\*\\/|$)|${STRING}|[{}/"']`, 'iy');

/** At-rules with a block that browsers know, as Chromium 156 does: behind one of them no import counts. */
const RULES = new RegExp(
  '^(?:layer|media|supports|font-face|font-feature-values|font-palette-values|(?:-webkit-)?keyframes|page|container|' +
    'property|counter-style|view-transition|position-try|starting-style|scope|function)$',
);

/** The imports of a style sheet, in its order. Only those before the first rule count; `@charset`, rules that browsers
 * do not know, and `@layer` statements before the first import stand in no import's way. */
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
    const keyword = skip(KEYWORD);
    if (keyword === null) return found;
    const name = unescaped(keyword[1] ?? '').toLowerCase();
    if (name === 'namespace') return found;
    const target = name === 'import' ? targetOf(skip, () => at) : undefined;
    while (skip(COMPONENT) !== null);
    if (text[at] === '{') {
      if (RULES.test(name)) return found;
      skipBlock(skip);
      continue;
    }
    if (target !== undefined) found.push(target);
    if (text[at] !== ';' || (name === 'layer' && found.length > 0)) return found;
    at++;
  }
}

function targetOf(
  skip: (pattern: RegExp) => RegExpExecArray | null,
  place: () => number,
): CssImport | undefined {
  skip(SPACE);
  const quoted = skip(QUOTED);
  if (quoted !== null) return { url: inner(quoted[0]), index: quoted.index + 1 };
  if (skip(URL_START) === null) return undefined;
  const within = skip(QUOTED);
  const index = place();
  const url = within === null ? unescaped(skip(URL_BODY)?.[0] ?? '') : inner(within[0]);
  // Anything else before the parenthesis is a bad-url-token.
  return skip(URL_END) === null ? undefined : { url, index: within === null ? index : within.index + 1 };
}

function skipBlock(skip: (pattern: RegExp) => RegExpExecArray | null): void {
  let depth = 0;
  for (let piece = skip(BLOCK); piece !== null; piece = skip(BLOCK)) {
    if (piece[0] === '{') depth++;
    if (piece[0] === '}' && --depth === 0) return;
  }
}

// Between the quotes, the last of which the end of the sheet may replace.
function inner(quoted: string): string {
  const closed = quoted.length > 1 && quoted.endsWith(quoted[0] ?? '');
  return unescaped(quoted.slice(1, closed ? -1 : undefined));
}

function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(
    /\\(?:([0-9a-f]{1,6})[\t\n\f\r ]?|\r\n|([\s\S])|$)/gi,
    (_, hex?: string, other?: string) => {
      if (hex === undefined) return other === undefined || /[\n\r\f]/.test(other) ? '' : other;
      const code = Number.parseInt(hex, 16);
      const valid = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
      return String.fromCodePoint(valid ? code : 0xfffd);
    },
  );
}
