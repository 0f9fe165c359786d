/** The catalogs and package extensions of .yarnrc.yml. https://yarnpkg.com/configuration/yarnrc#catalogs */
import { reasonOf } from '../../errors.ts';
import type { Io } from '../../io.ts';
import type { Project } from '../manifests.ts';
import { splitAt } from '../spec.ts';
import { readText } from '../text.ts';
import { readYaml } from '../yaml/read.ts';
import { isMap, mapAt, textAt, type YamlMap } from '../yaml/value.ts';

/** What .yarnrc.yml adds to the package.json of others; yarn.lock has what that brings, and not who asks for it. */
export interface Extension {
  name: string;
  range: string;
  dependencies: [string, string][];
}

export interface Catalogs {
  /** The range behind `catalog:` or `catalog:name`; undefined for any other range. */
  ranges(name: string, range: string): string | undefined;
  /** There is a .yarnrc.yml, and it could be read. */
  found: boolean;
  /** https://yarnpkg.com/configuration/yarnrc#packageExtensions */
  extensions: Extension[];
  unreadable: string | undefined;
}

const SETTINGS_LIMIT = 4 * 1024 * 1024;

/** The catalogs beside the lock file; a missing or broken file gives none. */
export async function readCatalogs(io: Io, root: string, project: Project): Promise<Catalogs> {
  let document: YamlMap | undefined;
  let unreadable: string | undefined;
  const file = project.file('.yarnrc.yml');
  if (file !== undefined) {
    try {
      const text = readText(io, file, root, 'settle the conflict by hand', SETTINGS_LIMIT);
      const [first] = await readYaml(text, { repeated: 'last' }, 'correct it by hand');
      if (isMap(first)) document = first;
    } catch (error) {
      unreadable = `.yarnrc.yml ${reasonOf(error)}`;
    }
  }
  return {
    found: document !== undefined,
    unreadable,
    extensions: readExtensions(document),
    ranges(name, range) {
      if (!range.startsWith('catalog:')) return undefined;
      const catalog = range.slice('catalog:'.length);
      if (catalog === '') return textAt(mapAt(document, 'catalog'), name);
      return textAt(mapAt(mapAt(document, 'catalogs'), catalog), name);
    },
  };
}

function readExtensions(document: YamlMap | undefined): Extension[] {
  const extensions: Extension[] = [];
  for (const [descriptor, extension] of mapAt(document, 'packageExtensions')?.entries ?? []) {
    const dependencies: [string, string][] = [];
    for (const [name, spec] of mapAt(isMap(extension) ? extension : undefined, 'dependencies')?.entries ?? [])
      if (typeof spec === 'string') dependencies.push([name, spec]);
    const { name, rest } = splitAt(descriptor);
    if (dependencies.length > 0) extensions.push({ name, range: rest, dependencies });
  }
  return extensions;
}
