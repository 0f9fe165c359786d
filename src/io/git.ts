/** The one way to git: as a process, without a shell. */
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';

interface GitResult {
  /** 0 where git was content. */
  status: number;
  stdout: Buffer;
  /** The first line of what git says, for people. */
  complaint: string;
}

/** Runs git with these arguments. Throws UserError where there is no git; a failing git is a result. */
export type Git = (args: readonly string[], input?: string) => GitResult;

/** More than the listing of any repository, or than the files that one change touches. */
const OUTPUT = 512 * 1024 * 1024;
/** For the network: git has no limit of its own. */
const PATIENCE_MS = 120_000;

/**
 * git in a folder. What git itself tells its hooks (GIT_DIR, GIT_INDEX_FILE …) is passed on; nothing is asked of a
 * person, and nothing of the repository is changed on the way.
 */
export function gitIn(folder: string, env: Io['env'], offline: boolean): Git {
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const own = {
    ...env,
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    ...(offline && { GIT_NO_LAZY_FETCH: '1' }),
  };
  return (args, input = '') => {
    const { status, stdout, stderr, error } = spawnSync('git', args, {
      cwd: folder,
      env: own,
      input,
      maxBuffer: OUTPUT,
      timeout: PATIENCE_MS,
      windowsHide: true,
    });
    const { code } = (error ?? {}) as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      throw new UserError('git cannot be run', {
        hint: 'install git, or see that PATH leads to it',
        cause: error,
      });
    }
    const said = stderr?.toString('utf8').trim().split('\n')[0] ?? '';
    const complaint = said.replace(/^fatal: /, '') || (error?.message ?? `git ended with ${status}`);
    return { status: error === undefined ? (status ?? 1) : 1, stdout: stdout ?? Buffer.alloc(0), complaint };
  };
}
