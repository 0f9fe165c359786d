/** What a module file imports: every specifier, however large the file; no values are followed. */
import { child, children, isNode, type Node, type Parse, parser } from './parse.ts';

/** The specifiers of a module as written, in its order and once each. */
interface Imports {
  fixed: string[];
  /** Of `import()`. */
  later: string[];
  /** Some `import()` is given what only the running code knows. */
  open: boolean;
}

/** Reads the imports of a module's text. */
export type ImportsOf = (text: string) => Imports;

/** Loads the parser. */
export async function importReader(): Promise<ImportsOf> {
  const parse = await parser(false);
  return (text) => importsIn(text, parse);
}

function importsIn(text: string, parse: Parse): Imports {
  if (!text.includes('import') && !text.includes('from')) return { fixed: [], later: [], open: false };
  const tree = parse(text, 'module') ?? parse(text, 'classic');
  if (tree === undefined) return lexicalImports(text);
  const fixed: string[] = [];
  for (const { source } of children(tree, 'body') as (Node & { source?: unknown })[])
    if (isNode(source) && typeof source.value === 'string') fixed.push(source.value);
  const imports: Imports = { fixed: [...new Set(fixed)], later: [], open: false };
  if (/\bimport\s*(?:\(|\/|\.)/.test(text)) addCalls(tree, imports);
  return imports;
}

function addCalls(tree: Node, imports: Imports): void {
  const calls: Node[] = [];
  const open: Node[] = [tree];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.type === 'ImportExpression') calls.push(node);
    for (const value of Object.values(node)) {
      if (isNode(value)) open.push(value);
      else if (Array.isArray(value)) for (const one of value) if (isNode(one)) open.push(one);
    }
  }
  const later = new Set<string>();
  for (const call of calls.sort((a, b) => a.start - b.start)) {
    const names = textsOf(child(call, 'source'));
    for (const name of names ?? []) later.add(name);
    if (names === undefined) imports.open = true;
  }
  imports.later = [...later];
}

// A literal, a template without holes, or a choice between such.
function textsOf(node: Node | undefined, depth = 0): string[] | undefined {
  if (node === undefined || depth > 8) return undefined;
  if (node.type === 'Literal') return [String(node.value)];
  if (node.type === 'TemplateLiteral' && children(node, 'expressions').length === 0) {
    const { cooked } = (children(node, 'quasis')[0]?.value ?? {}) as { cooked?: string | null };
    return typeof cooked === 'string' ? [cooked] : undefined;
  }
  if (node.type !== 'ConditionalExpression') return undefined;
  const either = [child(node, 'consequent'), child(node, 'alternate')].map((one) => textsOf(one, depth + 1));
  return either.includes(undefined) ? undefined : either.flatMap((texts) => texts ?? []);
}

const FIXED = /\b(?:from|import)\s*(["'`])((?:\.{0,2}\/|https:)[^"'`\\\s]{1,2000})\1/g;
const LATER = /\bimport\s*\(\s*(["'`])((?:\.{0,2}\/|https:)[^"'`\\\s]{1,2000})\1/g;

// Too large for a tree, or no JavaScript that is known yet.
function lexicalImports(text: string): Imports {
  const named = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, , name = '']) => name))];
  return { fixed: named(FIXED), later: named(LATER), open: true };
}
