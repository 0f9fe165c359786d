/** What names in a script can stand for: a scope for each function, and every value a name is given in it. */
import { child, children, isNode, type Node } from './parse.ts';

/** A value with the scope in which its names are looked up. */
export interface Bound {
  node: Node;
  scope: Scope;
}

export interface Scope {
  id: number;
  parent: Scope | undefined;
  names: Map<string, Bound[]>;
  /** What is assigned to members of `this`, whichever object it is. */
  own: Map<string, Bound[]>;
  /** Steps left for working out values: names that stand for each other must not cost exponential time. */
  budget: { left: number };
}

/** A script's nodes that may load something, each in its scope, in source order. */
export interface Scoped {
  nodes: Bound[];
  /** What is assigned to `a.b`, also by `a.setAttribute('b', …)`; by memberKey. */
  members: Map<string, Bound[]>;
}

/** More values for one name make nothing clearer. */
const MANY = 12;
const STEPS = 200_000;
const INTERESTING = new Set([
  'AssignmentExpression',
  'CallExpression',
  'NewExpression',
  'ImportExpression',
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
]);

/** Walks a tree once and gathers its scopes. */
export function scopesOf(tree: Node, text: string): Scoped {
  const top: Scope = { id: 0, parent: undefined, names: new Map(), own: new Map(), budget: { left: STEPS } };
  const scoped: Scoped = { nodes: [], members: new Map() };
  const assigned: { left: Node; suffix: string; bound: Bound }[] = [];
  const calls: Bound[] = [];
  const stack: Bound[] = [{ node: tree, scope: top }];
  const functions = new Map<Node, Scope>();
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const { node } = at;
    let { scope } = at;
    switch (node.type) {
      case 'CallExpression':
        calls.push(at);
        noteAttribute(at, assigned);
        break;
      case 'NewExpression':
        calls.push(at);
        break;
      case 'ForOfStatement':
        bindItems(child(node, 'left'), child(node, 'right'), scope);
        break;
      case 'ClassDeclaration': {
        const name = child(node, 'id');
        if (name !== undefined) bind(scope, String(name.name), { node, scope });
        break;
      }
      case 'VariableDeclarator':
        bindDeclared(node, scope);
        break;
      case 'AssignmentExpression':
        noteAssigned(at, assigned);
        break;
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression': {
        const name = child(node, 'id');
        if (name !== undefined) bind(scope, String(name.name), { node, scope });
        scope = { ...scope, id: functions.size + 1, parent: scope, names: new Map() };
        functions.set(node, scope);
      }
    }
    if (INTERESTING.has(node.type)) scoped.nodes.push(at);
    push(stack, node, scope);
  }
  for (const { left, bound } of assigned) {
    if (left.type !== 'Identifier') continue;
    const name = String(left.name);
    bind(ownerOf(name, bound.scope) ?? top, name, bound);
  }
  for (const { left, bound } of assigned) {
    const property = child(left, 'property');
    if (child(left, 'object')?.type !== 'ThisExpression' || left.computed === true) continue;
    const known = top.own.get(String(property?.name)) ?? [];
    if (known.length < MANY) known.push(bound);
    top.own.set(String(property?.name), known);
  }
  for (const { left, suffix, bound } of assigned) {
    const key = left.type === 'Identifier' && suffix === '' ? '' : memberKey(left, bound.scope, text);
    if (key === '') continue;
    const known = scoped.members.get(key + suffix) ?? [];
    if (known.length < MANY) known.push(bound);
    scoped.members.set(key + suffix, known);
  }
  for (const call of calls) bindArguments(call, functions);
  scoped.nodes.sort((a, b) => a.node.start - b.node.start);
  return scoped;
}

// Names and literals hold no nodes; they are half of every tree.
function push(stack: Bound[], node: Node, scope: Scope): void {
  for (const key in node) {
    const value = node[key];
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item) && !isLeaf(item)) stack.push({ node: item, scope });
    } else if (isNode(value) && !isLeaf(value)) {
      stack.push({ node: value, scope });
    }
  }
}

function isLeaf({ type }: Node): boolean {
  return type === 'Identifier' || type === 'Literal';
}

/** All values a name may have where it is used. */
export function valuesOf(name: string, scope: Scope): Bound[] {
  return ownerOf(name, scope)?.names.get(name) ?? [];
}

function ownerOf(name: string, from: Scope): Scope | undefined {
  for (let scope: Scope | undefined = from; scope !== undefined; scope = scope.parent) {
    if (scope.names.has(name)) return scope;
  }
  return undefined;
}

function bind(scope: Scope, name: string, bound: Bound | undefined): void {
  const known = scope.names.get(name) ?? [];
  if (bound !== undefined && known.length < MANY) known.push(bound);
  scope.names.set(name, known);
}

