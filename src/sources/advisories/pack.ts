/** The advisory database as an npm package: what a registry can carry, a closed network can have. */
import * as path from 'node:path';
import type { Io } from '../../io.ts';
import { type Compiled, compileDatabase } from './compile.ts';
import type { DatabaseInfo } from './database.ts';
import { FORMAT } from './layout.ts';

/** The package's usual name. */
export const PACKAGE = 'vakt-advisories';
/** The compiled database's name inside the package. */
export const DATABASE_FILE = 'advisories.vdb';

export interface Packed {
  name: string;
  version: string;
  compiled: Compiled;
}

export interface PackRequest {
  /** What compileDatabase takes: a zip, a folder, a compiled file. */
  from: string;
  /** Where the package is written. */
  folder: string;
  name?: string | undefined;
  /** URL of the repository that publishes it; npm wants it for provenance. */
  repository?: string | undefined;
  now: Date;
}

type PackIo = Pick<Io, 'kind' | 'list' | 'open' | 'readFile' | 'writeFile' | 'create'>;

/**
 * Writes a folder that `npm publish` takes: package.json, README.md and the database. The version is `format.yyyymmdd.hhmm` of the database's making (UTC, leading zeros
 * dropped), so that later ones are higher and each vakt finds the newest it can read. Throws UserError.
 */
export async function packDatabase(io: PackIo, request: PackRequest): Promise<Packed> {
  const { from, folder, name = PACKAGE, repository, now } = request;
  const compiled = await compileDatabase(io, { from, to: path.join(folder, DATABASE_FILE), now });
  const version = packageVersion(compiled.info);
  const manifest = {
    name,
    version,
    description: 'Advisories about npm packages, compiled for vakt',
    license: 'CC-BY-4.0',
    ...(repository === undefined ? {} : { repository: { type: 'git', url: repository } }),
    files: [DATABASE_FILE],
    vakt: { database: DATABASE_FILE, format: FORMAT },
  };
  io.writeFile(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  io.writeFile(path.join(folder, 'README.md'), readme(name, compiled.info));
  return { name, version, compiled };
}

function packageVersion({ built }: DatabaseInfo): string {
  const [year = '', month = '', day = '', hour = '', minute = ''] = built.match(/\d+/g) ?? [];
  return `${FORMAT}.${year}${month}${day}.${Number(hour) * 100 + Number(minute)}`;
}

function readme(name: string, info: DatabaseInfo): string {
  return `# ${name}

Advisories about npm packages in the form that \`vakt\` looks names up in. \`vakt db update\` fetches the newest
version of this package through the registry that is configured; nothing in it runs.

- made: ${info.built}, from ${info.from}
- newest record: ${info.newest}
- records: ${info.records}, about ${info.names} packages; malware: ${info.malware}; withdrawn: ${info.withdrawn}

The records come from OSV (https://osv.dev), which gathers the GitHub Advisory Database (CC-BY-4.0) and OpenSSF's
malicious-packages (Apache-2.0), among others. They are cut down to what is needed to judge a version.
`;
}
