/** The network of one run: opened when first asked for, by the settings of .npmrc, and closed at its end. */
import { dirname, join } from 'node:path';
import type { Http } from './http.ts';
import type { Io } from './io.ts';
import type { NpmSettings } from './npmrc.ts';
import { defaultDatabase } from './sources/advisories/location.ts';
import type { GitHub } from './sources/github.ts';
import type { Registry } from './sources/registry.ts';

export interface Online {
  http: Http;
  settings: NpmSettings;
  registry: Registry;
  /** GitHub, as the environment names it. Throws UserError for addresses that are none. */
  github(): Promise<GitHub>;
  close(): Promise<void>;
}

export interface Connection {
  /** The network, or undefined where none may be used. Who knows the lock files, relative to the folder, names them:
   * what is configured beside them counts from the first call on. */
  open: ((lockFiles?: readonly string[]) => Promise<Online>) | undefined;
  close(): Promise<void>;
}

/** A connection for a project's folder; `urls` are addresses that the user named, beside the registries. */
export function connection(
  io: Io,
  folder: string,
  offline: boolean,
  urls: readonly string[] = [],
): Connection {
  let online: Promise<Online> | undefined;
  const open = (lockFiles: readonly string[] = []): Promise<Online> => {
    online ??= connect(io, folder, urls, lockFiles);
    return online;
  };
  return {
    open: offline ? undefined : open,
    close: async () => (await online?.catch(() => undefined))?.close(),
  };
}

/** The folder of this user that vakt keeps copies in. Throws UserError where the environment names none. */
export function cacheFolder(io: Pick<Io, 'env'>): string {
  return dirname(defaultDatabase(io.env));
}

async function connect(
  io: Io,
  folder: string,
  urls: readonly string[],
  lockFiles: readonly string[],
): Promise<Online> {
  const [{ readNpmrc }, { createHttp }, { httpCache }, { createRegistry }] = await Promise.all([
    import('./npmrc.ts'),
    import('./http.ts'),
    import('./http/cache.ts'),
    import('./sources/registry.ts'),
  ]);
  const settings = await readNpmrc(io, folder, lockFiles);
  const cache = httpCache(io, join(cacheFolder(io), 'http'));
  const network = settings.network(urls);
  const { limits } = settings;
  const http = createHttp({ network, cache, limits });
  let github: Promise<GitHub> | undefined;
  const openGitHub = async (): Promise<GitHub> => {
    const { githubSettings } = await import('./sources/github/settings.ts');
    const where = githubSettings(io);
    const { createGitHub } = await import('./sources/github.ts');
    return createGitHub({ network, cache, limits, settings: where });
  };
  return {
    http,
    settings,
    registry: createRegistry(http, settings),
    github() {
      github ??= openGitHub();
      return github;
    },
    async close() {
      await http.close();
      await (await github?.catch(() => undefined))?.close();
    },
  };
}
