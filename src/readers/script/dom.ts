/** Elements that code makes: which one a name stands for, and what the code sets on it. */
import { textsOf } from './constants.ts';
import { type Bound, memberKey, membersOf, type Scope, valuesOf } from './names.ts';
import { child, children, type Node, nameOf } from './parse.ts';
import type { Scoped } from './scopes.ts';

/** What an expression is, if the script shows it. */
export type Made = 'script' | 'link' | 'other' | 'unknown';

/** Which element an expression stands for. */
export function isScriptElement(
  node: Node | undefined,
  scope: Scope,
  scoped: Scoped,
  text: string,
  depth = 0,
): Made {
  if (node === undefined || depth > 4) return 'unknown';
  const again = (one: Bound) => isScriptElement(one.node, one.scope, scoped, text, depth + 1);
  switch (node.type) {
    case 'CallExpression':
      return madeBy(node, scope);
    case 'NewExpression':
      return 'other';
    case 'AssignmentExpression':
      return isScriptElement(child(node, 'right'), scope, scoped, text, depth + 1);
    case 'Identifier':
      return best(valuesOf(String(node.name), scope).map(again));
    case 'MemberExpression': {
      const assigned = scoped.members.get(memberKey(node, scope, text)) ?? [];
      return best([...assigned, ...membersOf(node, scope)].map(again));
    }
    case 'ThisExpression':
      return 'other';
    default:
      return 'unknown';
  }
}

/** Which element a call makes. */
export function madeBy(node: Node | undefined, scope: Scope, depth = 0): Made {
  if (node?.type !== 'CallExpression' || depth > 8) return 'unknown';
  const callee = child(node, 'callee');
  const name = nameOf(callee);
  const given = children(node, 'arguments');
  if (name === 'createElement' || name === 'createElementNS') {
    const tags = textsOf(given[name === 'createElement' ? 0 : 1], scope).map((v) => v.text.toLowerCase());
    if (tags.includes('script')) return 'script';
    if (tags.includes('link')) return 'link';
    return tags.length === 0 ? 'unknown' : 'other';
  }
  if (name === '$' || name === 'jQuery') {
    const [, tag = ''] = /^\s*<(script|link)\b/i.exec(textsOf(given[0], scope)[0]?.text ?? '') ?? [];
    return tag === '' ? 'unknown' : (tag.toLowerCase() as Made);
  }
  // `Object.assign(document.createElement('script'), …)` and `body.appendChild(…)` are their first argument.
  if (/^(?:assign|appendChild|append|insertBefore)$/.test(name)) return madeBy(given[0], scope, depth + 1);
  // `$('<script>').attr(…).appendTo(…)` stays the same element.
  if (/^(?:attr|prop|appendTo|prependTo|on|one|addClass|data|text)$/.test(name) && callee !== undefined)
    return madeBy(child(callee, 'object'), scope, depth + 1);
  return 'unknown';
}

function best(all: Made[]): Made {
  for (const wanted of ['script', 'link', 'unknown', 'other'] as const) {
    if (all.includes(wanted)) return wanted;
  }
  return 'unknown';
}

interface ElementSettings {
  integrity?: string;
  crossorigin?: string;
  rel?: string;
  type?: string;
}

/** What a script sets on an element besides its URL: the first text of each. */
export function settingsOf(
  target: Node | undefined,
  scope: Scope,
  scoped: Scoped,
  text: string,
): ElementSettings {
  const settings: ElementSettings = {};
  if (target === undefined) return settings;
  const key = memberKey(target, scope, text);
  const first = (name: string) => {
    const bound = scoped.members.get(`${key}.${name}`)?.[0];
    return bound === undefined ? undefined : textsOf(bound.node, bound.scope)[0]?.text;
  };
  const integrity = first('integrity');
  const crossorigin = first('crossOrigin') ?? first('crossorigin');
  const rel = first('rel');
  if (integrity !== undefined) settings.integrity = integrity;
  if (crossorigin !== undefined) settings.crossorigin = crossorigin;
  if (rel !== undefined) settings.rel = rel;
  const type = first('type');
  if (type !== undefined) settings.type = type;
  return settings;
}
