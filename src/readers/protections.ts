/**
 * The package manager's own protection, as a project's files configure it: how long a new release has to wait, and
 * whether packages may run scripts on install. Only the project's files: what a person has in a home folder protects
 * that person alone.
 *
 * npm: min-release-age in .npmrc, days, since 11.10. pnpm: minimumReleaseAge in pnpm-workspace.yaml, minutes, since
 * 10.16. Yarn: npmMinimalAgeGate in .yarnrc.yml, minutes or a duration, since 4.10. Bun: install.minimumReleaseAge in
 * bunfig.toml, seconds, since 1.3.
 */
import { dirname, join } from 'node:path';
import type { Io } from '../io.ts';
import type { Location, Manager, Tree } from '../model.ts';
import { isObject } from './objects.ts';
import { readText, type TextFile } from './text.ts';
import { isMap, textAt, type YamlMap } from './yaml/value.ts';

export type Key = 'age' | 'scripts';

/** One line of configuration. */
export interface Setting {
  /** As written: `min-release-age`. */
  name: string;
  /** The manager that would read it there. */
  manager: Manager;
  key: Key;
  /** As written. */
  value: string;
  /** In another place than the one where the manager looks: `nested`, `package.json`. */
  misplaced?: string;
  at: Location;
}

/** What one project's files say. */
export interface Protections {
  tree: Tree;
  /** `packageManager` or `devEngines.packageManager` of package.json, where it names the manager of the lock file. */
  version: string | undefined;
  settings: readonly Setting[];
  /** Packages that need not wait, as written: names, globs, `name@version`. */
  except: readonly string[];
  /** Where a setting would be added. */
  home: Location;
}

const LIMIT = 4 * 1024 * 1024;
const FILES = {
  npmrc: '.npmrc',
  pnpm: 'pnpm-workspace.yaml',
  yarn: '.yarnrc.yml',
  bun: 'bunfig.toml',
  manifest: 'package.json',
};

/** Reads what stands beside each lock file. A file that cannot be read says nothing: others report on it. */
export async function readProtections(io: Io, root: string, trees: readonly Tree[]): Promise<Protections[]> {
  const found = new Map<string, Protections>();
  for (const tree of trees) {
    if (tree.manager === 'cdn' || tree.file.includes('node_modules/')) continue;
    const folder = dirname(join(root, tree.file));
    const key = `${tree.manager}\0${folder}`;
    if (found.has(key)) continue;
    const text = (name: string): TextFile | undefined => readable(io, root, join(folder, name));
    const manifest = text(FILES.manifest);
    const yaml = tree.manager === 'pnpm' ? FILES.pnpm : FILES.yarn;
    found.set(key, {
      tree,
      version: manifest === undefined ? undefined : managerVersion(manifest, tree.manager),
      settings: [
        ...npmrcSettings(text(FILES.npmrc)),
        ...(await yamlSettings(text(FILES.pnpm), 'pnpm')),
        ...(await yamlSettings(text(FILES.yarn), 'yarn')),
        ...tomlSettings(text(FILES.bun)),
        ...manifestSettings(manifest),
      ],
      except: tree.manager === 'bun' ? tomlExcept(text(FILES.bun)) : yamlExcept(await yamlTop(text(yaml))),
      home: manifest?.locate(0) ?? tree.locate(tree.root),
    });
  }
  return [...found.values()];
}

function readable(io: Io, root: string, file: string): TextFile | undefined {
  if (io.kind(file) !== 'file') return undefined;
  try {
    return readText(io, file, root, 'correct it by hand', LIMIT);
  } catch {
    return undefined;
  }
}

const NPMRC: Readonly<Record<string, [Manager, Key]>> = {
  'min-release-age': ['npm', 'age'],
  'minimum-release-age': ['pnpm', 'age'],
  minimumreleaseage: ['pnpm', 'age'],
  'ignore-scripts': ['npm', 'scripts'],
};

