/** Components of Vue, Svelte and Astro: their scripts by the syntax tree, their markup by its tags. */
import { cssImports } from '../html/css.ts';
import { textsOf, type Value } from './constants.ts';
import { type Found, indexOfUrl, knownUrl } from './found.ts';
import { attributesFound } from './head.ts';
import { injectedLoads } from './injected.ts';
import { lexicalLoads } from './lexical.ts';
import { markupLoads } from './markup.ts';
import type { Scope } from './names.ts';
import { child, children, type Parse } from './parse.ts';
import { scopesOf } from './scopes.ts';

interface Region {
  kind: 'script' | 'style';
  start: number;
  end: number;
}

/** A tag of markup; in braces and in quotes `>` ends nothing. */
const TAG =
  /<([A-Za-z][\w:-]*)(?=[\s>/{])((?:[^"'`{}<>/]|\/(?!>)|"[^"]*"|'[^']*'|\{(?:[^{}"'`]|"[^"]*"|'[^']*'|`[^`]*`|\{[^{}]*\})*\})*)\/?>/g;
const ATTRIBUTE =
  /([^\s"'{}<>=/]+)(?:\s*=\s*("[^"]*"|'[^']*'|\{(?:[^{}"'`]|"[^"]*"|'[^']*'|`[^`]*`|\{[^{}]*\})*\}|[^\s"'{}<>=]+))?|\{([\w$]+)\}/g;
const END = { script: /<\/script\s*>/gi, style: /<\/style\s*>/gi };

/** What a component loads. `parsed` is false where a script of it could only be read by its words. */
export function componentLoads(
  text: string,
  frontmatter: boolean,
  parse: Parse,
): { found: Found[]; parsed: boolean } {
  const markup = withoutComments(text);
  const regions = regionsOf(markup, frontmatter);
  const found: Found[] = [];
  const scopes: Scope[] = [];
  let parsed = true;
  for (const region of regions) {
    const alone = only(text, region);
    if (region.kind === 'style') {
      for (const { url, index } of cssImports(text.slice(region.start, region.end))) {
        const known = knownUrl(url);
        if (known !== undefined)
          found.push({ ...known, index: region.start + index, via: '@import', destination: 'style' });
      }
      continue;
    }
    const loads = injectedLoads(alone, ['ts', 'tsx'], parse, true);
    found.push(...(loads ?? lexicalLoads(alone, true)));
    const tree = loads === undefined ? undefined : (parse(alone, 'ts') ?? parse(alone, 'tsx'));
    if (tree === undefined) parsed = false;
    else scopes.push(scopesOf(tree, alone, false).top);
  }
  found.push(...tagLoads(without(markup, regions), scopes, parse));
  return { found: found.sort((a, b) => a.index - b.index), parsed };
}

function withoutComments(text: string): string {
  let result = '';
  let last = 0;
  for (let start = text.indexOf('<!--'); start !== -1; start = text.indexOf('<!--', last)) {
    const end = text.indexOf('-->', start);
    if (end === -1) break;
    result += text.slice(last, start) + blank(text.slice(start, end + 3));
    last = end + 3;
  }
  return result + text.slice(last);
}

function regionsOf(markup: string, frontmatter: boolean): Region[] {
  const regions: Region[] = [];
  const fence = frontmatter ? /^\s*---\r?\n([\s\S]*?)\n---/.exec(markup) : null;
  let from = 0;
  if (fence !== null) {
    const start = fence[0].indexOf('---') + 3;
    from = fence[0].length;
    regions.push({ kind: 'script', start, end: from - 3 });
  }
  // Kinds without a further end tag: sought once.
  const open = new Set<string>();
  TAG.lastIndex = from;
  for (let match = TAG.exec(markup); match !== null; match = TAG.exec(markup)) {
    const kind = match[1];
    if ((kind !== 'script' && kind !== 'style') || match[0].endsWith('/>')) continue;
    const close = END[kind];
    close.lastIndex = TAG.lastIndex;
    const end = open.has(kind) ? null : close.exec(markup);
    if (end === null) {
      open.add(kind);
      continue;
    }
    const data = /\btype\s*=\s*["']?(?:application\/(?:ld\+)?json|text\/(?!javascript|css|partytown))/i;
    if (!data.test(match[2] ?? '')) regions.push({ kind, start: TAG.lastIndex, end: end.index });
    TAG.lastIndex = close.lastIndex;
  }
  return regions;
}

// Everything else blank, so that indexes stay what they are.
function only(text: string, { start, end }: Region): string {
  return blank(text.slice(0, start)) + text.slice(start, end);
}

function without(text: string, regions: readonly Region[]): string {
  let result = '';
  let last = 0;
  for (const { start, end } of regions) {
    result += text.slice(last, start) + blank(text.slice(start, end));
    last = end;
  }
  return result + text.slice(last);
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

function tagLoads(markup: string, scopes: readonly Scope[], parse: Parse): Found[] {
  const found: Found[] = [];
  TAG.lastIndex = 0;
  for (let match = TAG.exec(markup); match !== null; match = TAG.exec(markup)) {
    const [all, name = '', inside = ''] = match;
    if (inside.includes('set:html')) {
      for (const { text, index } of valuesIn(
        inside,
        match.index + all.indexOf(inside),
        scopes,
        parse,
      )('set:html'))
        for (const load of markupLoads(text)) {
          const known = knownUrl(load.url);
          if (known !== undefined)
            found.push({
              ...load,
              ...known,
              index: indexOfUrl(markup, known.url, index, index + all.length, index),
              via: 'set:html',
            });
        }
    }
    if (!/^(?:script|link|component|svelte:element)$|Script$|^Link$/.test(name)) continue;
    const values = valuesIn(inside, match.index + all.indexOf(inside, name.length), scopes, parse);
    const text = (key: string) => values(key)[0]?.text;
    const is = text('is') ?? text('this');
    const made = /^(?:component|svelte:element)$/.test(name) ? is : /link/i.test(name) ? 'link' : 'script';
    if (made === 'script' || made === 'link') found.push(...attributesFound(made, values, `<${name}>`));
  }
  return found;
}

// `a="b"`, `:a="expression"`, `v-bind:a="expression"`, `a={expression}`, `{a}`.
function valuesIn(
  inside: string,
  start: number,
  scopes: readonly Scope[],
  parse: Parse,
): (name: string) => Value[] {
  const values = new Map<string, Value[]>();
  for (const match of inside.matchAll(ATTRIBUTE)) {
    const [all, written = '', raw = '', short] = match;
    const index = start + match.index + all.length - raw.length + 1;
    const name = (short ?? written).replace(/^(?:v-bind:|:)/, '');
    let known: Value[] = [
      { text: raw.replace(/^(["'])([\s\S]*)\1$/, '$2'), index: index - (/^["']/.test(raw) ? 0 : 1) },
    ];
    const bound = written !== name || raw.startsWith('{');
    if (short !== undefined) known = evaluated(short, start + match.index, scopes, parse);
    else if (bound) known = evaluated(raw.slice(1, -1), index, scopes, parse);
    if (!values.has(name)) values.set(name, known);
  }
  return (name) => values.get(name) ?? [];
}

function evaluated(code: string, index: number, scopes: readonly Scope[], parse: Parse): Value[] {
  const tree = parse(`(${code})`, 'ts');
  const [statement] = tree === undefined ? [] : children(tree, 'body');
  const expression = statement && child(statement, 'expression');
  if (expression === undefined) return [];
  const empty: Scope = { id: 0, parent: undefined, names: new Map(), own: new Map(), budget: { left: 1000 } };
  for (const scope of [...scopes, empty]) {
    const found = textsOf(expression, scope);
    const inner = expression.type === 'Identifier' || expression.type === 'MemberExpression';
    if (found.length > 0) return found.map((one) => (inner ? one : { ...one, index }));
  }
  return [];
}
