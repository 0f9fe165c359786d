/** The registries that a project's own .npmrc names, for a state of the project that npm's library cannot read. */
import { dirname, join } from 'node:path';
import type { Io } from '../io.ts';

const LIMIT = 1024 * 1024;

/**
 * `registry` and `@scope:registry` of the .npmrc of the project that `folder` is in: beside the nearest package.json,
 * as npm looks for it. Lines are read as npm's `ini` has them; variables that are not set stay as they are.
 * https://docs.npmjs.com/cli/v11/configuring-npm/npmrc
 */
export function npmrcRegistries(
  io: Pick<Io, 'env' | 'kind' | 'readFile'>,
  folder: string,
): Map<string, string> {
  const found = new Map<string, string>();
  const file = join(projectOf(io, folder), '.npmrc');
  if (io.kind(file) !== 'file') return found;
  for (const line of io.readFile(file, LIMIT).toString('utf8').split('\n')) {
    // What follows belongs to a section, of which npm knows none.
    if (/^\s*\[/.test(line)) break;
    const [, key, value = ''] = /^\s*((?:@[^\s:=]+:)?registry)\s*=\s*([^;#\r]*)/.exec(line) ?? [];
    if (key !== undefined) found.set(key, withVariables(unquoted(value), io.env));
  }
  return found;
}

function projectOf(io: Pick<Io, 'kind'>, folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (io.kind(join(at, 'package.json')) === 'file') return at;
    if (dirname(at) === at) return folder;
  }
}

function withVariables(text: string, env: Io['env']): string {
  return text.replace(/\$\{([^}?]+)(\?)?\}/g, (whole, name: string, optional?: string) => {
    return env[name] ?? (optional === undefined ? whole : '');
  });
}

function unquoted(value: string): string {
  return value.trim().replace(/^(["'])(.*)\1$/, '$2');
}
