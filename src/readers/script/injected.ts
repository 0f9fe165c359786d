/** Finds what a script loads from its syntax tree: imports, elements it makes, markup it writes, workers, helpers. */
import { HOLE, propertyOf, textsOf, type Value } from './constants.ts';
import { isScriptElement, type Made, settingsOf } from './dom.ts';
import { type Found, indexOfUrl, knownUrl } from './found.ts';
import { LOADER_CALL, markupLoads } from './markup.ts';
import { child, children, type Node, nameOf, type Parse } from './parse.ts';
import { type Bound, type Scoped, scopesOf } from './scopes.ts';

interface Script {
  text: string;
  parse: Parse;
  scoped: Scoped;
  found: Map<string, Found>;
  depth: number;
}

/** Code in strings in code is read this deep. */
const DEPTH = 2;
const WRITES = new Set(['write', 'writeln']);
const INSERTS = new Set([
  'append',
  'prepend',
  'html',
  'before',
  'after',
  'createContextualFragment',
  '$',
  'jQuery',
]);
const EVALUATES = new Set(['eval', 'Function', 'setTimeout', 'setInterval', 'Blob']);

/** What a script loads, by the order in its text; undefined when it cannot be parsed. */
export function injectedLoads(text: string, module: boolean, parse: Parse, depth = 0): Found[] | undefined {
  const tree = parse(text, module) ?? parse(text, !module);
  if (tree === undefined) return undefined;
  const script: Script = { text, parse, scoped: scopesOf(tree, text), found: new Map(), depth };
  for (const bound of script.scoped.nodes) {
    const { type } = bound.node;
    if (type === 'AssignmentExpression') assignment(script, bound);
    else if (type === 'CallExpression' || type === 'NewExpression') call(script, bound);
    else imported(script, bound);
  }
  return [...script.found.values()].sort((a, b) => a.index - b.index);
}

function imported(script: Script, { node, scope }: Bound): void {
  const source = child(node, 'source');
  const via = node.type === 'ImportExpression' ? 'import()' : 'import';
  for (const value of textsOf(source, scope)) add(script, value, via, 'script', undefined);
}

function assignment(script: Script, { node, scope }: Bound): void {
  const left = child(node, 'left');
  const right = child(node, 'right');
  if (left?.type !== 'MemberExpression' || right === undefined) return;
  const name = nameOf(left);
  if (name === 'src' || name === 'href') {
    element(script, { node: left, scope }, child(left, 'object'), name, textsOf(right, scope));
  } else if (name === 'innerHTML' || name === 'outerHTML') {
    markup(script, name, textsOf(right, scope), node, false);
  } else if (name === 'text' || name === 'textContent') {
    code(script, textsOf(right, scope), node);
  }
}

