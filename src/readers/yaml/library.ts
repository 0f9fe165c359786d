/** The one place that knows the `yaml` library: the meaning of YAML outside the subset, and its errors. */
import {
  type Document,
  isAlias,
  isMap as isMapNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseAllDocuments,
} from '../../yaml.ts';
import type { YamlMap, YamlOptions, YamlValue } from './value.ts';

/** Where and why a text is no YAML that we can take. `at` counts UTF-16 units. */
export class YamlError extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** The documents of `text` (no byte order mark). Throws YamlError. */
export function readWithLibrary(text: string, options: YamlOptions): YamlValue[] {
  try {
    const documents = parseAllDocuments(text, {
      schema: 'failsafe',
      uniqueKeys: options.repeated === 'error',
      prettyErrors: false,
      logLevel: 'silent',
    });
    return Array.isArray(documents) ? documents.map(fromDocument) : [];
  } catch (error) {
    // Nesting deeper than the stack: hostile, never written.
    if (error instanceof RangeError) throw new YamlError('is nested too deeply', 0);
    throw error;
  }
}

function fromDocument(document: Document): YamlValue {
  const [error] = document.errors;
  if (error) throw new YamlError(error.message, error.pos[0]);
  return fromNode(document.contents, undefined);
}

function fromNode(node: unknown, at: number | undefined): YamlValue {
  if (node === null || node === undefined) return '';
  if (isScalar(node)) return typeof node.value === 'string' ? node.value : '';
  if (isMapNode(node)) return fromMap(node.items, at ?? startOf(node));
  if (isSeq(node)) return node.items.map((item) => fromNode(item, undefined));
  // Aliases can blow up; no package manager writes them.
  if (isAlias(node)) throw new YamlError('uses a YAML alias, which no package manager writes', startOf(node));
  throw new YamlError('holds something that is neither text, map nor list', at ?? 0);
}

function fromMap(items: Pair[], at: number): YamlMap {
  const entries = new Map<string, YamlValue>();
  for (const { key, value } of items) {
    if (!isScalar(key) || typeof key.value !== 'string') {
      throw new YamlError('has a key that is no plain text', at);
    }
    entries.set(key.value, fromNode(value, startOf(key)));
  }
  return { at, entries };
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}
