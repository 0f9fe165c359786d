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
  const top: Scope = { id: 0, parent: undefined, names: new Map(), budget: { left: STEPS } };
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
        scope = { id: functions.size + 1, parent: scope, names: new Map(), budget: scope.budget };
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
  const called =
    target.type === 'Identifier' ? valuesOf(String(target.name), scope).map((b) => b.node) : [target];
  for (const one of called) {
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
