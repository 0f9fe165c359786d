/** The `importers` of a pnpm-lock.yaml: the project's own packages and what each asks for. */
import * as path from 'node:path';
import type { Edge, EdgeType, TreeNode } from '../../model.ts';
import { isMap, mapAt, textAt, type YamlMap } from '../yaml/value.ts';

/** One dependency of an importer as the lock file has it. */
export interface Locked {
  name: string;
  type: EdgeType;
  /** What package.json asked for when the file was written. */
  specifier: string;
  /** A version, alias, link or place. */
  reference: string;
}

export interface Importer {
  /** Path from the lock file's folder, `.` for that folder. */
  id: string;
  at: number;
  locked: Locked[];
}

const GROUPS: [string, EdgeType][] = [
  ['dependencies', 'prod'],
  ['optionalDependencies', 'optional'],
  ['devDependencies', 'dev'],
];

/** The groups of pnpm's environment document. */
const ENVIRONMENT_GROUPS: [string, EdgeType][] = [
  ['configDependencies', 'dev'],
  ['packageManagerDependencies', 'dev'],
];

/** The importers of a document; files of a single project before 9.0 hold theirs at the top level. */
export function readImporters(document: YamlMap): Importer[] {
  const table = mapAt(document, 'importers');
  if (table === undefined) return [{ id: '.', at: document.at, locked: readLocked(document, GROUPS) }];
  const importers: Importer[] = [];
  for (const [id, importer] of table.entries) {
    const map = isMap(importer) ? importer : undefined;
    importers.push({ id, at: map?.at ?? table.at, locked: readLocked(map, GROUPS) });
  }
  return importers;
}

/** What pnpm installs for itself: https://pnpm.io/config-dependencies and its own executable. */
export function readEnvironment(document: YamlMap): Locked[] {
  return readLocked(mapAt(mapAt(document, 'importers'), '.'), ENVIRONMENT_GROUPS);
}

/** Whether a document is pnpm's own and not the project's. */
export function isEnvironment(document: YamlMap): boolean {
  const table = mapAt(document, 'importers');
  const own = mapAt(table, '.');
  if (table?.entries.size !== 1 || own === undefined) return false;
  const keys = [...own.entries.keys()];
  return keys.length > 0 && keys.every((key) => ENVIRONMENT_GROUPS.some(([group]) => group === key));
}

function readLocked(importer: YamlMap | undefined, groups: [string, EdgeType][]): Locked[] {
  const specifiers = mapAt(importer, 'specifiers');
  const locked: Locked[] = [];
  const seen = new Set<string>();
  for (const [group, type] of groups) {
    for (const [name, value] of mapAt(importer, group)?.entries ?? []) {
      if (seen.has(name)) continue;
      seen.add(name);
      const inline = isMap(value) ? value : undefined;
      const reference = inline ? textAt(inline, 'version') : value;
      const specifier = textAt(inline, 'specifier') ?? textAt(specifiers, name);
      if (typeof reference === 'string')
        locked.push({ name, type, specifier: specifier ?? reference, reference });
    }
  }
  return locked;
}

/** The id that a `link:` reference of importer `from` means; it may lead out of the lock file's folder. */
export function linkedId(from: string, reference: string): string {
  return (
    path.posix.normalize(path.posix.join(from, reference.slice('link:'.length))).replace(/\/$/, '') || '.'
  );
}

/** The edge of one locked dependency. */
export function edgeOf(locked: Locked, spec: string, to: TreeNode | undefined): Edge {
  const { name, type } = locked;
  return to === undefined ? { name, spec, type } : { name, spec, type, to };
}

/** A catalog reference (`catalog:`, `catalog:name`) as the range it stands for, anything else as it is. */
export function specOf({ name, specifier }: Locked, catalogs: YamlMap | undefined): string {
  if (!specifier.startsWith('catalog:')) return specifier;
  const catalog = specifier.slice('catalog:'.length).trim() || 'default';
  return textAt(mapAt(mapAt(catalogs, catalog), name), 'specifier') ?? specifier;
}
