/**
 * The package manager's own protection, as a project's files configure it. Only the project's files: what a person has
 * in a home folder protects that person alone.
 */
import { dirname, join } from 'node:path';
import type { Io } from '../io.ts';
import type { Location, Manager, Tree } from '../model.ts';
import { type Home, KEYS, type Protections, type Setting } from '../protection.ts';
import { managerVersion } from './manager-version.ts';
import { isObject } from './objects.ts';
import { meant, npmrcSettings, OTHERWISE, placed, tomlExcept, tomlSettings } from './protection-lines.ts';
import { readText, type TextFile } from './text.ts';
import { isMap, textAt, type YamlMap, type YamlValue } from './yaml/value.ts';

const LIMIT = 4 * 1024 * 1024;

/** Reads what stands beside each lock file. A file that cannot be read says nothing: others report on it. */
export async function readProtections(io: Io, root: string, trees: readonly Tree[]): Promise<Protections[]> {
  const found = new Map<string, Protections>();
  for (const tree of trees) {
    if (tree.manager === 'cdn' || tree.file.includes('node_modules/')) continue;
    const folder = dirname(tree.file);
    const key = `${tree.manager}\0${folder}`;
    if (found.has(key)) continue;
    const beside = trees.filter(({ file }) => dirname(file) === folder).map(({ manager }) => manager);
    const others = new Set(beside.filter((manager) => manager !== tree.manager));
    found.set(key, await readFolder(io, root, tree, others));
  }
  return [...found.values()];
}

// What other managers of the same folder read is theirs.
async function readFolder(
  io: Io,
  root: string,
  tree: Tree,
  others: ReadonlySet<Manager>,
): Promise<Protections> {
  const folder = dirname(join(root, tree.file));
  const text = (name: Home): TextFile | undefined => readable(io, root, join(folder, name));
  const manifest = text('package.json');
  const bun = text('bunfig.toml');
  const yarnrc = await yamlTop(text('.yarnrc.yml'));
  const settings = [
    ...npmrcSettings(text('.npmrc'), tree.manager),
    ...yamlSettings(text('pnpm-workspace.yaml'), await yamlTop(text('pnpm-workspace.yaml')), 'pnpm'),
    ...yamlSettings(text('.yarnrc.yml'), yarnrc, 'yarn'),
    ...tomlSettings(bun),
    ...manifestSettings(manifest),
  ].filter(({ known }) => !others.has(known.manager));
  const excludes = settings.filter(
    ({ known, misplaced }) =>
      known.manager === tree.manager && EXCEPT.has(known.name) && misplaced === undefined,
  );
  return {
    tree,
    version: await managerVersion(jsonOf(manifest), tree.manager, textAt(yarnrc, 'yarnPath')),
    settings,
    except: tree.manager === 'bun' ? tomlExcept(bun) : excludes.flatMap(({ members }) => [...members.keys()]),
    home: manifest?.locate(0) ?? tree.locate(tree.root),
  };
}

/** Lists of packages that need not wait. */
const EXCEPT = new Set(['min-release-age-exclude', 'minimumReleaseAgeExclude', 'npmPreapprovedPackages']);

function readable(io: Io, root: string, file: string): TextFile | undefined {
  if (io.kind(file) !== 'file') return undefined;
  try {
    return readText(io, file, root, 'correct it by hand', LIMIT);
  } catch {
    return undefined;
  }
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

function yamlSettings(
  file: TextFile | undefined,
  top: YamlMap | undefined,
  manager: 'pnpm' | 'yarn',
): Setting[] {
  if (file === undefined || top === undefined) return [];
  const settings: Setting[] = [];
  const add = (name: string, value: YamlValue, where: string | undefined) => {
    const known = meant(name, manager);
    if (known?.manager !== manager) return;
    const misplaced = where ?? (known.name === name ? undefined : OTHERWISE);
    settings.push({
      known,
      name,
      ...saidIn(value),
      file: known.home,
      at: placeOf(file, name),
      ...placed(misplaced),
    });
  };
  for (const [name, value] of top.entries) {
    add(name, value, undefined);
    // An indented key is somebody else's, and the package manager says nothing about it.
    for (const [inner, below] of isMap(value) ? value.entries : []) {
      const isKey = KEYS.some((known) => known.manager === manager && known.name === inner);
      if (isKey && !top.entries.has(inner)) add(inner, below, `below ${name}`);
    }
  }
  return settings;
}

function saidIn(value: YamlValue): Pick<Setting, 'value' | 'members'> {
  if (typeof value === 'string') return { value, members: new Map() };
  const entries = Array.isArray(value) ? value.map((one) => [one, 'true'] as const) : value.entries;
  const members = new Map<string, string>();
  for (const [name, text] of entries)
    if (typeof name === 'string' && typeof text === 'string') members.set(name, text);
  return { members };
}

// npm's list, pnpm's older lists, and what people put there and no pnpm reads.
function manifestSettings(file: TextFile | undefined): Setting[] {
  const settings: Setting[] = [];
  const manifest = jsonOf(file);
  if (file === undefined || manifest === undefined) return settings;
  const owners = [
    [isObject(manifest.pnpm) ? manifest.pnpm : {}, 'in package.json below pnpm'],
    [manifest, 'in package.json'],
  ] as const;
  for (const known of KEYS) {
    for (const [owner, where] of owners) {
      const { name, manager, home, inManifest } = known;
      const isOwn = home === 'package.json' ? owner === manifest : manager === 'pnpm';
      if (!isOwn || !Object.hasOwn(owner, name)) continue;
      const isRead = home === 'package.json' || (inManifest === true && owner !== manifest);
      const at = placeOf(file, name);
      const said = jsonValue(owner[name]);
      settings.push({
        known,
        name,
        ...said,
        file: 'package.json',
        at,
        ...placed(isRead ? undefined : where),
      });
    }
  }
  return settings;
}

function jsonValue(value: unknown): Pick<Setting, 'value' | 'members'> {
  const members = new Map<string, string>();
  if (Array.isArray(value)) for (const one of value) members.set(String(one), 'true');
  else if (isObject(value)) for (const [name, one] of Object.entries(value)) members.set(name, String(one));
  else return { value: String(value), members };
  return { members };
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

function placeOf(file: TextFile, name: string): Location {
  // At the begin of a line or of a JSON member: not in a comment.
  const found = new RegExp(`(^[ \\t]*|[{,]\\s*)["']?${name}["']?\\s*:`, 'm').exec(file.text);
  return file.locate(found === null ? 0 : found.index + (found[1]?.length ?? 0));
}
