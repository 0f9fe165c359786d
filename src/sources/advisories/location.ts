/** Where the advisory database lies. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Io } from '../../io.ts';

/** The cache folder of this user, by the custom of the platform (XDG Base Directory Specification on Linux). */
export function cacheFolder({ env }: Pick<Io, 'env'>, platform: NodeJS.Platform = process.platform): string {
  const home = env.HOME || env.USERPROFILE || homedir();
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'vakt');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'vakt');
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'vakt', 'Cache');
  return join(home, '.cache', 'vakt');
}

/** The database that was named (`--db`, else VAKT_DB), else the one in the cache folder. */
export function databaseFile(
  io: Pick<Io, 'cwd' | 'env'>,
  named: string | undefined,
): { file: string; named: boolean } {
  const wanted = named ?? (io.env.VAKT_DB || undefined);
  if (wanted !== undefined) return { file: resolve(io.cwd, wanted), named: true };
  return { file: join(cacheFolder(io), 'advisories.vdb'), named: false };
}
