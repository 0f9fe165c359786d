/** The texts an expression can have, as far as the script itself tells. */

import { contentsOf, membersOf, objectsOf, propertyOf, type Scope, valuesOf } from './names.ts';
import { child, children, type Node, nameOf } from './parse.ts';

/** Stands for a part that is not known. */
export const HOLE = '\ue000';

/** A text and where in the script it begins. */
export interface Value {
  text: string;
  /** Index of the first character of the literal that begins it. */
  index: number;
}

const DEPTH = 12;
const MANY = 12;

/** The texts of an expression, with HOLE for what is not known; empty when nothing is. */
export function textsOf(node: Node | undefined, scope: Scope, depth = 0): Value[] {
  if (node === undefined || depth > DEPTH || --scope.budget.left < 0) return [];
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' || typeof node.value === 'number'
        ? [{ text: String(node.value), index: node.start + 1 }]
        : [];
    case 'TemplateLiteral':
      return template(node, scope, depth);
    case 'BinaryExpression':
      if (node.operator !== '+') return [];
      return joined([child(node, 'left'), child(node, 'right')], scope, depth);
    case 'ConditionalExpression':
      return conditional(node, scope, depth);
    case 'LogicalExpression':
      return either(child(node, 'left'), child(node, 'right'), scope, depth);
    case 'JSXExpressionContainer':
    case 'AwaitExpression':
      return textsOf(
        child(node, node.type === 'AwaitExpression' ? 'argument' : 'expression'),
        scope,
        depth + 1,
      );
    case 'TaggedTemplateExpression':
      return textsOf(child(node, 'quasi'), scope, depth + 1);
    case 'AssignmentExpression':
      return textsOf(child(node, 'right'), scope, depth + 1);
    case 'SequenceExpression':
      return textsOf(children(node, 'expressions').at(-1), scope, depth + 1);
    case 'ChainExpression':
      return textsOf(child(node, 'expression'), scope, depth + 1);
    case 'Identifier':
      return valuesOf(String(node.name), scope)
        .flatMap((bound) => textsOf(bound.node, bound.scope, depth + 1))
        .slice(0, MANY);
    case 'MemberExpression':
      return member(node, scope, depth);
    case 'CallExpression':
      return call(node, scope, depth);
    case 'NewExpression':
      return nameOf(child(node, 'callee')) === 'URL' ? urlTexts(node, scope, depth) : [];
    default:
      return [];
  }
}

// `l != 'dataLayer' ? … : …`: a comparison of known texts has one outcome.
function conditional(node: Node, scope: Scope, depth: number): Value[] {
  const test = child(node, 'test');
  const consequent = child(node, 'consequent');
  const alternate = child(node, 'alternate');
  if (test?.type === 'BinaryExpression' && /^[!=]==?$/.test(String(test.operator))) {
    const [left, ...moreLeft] = textsOf(child(test, 'left'), scope, depth + 1);
    const [right, ...moreRight] = textsOf(child(test, 'right'), scope, depth + 1);
    const known = left !== undefined && right !== undefined && moreLeft.length + moreRight.length === 0;
    if (known && left.index !== -1 && right.index !== -1 && !`${left.text}${right.text}`.includes(HOLE)) {
      const holds = (left.text === right.text) === String(test.operator).startsWith('=');
      return textsOf(holds ? consequent : alternate, scope, depth + 1);
    }
  }
  const both = either(consequent, alternate, scope, depth);
  // `'https:' == location.protocol ? 'https://' : 'http://'` asks a page of https for https.
  const secure = isProtocolTest(test) && both.some(({ text }) => /^https:/i.test(text));
  return secure ? both.filter(({ text }) => !/^http:/i.test(text)) : both;
}

function isProtocolTest(test: Node | undefined): boolean {
  if (test?.type !== 'BinaryExpression') return false;
  return nameOf(child(test, 'left')) === 'protocol' || nameOf(child(test, 'right')) === 'protocol';
}

// `new URL('a.js', 'https://…')`.
function urlTexts(node: Node, scope: Scope, depth: number): Value[] {
  const [relative, base] = children(node, 'arguments');
  const values = textsOf(relative, scope, depth + 1);
  const [from] = base === undefined ? [] : textsOf(base, scope, depth + 1);
  if (from === undefined || from.text.includes(HOLE) || !URL.canParse(from.text)) return values;
  return values.map((value) => {
    if (value.text.startsWith(HOLE) || !URL.canParse(value.text, from.text)) return value;
    const [known = ''] = value.text.split(HOLE, 1);
    const open = value.text.length > known.length ? HOLE : '';
    return { text: new URL(known, from.text).href + open, index: value.index };
  });
}

function either(a: Node | undefined, b: Node | undefined, scope: Scope, depth: number): Value[] {
  return [...textsOf(a, scope, depth + 1), ...textsOf(b, scope, depth + 1)].slice(0, MANY);
}

