/** What pnpm-workspace.yaml adds to the lock file. https://pnpm.io/settings */
import { reasonOf } from '../../errors.ts';
import type { Io } from '../../io.ts';
import type { Project } from '../manifests.ts';
import { readText } from '../text.ts';
import { readYaml } from '../yaml/read.ts';
import { isMap, mapAt, type YamlMap } from '../yaml/value.ts';

export interface Settings {
  /** `namedRegistries`: alias → address. */
  registries: ReadonlyMap<string, string>;
  /** `overrides`: selector → value. */
  overrides: ReadonlyMap<string, string>;
  /** There is a pnpm-workspace.yaml, and it could be read. */
  found: boolean;
  /** Catalog → package → range; the unnamed catalog is `default`. */
  catalogs: ReadonlyMap<string, ReadonlyMap<string, string>>;
  ignoredOptional: ReadonlySet<string>;
  /** Why the file could not be used. */
  unreadable: string | undefined;
}

const SETTINGS_LIMIT = 4 * 1024 * 1024;

/** The settings beside the lock file; a missing or broken file gives empty ones. */
export async function readSettings(io: Io, root: string, project: Project): Promise<Settings> {
  let document: YamlMap | undefined;
  let unreadable: string | undefined;
  const file = project.file('pnpm-workspace.yaml');
  if (file !== undefined) {
    try {
      const text = readText(io, file, root, 'settle the conflict by hand', SETTINGS_LIMIT);
      const [first] = await readYaml(text, { repeated: 'error' }, 'correct it by hand');
      if (isMap(first)) document = first;
    } catch (error) {
      unreadable = `pnpm-workspace.yaml ${reasonOf(error)}`;
    }
  }
  const catalogs = new Map<string, ReadonlyMap<string, string>>();
  for (const [name, catalog] of mapAt(document, 'catalogs')?.entries ?? []) {
    if (isMap(catalog)) catalogs.set(name, texts(catalog));
  }
  const unnamed = mapAt(document, 'catalog');
  if (unnamed) catalogs.set('default', texts(unnamed));
  const ignored = document?.entries.get('ignoredOptionalDependencies');
  return {
    found: document !== undefined,
    registries: texts(mapAt(document, 'namedRegistries')),
    overrides: texts(mapAt(document, 'overrides')),
    catalogs,
    ignoredOptional: new Set(
      Array.isArray(ignored) ? ignored.filter((name) => typeof name === 'string') : [],
    ),
    unreadable,
  };
}

/** The entries of a map that are text. */
export function texts(map: YamlMap | undefined): Map<string, string> {
  const out = new Map<string, string>();
  for (const [key, value] of map?.entries ?? []) if (typeof value === 'string') out.set(key, value);
  return out;
}
