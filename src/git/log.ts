/** Which commits touched lock files, and what each left there. */
import { UserError } from '../errors.ts';
import type { Git } from '../io/git.ts';
import { LOCK_FILES } from '../readers/extensions.ts';
import { readTree, records, toDifference } from './listing.ts';

export interface Commit {
  id: string;
  /** When it was made where it stands now, and when its author wrote it. */
  committed: Date;
  authored: Date;
}

/** A commit and one lock file that it changed; `oid` and `was` are undefined where there is, or was, none. */
export interface Touch {
  commit: Commit;
  path: string;
  was: string | undefined;
  oid: string | undefined;
}

export interface LockLog {
  /** Along first parents from HEAD, oldest first: what the branch itself held, merges included. */
  main: Touch[];
  /** On branches that were merged, oldest first. */
  side: Touch[];
  /** The lock files of HEAD. */
  now: Map<string, string>;
  isShallow: boolean;
}

/** Lock files of every manager below the current folder. */
const PATHS = [...LOCK_FILES].map((name) => `:(glob)**/${name}`);

/** The history of the lock files below git's folder since a time. Paths are below the repository's root. */
export function lockLog(git: Git, since: Date): LockLog {
  const head = must(git, ['ls-tree', '-r', '-z', '--full-name', 'HEAD']);
  const now = new Map<string, string>();
  for (const { mode, oid, path } of readTree(head))
    if (mode.startsWith('100') && LOCK_FILES.has(path.slice(path.lastIndexOf('/') + 1))) now.set(path, oid);
  const shallow = must(git, ['rev-parse', '--is-shallow-repository']).toString('latin1').trim();
  const isShallow = shallow === 'true';
  const cut = isShallow ? rootsOf(git) : new Set<string>();
  const whole = touches(git, since, ['--first-parent', '--diff-merges=first-parent']);
  const known = new Set(whole.map(({ commit }) => commit.id));
  const all = touches(git, since, ['--full-history', '--diff-merges=separate']);
  return {
    main: whole.filter(({ commit }) => !cut.has(commit.id)),
    side: all.filter(({ commit }) => !known.has(commit.id) && !cut.has(commit.id)),
    now,
    isShallow,
  };
}

/** Where a shallow clone ends: what those commits hold they seem to have added, and only passed on. */
function rootsOf(git: Git): Set<string> {
  return new Set(must(git, ['rev-list', '--max-parents=0', 'HEAD']).toString('latin1').split('\n'));
}

function touches(git: Git, since: Date, how: readonly string[]): Touch[] {
  const args = ['log', '--raw', '-z', '--no-renames', '--no-abbrev', '--no-show-signature', ...how];
  const format = '--format=%x01%H %ct %at';
  // As a filter it does not stop at the first older commit, as a wrong clock would have it; git before 2.37 has it not.
  const exact = git([...args, format, `--since-as-filter=${since.toISOString()}`, 'HEAD', '--', ...PATHS]);
  const output =
    exact.status === 0
      ? exact.stdout
      : must(git, [...args, format, `--since=${since.toISOString()}`, 'HEAD', '--', ...PATHS]);
  const found: Touch[] = [];
  let commit: Commit | undefined;
  const all = records(output);
  for (let i = 0; i < all.length; i++) {
    const text = all[i]?.toString('latin1').trimStart() ?? '';
    if (text.startsWith('\u0001')) {
      const [id = '', committed, authored] = text.slice(1).trim().split(' ');
      commit = { id, committed: time(committed), authored: time(authored) };
      continue;
    }
    const difference = toDifference(text, all[i + 1] ?? Buffer.alloc(0));
    if (difference === undefined || commit === undefined) continue;
    i++;
    const { path, before, after } = difference;
    found.push({ commit, path, was: oidOf(before), oid: oidOf(after) });
  }
  return found.reverse();
}

function oidOf({ mode, oid }: { mode: string; oid: string }): string | undefined {
  return mode.startsWith('100') ? oid : undefined;
}

function time(seconds: string | undefined): Date {
  return new Date(Number(seconds) * 1000);
}

function must(git: Git, args: readonly string[]): Buffer {
  const { status, stdout, complaint } = git(args);
  if (status === 0) return stdout;
  throw new UserError(`git ${args[0]} fails: ${complaint}`, {
    where: '--history',
    hint: 'it looks through the commits of a git repository; git log says more',
  });
}
