/** The way out for the usual commit: nothing is staged that the hook is about. Stands on next to nothing. */
import { spawnSync } from 'node:child_process';
import { readDifferences } from '../git/listing.ts';
import { isRelevant } from './relevant.ts';

/** What is staged, whatever diff.* is configured; 16 MB is more than any commit has. */
const DIFFERENCES = ['diff', '--cached', '--raw', '-z', '--no-abbrev', '--no-renames', '--no-relative'];
const OUTPUT = 16 * 1024 * 1024;

/** What a first look at the index tells. */
export interface Look {
  /** There is nothing to do. */
  idle: boolean;
  /** What git says of the index, as stagedIn takes it. */
  raw?: Buffer;
}

/**
 * Whether a hook that was called with these words has nothing to do: it was given no file names and no range, and
 * nothing of its subject is staged. Not idle wherever git fails: who looks closer says what is wrong.
 */
export function look(words: readonly string[], env: NodeJS.ProcessEnv): Look {
  const ranged = env.PRE_COMMIT_FROM_REF !== undefined || env.PRE_COMMIT_TO_REF !== undefined;
  const only = words.length === 0 ? undefined : /^--only=(deps|web)$/.exec(words.join(' '))?.[1];
  if (ranged || (words.length > 0 && only === undefined)) return { idle: false };
  const { status, stdout } = spawnSync('git', DIFFERENCES, {
    maxBuffer: OUTPUT,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (status !== 0) return { idle: false };
  const subject = only === 'deps' || only === 'web' ? only : undefined;
  const isTold = readDifferences(stdout).some(
    ({ status, path }) => status !== 'D' && isRelevant(path, subject),
  );
  return { idle: !isTold, raw: stdout };
}
