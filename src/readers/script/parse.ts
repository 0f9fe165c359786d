/** JavaScript to a syntax tree. The only importer of acorn, which loads when the first script needs it. */
import type { Node as AcornNode } from 'acorn';

/** A node of the tree; fields beyond these depend on `type` (ESTree). */
export interface Node {
  type: string;
  start: number;
  end: number;
  [field: string]: unknown;
}

/** Parses a script or module; undefined when it is none. */
export type Parse = (text: string, module: boolean) => Node | undefined;

/** More would cost seconds; the lexical reading takes over. */
const LIMIT = 4 * 1024 * 1024;

/** Loads the parser. */
export async function parser(): Promise<Parse> {
  const { parse } = await import('acorn');
  return (text, module) => {
    if (text.length > LIMIT) return undefined;
    const options = {
      ecmaVersion: 'latest',
      allowReturnOutsideFunction: true,
      allowHashBang: true,
      allowAwaitOutsideFunction: true,
    } as const;
    try {
      const tree: AcornNode = parse(text, { ...options, sourceType: module ? 'module' : 'script' });
      return tree as unknown as Node;
    } catch {
      // A syntax error, or nesting deeper than the stack.
      return undefined;
    }
  };
}

/** Whether a field's value is a node. */
export function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
  );
}

/** The node in a field, if it is one. */
export function child(node: Node, field: string): Node | undefined {
  const value = node[field];
  return isNode(value) ? value : undefined;
}

/** The nodes in a list field; holes are left out. */
export function children(node: Node, field: string): Node[] {
  const value = node[field];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** The name of an identifier, a property or a string key: `b` of `b`, `a.b` and `a['b']`. */
export function nameOf(node: Node | undefined): string {
  if (node === undefined) return '';
  if (node.type === 'Identifier') return String(node.name);
  if (node.type === 'Literal') return String(node.value);
  if (node.type !== 'MemberExpression') return '';
  const property = child(node, 'property');
  return node.computed === true && property?.type === 'Identifier' ? '' : nameOf(property);
}
