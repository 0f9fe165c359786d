/** Where the compiled database lives when nobody says otherwise. */
import * as path from 'node:path';
import { UserError } from '../../errors.ts';
import type { Io } from '../../io.ts';

const DATABASE_FILE = 'advisories.vdb';

/**
 * The database in the user's cache folder: `~/.cache/vakt` (or `XDG_CACHE_HOME`,
 * https://specifications.freedesktop.org/basedir-spec/latest/), `~/Library/Caches/vakt` on macOS,
 * `%LOCALAPPDATA%\vakt\Cache` on Windows. Throws UserError where the environment names no such folder.
 */
export function defaultDatabase(env: Io['env'], platform: NodeJS.Platform = process.platform): string {
  const { join, isAbsolute } = platform === 'win32' ? path.win32 : path.posix;
  const { XDG_CACHE_HOME: xdg, HOME: home, LOCALAPPDATA: local, USERPROFILE: profile } = env;
  if (platform === 'win32') {
    if (local) return join(local, 'vakt', 'Cache', DATABASE_FILE);
    if (profile) return join(profile, 'AppData', 'Local', 'vakt', 'Cache', DATABASE_FILE);
    throw homeless('LOCALAPPDATA');
  }
  // "All paths set in these environment variables must be absolute"; others are to be ignored.
  if (platform !== 'darwin' && xdg && isAbsolute(xdg)) return join(xdg, 'vakt', DATABASE_FILE);
  if (!home) throw homeless('HOME');
  return platform === 'darwin'
    ? join(home, 'Library', 'Caches', 'vakt', DATABASE_FILE)
    : join(home, '.cache', 'vakt', DATABASE_FILE);
}

function homeless(variable: string): UserError {
  return new UserError(
    `${variable} is not set, so there is no cache folder to keep the advisory database in`,
    {
      hint: 'name the file with --db or VAKT_DB',
    },
  );
}
