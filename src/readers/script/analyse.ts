/** What inline scripts and source files load: each distinct text is looked into once. */
import type { Found } from './found.ts';
import { MASK } from './found.ts';
import { injectedLoads } from './injected.ts';
import { lexicalLoads } from './lexical.ts';
import { type Parse, parser, type Syntax } from './parse.ts';

/** What a script loads. */
export type Analyse = (text: string, kind: ScriptKind) => Found[];

/** A page's script or its module. */
export type ScriptKind = 'classic' | 'module';

const LOADER =
  /createElement|document\s*\.\s*write|importScripts|\bimport\b|Worker\s*\(|worker(?:Src|Url|URL)\b|insertAdjacentHTML|(?:inner|outer)HTML|createContextualFragment|(?:Script|CSS|Css|JS|Js|Styles?|[sS]heets?|ScriptTag)s?\s*\(|\brequire(?:js)?\s*\(|\.src\s*=|\bunescape\s*\(|<script|<link|<Script|\b(?:script|link)s?\s*:\s*\[|\bfrom\s*["']/;
/** The same in sources, where modules import each other everywhere and configurations name what pages load. */
const SOURCE_LOADER = new RegExp(
  [
    String.raw`createElement|document\s*\.\s*write|importScripts|Worker\s*\(|worker(?:Src|Url|URL|Path)\b|\bpre(?:init|load)(?:Module)?\s*\(|addModule|insertAdjacentHTML|srcdoc`,
    String.raw`(?:inner|outer)HTML|setHTMLUnsafe|createContextualFragment|postscribe|\.src\s*=|['"]src['"]\s*,|\bunescape\s*\(`,
    String.raw`(?:Script|CSS|Css|JS|Js|Styles?|[sS]heets?|ScriptTag)(?:Async|Once|Tag|Element|File|FromUrl|FromURL|Dynamically)?\s*(?:<[\w\s,]+>)?\(`,
    String.raw`\bimport\s*\(|\b(?:from|import|require\s*\()\s*["'](?:https?:)?//`,
    String.raw`\b(?:require|requirejs|define)\s*\(\s*\[|\b(?:require|requirejs|loader|curl|System)\.(?:config|import)\b`,
    String.raw`<(?:\w*Script|script|[lL]ink|component|style)\b|<!doctype|<html\b|@import`,
    String.raw`\b(?:remotes|externals|stylesheets?|scripts?|links?)["']?\s*[:=]\s*[[{(]|\brel["']?\s*:|["'](?:script|link|jsonp)["']`,
    String.raw`loadjs|scriptjs|\$script|yepnope|LazyLoad|\$LAB|Modernizr|head\.(?:js|load)|[jJ]sonp|(?:load|get|simple-load|little-load)(?:er|-(?:script|js|external-scripts))["']`,
  ].join('|'),
);

/** Whether a source file may load something from elsewhere. */
export function sourceMayLoad(text: string): boolean {
  return hasUrlInCode(text) && SOURCE_LOADER.test(text);
}

// Licences and documentation have URLs, too: lines that begin as a comment do not count.
function hasUrlInCode(text: string): boolean {
  for (let at = text.indexOf('//'); at !== -1; at = text.indexOf('//', at + 2)) {
    const before = text[at - 1] ?? ' ';
    if (!':"\'`=('.includes(before)) continue;
    const line = text.lastIndexOf('\n', at) + 1;
    if (!/^[ \t]*(?:\*|\/[/*])/.test(text.slice(line, Math.min(at, line + 100)))) return true;
  }
  return text.includes('\\') && ESCAPED.test(text);
}

/** Whether a script may load something from elsewhere. `relative`: relative URLs lead elsewhere too. */
export function mayLoad(text: string, relative: boolean): boolean {
  return (relative || hasUrl(text)) && LOADER.test(text);
}

const ESCAPED = /\\\/\\\/|\\x2f|\\u002f|%2F%2F/i;

// A "//" behind a scheme, a quote, "=" or "(", also escaped. Native searches: this runs over every inline script.
function hasUrl(text: string): boolean {
  for (let at = text.indexOf('//'); at !== -1; at = text.indexOf('//', at + 2)) {
    let before = at - 1;
    if (text[before] === ':') return true;
    while (text[before] === ' ') before--;
    if ('"\'`=('.includes(text[before] ?? ' ') && !' /*'.includes(text[at + 2] ?? ' ')) return true;
  }
  return (text.includes('\\') || text.includes('%')) && ESCAPED.test(text);
}

/** Loads the parser and remembers what each text loads. */
export async function analyser(): Promise<Analyse> {
  const parse = await parser(false);
  const known = new Map<string, Found[]>();
  return (text, kind) => {
    const key = `${kind} ${text}`;
    let found = known.get(key);
    if (found === undefined) {
      found = analyse(text, kind, parse);
      known.set(key, found);
    }
    return found;
  };
}

function analyse(text: string, kind: ScriptKind, parse: Parse): Found[] {
  const syntaxes: Syntax[] = kind === 'module' ? ['module', 'classic'] : ['classic', 'module'];
  const found = injectedLoads(text, syntaxes, parse);
  if (found !== undefined) return found;
  for (const masked of [masking(text, asName), masking(text, asComment)]) {
    if (masked === text) break;
    const loads = injectedLoads(masked, syntaxes, parse);
    if (loads !== undefined) return loads;
  }
  return lexicalLoads(text, false);
}

const BRACKETS = [
  ['{{', '}}'],
  ['{%', '%}'],
  ['<%', '%>'],
  ['<?', '?>'],
] as const;

// Every template block replaced by as many other characters, left to right.
function masking(text: string, mask: (piece: string) => string): string {
  let result = '';
  let last = 0;
  const next = BRACKETS.map(([open]) => text.indexOf(open));
  for (;;) {
    const at = next.reduce(
      (best, index) => (index !== -1 && (best === -1 || index < best) ? index : best),
      -1,
    );
    if (at === -1) return result + text.slice(last);
    const kind = next.indexOf(at);
    const [open = '', close = ''] = BRACKETS[kind] ?? [];
    const end = text.indexOf(close, at + 2);
    if (end === -1) {
      next[kind] = -1;
      continue;
    }
    result += text.slice(last, at) + mask(text.slice(at, end + 2));
    last = end + 2;
    for (const [i, [other]] of BRACKETS.entries()) {
      if ((next[i] ?? -1) !== -1 && (next[i] ?? 0) < last) next[i] = text.indexOf(other, last);
    }
    if (open === '') return result + text.slice(last);
  }
}

function asName(piece: string): string {
  return MASK.repeat(piece.length);
}

// What decides (`{% if %}`) is no value; what prints is one.
function asComment(piece: string): string {
  if (piece.startsWith('{{') || /^<[%?](?:=|-|php\s+echo)/.test(piece)) return asName(piece);
  return `/*${' '.repeat(piece.length - 4)}*/`;
}
