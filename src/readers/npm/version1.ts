/**
 * Lock files of npm 6 and older: nested `dependencies`, where "version" holds a version, an alias, a URL, a git
 * address or a path. Converted to the entries that npm 7 makes of them.
 * https://docs.npmjs.com/cli/v6/configuring-npm/package-lock-json
 */
import { isObject, type JsonDocument, type JsonObject, kindOf } from '../json.ts';
import { textIn, wrongType } from './fields.ts';
import { normalLocation, parentLocation } from './paths.ts';
import { aliasTarget, resolvedKind, specKind } from './specifiers.ts';
import type { LockEntry, LockTable } from './table.ts';

/** Deeper than any tree npm made; a bound for what hostile nesting may cost. */
const DEPTH_LIMIT = 100;

interface PlacedEntry extends LockEntry {
  path: readonly string[];
}

/** The entries of a version 1 file, in the file's order. Throws UserError for entries that are no objects. */
export function tableOfVersion1(document: JsonDocument): Pick<LockTable, 'entries' | 'pathOf'> {
  const table = new Map<string, PlacedEntry>();
  const work = dependenciesOf(document, '', [], document.value);
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    if (next.path.length > 2 * DEPTH_LIMIT) {
      // The place of the outermost is as good, and found without walking down.
      throw wrongType(document, next.path.slice(0, 2), `is nested deeper than ${DEPTH_LIMIT} levels`);
    }
    const inside = addEntry(document, table, next);
    for (const child of dependenciesOf(document, inside, next.path, next.meta)) work.push(child);
  }
  for (const entry of table.values()) typeRequirements(table, entry);
  return { entries: [...table.values()], pathOf: (key) => table.get(key)?.path ?? [] };
}

// Last first: what is taken from the end of a stack then comes in the file's order.
function dependenciesOf(
  document: JsonDocument,
  location: string,
  path: readonly string[],
  { dependencies }: JsonObject,
): PlacedEntry[] {
  if (dependencies === undefined || dependencies === null) return [];
  const at = [...path, 'dependencies'];
  if (!isObject(dependencies)) {
    throw wrongType(document, at, `"dependencies" must be an object but is ${kindOf(dependencies)}`);
  }
  const found: PlacedEntry[] = [];
  for (const name of Object.keys(dependencies)) {
    const meta = dependencies[name];
    const own = [...at, name];
    if (!isObject(meta)) throw wrongType(document, own, `the entry must be an object but is ${kindOf(meta)}`);
    found.push({ key: `${location === '' ? '' : `${location}/`}node_modules/${name}`, path: own, meta });
  }
  return found.reverse();
}

/** Adds what one entry stands for and returns the location under which its own dependencies are installed. */
function addEntry(document: JsonDocument, table: Map<string, PlacedEntry>, found: PlacedEntry): string {
  const { key, path, meta } = found;
  const name = path.at(-1) ?? '';
  const text = (field: string) => textIn(document, () => path, meta, field);
  const origin = originOf(name, { version: text('version'), from: text('from'), resolved: text('resolved') });
  const common: JsonObject = {
    integrity: text('integrity'),
    dev: meta.dev,
    optional: meta.optional,
    // Newer npm adds these when it writes the old format.
    peer: meta.peer,
    devOptional: meta.devOptional,
    inBundle: Boolean(meta.bundled),
    requires: isObject(meta.requires) ? meta.requires : undefined,
  };
  if (origin.folder === undefined) {
    table.set(key, { key, path, meta: { ...common, ...origin.fields } });
    return key;
  }
  table.set(key, { key, path, meta: { link: true, resolved: origin.folder } });
  if (!table.has(origin.folder)) table.set(origin.folder, { key: origin.folder, path, meta: common });
  return origin.folder;
}

interface Origin {
  /** Where a link leads. */
  folder?: string;
  fields: JsonObject;
}

function originOf(
  name: string,
  {
    version,
    from,
    resolved,
  }: { version: string | undefined; from: string | undefined; resolved: string | undefined },
): Origin {
  if (version === undefined) return { fields: { resolved } };
  const alias = aliasTarget(version);
  if (alias !== undefined) return { fields: { name: alias.name, version: alias.range, resolved } };
  const kind = specKind(version);
  if (kind === 'directory') return { folder: normalLocation(version), fields: {} };
  if (kind === 'git') return { fields: { resolved: version } };
  if (kind === 'file' || kind === 'tarball') {
    return { fields: { resolved: version, ...versionInTarball(name, version) } };
  }
  // npm 4 and older put the version here and the git address or the path into "from" and "resolved".
  const origin = resolved ?? (from !== undefined && specKind(from) !== 'registry' ? from : undefined);
  return { fields: { resolved: origin, version: /^[v=\s]*\d/.test(version) ? version : undefined } };
}

// The version, and the real name, that a tarball's file name gives away.
function versionInTarball(name: string, tarball: string): JsonObject {
  const registry = resolvedKind(tarball) === 'registry';
  const parts = (registry ? tarball.slice(0, tarball.lastIndexOf('/-/')) : name)
    .replace(/%2f/gi, '/')
    .split('/');
  const project = parts.at(-1) ?? '';
  const scope = parts.at(-2) ?? '';
  const real = scope.startsWith('@') ? `${scope}/${project}` : project;
  const base = tarball.slice(tarball.lastIndexOf('/') + 1).replace(/^file:/, '');
  if (!base.startsWith(`${project}-`) || !base.endsWith('.tgz')) return {};
  const version = base.slice(project.length + 1, -'.tgz'.length);
  if (!/^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/.test(version)) return {};
  return { version, ...(real === name ? {} : { name: real }) };
}

// Version 1 does not say of which type a requirement is. Like npm: what is flagged optional (or dev) where its
// dependent is not, is an optional (or dev) dependency.
function typeRequirements(table: ReadonlyMap<string, LockEntry>, { key, meta }: LockEntry): void {
  const { requires } = meta;
  delete meta.requires;
  if (!isObject(requires)) return;
  const typed = { dependencies: [], optionalDependencies: [], devDependencies: [] } as Record<
    string,
    unknown[]
  >;
  for (const name of Object.keys(requires)) {
    const found = resolveEntry(table, key, name);
    let type = 'dependencies';
    if (found?.optional && !meta.optional) type = 'optionalDependencies';
    else if (found?.dev && !meta.dev) type = 'devDependencies';
    typed[type]?.push([name, requires[name]]);
  }
  for (const type of Object.keys(typed))
    meta[type] = Object.fromEntries((typed[type] ?? []) as [string, unknown][]);
}

function resolveEntry(
  table: ReadonlyMap<string, LockEntry>,
  key: string,
  name: string,
): JsonObject | undefined {
  for (let at: string | undefined = key; at !== undefined; at = parentLocation(at)) {
    const found = table.get(`${at === '' ? '' : `${at}/`}node_modules/${name}`);
    if (found !== undefined) return found.meta;
  }
  return undefined;
}
