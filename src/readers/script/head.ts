/** What a page's head is made of in code: JSX, element objects, lists of head managers, a bundler's remote parts. */
import { add, addCode, addMarkup, addStyle, type Script } from './collect.ts';
import { HOLE, textsOf, type Value } from './constants.ts';
import type { Made } from './dom.ts';
import { type Found, knownUrl } from './found.ts';
import { type Bound, contentsOf, objectsOf, propertyOf } from './names.ts';
import { child, children, type Node, nameOf } from './parse.ts';

/** Types of script that browsers do not fetch. */
export const DATA = /^(?!text\/(?:java|ecma)script|application\/(?:java|ecma|x-java)script|module$)./i;

/** Adds what JSX, an object, a list or a document in a string names. */
export function setting(script: Script, bound: Bound): void {
  const { node, scope } = bound;
  if (node.type === 'JSXElement') jsx(script, bound);
  else if (node.type === 'TaggedTemplateExpression') tagged(script, bound);
  else if (node.type === 'ArrayExpression') {
    const [name, attributes] = children(node, 'elements');
    elementObject(script, bound, String(name?.value) as Made, attributes, 'head');
  } else if (node.type === 'TemplateLiteral') {
    const texts = textsOf(node, scope);
    // A whole document is served to somebody; markup without one may be documentation.
    addMarkup(
      script,
      'html',
      texts.filter(({ text }) => /^\s*<(?:!doctype|html)\b/i.test(text)),
      node,
      true,
    );
  } else {
    object(script, bound);
  }
}

