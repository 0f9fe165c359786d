/** Calls that load something: of the DOM, of workers, of module loaders, of jQuery, and of people's own helpers. */
import { add, addCode, addMarkup, addStyle, type Script, type Settings } from './collect.ts';
import { HOLE, textsOf, type Value } from './constants.ts';
import { isScriptElement, madeBy } from './dom.ts';
import { elementObject } from './head.ts';
import { LOADER_CALL } from './markup.ts';
import { type Bound, contentsOf, objectsOf, propertyOf } from './names.ts';
import { child, children, type Node, nameOf } from './parse.ts';

/** Says that an element's attribute gets a value. */
export type SetUrl = (
  script: Script,
  at: Bound,
  target: Node | undefined,
  name: string,
  values: Value[],
) => void;

const WRITES = new Set(['write', 'writeln']);
const INSERTS = new Set([
  ...['append', 'prepend', 'html', 'before', 'after', 'createContextualFragment', '$', 'jQuery'],
]);
const MARKS = new Set(['insertAdjacentHTML', 'setHTMLUnsafe']);
const EVALUATES = new Set(['eval', 'Function', 'setTimeout', 'setInterval', 'Blob']);
/** Loaders by the object they are called on; `css` makes a style of it. */
const METHODS = /^(?:head\.(?:js|load)|LazyLoad\.(?:js|css)|Modernizr\.load|\$LAB\.script|System\.import)$/;
const LOADERS = /^(?:loadjs|\$script|scriptjs|yepnope|fetchJsonp)$/;
/** npm packages whose default export loads scripts. */
const PACKAGES =
  /^(?:scriptjs|loadjs|load-script|load-js|little-loader|simple-load-script|load-external-scripts|get-script|fg-loadcss|fetch-jsonp)$/;

/** Adds what a call or construction loads. */
export function call(script: Script, bound: Bound, setUrl: SetUrl): void {
  const { node, scope } = bound;
  const callee = child(node, 'callee');
  const name = nameOf(callee);
  const given = children(node, 'arguments');
  const [first] = given;
  if (name === 'importScripts' || name === 'addModule') {
    for (const one of given) for (const value of textsOf(one, scope)) add(script, value, name, 'script');
  } else if (name === 'Worker' || name === 'SharedWorker') {
    for (const value of textsOf(first, scope)) add(script, value, 'Worker', 'script');
  } else if (WRITES.has(name)) {
    addMarkup(script, 'document.write', written(given, bound), node, true);
  } else if (INSERTS.has(name)) {
    addMarkup(script, name, textsOf(first, scope), node, true);
    if (madeBy(node, scope) !== 'unknown') elementObject(script, bound, madeBy(node, scope), given[1], name);
  } else if (MARKS.has(name)) {
    addMarkup(script, name, textsOf(given[name === 'setHTMLUnsafe' ? 0 : 1], scope), node, false);
  } else if (name === 'postscribe') {
    addMarkup(script, name, textsOf(given[1], scope), node, true);
  } else if (name === 'createTextNode') {
    addStyle(script, textsOf(first, scope), node);
  } else if (/^pre(?:init|load)(?:Module)?$/.test(name)) {
    resourceHint(script, bound, name);
  } else if (/^(?:setAttribute(?:NS)?|setProperty|attr|prop|set)$/.test(name)) {
    attribute(script, bound, callee, given, setUrl);
  } else if (name === 'assign') {
    const made = isScriptElement(first, scope, script.scoped, script.text);
    for (const one of given.slice(1)) elementObject(script, bound, made, one, 'createElement');
  } else if (EVALUATES.has(name)) {
    for (const one of given) addCode(script, codeTexts(one, bound), node);
  } else {
    helper(script, bound, name, callee);
  }
}

// `preinit('https://…', { as: 'script', integrity })` of react-dom.
function resourceHint(script: Script, { node, scope }: Bound, name: string): void {
  const [url, options] = children(node, 'arguments');
  for (const holder of objectsOf(options, scope)) {
    const text = (key: string) => textsOf(propertyOf(holder.node, key), holder.scope)[0]?.text;
    const as = text('as') ?? (name.endsWith('Module') ? 'script' : '');
    if (as !== 'script' && as !== 'style') continue;
    const settings = { integrity: text('integrity'), crossorigin: text('crossOrigin') };
    for (const value of textsOf(url, scope)) add(script, value, name, as, settings);
  }
}

// `el.setAttribute('src', u)`, `renderer.setAttribute(el, 'src', u)`, `el.setAttributeNS(null, 'src', u)`,
// `Reflect.set(el, 'src', u)`, `$el.attr('src', u)`, `$el.attr({ src: u })`.
function attribute(
  script: Script,
  bound: Bound,
  callee: Node | undefined,
  given: Node[],
  setUrl: SetUrl,
): void {
  const { scope } = bound;
  const holder = callee === undefined ? undefined : child(callee, 'object');
  const [first, second, third] = given;
  if (first?.type === 'ObjectExpression') {
    elementObject(script, bound, madeBy(holder, scope), first, nameOf(callee));
    return;
  }
  const text = (node: Node | undefined) => textsOf(node, scope)[0]?.text.toLowerCase() ?? '';
  const middle = given.length > 2 && /^(?:src|href)$/.test(text(second));
  const name = middle ? text(second) : text(first);
  if (name !== 'src' && name !== 'href') return;
  const target = middle && nameOf(callee) !== 'setAttributeNS' ? first : holder;
  setUrl(script, bound, target, name, textsOf(middle ? third : second, scope));
}

