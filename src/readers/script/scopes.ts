/** Walks a script once: a scope for each function, and every value a name is given in it. */
import { bindArguments, bindLoop, bindPattern } from './bindings.ts';
import { type Bound, bind, MANY, memberKey, ownerOf, type Scope } from './names.ts';
import { child, children, isNode, type Node, nameOf } from './parse.ts';

/** A script's nodes that may load something, each in its scope, in source order. */
export interface Scoped {
  nodes: Bound[];
  /** The scope of the whole script. */
  top: Scope;
  /** What is assigned to `a.b`, also by `a.setAttribute('b', …)`; by memberKey. */
  members: Map<string, Bound[]>;
}

interface Assigned {
  left: Node;
  suffix: string;
  bound: Bound;
}

interface Walk {
  scoped: Scoped;
  assigned: Assigned[];
  calls: Bound[];
  /** Loops and destructuring: their values are worked out when every name is known. */
  loops: Bound[];
  patterns: Bound[];
  functions: Map<Node, Scope>;
  /** Objects whose methods share the `this` of the object around them. */
  parts: Set<Node>;
}

const STEPS = 200_000;
const INTERESTING = new Set([
  'AssignmentExpression',
  'CallExpression',
  'NewExpression',
  'ImportExpression',
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'TSImportEqualsDeclaration',
  'JSXElement',
]);
/** Keys of objects that configure what a page loads. */
const SETTINGS = /^(?:rel|scripts?|links?|stylesheets?|remotes|externals|paths|src|styles)$/;
/** Template literals of markup and of style. */
const TAGS = /^(?:html|css|createGlobalStyle|injectGlobal)$/;
/** Parts of an object that share its `this`, as Vue has them. */
const PARTS = /^(?:methods|computed|watch|actions|getters|mutations)$/;

/** Walks a tree once and gathers its scopes. `dialect`: it may hold TypeScript, JSX and configurations. */
export function scopesOf(tree: Node, text: string, dialect: boolean): Scoped {
  const budget = { left: STEPS };
  const top: Scope = { id: 0, parent: undefined, names: new Map(), own: new Map(), budget };
  const walk: Walk = {
    scoped: { nodes: [], top, members: new Map() },
    assigned: [],
    calls: [],
    loops: [],
    patterns: [],
    functions: new Map(),
    parts: new Set(),
  };
  const stack: Bound[] = [{ node: tree, scope: top }];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const scope = enter(walk, at);
    if (INTERESTING.has(at.node.type) || (dialect && isSetting(at.node))) walk.scoped.nodes.push(at);
    push(stack, at.node, scope);
  }
  for (const { node, scope } of walk.loops) bindLoop(node, scope);
  for (const { node, scope } of walk.patterns) {
    const init = child(node, 'init');
    bindPattern(child(node, 'id'), init && { node: init, scope }, scope);
  }
  bindAssigned(walk, text);
  for (const call of walk.calls) bindArguments(call, walk.functions);
  budget.left = STEPS;
  walk.scoped.nodes.sort((a, b) => a.node.start - b.node.start);
  return walk.scoped;
}

// Notes what a node declares, and returns the scope of what is in it.
function enter(walk: Walk, at: Bound): Scope {
  const { node, scope } = at;
  switch (node.type) {
    case 'CallExpression':
      walk.calls.push(at);
      noteAttribute(at, walk.assigned);
      return scope;
    case 'NewExpression':
      walk.calls.push(at);
      return scope;
    case 'ForOfStatement':
      walk.loops.push(at);
      return scope;
    case 'TSEnumDeclaration':
      bindName(node, scope);
      return scope;
    case 'ImportDeclaration':
      for (const one of children(node, 'specifiers')) bind(scope.names, nameOf(child(one, 'local')), at);
      return scope;
    case 'ClassDeclaration':
    case 'ClassExpression':
      bindName(node, scope);
      return holding(scope, children(child(node, 'body') ?? node, 'body'));
    case 'ObjectExpression':
      return objectScope(walk, node, scope);
    case 'VariableDeclarator': {
      const init = child(node, 'init');
      const id = child(node, 'id');
      if (id?.type !== 'Identifier' && init !== undefined) walk.patterns.push(at);
      bindPattern(
        id,
        id?.type === 'Identifier' && init !== undefined ? { node: init, scope } : undefined,
        scope,
      );
      return scope;
    }
    case 'AssignmentExpression':
      noteAssigned(at, walk.assigned);
      return scope;
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression': {
      bindName(node, scope);
      const inner = { ...scope, id: walk.functions.size + 1, parent: scope, names: new Map() };
      walk.functions.set(node, inner);
      for (const parameter of children(node, 'params')) bindPattern(parameter, undefined, inner);
      return inner;
    }
    default:
      return scope;
  }
}

