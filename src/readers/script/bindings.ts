/** What declarations, loops and calls give to names. */
import {
  type Bound,
  bind,
  contentsOf,
  membersOf,
  objectsOf,
  propertyOf,
  type Scope,
  valuesOf,
} from './names.ts';
import { child, children, type Node, nameOf } from './parse.ts';

/** Gives the names of a pattern (`a`, `{ a, b: c = 1 }`, `[a, b]`, `a = 1`) their values. */
export function bindPattern(
  pattern: Node | undefined,
  value: Bound | undefined,
  into: Scope,
  depth = 0,
): void {
  if (pattern === undefined || depth > 4) return;
  if (pattern.type === 'Identifier') {
    bind(into.names, String(pattern.name), value);
  } else if (pattern.type === 'TSParameterProperty') {
    const parameter = child(pattern, 'parameter');
    bindPattern(parameter, value, into, depth + 1);
    const name = parameter?.type === 'AssignmentPattern' ? child(parameter, 'left') : parameter;
    for (const bound of valuesOf(String(name?.name), into)) bind(into.own, String(name?.name), bound);
  } else if (pattern.type === 'AssignmentPattern') {
    const left = child(pattern, 'left');
    const usual = child(pattern, 'right');
    bindPattern(left, value, into, depth + 1);
    if (usual !== undefined) bindPattern(left, { node: usual, scope: into }, into, depth + 1);
  } else if (pattern.type === 'ObjectPattern') {
    const objects = value === undefined ? [] : objectsOf(value.node, value.scope);
    for (const property of children(pattern, 'properties')) {
      const target = child(property, 'value');
      const name = nameOf(child(property, 'key'));
      bindPattern(target, undefined, into, depth + 1);
      for (const { node, scope } of objects) {
        const found = propertyOf(node, name);
        if (found !== undefined) bindPattern(nameIn(target), { node: found, scope }, into, depth + 1);
      }
    }
  } else if (pattern.type === 'ArrayPattern') {
    const objects = value === undefined ? [] : objectsOf(value.node, value.scope);
    for (const [i, target] of children(pattern, 'elements').entries()) {
      bindPattern(target, undefined, into, depth + 1);
      for (const { node, scope } of objects) {
        const found = propertyOf(node, String(i));
        if (found !== undefined) bindPattern(nameIn(target), { node: found, scope }, into, depth + 1);
      }
    }
  }
}

function nameIn(target: Node | undefined): Node | undefined {
  return target?.type === 'AssignmentPattern' ? child(target, 'left') : target;
}

/** `for (const url of ['…'])`, `for (const key in urls)`: the name stands for each element. */
export function bindLoop(node: Node, scope: Scope): void {
  if (node.type !== 'ForOfStatement') return;
  const left = child(node, 'left');
  const [declared] = left === undefined ? [] : children(left, 'declarations');
  const name = declared === undefined ? left : child(declared, 'id');
  for (const item of itemsOf(child(node, 'right'), scope)) bindPattern(name, item, scope);
}

/** The elements of what is looped over: a list, `Object.values(…)`, `Object.entries(…)`. */
function itemsOf(list: Node | undefined, scope: Scope): Bound[] {
  if (list === undefined) return [];
  const callee = child(list, 'callee');
  const [given] = children(list, 'arguments');
  if (list.type === 'CallExpression' && callee?.type === 'MemberExpression' && given !== undefined) {
    const method = nameOf(callee);
    if (method === 'values') return objectsOf(given, scope).flatMap(contentsOf);
    if (method === 'entries') return objectsOf(given, scope).flatMap(entriesOf);
    if (method === 'filter' || method === 'slice' || method === 'reverse')
      return itemsOf(child(callee, 'object'), scope);
  }
  return objectsOf(list, scope).flatMap((found) =>
    found.node.type === 'ArrayExpression' ? contentsOf(found) : [],
  );
}

function entriesOf({ node, scope }: Bound): Bound[] {
  return children(node, 'properties').flatMap((property) => {
    const elements = [child(property, 'key'), child(property, 'value')];
    const { start, end } = property;
    return [{ node: { type: 'ArrayExpression', start, end, elements }, scope }];
  });
}

/** Parameters stand for what the function is called with: at once (`(function (d, s) {…})(document, 'script')`), by
 * its name, or as a method of a class or object. */
export function bindArguments({ node, scope }: Bound, functions: Map<Node, Scope>): void {
  const callee = child(node, 'callee');
  let given = children(node, 'arguments');
  let target = callee;
  const method = callee?.type === 'MemberExpression' ? String(child(callee, 'property')?.name) : '';
  if (callee !== undefined && (method === 'call' || method === 'bind')) {
    target = child(callee, 'object');
    given = given.slice(1);
  }
  if (target === undefined) return;
  if (/^(?:forEach|map|some|every|reduce|flatMap)$/.test(method) && callee !== undefined)
    bindEach(callee, given[0], scope, functions);
  for (const found of calledBy(target, scope)) {
    const one = constructorOf(found);
    const inner = functions.get(one);
    if (inner === undefined) continue;
    for (const [i, parameter] of children(one, 'params').entries()) {
      const value = given[i];
      if (value !== undefined) bindPattern(nameIn(parameter), { node: value, scope }, inner);
    }
  }
}

function calledBy(target: Node, scope: Scope): Node[] {
  if (target.type === 'Identifier') return valuesOf(String(target.name), scope).map((bound) => bound.node);
  if (target.type !== 'MemberExpression') return [target];
  const object = child(target, 'object');
  // A method of something else is nobody's function.
  if (object?.type !== 'ThisExpression' && object?.type !== 'Identifier') return [];
  return membersOf(target, scope).map((bound) => bound.node);
}

// `['…'].forEach(function (url) { … })`.
function bindEach(callee: Node, callback: Node | undefined, scope: Scope, functions: Map<Node, Scope>): void {
  const inner = callback && functions.get(callback);
  if (callback === undefined || inner === undefined) return;
  const [item] = children(callback, 'params');
  for (const bound of itemsOf(child(callee, 'object'), scope)) bindPattern(item, bound, inner);
}

function constructorOf(node: Node): Node {
  const body = node.type === 'ClassDeclaration' ? child(node, 'body') : undefined;
  const found = body && children(body, 'body').find((member) => member.kind === 'constructor');
  return (found && child(found, 'value')) ?? node;
}