// Lines as npm's `ini` has them: `key = value`, comments behind ; and #, sections in brackets.
function npmrcSettings(file: TextFile | undefined): Setting[] {
  const settings: Setting[] = [];
  let misplaced: string | undefined;
  for (const { line, at } of linesOf(file)) {
    if (/^\s*\[/.test(line)) misplaced = 'below a section';
    const [, name, value] = /^\s*([\w-]+)\s*=\s*([^;#\r]*)/.exec(line) ?? [];
    const known = NPMRC[name?.toLowerCase() ?? ''];
    if (name === undefined || known === undefined || !Object.hasOwn(NPMRC, name.toLowerCase())) continue;
    const [manager, key] = known;
    const text = unquoted(value ?? '');
    settings.push({ name, manager, key, value: text, at, ...(misplaced !== undefined && { misplaced }) });
  }
  return settings;
}

const YAML = {
  pnpm: { age: 'minimumReleaseAge', scripts: 'dangerouslyAllowAllBuilds' },
  yarn: { age: 'npmMinimalAgeGate', scripts: 'enableScripts' },
} as const;

async function yamlSettings(file: TextFile | undefined, manager: 'pnpm' | 'yarn'): Promise<Setting[]> {
  const top = await yamlTop(file);
  if (file === undefined || top === undefined) return [];
  const settings: Setting[] = [];
  for (const key of ['age', 'scripts'] as const) {
    const name = YAML[manager][key];
    const value = textAt(top, name);
    const add = (text: string, more: Partial<Setting>) =>
      settings.push({ name, manager, key, value: text, at: placeOf(file, name), ...more });
    if (value !== undefined) add(value, {});
    // An indented key is somebody else's, and the package manager says nothing about it.
    for (const [parent, below] of top?.entries ?? []) {
      const nested = value === undefined && isMap(below) ? textAt(below, name) : undefined;
      if (nested !== undefined) add(nested, { misplaced: `below ${parent}` });
    }
  }
  return settings;
}

async function yamlTop(file: TextFile | undefined): Promise<YamlMap | undefined> {
  if (file === undefined) return undefined;
  const { readYaml } = await import('./yaml/read.ts');
  try {
    const [document] = await readYaml(file, { repeated: 'last' }, 'correct it by hand');
    return isMap(document) ? document : undefined;
  } catch {
    return undefined;
  }
}

// pnpm's list and Yarn's.
function yamlExcept(top: YamlMap | undefined): string[] {
  const list = top?.entries.get('minimumReleaseAgeExclude') ?? top?.entries.get('npmPreapprovedPackages');
  return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
}

function tomlExcept(file: TextFile | undefined): string[] {
  const list = /^[ \t]*(?:install\.)?minimumReleaseAgeExcludes[ \t]*=[ \t]*\[([^\]]*)\]/m.exec(
    file?.text ?? '',
  )?.[1];
  return [...(list ?? '').matchAll(/"([^"]*)"|'([^']*)'/g)].map(([, one, other]) => one ?? other ?? '');
}

// The one key of a file of another language; tables are lines in brackets (TOML 1.0).
function tomlSettings(file: TextFile | undefined): Setting[] {
  const settings: Setting[] = [];
  let table = '';
  for (const { line, at } of linesOf(file)) {
    table = /^\s*\[\s*([\w.]+)\s*\]/.exec(line)?.[1] ?? table;
    const value = /^\s*(?:install\.)?minimumReleaseAge\s*=\s*([^#\r]*)/.exec(line)?.[1];
    if (value === undefined) continue;
    const isInstall = table === 'install' || (table === '' && /^\s*install\./.test(line));
    settings.push({
      name: 'minimumReleaseAge',
      manager: 'bun',
      key: 'age',
      value: unquoted(value).replaceAll('_', ''),
      at,
      ...(!isInstall && { misplaced: table === '' ? 'outside [install]' : `below [${table}]` }),
    });
  }
  return settings;
}

// Where people put it and where no pnpm reads it: `pnpm` takes a few settings only, and none since pnpm 11.
function manifestSettings(file: TextFile | undefined): Setting[] {
  const settings: Setting[] = [];
  const manifest = jsonOf(file);
  if (file === undefined || manifest === undefined) return settings;
  const { pnpm } = manifest;
  for (const [owner, where] of [
    [isObject(pnpm) ? pnpm : {}, 'in package.json below pnpm'],
    [manifest, 'in package.json'],
  ] as const) {
    const value = Object.hasOwn(owner, 'minimumReleaseAge') ? owner.minimumReleaseAge : undefined;
    if (typeof value !== 'number' && typeof value !== 'string') continue;
    const name = 'minimumReleaseAge';
    const at = placeOf(file, name);
    settings.push({ name, manager: 'pnpm', key: 'age', value: String(value), misplaced: where, at });
  }
  return settings;
}

function managerVersion(file: TextFile, manager: Manager): string | undefined {
  const manifest = jsonOf(file);
  if (typeof manifest?.packageManager === 'string') {
    const [, name, version] = /^([a-z]+)@v?(\d+\.\d+\.\d+)/.exec(manifest.packageManager) ?? [];
    if (name === manager) return version;
  }
  const engines = isObject(manifest?.devEngines) ? manifest.devEngines.packageManager : undefined;
  if (!isObject(engines) || engines.name !== manager || typeof engines.version !== 'string') return undefined;
  return /^v?(\d+\.\d+\.\d+)$/.exec(engines.version)?.[1];
}

function jsonOf(file: TextFile | undefined): Record<string, unknown> | undefined {
  if (file === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(file.text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function* linesOf(file: TextFile | undefined): Iterable<{ line: string; at: Location }> {
  if (file === undefined) return;
  let start = 0;
  for (const line of file.text.split('\n')) {
    const from = start;
    yield {
      line,
      get at() {
        return file.locate(from + line.length - line.trimStart().length);
      },
    };
    start += line.length + 1;
  }
}

function placeOf(file: TextFile, name: string): Location {
  // At the begin of a line or of a JSON member: not in a comment.
  const found = new RegExp(`(^[ \\t]*|[{,]\\s*)["']?${name}["']?\\s*:`, 'm').exec(file.text);
  return file.locate(found === null ? 0 : found.index + (found[1]?.length ?? 0));
}

function unquoted(value: string): string {
  return value.trim().replace(/^(["'])(.*)\1$/, '$2');
}