// Scripts in Lit's markup do not run, and its style sheets are made without imports.
function tagged(script: Script, { node, scope }: Bound): void {
  const texts = textsOf(child(node, 'quasi'), scope);
  const name = nameOf(child(node, 'tag'));
  if (name === 'html') addMarkup(script, 'html', texts, node, false);
  else if (name !== 'css' || !/\bLitElement\b|["']lit["']/.test(script.text)) addStyle(script, texts, node);
}

/** Adds what an element of this kind loads when it has the attributes of an object literal. */
export function elementObject(
  script: Script,
  { scope }: Bound,
  made: Made,
  attributes: Node | undefined,
  via: string,
): void {
  if (made !== 'script' && made !== 'link') return;
  for (const { node, scope: at } of objectsOf(attributes, scope)) {
    const values = (name: string) => textsOf(propertyOf(node, name), at);
    attributesOf(script, made, values, via);
  }
}

function attributesOf(
  script: Script,
  made: 'script' | 'link',
  values: (name: string) => Value[],
  via: string,
): void {
  for (const found of attributesFound(made, values, via)) {
    const { integrity, crossorigin } = found;
    add(script, { text: found.url + (found.open ? HOLE : ''), index: found.index }, via, found.destination, {
      integrity,
      crossorigin,
    });
  }
}

/** What a script or link with these attributes loads. */
export function attributesFound(
  made: 'script' | 'link',
  values: (name: string) => Value[],
  via: string,
): Found[] {
  const text = (...names: string[]) => names.map((name) => values(name)[0]?.text).find((one) => one);
  let destination: Found['destination'] = 'script';
  if (made === 'script') {
    if (DATA.test(text('type') ?? '')) return [];
  } else {
    const rel = text('rel') ?? '';
    const as = text('as') ?? '';
    const preload =
      /\bmodulepreload\b/i.test(rel) || (/\bpreload\b/i.test(rel) && /^(?:script|style)$/.test(as));
    if (!/\bstylesheet\b/i.test(rel) && !preload) return [];
    if (/\bstylesheet\b/i.test(rel) || as === 'style') destination = 'style';
  }
  const integrity = text('integrity');
  const crossorigin = text('crossOrigin', 'crossorigin');
  const found: Found[] = [];
  for (const { text: url, index } of made === 'script'
    ? [...values('src'), ...values('url')]
    : values('href')) {
    const known = knownUrl(url);
    if (known === undefined) continue;
    const one: Found = { ...known, index, via, destination };
    if (integrity !== undefined) one.integrity = integrity;
    if (crossorigin !== undefined) one.crossorigin = crossorigin;
    found.push(one);
  }
  return found;
}

function jsx(script: Script, bound: Bound): void {
  const { node, scope } = bound;
  const opening = child(node, 'openingElement');
  if (opening === undefined) return;
  const name = nameOf(child(opening, 'name'));
  const values = (attribute: string): Value[] => {
    const found = children(opening, 'attributes').find((one) => nameOf(child(one, 'name')) === attribute);
    if (found !== undefined) return textsOf(child(found, 'value'), scope);
    return children(opening, 'attributes')
      .filter(({ type }) => type === 'JSXSpreadAttribute')
      .flatMap((spread) => objectsOf(child(spread, 'argument'), scope))
      .flatMap((holder) => textsOf(propertyOf(holder.node, attribute), holder.scope));
  };
  if (/^script$|Script$/.test(name)) {
    attributesOf(script, 'script', values, `<${name}>`);
    if (!DATA.test(values('type')[0]?.text ?? '')) inlineTexts(script, bound, opening, addCode);
  } else if (/^[lL]ink$/.test(name)) {
    attributesOf(script, 'link', values, `<${name}>`);
  } else if (name === 'style') {
    inlineTexts(script, bound, opening, addStyle);
  }
  for (const one of children(opening, 'attributes')) {
    const key = nameOf(child(one, 'name'));
    const value = child(one, 'value');
    if (/^(?:script|link)$/.test(key) && value !== undefined)
      listed(script, { node: child(value, 'expression') ?? value, scope }, key, 'head');
  }
}

// The text of `<script>{`…`}</script>` and of `<script dangerouslySetInnerHTML={{ __html: `…` }} />`.
function inlineTexts(script: Script, { node, scope }: Bound, opening: Node, read: typeof addCode): void {
  for (const one of children(node, 'children')) read(script, textsOf(one, scope), one);
  for (const one of children(opening, 'attributes')) {
    if (nameOf(child(one, 'name')) !== 'dangerouslySetInnerHTML') continue;
    const value = child(one, 'value');
    for (const holder of objectsOf(value && child(value, 'expression'), scope)) {
      const html = propertyOf(holder.node, '__html');
      if (html !== undefined) read(script, textsOf(html, holder.scope), html);
    }
  }
}

// `{ script: [{ src }], link: [{ rel: 'stylesheet', href }] }`, `{ rel: 'stylesheet', href }` alone, and the parts that
// a bundler's configuration lets the browser fetch.
function object(script: Script, { node, scope }: Bound): void {
  const values = (name: string) => textsOf(propertyOf(node, name), scope);
  if (/\b(?:stylesheet|preload|modulepreload)\b/i.test(values('rel')[0]?.text ?? ''))
    attributesOf(script, 'link', values, 'head');
  // Styles of an Angular component.
  for (const one of children(propertyOf(node, 'styles') ?? node, 'elements'))
    addStyle(script, textsOf(one, scope), one);
  for (const key of ['script', 'scripts', 'link', 'links', 'stylesheet', 'stylesheets']) {
    const value = propertyOf(node, key);
    if (value !== undefined) listed(script, { node: value, scope }, key, 'head');
  }
  for (const key of ['remotes', 'externals']) {
    for (const holder of objectsOf(propertyOf(node, key), scope)) {
      for (const value of contentsOf(holder)) remote(script, value, key);
    }
  }
}

// `'app@https://…/remoteEntry.js'`, `['https://…/lodash.js', '_']`, `{ external: 'https://…' }`.
function remote(script: Script, value: Bound, via: string): void {
  const all = [value, ...objectsOf(value.node, value.scope).flatMap(contentsOf)];
  for (const one of all) {
    for (const { text, index } of textsOf(one.node, one.scope)) {
      const [prefix = ''] = /^[\w$-]*@(?=https?:)|^(?:promise|script|module)\s+(?=https?:)/.exec(text) ?? [];
      add(script, { text: text.slice(prefix.length), index: index + prefix.length }, via, 'script');
    }
  }
}

function listed(script: Script, list: Bound, key: string, via: string): void {
  const style = /^stylesheet/.test(key);
  for (const found of objectsOf(list.node, list.scope)) {
    if (found.node.type !== 'ArrayExpression') continue;
    for (const entry of contentsOf(found)) {
      for (const { node, scope } of objectsOf(entry.node, entry.scope)) {
        const values = (name: string) => textsOf(propertyOf(node, name), scope);
        const rel: Value[] = [{ text: 'stylesheet', index: node.start }];
        if (style) attributesOf(script, 'link', (name) => (name === 'rel' ? rel : values(name)), via);
        else attributesOf(script, /^script/.test(key) ? 'script' : 'link', values, via);
      }
      const absolute = textsOf(entry.node, entry.scope).filter(({ text }) => /^(?:https?:)?\/\//i.test(text));
      if (/^link/.test(key)) continue;
      for (const value of absolute) add(script, value, via, style ? 'style' : 'script');
    }
  }
}