// `element.src = …`, `element.setAttribute('src', …)`: a script or style when the element is one; when nobody knows
// the element, when the URL says so.
function element(script: Script, at: Bound, target: Node | undefined, name: string, values: Value[]): void {
  const made: Made = isScriptElement(target, at.scope, script.scoped, script.text);
  const destination = name === 'src' ? 'script' : 'style';
  const fits = name === 'src' ? 'script' : 'link';
  if (made !== 'unknown' && made !== fits) return;
  const settings = settingsOf(target, at.scope, script.scoped, script.text);
  if (name === 'href' && settings.rel !== undefined && !/\b(?:stylesheet|preload)\b/i.test(settings.rel))
    return;
  for (const value of values) {
    const plain = value.text.replace(/[?#].*$/s, '');
    const named = name === 'src' ? /\.m?js$/i.test(plain) : /\.css$/i.test(plain);
    const sure =
      name === 'src' ? made === 'script' : made === 'link' && (settings.rel !== undefined || named);
    if (sure || (made === 'unknown' && named && name === 'src')) {
      add(script, value, 'createElement', destination, settings);
    }
  }
}

function call(script: Script, bound: Bound): void {
  const { node, scope } = bound;
  const callee = child(node, 'callee');
  const name = nameOf(callee);
  const given = children(node, 'arguments');
  const [first] = given;
  if (name === 'importScripts') {
    for (const one of given)
      for (const value of textsOf(one, scope)) add(script, value, name, 'script', undefined);
  } else if (name === 'Worker' || name === 'SharedWorker') {
    for (const value of textsOf(first, scope)) add(script, value, 'Worker', 'script', undefined);
  } else if (WRITES.has(name)) {
    markup(script, 'document.write', texts(given, bound), node, true);
  } else if (INSERTS.has(name)) {
    markup(script, name, textsOf(first, scope), node, true);
    if (/^<script\s*\/?>/i.test(textsOf(first, scope)[0]?.text ?? '')) options(script, bound, given[1], name);
  } else if (name === 'insertAdjacentHTML') {
    markup(script, name, textsOf(given[1], scope), node, false);
  } else if (name === 'setAttribute') {
    const attribute = textsOf(first, scope)[0]?.text.toLowerCase() ?? '';
    const target = callee === undefined ? undefined : child(callee, 'object');
    if (attribute === 'src' || attribute === 'href') {
      element(script, { node, scope }, target, attribute, textsOf(given[1], scope));
    }
  } else if (name === 'assign') {
    if (isScriptElement(first, scope, script.scoped, script.text) === 'script') {
      for (const one of given.slice(1)) options(script, bound, one, 'createElement');
    }
  } else if (EVALUATES.has(name)) {
    for (const one of given) code(script, codeTexts(one, bound), node);
  } else {
    helper(script, bound, name, callee);
  }
}

// `loadScript('https://…')`, `useScript({ src })`, `require(['https://…'])`, `System.import('https://…')`.
function helper(script: Script, bound: Bound, name: string, callee: Node | undefined): void {
  const [first] = children(bound.node, 'arguments');
  const owner = callee?.type === 'MemberExpression' ? nameOf(child(callee, 'object')) : '';
  const modules = (name === 'import' && owner === 'System') || name === 'require' || name === 'requirejs';
  if (!modules && !LOADER_CALL.test(name)) return;
  const destination = /css|style/i.test(name) ? 'style' : 'script';
  const via = owner === '' ? name : `${owner}.${name}`;
  options(script, bound, first, via);
  const list = first?.type === 'ArrayExpression' ? children(first, 'elements') : [first];
  for (const one of list) {
    for (const value of textsOf(one, bound.scope)) add(script, value, via, destination, undefined);
  }
}

// An object with `src` or `url`, and perhaps `integrity`.
function options(script: Script, { scope }: Bound, object: Node | undefined, via: string): void {
  const text = (name: string) => textsOf(propertyOf(object, name), scope)[0]?.text;
  const settings = { integrity: text('integrity'), crossorigin: text('crossOrigin') ?? text('crossorigin') };
  for (const name of ['src', 'url']) {
    for (const value of textsOf(propertyOf(object, name), scope)) add(script, value, via, 'script', settings);
  }
}

function texts(given: Node[], { scope }: Bound): Value[] {
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

function markup(script: Script, via: string, values: Value[], node: Node, runsScripts: boolean): void {
  for (const value of values) {
    if (!/<(?:script|link)\b/i.test(value.text)) continue;
    for (const load of markupLoads(value.text)) {
      if (load.destination === 'script' && !runsScripts) continue;
      const known = knownUrl(load.url);
      if (known === undefined) continue;
      const index = indexOfUrl(script.text, known.url, node.start, node.end, value.index);
      note(script, { ...load, ...known, index, via });
    }
  }
}

function code(script: Script, values: Value[], node: Node): void {
  if (script.depth >= DEPTH) return;
  for (const { text, index } of values) {
    if (!text.includes('//')) continue;
    for (const found of injectedLoads(text, false, script.parse, script.depth + 1) ?? []) {
      note(script, { ...found, index: indexOfUrl(script.text, found.url, node.start, node.end, index) });
    }
  }
}

function add(
  script: Script,
  value: Value,
  via: string,
  destination: Found['destination'],
  settings: { integrity?: string | undefined; crossorigin?: string | undefined } | undefined,
): void {
  const known = knownUrl(value.text);
  if (known === undefined) return;
  const index = indexOfUrl(
    script.text,
    known.url,
    value.index,
    value.index + known.url.length * 2,
    value.index,
  );
  const found: Found = { ...known, index, via, destination };
  if (settings?.integrity !== undefined) found.integrity = settings.integrity;
  if (settings?.crossorigin !== undefined) found.crossorigin = settings.crossorigin;
  note(script, found);
}

function note(script: Script, found: Found): void {
  const key = `${found.index} ${found.url}`;
  const known = script.found.get(key);
  // Two ways to one URL (a helper and the element it makes): the one that knows the integrity counts.
  if (known === undefined || (known.integrity === undefined && found.integrity !== undefined)) {
    script.found.set(key, found);
  }
}
