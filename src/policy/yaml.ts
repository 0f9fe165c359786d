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
  expected?: string;
  minimum?: number;
  maximum?: number;
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
    // The place stands before the message already.
    const what = (broken.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
    throw new UserError(`is not valid YAML: ${what}`, {
      where: at(broken.pos[0]),
      hint:
        YAML_HINTS.find(([about]) => about.test(what))?.[1] ??
        'docs/policy.md shows what a policy looks like',
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

const YAML_HINTS: readonly (readonly [about: RegExp, hint: string])[] = [
  [/^Tabs/, 'indent with spaces'],
  [/^Map keys must be unique/, 'this key stands there twice: make one of the two'],
  [/^Maximum call stack/, 'it is nested far too deep for a policy'],
  [/^Unresolved (?:tag|alias)/, 'write the value itself'],
];

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
    return new UserError(`there is no "${name}" in a policy`, {
      where: place,
      hint: keyHint(unknown, deep.path),
    });
  }
  if (deep.code === 'custom' && path[0] === 'ignore' && path.length === 2)
    return new UserError(`"${name}" does not say what it accepts`, {
      where: place,
      hint: 'name its id, package, path, rule, url or fingerprint',
    });
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

function keyHint(unknown: string, path: Path): string {
  if (unknown === '<<') return 'merge keys are not taken: write the keys out';
  const keys = keysAt(path);
  const near = nearest(unknown, keys);
  if (near !== undefined) return `did you mean "${near}"?`;
  return keys.length > 0 && keys.length <= 16
    ? `there are: ${keys.join(', ')}`
    : 'docs/policy.md lists the keys';
}

/** What may stand at a place, in words. */
function hintFor({ values, path, code, expected, minimum, maximum }: Problem): string {
  const last = String(path.at(-1));
  const first = String(path[0]);
  if (values !== undefined) {
    const names = values.map(String);
    return names.length <= 16
      ? `it is one of: ${names.join(', ')}`
      : (LONG_LISTS[last] ?? LONG_LISTS[first] ?? '');
  }
  if (last === 'until') return 'a day of the calendar: YYYY-MM-DD; every acceptance ends';
  if (['reason', 'owner'].includes(last)) return 'an acceptance says why, and who answers for it';
  if (last === 'package') return 'a name, or a name and a range of versions: braces@<3.0.3';
  if (last === 'advisories') return 'true, false, or an age such as 48h or 7d';
  if (last === 'fingerprint') return '32 characters, as vakt --format json tells them';
  const host = HOSTS[first];
  if (host !== undefined && path.length > 1) return host;
  if (code === 'too_small' && minimum !== undefined) return `at least ${minimum}`;
  if (code === 'too_big' && maximum !== undefined) return `at most ${maximum}`;
  const keys = keysAt(path);
  if (expected === 'object' && keys.length > 0)
    return `keys stand below it, such as "${keys[0]}"; docs/policy.md lists them`;
  return KINDS[expected ?? ''] ?? 'docs/policy.md shows what goes here';
}

const KINDS: Readonly<Record<string, string>> = {
  array: 'a list: [a, b], or one entry on each line behind "- "',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
  string: 'a text',
};

const HOSTS: Readonly<Record<string, string>> = {
  registries: 'a host alone: npm.acme.example',
  'own-origins': 'an origin or a host: https://static.acme.example, static.acme.example or *.acme.example',
  'allowed-hosts': 'a host alone: cdn.acme.example, or *.acme.example for all below it',
};

const LONG_LISTS: Readonly<Record<string, string>> = {
  rule: 'the id of a rule: vakt explain lists them',
  locked: 'a key of a policy, or rules.<id of a rule>: docs/policy.md lists them',
};

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

/** The keys that may stand at a path. */
function keysAt(path: Path): string[] {
  let schemas: unknown[] = [policySchema];
  for (const step of path) {
    // A list's entries are what it is a list of.
    if (typeof step === 'number') continue;
    schemas = schemas.flatMap((schema) => unwrap(shapeOf(schema)[String(step)]));
  }
  return schemas.flatMap((schema) => Object.keys(shapeOf(schema)));
}

function shapeOf(schema: unknown): Record<string, unknown> {
  const shape = (schema as { shape?: Record<string, unknown> } | undefined)?.shape ?? {};
  return Object.assign(Object.create(null), shape);
}

/** The schemas inside optionals, unions and arrays. */
function unwrap(schema: unknown): unknown[] {
  const def = (schema as { _zod?: { def: { innerType?: unknown; options?: unknown[]; element?: unknown } } })
    ?._zod?.def;
  if (def === undefined) return [];
  const inside = [def.innerType, def.element, ...(def.options ?? [])].filter((one) => one !== undefined);
  return inside.length === 0 ? [schema] : inside.flatMap(unwrap);
}
