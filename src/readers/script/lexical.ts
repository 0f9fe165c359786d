/**
 * Finds what code loads by its words alone: for scripts that no parser takes (template syntax, TypeScript, JSX, Vue,
 * Svelte, Astro). Quiet by design: only literal URLs in places that load them.
 */
import { type Found, knownUrl } from './found.ts';
import { LOADER_CALL, markupLoads } from './markup.ts';

const URL_TEXT = '(["\'`])((?:https?:)?\\\\?/\\\\?/(?:(?!\\1)[^\\s<>"\'`])+)';
const at = (before: string) => new RegExp(before + URL_TEXT, 'g');

/** Each with the name of what loads. */
const PLACES: [RegExp, string, Found['destination']][] = [
  [at('\\bimport\\s*\\(\\s*'), 'import()', 'script'],
  [at('\\bfrom\\s*'), 'import', 'script'],
  [at('\\bimport\\s*'), 'import', 'script'],
  [at('\\bimportScripts\\s*\\(\\s*'), 'importScripts', 'script'],
  [at('\\bnew\\s+(?:Shared)?Worker\\s*\\(\\s*'), 'Worker', 'script'],
];
const ASSIGNED =
  /\.\s*(src|href)\s*=\s*(["'`])((?:https?:)?\\?\/\\?\/[^\s<>"'`]+)|\.setAttribute\(\s*["'](src|href)["']\s*,\s*(["'`])((?:https?:)?\\?\/\\?\/[^\s<>"'`]+)/g;
const CALL =
  /\b([A-Za-z_$][\w$]*)\s*\(\s*(?:\{[^{}]{0,300}?\b(?:src|url)\s*:\s*|\[\s*)?(["'`])((?:https?:)?\\?\/\\?\/[^\s<>"'`]+)/g;
const LISTS = /\b(scripts?|links?)\s*:\s*\[/g;
const ENTRY = /\b(?:src|href)\s*:\s*(["'`])((?:https?:)?\/\/[^\s<>"'`]+)/g;
const TAG = /<(script|Script|link)\b/g;
const CREATED = /createElement(?:NS)?\([^()]{0,80}?["'](\w+)["']\s*\)/g;
const REACH = 2000;

/** What code of any dialect loads, by the order in its text. `components`: tags outside strings are elements that the
 * code makes (JSX, Vue, Svelte, Astro); in a page's script they are text. */
export function lexicalLoads(text: string, components: boolean): Found[] {
  const { code, bare } = blanked(text);
  const found = new Map<number, Found>();
  const note = (written: string, index: number, via: string, more: Partial<Found>) => {
    const known = knownUrl(written.replaceAll('\\/', '/').replace(/\$\{.*$/s, '\ue000'));
    if (known !== undefined && !found.has(index)) {
      found.set(index, { ...known, index, via, destination: 'script', ...more });
    }
  };
  for (const [pattern, via, destination] of PLACES) {
    for (const match of code.matchAll(pattern))
      note(match[2] ?? '', endOf(match, match[2]), via, { destination });
  }
  for (const match of code.matchAll(ASSIGNED)) {
    const name = match[1] ?? match[4];
    const url = match[3] ?? match[6] ?? '';
    const destination = name === 'src' ? 'script' : 'style';
    if (isElement(code, match.index, destination, url))
      note(url, endOf(match, url), 'createElement', { destination });
  }
  for (const match of code.matchAll(CALL)) {
    const [, name = '', , url = ''] = match;
    const destination = /css|style/i.test(name) ? 'style' : 'script';
    if (LOADER_CALL.test(name)) note(url, endOf(match, url), name, { destination });
  }
  let listEnd = 0;
  for (const match of code.matchAll(LISTS)) {
    if (match.index >= listEnd) listEnd = listed(code, match, note);
  }
  for (const match of code.matchAll(TAG)) {
    const inString = bare[match.index] !== '<';
    if (inString || components) tag(code, inString, match.index, note);
  }
  return [...found.values()].sort((a, b) => a.index - b.index);
}

type Note = (written: string, index: number, via: string, more: Partial<Found>) => void;

function endOf(match: RegExpExecArray, url = ''): number {
  return match.index + match[0].length - url.length;
}

// The element made last before decides; without one, the name of the file.
function isElement(code: string, index: number, destination: Found['destination'], url: string): boolean {
  const before = code.slice(Math.max(0, index - REACH), index);
  const [, made] = [...before.matchAll(CREATED)].at(-1) ?? [];
  const plain = url.replace(/[?#].*$/s, '');
  if (destination === 'style') return made === 'link' && (/\.css$/.test(plain) || /stylesheet/.test(before));
  return made === undefined ? /\.m?js$/.test(plain) : made.toLowerCase() === 'script';
}

// `script: [{ src: … }]`, `link: [{ rel: 'stylesheet', href: … }]` of head managers and framework configurations.
function listed(code: string, match: RegExpExecArray, note: Note): number {
  const start = match.index + match[0].length;
  const end = closing(code, start, 4 * REACH);
  const style = match[1]?.startsWith('link') === true;
  for (const entry of code.slice(start, end).matchAll(ENTRY)) {
    const at = start + entry.index;
    const from = Math.max(start, code.lastIndexOf('{', at));
    const object = code.slice(from, closing(code, from + 1, REACH));
    if (style && !/\brel\s*:\s*["']stylesheet["']/.test(object)) continue;
    const [, , integrity] = /\bintegrity\s*:\s*(["'`])([^"'`]*)/.exec(object) ?? [];
    const more: Partial<Found> = { destination: style ? 'style' : 'script' };
    if (integrity !== undefined) Object.assign(more, { integrity, crossorigin: crossoriginIn(object) });
    note(entry[2] ?? '', at + entry[0].length - (entry[2]?.length ?? 0), 'head', more);
  }
  return end;
}

function crossoriginIn(object: string): string | undefined {
  return /\bcrossorigin\s*[:=]\s*["'{]*([\w-]*)/i.exec(object)?.[1];
}

function closing(code: string, start: number, reach: number): number {
  let depth = 1;
  const end = Math.min(code.length, start + reach);
  for (let i = start; i < end; i++) {
    const c = code[i];
    if (c === '[' || c === '{') depth++;
    else if ((c === ']' || c === '}') && --depth === 0) return i;
  }
  return end;
}

// A tag of a component, or markup in a string that is written to the page.
function tag(code: string, inString: boolean, index: number, note: Note): void {
  const end = tagEnd(code, index);
  const written = /(?:\.write(?:ln)?|\.append|\.prepend|\.html|innerHTML|\$)\s*[(=][^;]{0,300}$/;
  if (inString && !written.test(code.slice(Math.max(0, index - 400), index))) return;
  const raw = code.slice(index, end);
  if (!raw.includes('//')) return;
  // `src={"…"}` is `src="…"`; quotes are escaped within a string.
  const html = raw.replace(/=\s*\{\s*(["'`])((?:(?!\1).)*)\1\s*\}/g, '="$2"').replace(/\\(["'/])/g, '$1');
  for (const load of markupLoads(html.replace(/^<Script/, '<script'))) {
    if (!/^\s*(?:https?:)?[\\/]{2}/i.test(load.url)) continue;
    const via = inString ? 'document.write' : html.startsWith('<link') ? '<link>' : '<script>';
    const at = raw.indexOf(load.url.slice(0, 12));
    note(load.url, index + Math.max(at, 0), via, load);
  }
}

function tagEnd(code: string, start: number): number {
  let depth = 0;
  const end = Math.min(code.length, start + REACH);
  for (let i = start; i < end; i++) {
    const c = code[i];
    if (c === '{') depth++;
    else if (c === '}') depth--;
    else if (c === '<' && i > start && /^<(?:script|Script|link)\b/.test(code.slice(i, i + 8))) return i;
    else if (c === '>' && depth <= 0 && code[i - 1] !== '=') return i + 1;
  }
  return end;
}

const PIECE =
  /(?<!:)\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|<!--(?:(?!<!--)[\s\S])*?-->|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|`(?:[^`\\]|\\[\s\S])*`/g;

/** With the comments of PHP and Ruby. */
const HASHES = new RegExp(String.raw`(?<!\S)#[^\n]*|${PIECE.source}`, 'g');

/** The text without comments, and without comments and strings; indexes stay. `hashes`: `#` begins a comment. */
export function blanked(text: string, hashes = false): { code: string; bare: string } {
  const blank = (piece: string) => piece.replace(/[^\n]/g, ' ');
  const code: string[] = [];
  const bare: string[] = [];
  let last = 0;
  for (const match of text.matchAll(hashes ? HASHES : PIECE)) {
    const [piece] = match;
    const between = text.slice(last, match.index);
    const string = /^["'`]/.test(piece);
    code.push(between, string ? piece : blank(piece));
    bare.push(between, string && isAttribute(between) ? piece : blank(piece));
    last = match.index + piece.length;
  }
  return { code: code.join('') + text.slice(last), bare: bare.join('') + text.slice(last) };
}

function isAttribute(before: string): boolean {
  return /<[\w:-]+[^<>]*=\s*$/.test(before.slice(-200));
}