function bindDeclared(node: Node, scope: Scope): void {
  const id = child(node, 'id');
  const init = child(node, 'init');
  if (id?.type === 'Identifier') bind(scope, String(id.name), init && { node: init, scope });
}

// `for (const url of ['…'])`: the name stands for each element.
function bindItems(left: Node | undefined, list: Node | undefined, scope: Scope): void {
  const [declared] = left === undefined ? [] : children(left, 'declarations');
  const name = declared === undefined ? left : child(declared, 'id');
  if (name?.type !== 'Identifier' || list === undefined) return;
  for (const item of itemsOf(list, scope)) bind(scope, String(name.name), item);
}

function itemsOf(list: Node, scope: Scope): Bound[] {
  const lists = list.type === 'Identifier' ? valuesOf(String(list.name), scope) : [{ node: list, scope }];
  return lists.flatMap((bound) =>
    bound.node.type === 'ArrayExpression'
      ? children(bound.node, 'elements').map((node) => ({ node, scope: bound.scope }))
      : [],
  );
}

function noteAssigned(
  { node, scope }: Bound,
  assigned: { left: Node; suffix: string; bound: Bound }[],
): void {
  const left = child(node, 'left');
  const right = child(node, 'right');
  if (left !== undefined && right !== undefined && node.operator === '=') {
    assigned.push({ left, suffix: '', bound: { node: right, scope } });
  }
}

function noteAttribute(
  { node, scope }: Bound,
  assigned: { left: Node; suffix: string; bound: Bound }[],
): void {
  const callee = child(node, 'callee');
  if (callee?.type !== 'MemberExpression' || child(callee, 'property')?.name !== 'setAttribute') return;
  const left = child(callee, 'object');
  const [name, value] = children(node, 'arguments');
  if (left === undefined || value === undefined || typeof name?.value !== 'string') return;
  assigned.push({ left, suffix: `.${name.value.toLowerCase()}`, bound: { node: value, scope } });
}

/** One key for one member: its text, and the function in which its first name is declared. Empty when too long. */
export function memberKey(node: Node, scope: Scope, text: string): string {
  if (node.end - node.start > 200) return '';
  let base: Node | undefined = node;
  while (base?.type === 'MemberExpression') base = child(base, 'object');
  const owner = base?.type === 'Identifier' ? ownerOf(String(base.name), scope) : undefined;
  return `${owner?.id ?? 0} ${text.slice(node.start, node.end)}`;
}

// Parameters stand for what the function is called with: at once (`(function (d, s) {…})(document, 'script')`), or
// by its name.
function bindArguments({ node, scope }: Bound, functions: Map<Node, Scope>): void {
  const callee = child(node, 'callee');
  let given = children(node, 'arguments');
  let target = callee;
  if (
    callee?.type === 'MemberExpression' &&
    ['call', 'bind'].includes(String(child(callee, 'property')?.name))
  ) {
    target = child(callee, 'object');
    given = given.slice(1);
  }
  if (target === undefined) return;
  const method = callee?.type === 'MemberExpression' ? String(child(callee, 'property')?.name) : '';
  if (/^(?:forEach|map|some|every|reduce|flatMap)$/.test(method))
    bindEach(callee, given[0], scope, functions);
  const called =
    target.type === 'Identifier' ? valuesOf(String(target.name), scope).map((b) => b.node) : [target];
  for (const found of called) {
    const one = constructorOf(found);
    const inner = functions.get(one);
    if (inner === undefined) continue;
    for (const [i, parameter] of children(one, 'params').entries()) {
      const value = given[i];
      const simple = parameter.type === 'AssignmentPattern' ? child(parameter, 'left') : parameter;
      if (simple?.type !== 'Identifier') continue;
      bind(inner, String(simple.name), value && { node: value, scope });
    }
  }
}

// `['…'].forEach(function (url) { … })`.
function bindEach(
  callee: Node | undefined,
  callback: Node | undefined,
  scope: Scope,
  functions: Map<Node, Scope>,
): void {
  const list = callee && child(callee, 'object');
  const [item] = callback === undefined ? [] : children(callback, 'params');
  const inner = callback && functions.get(callback);
  if (list === undefined || inner === undefined || item?.type !== 'Identifier') return;
  for (const bound of itemsOf(list, scope)) bind(inner, String(item.name), bound);
}

function constructorOf(node: Node): Node {
  const body = node.type === 'ClassDeclaration' ? child(node, 'body') : undefined;
  const found = body && children(body, 'body').find((member) => member.kind === 'constructor');
  return (found && child(found, 'value')) ?? node;
}
