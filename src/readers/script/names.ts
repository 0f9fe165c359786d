/** Names in a script: the scopes they live in, and the values and objects they can stand for. */
import { child, children, type Node, nameOf } from './parse.ts';

/** A value with the scope in which its names are looked up. */
export interface Bound {
  node: Node;
  scope: Scope;
}

export interface Scope {
  id: number;
  parent: Scope | undefined;
  names: Map<string, Bound[]>;
  /** What `this` has: of the class or object the code stands in, else of the script. */
  own: Map<string, Bound[]>;
  /** Steps left for working out values: names that stand for each other must not cost exponential time. */
  budget: { left: number };
}

/** More values for one name make nothing clearer. */
export const MANY = 12;
const DEPTH = 8;

/** Adds a value to a name; without one the name is known and its value is not. */
export function bind(names: Map<string, Bound[]>, name: string, bound: Bound | undefined): void {
  const known = names.get(name) ?? [];
  if (bound !== undefined && known.length < MANY) known.push(bound);
  names.set(name, known);
}

/** All values a name may have where it is used. */
export function valuesOf(name: string, scope: Scope): Bound[] {
  return ownerOf(name, scope)?.names.get(name) ?? [];
}

/** The innermost scope that declares a name. */
export function ownerOf(name: string, from: Scope): Scope | undefined {
  for (let scope: Scope | undefined = from; scope !== undefined; scope = scope.parent) {
    if (scope.names.has(name)) return scope;
  }
  return undefined;
}

/** One key for one member: its text, and the function in which its first name is declared. Empty when too long. */
export function memberKey(node: Node, scope: Scope, text: string): string {
  if (node.end - node.start > 200) return '';
  let base: Node | undefined = node;
  while (base?.type === 'MemberExpression') base = child(base, 'object');
  const owner = base?.type === 'Identifier' ? ownerOf(String(base.name), scope) : undefined;
  return `${owner?.id ?? 0} ${text.slice(node.start, node.end)}`;
}

/** The literals of objects, lists, classes and enums that an expression can stand for. */
export function objectsOf(node: Node | undefined, scope: Scope, depth = 0): Bound[] {
  if (node === undefined || depth > DEPTH || --scope.budget.left < 0) return [];
  const again = (bounds: Bound[]) =>
    bounds.flatMap((bound) => objectsOf(bound.node, bound.scope, depth + 1)).slice(0, MANY);
  switch (node.type) {
    case 'ObjectExpression':
    case 'ArrayExpression':
    case 'ClassDeclaration':
    case 'ClassExpression':
    case 'TSEnumDeclaration':
      return [{ node, scope }];
    case 'Identifier':
      return again(valuesOf(String(node.name), scope));
    case 'MemberExpression':
      return again(membersOf(node, scope, depth + 1));
    case 'CallExpression':
      if (!/^(?:freeze|seal|assign|reactive|ref|useMemo)$/.test(nameOf(child(node, 'callee')))) return [];
      return again(children(node, 'arguments').map((given) => ({ node: given, scope })));
    case 'LogicalExpression':
      return again(pair(child(node, 'left'), child(node, 'right'), scope));
    case 'ConditionalExpression':
      return again(pair(child(node, 'consequent'), child(node, 'alternate'), scope));
    default:
      return [];
  }
}

function pair(a: Node | undefined, b: Node | undefined, scope: Scope): Bound[] {
  return [a, b].flatMap((node) => (node === undefined ? [] : [{ node, scope }]));
}

/** What `a.b`, `a['b']`, `a[i]`, `this.b` or `Class.b` can stand for, as literals in the script show it. */
export function membersOf(node: Node, scope: Scope, depth = 0): Bound[] {
  const object = child(node, 'object');
  const name = nameOf(node);
  const open = name === '' && node.computed === true;
  if (object === undefined || (name === '' && !open)) return [];
  if (object.type === 'ThisExpression') return scope.own.get(name) ?? [];
  const found: Bound[] = [];
  if (object.type === 'Identifier') {
    // `var self = this`.
    for (const { node: value, scope: at } of valuesOf(String(object.name), scope)) {
      if (value.type === 'ThisExpression') found.push(...(at.own.get(name) ?? []));
    }
  }
  for (const holder of objectsOf(object, scope, depth)) {
    if (open) {
      found.push(...contentsOf(holder));
    } else {
      const value = propertyOf(holder.node, name);
      if (value !== undefined) found.push({ node: value, scope: holder.scope });
    }
  }
  return found.slice(0, MANY);
}

/** Every element of a list, every value of an object: which one is not asked. */
export function contentsOf({ node, scope }: Bound): Bound[] {
  const values =
    node.type === 'ArrayExpression'
      ? children(node, 'elements')
      : children(node, 'properties').flatMap((property) => child(property, 'value') ?? []);
  return values.slice(0, MANY).map((value) => ({ node: value, scope }));
}

/** The value of a property of an object literal, a list, a class or an enum. */
export function propertyOf(node: Node | undefined, name: string): Node | undefined {
  if (node === undefined) return undefined;
  if (node.type === 'ArrayExpression') return /^\d+$/.test(name) ? elementAt(node, Number(name)) : undefined;
  const enumeration = node.type === 'TSEnumDeclaration';
  const body = child(node, 'body');
  const members = body === undefined ? node : body;
  const list = enumeration ? 'members' : body === undefined ? 'properties' : 'body';
  for (const property of children(members, list)) {
    if (property.computed === true || nameOf(child(property, enumeration ? 'id' : 'key')) !== name) continue;
    return child(property, enumeration ? 'initializer' : 'value');
  }
  return undefined;
}

function elementAt(list: Node, index: number): Node | undefined {
  return children(list, 'elements')[index];
}
