/**
 * The packages table of a lock file: location → entry. Versions 2 and 3 hold it, version 1 is converted to it.
 * https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json
 */
import { UserError } from '../../errors.ts';
import { isObject, type JsonDocument, type JsonObject, kindOf, placeOf } from '../json.ts';
import { wrongType } from './fields.ts';
import { tableOfVersion1 } from './version1.ts';

export interface LockEntry {
  /** The key as the file has it (version 1: the location it stands for). */
  key: string;
  meta: JsonObject;
}

export interface LockTable {
  document: JsonDocument;
  /** 1 also for the older files that name none. */
  version: 1 | 2 | 3;
  /** The project's own entry; absent in version 1 and in the hidden lock file. */
  root: LockEntry | undefined;
  /** All others, in the file's order. */
  entries: LockEntry[];
  /** Where the entry with a key stands in the document. */
  pathOf(key: string): readonly string[];
}

/** PATH_MAX of Linux, the longest of the common ones; it also bounds how deep packages nest. */
const LONGEST_KEY = 4096;

const REMEDY = 'delete it and run `npm install --package-lock-only` to write it anew';

/** Reads the table. Throws UserError when the file is no npm lock file of a known version. */
export function readTable(document: JsonDocument): LockTable {
  const { value } = document;
  const version = knownVersion(document);
  if (isObject(value.packages)) return packagesTable(document, version, value.packages);
  if (value.packages !== undefined) {
    throw wrongType(document, ['packages'], `"packages" must be an object but is ${kindOf(value.packages)}`);
  }
  if (version !== 1) {
    throw new UserError(`is a lock file of version ${version} without its "packages" table`, {
      where: placeOf(document.locate(['lockfileVersion'])),
      hint: REMEDY,
    });
  }
  return { document, version, root: undefined, ...tableOfVersion1(document) };
}

function knownVersion(document: JsonDocument): 1 | 2 | 3 {
  const version = document.value.lockfileVersion;
  if (version === 1 || version === 2 || version === 3) return version;
  // npm 4 and older wrote npm-shrinkwrap.json without a version.
  if (
    version === undefined &&
    isObject(document.value.dependencies) &&
    document.value.packages === undefined
  ) {
    return 1;
  }
  const what =
    version === undefined
      ? 'names no lockfileVersion, so it is no lock file of npm'
      : `has lockfileVersion ${JSON.stringify(version)?.slice(0, 40)}; vakt knows 1, 2 and 3`;
  throw new UserError(what, { where: placeOf(document.locate(['lockfileVersion'])), hint: REMEDY });
}

function packagesTable(document: JsonDocument, version: 1 | 2 | 3, packages: JsonObject): LockTable {
  const pathOf = (key: string) => ['packages', key];
  const table: LockTable = { document, version, root: undefined, entries: [], pathOf };
  for (const key of Object.keys(packages)) {
    const meta = packages[key];
    if (!isObject(meta)) {
      throw wrongType(document, pathOf(key), `the entry must be an object but is ${kindOf(meta)}`);
    }
    if (key.length > LONGEST_KEY) {
      throw wrongType(document, pathOf(key), `a key of ${key.length} characters is no path of any system`);
    }
    if (key === '') table.root = { key, meta };
    else table.entries.push({ key, meta });
  }
  return table;
}