function bindName(node: Node, scope: Scope): void {
  const name = child(node, 'id');
  if (name !== undefined) bind(scope.names, String(name.name), { node, scope });
}

// The same scope with a `this` of its own.
function holding(scope: Scope, members: Node[]): Scope {
  const inner: Scope = { ...scope, own: new Map() };
  for (const member of members) {
    const value = child(member, 'value');
    const name = nameOf(child(member, 'key'));
    if (value !== undefined && name !== '') bind(inner.own, name, { node: value, scope: inner });
    const body = name === 'data' && value !== undefined ? returned(value) : undefined;
    if (body === undefined) continue;
    for (const property of children(body, 'properties')) {
      const held = child(property, 'value');
      if (held !== undefined) bind(inner.own, nameOf(child(property, 'key')), { node: held, scope: inner });
    }
  }
  return inner;
}

function objectScope({ parts }: Walk, node: Node, scope: Scope): Scope {
  if (parts.has(node)) return scope;
  const properties = children(node, 'properties');
  let methods = false;
  for (const property of properties) {
    const value = child(property, 'value');
    methods ||= value?.type === 'FunctionExpression';
    if (value?.type !== 'ObjectExpression' || !PARTS.test(nameOf(child(property, 'key')))) continue;
    parts.add(value);
    methods = true;
  }
  return methods ? holding(scope, properties) : scope;
}

// The object that `data() { return { … } }` or `data: () => ({ … })` gives.
function returned(value: Node): Node | undefined {
  const body = child(value, 'body');
  if (body?.type === 'ObjectExpression') return body;
  const last = body === undefined ? undefined : children(body, 'body').at(-1);
  const given = last?.type === 'ReturnStatement' ? child(last, 'argument') : undefined;
  return given?.type === 'ObjectExpression' ? given : undefined;
}

// `['script', { src }]`, and objects with the keys of a page's head or of a bundler's remotes.
function isSetting(node: Node): boolean {
  if (node.type === 'ArrayExpression') {
    const [first] = children(node, 'elements');
    return first?.type === 'Literal' && (first.value === 'script' || first.value === 'link');
  }
  if (node.type === 'TemplateLiteral') return true;
  if (node.type === 'TaggedTemplateExpression') return TAGS.test(nameOf(child(node, 'tag')));
  if (node.type !== 'ObjectExpression') return false;
  return children(node, 'properties').some((property) => SETTINGS.test(nameOf(child(property, 'key'))));
}

function bindAssigned({ assigned, scoped }: Walk, text: string): void {
  const { top, members } = scoped;
  for (const { left, bound } of assigned) {
    if (left.type !== 'Identifier') continue;
    const name = String(left.name);
    bind((ownerOf(name, bound.scope) ?? top).names, name, bound);
  }
  for (const { left, suffix, bound } of assigned) {
    if (child(left, 'object')?.type === 'ThisExpression' && suffix === '' && nameOf(left) !== '')
      bind(bound.scope.own, nameOf(left), bound);
    const key = left.type === 'Identifier' && suffix === '' ? '' : memberKey(left, bound.scope, text);
    if (key === '') continue;
    const known = members.get(key + suffix) ?? [];
    if (known.length < MANY) known.push(bound);
    members.set(key + suffix, known);
  }
}

// Names and literals hold no nodes; they are half of every tree. Types load nothing.
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

const CODE_OF_TYPESCRIPT =
  /^TS(?:As|Satisfies|NonNull|Instantiation)Expression$|^TS(?:TypeAssertion|EnumDeclaration|EnumMember|ModuleDeclaration|ModuleBlock|ExportAssignment|ParameterProperty|ImportEqualsDeclaration)$/;

function isLeaf({ type }: Node): boolean {
  if (type === 'Identifier' || type === 'Literal') return true;
  return type.startsWith('TS') && !CODE_OF_TYPESCRIPT.test(type);
}

function noteAssigned({ node, scope }: Bound, assigned: Assigned[]): void {
  const left = child(node, 'left');
  const right = child(node, 'right');
  if (left === undefined || right === undefined) return;
  if (node.operator === '=' || node.operator === '??=' || node.operator === '||=')
    assigned.push({ left, suffix: '', bound: { node: right, scope } });
}

function noteAttribute({ node, scope }: Bound, assigned: Assigned[]): void {
  const callee = child(node, 'callee');
  if (callee?.type !== 'MemberExpression' || child(callee, 'property')?.name !== 'setAttribute') return;
  const left = child(callee, 'object');
  const [name, value] = children(node, 'arguments');
  if (left === undefined || value === undefined || typeof name?.value !== 'string') return;
  assigned.push({ left, suffix: `.${name.value.toLowerCase()}`, bound: { node: value, scope } });
}
