/** Finds what a script loads from its syntax tree: imports, elements it makes, markup it writes, workers, helpers. */
import { call } from './calls.ts';
import { add, addCode, addMarkup, addStyle, type Script } from './collect.ts';
import { textsOf, type Value } from './constants.ts';
import { isScriptElement, type Made, settingsOf } from './dom.ts';
import type { Found } from './found.ts';
import { DATA, setting } from './head.ts';
import type { Bound } from './names.ts';
import { child, type Node, nameOf, type Parse, type Syntax } from './parse.ts';
import { scopesOf } from './scopes.ts';

/** Code in strings in code is read this deep. */
const DEPTH = 2;

/** What a script loads, by the order in its text; undefined when it is in none of these dialects. */
export function injectedLoads(
  text: string,
  syntaxes: readonly Syntax[],
  parse: Parse,
  dialect = false,
  depth = 0,
): Found[] | undefined {
  let tree: Node | undefined;
  for (const syntax of syntaxes) tree ??= parse(text, syntax);
  if (tree === undefined) return undefined;
  const inner = (code: string, dialects: Syntax[]) =>
    injectedLoads(code, dialects, parse, false, depth + 1) ?? [];
  const scoped = scopesOf(tree, text, dialect);
  const script: Script = {
    text,
    parse,
    dialect,
    scoped,
    found: new Map(),
    inner: depth < DEPTH ? inner : undefined,
  };
  for (const bound of scoped.nodes) {
    const { type } = bound.node;
    if (type === 'AssignmentExpression') assignment(script, bound);
    else if (type === 'CallExpression' || type === 'NewExpression') call(script, bound, element);
    else if (/^(?:Import|Export|TSImport)/.test(type)) imported(script, bound);
    else setting(script, bound);
  }
  return [...script.found.values()].sort((a, b) => a.index - b.index);
}

function imported(script: Script, { node, scope }: Bound): void {
  // `import type` is gone when the code runs.
  if (node.importKind === 'type' || node.exportKind === 'type') return;
  const reference = child(node, 'moduleReference');
  const source = reference === undefined ? child(node, 'source') : child(reference, 'expression');
  const via = node.type === 'ImportExpression' ? 'import()' : 'import';
  for (const value of textsOf(source, scope)) add(script, value, via, 'script');
}

function assignment(script: Script, { node, scope }: Bound): void {
  const left = child(node, 'left');
  const right = child(node, 'right');
  if (left?.type !== 'MemberExpression' || right === undefined) return;
  const name = nameOf(left);
  if (name === 'src' || name === 'href') {
    element(script, { node: left, scope }, child(left, 'object'), name, textsOf(right, scope));
  } else if (name === 'innerHTML' || name === 'outerHTML') {
    addMarkup(script, name, textsOf(right, scope), node, false);
    addStyle(script, textsOf(right, scope), node);
  } else if (name === 'srcdoc') {
    addMarkup(script, name, textsOf(right, scope), node, true);
  } else if (/^worker(?:Src|Url|URL|Path)$/.test(name)) {
    for (const value of textsOf(right, scope)) add(script, value, 'Worker', 'script');
  } else if (name === 'text' || name === 'textContent' || (name === 'innerText' && script.dialect)) {
    addCode(script, textsOf(right, scope), node);
    addStyle(script, textsOf(right, scope), node);
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
  if (name === 'src' && DATA.test(settings.type ?? '')) return;
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