// One text after the other; a part without known texts is a hole.
function joined(parts: (Node | undefined)[], scope: Scope, depth: number): Value[] {
  let sums: Value[] = [{ text: '', index: -1 }];
  for (const part of parts) {
    const values = textsOf(part, scope, depth + 1);
    sums = append(sums, values.length === 0 ? [{ text: HOLE, index: -1 }] : values);
  }
  return sums.filter(({ index }) => index !== -1);
}

function append(sums: Value[], values: Value[]): Value[] {
  const result: Value[] = [];
  for (const sum of sums) {
    for (const value of values) {
      if (result.length < MANY) {
        const index = sum.text === '' || sum.index === -1 ? value.index : sum.index;
        result.push({ text: sum.text + value.text, index });
      }
    }
  }
  return result;
}

function template(node: Node, scope: Scope, depth: number): Value[] {
  const expressions = children(node, 'expressions');
  let sums: Value[] = [{ text: '', index: -1 }];
  for (const [i, quasi] of children(node, 'quasis').entries()) {
    const { cooked } = quasi.value as { cooked?: string | null };
    sums = append(sums, [{ text: cooked ?? HOLE, index: quasi.start }]);
    const expression = expressions[i];
    if (expression === undefined) continue;
    const values = textsOf(expression, scope, depth + 1);
    sums = append(sums, values.length === 0 ? [{ text: HOLE, index: -1 }] : values);
  }
  return sums;
}

function member(node: Node, scope: Scope, depth: number): Value[] {
  const name = nameOf(node);
  // `location.protocol + '//host/…'`: the URL is protocol-relative.
  if (name === 'protocol') return [{ text: '', index: -1 }];
  const object = child(node, 'object');
  if (name === 'href' && object?.type === 'NewExpression') return textsOf(object, scope, depth + 1);
  const key = child(node, 'property');
  if (node.computed === true && key?.type === 'Identifier') return chosen(node, key, scope, depth);
  return membersOf(node, scope)
    .flatMap((bound) => textsOf(bound.node, bound.scope, depth + 1))
    .slice(0, MANY);
}

// `urls[key]`: the one that a known key names, else any.
function chosen(node: Node, key: Node, scope: Scope, depth: number): Value[] {
  const keys = textsOf(key, scope, depth + 1).map(({ text }) => text);
  const found: Value[] = [];
  for (const holder of objectsOf(child(node, 'object'), scope)) {
    // An index counts up; a key that is known stays.
    const list = holder.node.type === 'ArrayExpression';
    const named = list ? [] : keys.flatMap((one) => propertyOf(holder.node, one) ?? []);
    const values =
      named.length > 0 ? named.map((value) => ({ node: value, scope: holder.scope })) : contentsOf(holder);
    for (const value of values) {
      if (found.length < MANY) found.push(...textsOf(value.node, value.scope, depth + 1));
    }
  }
  return found;
}

function call(node: Node, scope: Scope, depth: number): Value[] {
  const callee = child(node, 'callee');
  const given = children(node, 'arguments');
  const name = nameOf(callee);
  const object = callee?.type === 'MemberExpression' ? child(callee, 'object') : undefined;
  if (name === 'concat') return joined([object, ...given], scope, depth);
  if (name === 'join' && object !== undefined) return listed(object, given[0], scope, depth);
  if (name === 'replace' || name === 'replaceAll') {
    // What is replaced is not followed: the text up to the place is known.
    return textsOf(object, scope, depth + 1).map((value) =>
      replaced(value, textsOf(given[0], scope)[0]?.text),
    );
  }
  const same =
    name === 'createScriptURL' ||
    (name === 'resolve' && object?.type === 'MetaProperty') ||
    (name === 'String' && callee?.type === 'Identifier');
  if (same) return textsOf(given[0], scope, depth + 1);
  if (/^(?:toString|trim|toLowerCase|valueOf)$/.test(name)) return textsOf(object, scope, depth + 1);
  if (name === 'unescape' || name === 'decodeURIComponent' || name === 'decodeURI') {
    return textsOf(given[0], scope, depth + 1).map(({ text, index }) => ({ text: unescaped(text), index }));
  }
  return [];
}

// `['https:', '', 'host'].join('/')`.
function listed(list: Node, given: Node | undefined, scope: Scope, depth: number): Value[] {
  const between = given === undefined ? ',' : textsOf(given, scope, depth + 1)[0]?.text;
  if (between === undefined) return [];
  const glue: Node = { type: 'Literal', value: between, start: list.start, end: list.start };
  return objectsOf(list, scope)
    .filter(({ node }) => node.type === 'ArrayExpression')
    .flatMap(({ node, scope: at }) => {
      const parts = children(node, 'elements').flatMap((part, i) => (i === 0 ? [part] : [glue, part]));
      return joined(parts, at, depth);
    })
    .slice(0, MANY);
}

function replaced({ text, index }: Value, pattern: string | undefined): Value {
  const at = pattern === undefined ? text.indexOf('/', text.indexOf('//') + 2) + 1 : text.indexOf(pattern);
  return at === -1 ? { text, index } : { text: text.slice(0, at) + HOLE, index };
}

function unescaped(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
