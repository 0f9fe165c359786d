/** YAML text → plain data that fits the policy's schema, or an error with line and column. */

import { UserError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { type Document, isMap, isNode, isSeq, LineCounter, type Node, parseAllDocuments } from '../yaml.ts';
import { type PolicyFile, policySchema } from './schema.ts';

/** A policy of honest origin has a few hundred lines. */
const LIMIT = 1024 * 1024;

const ALIAS = /(?<=[\s[{,])\*[^\s*,\]}]/;

type Path = readonly PropertyKey[];
interface Problem {
  path: Path;
  code: string;
  keys?: readonly string[];
  values?: readonly unknown[];
  errors?: readonly (readonly Problem[])[];
  message: string;
}

export interface Parsed {
  file: PolicyFile;
  /** Where each entry of `ignore` is written: `file:line:column`. */
  ignoresAt: string[];
  /** The same for what it extends. */
  extendsAt: string[];
}

/** Reads a policy file. Throws UserError with file, line and column for anything the schema does not allow. */
export function parsePolicy(text: string, file: string): Parsed {
  if (text.length > LIMIT) throw new UserError('is too large for a policy (1 MB at most)', { where: file });
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    version: '1.2',
    schema: 'core',
    uniqueKeys: true,
  });
  const [document, second] = Array.isArray(documents) ? documents : [];
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  if (document === undefined) return { file: {}, ignoresAt: [], extendsAt: [] };
  if (second !== undefined)
    throw new UserError('holds two YAML documents; a policy is one', {
      where: at(second.range[0]),
      hint: 'take out the line "---", or name the other file under "extends"',
    });
  const [broken] = [...document.errors, ...document.warnings];
  if (broken !== undefined) {
    throw new UserError(`is not valid YAML: ${broken.message.split('\n')[0]}`, {
      where: at(broken.pos[0]),
      hint: 'docs/policy.md shows what a policy looks like',
    });
  }
  const data = toData(document, () => at(Math.max(0, text.search(ALIAS))));
  if (data !== null && data !== undefined && !isMap(document.contents))
    throw new UserError('a policy is a table of keys', {
      where: at(document.contents?.range?.[0] ?? 0),
      hint: 'such as "extends: recommended"; docs/policy.md lists the keys',
    });
  const read = policySchema.safeParse(data ?? {});
  if (read.success) {
    const [ignoresAt, extendsAt] = [entriesAt(document, 'ignore', at), entriesAt(document, 'extends', at)];
    return { file: read.data, ignoresAt, extendsAt };
  }
  const [problem] = read.error.issues as unknown as Problem[];
  throw describe(problem as Problem, document, at, file);
}

// One value counts as a list of one.
function entriesAt(document: Document, key: string, at: (offset: number) => string): string[] {
  const list = document.get(key, true);
  const items = isSeq(list) ? list.items : [list];
  return items.map((item) => (isNode(item) && item.range ? at(item.range[0]) : ''));
}

function toData(document: Document.Parsed, firstAlias: () => string): unknown {
  try {
    // Aliases can be written so that a few lines unfold to gigabytes; a policy needs few.
    return document.toJS({ maxAliasCount: 50 });
  } catch (error) {
    throw new UserError('unfolds to far more than it shows (YAML aliases)', {
      where: firstAlias(),
      hint: 'write it without & and *',
      cause: error,
    });
  }
}

function describe(
  problem: Problem,
  document: Document,
  at: (offset: number) => string,
  file: string,
): UserError {
  const deep = deepest(problem);
  const [unknown] = deep.keys ?? [];
  const path = unknown === undefined ? deep.path : [...deep.path, unknown];
  const where = positionOf(document, path, unknown !== undefined);
  const name = path.map(String).join('.');
  const place = where === undefined ? file : at(where);
  if (unknown !== undefined) {
    const near = nearest(unknown, keysAt(deep.path));
    return new UserError(`there is no "${name}" in a policy`, {
      where: place,
      hint: near === undefined ? 'docs/policy.md lists the keys' : `did you mean "${near}"?`,
    });
  }
  const given = document.getIn(path);
  if (given === undefined)
    return new UserError(`"${name}" is missing`, { where: place, hint: hintFor(deep) });
  return new UserError(`"${name}" cannot be ${JSON.stringify(given) ?? 'this'}`, {
    where: place,
    hint: hintFor(deep),
  });
}

/** Of a union's failures the one that got furthest is what the author meant. */
function deepest(problem: Problem): Problem {
  let best: Problem = { ...problem, errors: [] };
  for (const branch of problem.errors ?? []) {
    for (const inner of branch) {
      const found = deepest({ ...inner, path: [...problem.path, ...inner.path] });
      const further =
        found.path.length > best.path.length || (found.keys !== undefined && best.keys === undefined);
      if (further || (best.values === undefined && found.values !== undefined)) best = found;
    }
  }
  return best;
}

function hintFor({ values, path }: Problem): string {
  const last = String(path.at(-1));
  if (values !== undefined) return `it is one of: ${values.map(String).join(', ')}`;
  if (last === 'until') return 'a day of the calendar: YYYY-MM-DD; every acceptance ends';
  if (['reason', 'owner'].includes(last)) return 'an acceptance says why, and who answers for it';
  if (last === 'package') return 'a name, or a name and a range of versions: braces@<3.0.3';
  if (last === 'advisories') return 'true, false, or an age such as 48h or 7d';
  return 'docs/policy.md shows what goes here';
}

function positionOf(document: Document, path: Path, key: boolean): number | undefined {
  for (let end = path.length; end >= 0; end--) {
    const parent = end === 0 ? document.contents : document.getIn(path.slice(0, end - 1), true);
    if (end > 0 && isMap(parent)) {
      const pair = parent.items.find(
        (item) => String((item.key as Node & { value?: unknown })?.value) === String(path[end - 1]),
      );
      const node = key && end === path.length ? pair?.key : (pair?.value ?? pair?.key);
      if (isNode(node) && node.range) return node.range[0];
    }
    const node = document.getIn(path.slice(0, end), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return undefined;
}

function keysAt(path: Path): string[] {
  const keys = (value: unknown): string[] =>
    Object.keys((value as { shape?: object } | undefined)?.shape ?? {});
  const { shape } = policySchema;
  if (path.length === 0) return Object.keys(shape);
  const inner = unwrap(shape[path[0] as keyof typeof shape]);
  return inner.flatMap(keys);
}

/** The schemas inside optionals, unions and arrays. */
function unwrap(schema: unknown): unknown[] {
  const def = (schema as { _zod?: { def: { innerType?: unknown; options?: unknown[]; element?: unknown } } })
    ?._zod?.def;
  if (def === undefined) return [];
  const inside = [def.innerType, def.element, ...(def.options ?? [])].filter((one) => one !== undefined);
  return inside.length === 0 ? [schema] : inside.flatMap(unwrap);
}
