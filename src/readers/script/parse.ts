/**
 * JavaScript and its dialects to a syntax tree. The only importer of acorn and of its TypeScript plugin, which load
 * when the first script needs them.
 */
import type { Node as AcornNode, Parser as AcornParser } from 'acorn';

/** A node of the tree; fields beyond these depend on `type` (ESTree). */
export interface Node {
  type: string;
  start: number;
  end: number;
  [field: string]: unknown;
}

/** The dialects that are understood; `tsx` also takes plain JavaScript with JSX. */
export type Syntax = 'classic' | 'module' | 'ts' | 'tsx';

/** Parses a script in one dialect; undefined when it is none. */
export type Parse = (text: string, syntax: Syntax) => Node | undefined;

/** More would cost seconds; the lexical reading takes over. */
const LIMIT = 4 * 1024 * 1024;

/** Loads the parser; `dialects`: also that of TypeScript and JSX, without which their dialects parse nothing. */
export async function parser(dialects: boolean): Promise<Parse> {
  const { Parser } = await import('acorn');
  const others = dialects ? await dialectsOf(Parser) : undefined;
  return (text, syntax) => {
    if (text.length > LIMIT) return undefined;
    const plain = syntax === 'classic' || syntax === 'module';
    const chosen = plain ? Parser : others?.[syntax];
    try {
      const tree: AcornNode | undefined = chosen?.parse(text, {
        ecmaVersion: 'latest',
        allowReturnOutsideFunction: true,
        allowHashBang: true,
        allowAwaitOutsideFunction: true,
        sourceType: syntax === 'classic' ? 'script' : 'module',
        // The TypeScript plugin cannot do without.
        locations: !plain,
      });
      return tree as unknown as Node | undefined;
    } catch {
      // A syntax error, or nesting deeper than the stack.
      return undefined;
    }
  };
}

async function dialectsOf(base: typeof AcornParser): Promise<Record<'ts' | 'tsx', typeof AcornParser>> {
  const { tsPlugin } = await import('@sveltejs/acorn-typescript');
  return { ts: base.extend(tsPlugin()), tsx: base.extend(tsPlugin({ jsx: true })) };
}

/** Whether a field's value is a node. */
export function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
  );
}

const WRAPPERS = new Set([
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'TSTypeAssertion',
  'TSInstantiationExpression',
  'ParenthesizedExpression',
]);

// `x as T`, `x!`, `<T>x`: the type says nothing about the value.
function unwrapped(node: Node): Node {
  let inner = node;
  while (WRAPPERS.has(inner.type) && isNode(inner.expression)) inner = inner.expression;
  return inner;
}

/** The node in a field, if it is one; of an expression with a type the expression. */
export function child(node: Node, field: string): Node | undefined {
  const value = node[field];
  return isNode(value) ? unwrapped(value) : undefined;
}

/** The nodes in a list field, as child gives them; holes are left out. */
export function children(node: Node, field: string): Node[] {
  const value = node[field];
  return Array.isArray(value) ? value.filter(isNode).map(unwrapped) : [];
}

/** The name of an identifier, a property or a string key: `b` of `b`, `a.b` and `a['b']`. */
export function nameOf(node: Node | undefined): string {
  if (node === undefined) return '';
  if (/^(?:JSX|Private)?Identifier$/.test(node.type)) return String(node.name);
  if (node.type === 'SequenceExpression') return nameOf(children(node, 'expressions').at(-1));
  if (node.type === 'Literal') return String(node.value);
  if (node.type !== 'MemberExpression') return '';
  const property = child(node, 'property');
  return node.computed === true && property?.type === 'Identifier' ? '' : nameOf(property);
}
