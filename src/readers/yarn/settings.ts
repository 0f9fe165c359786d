/** The catalogs of .yarnrc.yml. https://yarnpkg.com/configuration/yarnrc#catalogs */
import { reasonOf } from '../../errors.ts';
import type { Io } from '../../io.ts';
import type { Project } from '../manifests.ts';
import { readText } from '../text.ts';
import { readYaml } from '../yaml/read.ts';
import { isMap, mapAt, textAt, type YamlMap } from '../yaml/value.ts';

export interface Catalogs {
  /** The range behind `catalog:` or `catalog:name`; undefined for any other range. */
  ranges(name: string, range: string): string | undefined;
  /** There is a .yarnrc.yml, and it could be read. */
  found: boolean;
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
    ranges(name, range) {
      if (!range.startsWith('catalog:')) return undefined;
      const catalog = range.slice('catalog:'.length);
      if (catalog === '') return textAt(mapAt(document, 'catalog'), name);
      return textAt(mapAt(mapAt(document, 'catalogs'), catalog), name);
    },
  };
}
