/** The way out for the usual commit: nothing is staged that the hook is about. Stands on next to nothing. */
import { spawnSync } from 'node:child_process';
import { nameOf, records } from '../git/listing.ts';
import { isRelevant } from './relevant.ts';

/** The names of staged files, deleted ones left out; 16 MB of names is more than any commit has. */
const NAMES = [
  'diff',
  '--cached',
  '--name-only',
  '-z',
  '--no-renames',
  '--diff-filter=d',
  '--ignore-submodules=all',
];
const OUTPUT = 16 * 1024 * 1024;

/**
 * Whether a hook that was called with these words has nothing to do: it was given no file names and no range, and
 * nothing of its subject is staged. False wherever git fails: who looks closer says what is wrong.
 */
export function isIdle(words: readonly string[], env: NodeJS.ProcessEnv): boolean {
  const ranged = env.PRE_COMMIT_FROM_REF !== undefined || env.PRE_COMMIT_TO_REF !== undefined;
  const only = words.length === 0 ? undefined : /^--only=(deps|web)$/.exec(words.join(' '))?.[1];
  if (ranged || (words.length > 0 && only === undefined)) return false;
  const { status, stdout } = spawnSync('git', NAMES, {
    maxBuffer: OUTPUT,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (status !== 0) return false;
  const subject = only === 'deps' || only === 'web' ? only : undefined;
  return !records(stdout).some((path) => isRelevant(nameOf(path), subject));
}
