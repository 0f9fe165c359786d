/** What a project's own files decide about versions before any advice does. */
import { dirname, join } from 'node:path';
import type { Io } from '../io.ts';
import type { Tree } from '../model.ts';
import { isObject, type JsonObject, parseJson } from '../readers/json.ts';
import { overriddenNames } from '../readers/npm/drift.ts';
import { readText } from '../readers/text.ts';
import { readYaml } from '../readers/yaml/read.ts';
import { isMap, mapAt } from '../readers/yaml/value.ts';

export interface Project {
  /** Names that `overrides` or `resolutions` speak of: those alone decide on their versions. */
  overridden: ReadonlySet<string>;
  /** The version of the package manager, where package.json names one. */
  version: string | undefined;
}

/** Reads package.json and pnpm-workspace.yaml beside a lock file; what is missing or broken says nothing. */
export async function projectOf(io: Io, root: string, tree: Tree): Promise<Project> {
  const folder = join(root, dirname(tree.file).replace(/(?:^|\/)node_modules$/, ''));
  const manifest = manifestOf(io, join(folder, 'package.json'));
  const overridden = overriddenNames(manifest);
  const tables = [manifest.resolutions];
  if (isObject(manifest.pnpm)) tables.push(manifest.pnpm.overrides);
  for (const table of tables) {
    if (!isObject(table)) continue;
    for (const key of Object.keys(table)) overridden.add(lastName(key));
  }
  if (tree.manager === 'pnpm') {
    for (const key of await workspaceOverrides(io, join(folder, 'pnpm-workspace.yaml'), root)) {
      overridden.add(lastName(key));
    }
  }
  return { overridden, version: versionOf(manifest, tree) };
}

function manifestOf(io: Io, file: string): JsonObject {
  if (io.kind(file) !== 'file') return {};
  try {
    const { value } = parseJson(io.readFile(file), file);
    return isObject(value) ? value : {};
  } catch {
    // Reading the lock file has told that package.json is broken.
    return {};
  }
}

// a, @s/a, parent/a, **/a, parent>a, parent@1>a@2, a@npm:^1: https://pnpm.io/settings#overrides
function lastName(key: string): string {
  const last = key.slice(key.lastIndexOf('>') + 1).trim();
  const plain = /((?:@[^@/]+\/)?[^@/]+)(?:@[^/]*)?$/.exec(last.slice(-1000));
  return plain?.[1] ?? last;
}

// `packageManager: pnpm@10.2.0+sha512.…`; of another manager it says nothing.
function versionOf({ packageManager }: JsonObject, tree: Tree): string | undefined {
  if (typeof packageManager !== 'string') return undefined;
  const [, name, version] = /^(\w+)@(\d[^+]*)/.exec(packageManager) ?? [];
  return name === tree.manager ? version : undefined;
}

async function workspaceOverrides(io: Io, file: string, root: string): Promise<Iterable<string>> {
  if (io.kind(file) !== 'file') return [];
  try {
    const [first] = await readYaml(readText(io, file, root, 'correct it by hand'), { repeated: 'error' }, '');
    return isMap(first) ? (mapAt(first, 'overrides')?.entries.keys() ?? []) : [];
  } catch {
    return [];
  }
}