// `loadScript('https://…')`, `useScript({ src })`, `require(['https://…'])`, `System.import('https://…')`.
function helper(script: Script, bound: Bound, name: string, callee: Node | undefined): void {
  const { node, scope } = bound;
  const [first, second] = children(node, 'arguments');
  const owner = callee?.type === 'MemberExpression' ? nameOf(child(callee, 'object')) : '';
  const via = owner === '' ? name : `${owner}.${name}`;
  const element = textsOf(first, scope)[0]?.text.toLowerCase();
  if ((element === 'script' || element === 'link') && first?.type === 'Literal' && second !== undefined) {
    elementObject(script, bound, element, second, via === '' ? 'createElement' : via);
    return;
  }
  if (name === 'config' && /^(?:require|requirejs|loader|curl|System)$/.test(owner)) {
    for (const holder of objectsOf(first, scope)) paths(script, holder, via);
    return;
  }
  if (name === 'ajax') {
    const type = textsOf(propertyOf(objectsOf(first, scope)[0]?.node, 'dataType'), scope)[0]?.text;
    if (type === 'script' || type === 'jsonp') options(script, bound, first, via);
    return;
  }
  const modules = /^(?:require|requirejs|define)$/.test(name) && owner === '';
  if (!modules && !METHODS.test(via) && !LOADERS.test(name) && !LOADER_CALL.test(name)) {
    if (owner !== '' || !isLoaderPackage(callee, bound)) return;
  }
  options(script, bound, first, via);
  const many =
    first?.type === 'Identifier' || first?.type === 'ArrayExpression' ? objectsOf(first, scope) : [];
  const lists = many.filter((found) => found.node.type === 'ArrayExpression').flatMap(contentsOf);
  const all = lists.length > 0 || first === undefined ? lists : [{ node: first, scope }];
  for (const one of all) {
    options(script, bound, one.node, via);
    for (const value of textsOf(one.node, one.scope)) add(script, value, via, kindOf(via, value.text));
  }
}

function kindOf(via: string, url: string): 'script' | 'style' {
  if (/\.css(?:[?#]|$)/i.test(url)) return 'style';
  return /css|style/i.test(via) ? 'style' : 'script';
}

// A name that an import or `require` of a loader's package gave.
function isLoaderPackage(callee: Node | undefined, { scope }: Bound): boolean {
  if (callee?.type !== 'Identifier') return false;
  const name = String(callee.name);
  let top = scope;
  while (top.parent !== undefined) top = top.parent;
  return (top.names.get(name) ?? []).some(({ node }) => {
    const source = node.type === 'ImportDeclaration' ? child(node, 'source') : undefined;
    const required =
      node.type === 'CallExpression' && nameOf(child(node, 'callee')) === 'require'
        ? children(node, 'arguments')[0]
        : undefined;
    return PACKAGES.test(String((source ?? required)?.value ?? ''));
  });
}

// `{ paths: { jquery: 'https://…/jquery.min', vs: ['https://…'] } }`.
function paths(script: Script, { node, scope }: Bound, via: string): void {
  for (const holder of objectsOf(propertyOf(node, 'paths'), scope)) {
    for (const value of contentsOf(holder)) {
      const all = value.node.type === 'ArrayExpression' ? contentsOf(value) : [value];
      for (const one of all)
        for (const text of textsOf(one.node, one.scope)) add(script, text, via, 'script');
    }
  }
}

// An object with `src` or `url`, and perhaps `integrity`.
function options(script: Script, { scope }: Bound, given: Node | undefined, via: string): void {
  for (const { node: object, scope: at } of objectsOf(given, scope)) {
    if (object.type !== 'ObjectExpression') continue;
    const text = (name: string) => textsOf(propertyOf(object, name), at)[0]?.text;
    const settings: Settings = {
      integrity: text('integrity'),
      crossorigin: text('crossOrigin') ?? text('crossorigin'),
    };
    for (const name of ['src', 'url', 'load', 'yep', 'nope', 'both']) {
      if (name.length > 3 || /^yep/.test(name) ? !/load|yepnope/i.test(via) : false) continue;
      for (const value of textsOf(propertyOf(object, name), at))
        add(script, value, via, kindOf(via, value.text), settings);
    }
  }
}

function written(given: Node[], { scope }: Bound): Value[] {
  let sums: Value[] = [{ text: '', index: given[0]?.start ?? 0 }];
  for (const one of given) {
    const [value = { text: HOLE, index: one.start }, ...others] = textsOf(one, scope);
    sums = [value, ...others]
      .flatMap((v) => sums.map((sum) => ({ ...sum, text: sum.text + v.text })))
      .slice(0, 8);
  }
  return sums;
}

function codeTexts(node: Node, { scope }: Bound): Value[] {
  return node.type === 'ArrayExpression'
    ? children(node, 'elements').flatMap((one) => textsOf(one, scope))
    : textsOf(node, scope);
}
