/** `--changed-since`: the work tree beside the commit that the change began from. */
import { basename } from 'node:path';
import type { Change } from './change.ts';
import { UserError } from './errors.ts';
import { baseOf, type GitBase } from './git/base.ts';
import { pathIn, type Snapshot, snapshotIo, withFilesOf } from './git/snapshot.ts';
import { gitIn } from './io/git.ts';
import type { Io } from './io.ts';
import type { Gap } from './model.ts';
import type { Policy } from './policy/policy.ts';
import { preset } from './policy/presets.ts';
import { LOCK_FILES } from './readers/extensions.ts';
import type { RulingChange } from './rules/rule.ts';
import { rulingChanges, SETTINGS } from './ruling.ts';
import { LOCK_FILE } from './sri-fix/lock.ts';

export interface SinceRequest {
  /** The scanned folder, absolute. */
  folder: string;
  /** The scanned paths, absolute. */
  targets: readonly string[];
  /** A commit, as typed. */
  since: string;
  offline: boolean;
  /** Report also what stood before. */
  all: boolean;
  /** The policy file that was named, absolute, if one was. */
  policyFile?: string | undefined;
  /** Loads the policy of a world. */
  load(world: Io): Promise<Policy>;
}

/** What a scan needs to judge a change; without `change` the gap says why it cannot. */
export interface JudgedChange {
  change?: Change;
  /** The project's files, but for those that would let a change judge itself. */
  files?: Io;
  policy: Policy;
  gaps?: readonly Gap[];
}

/**
 * The change of a work tree since a commit. A change does not judge itself: policy, accepted findings, .gitignore and
 * the SRI lock are those of the base. Throws UserError as baseOf does, and for paths of another repository.
 */
export async function changeFromGit(io: Io, request: SinceRequest): Promise<JudgedChange> {
  const { folder, since, offline } = request;
  const found = baseOf(gitIn(folder, io.env, offline), folder, since, offline);
  if ('missing' in found) {
    const gap: Gap = {
      source: 'git',
      fact: 'base',
      reason: `${found.missing}; everything is judged`,
      required: true,
    };
    return { policy: await request.load(io), gaps: [gap] };
  }
  return changeSince(io, found, request);
}

/** The change since this base. Throws UserError for paths outside of its repository. */
export function changeSince(
  io: Io,
  { snapshot, label, note }: Omit<GitBase, 'note'> & Partial<Pick<GitBase, 'note'>>,
  request: Omit<SinceRequest, 'since' | 'offline'>,
): Promise<JudgedChange> {
  for (const target of request.targets) {
    if (pathIn(snapshot.root, target) !== undefined) continue;
    throw new UserError('is not in the repository whose change is judged', {
      where: target,
      hint: `name paths in ${snapshot.root} alone`,
    });
  }
  const gaps: Gap[] =
    note === undefined ? [] : [{ source: 'git', fact: 'base', reason: note, required: false }];
  return changeAgainst(io, { ...request, snapshots: [snapshot], base: label, gaps });
}

export interface AgainstRequest extends Pick<SinceRequest, 'folder' | 'all' | 'load' | 'policyFile'> {
  /** The base; of a merge each parent, of which the first has the policy. */
  snapshots: readonly Snapshot[];
  /** What to call it. */
  base: string;
  gaps: readonly Gap[];
  /** Ask about the packages that changed alone. */
  brief?: boolean;
}

/** The change between snapshots and `io`'s files. */
export async function changeAgainst(io: Io, request: AgainstRequest): Promise<JudgedChange> {
  const { folder, base, all, policyFile, brief = false } = request;
  const gaps = [...request.gaps];
  const before = request.snapshots.map((snapshot) => snapshotIo(io, snapshot));
  const [first = io] = before;
  const { policy, gap } = await policyOf(first, io, request.load);
  if (gap !== undefined) gaps.push(gap);
  const places = settled(request.snapshots[0], folder);
  const sides = {
    before: first,
    after: io,
    folder,
    places,
    policy,
    policyFile,
    walks: !brief,
    load: request.load,
  };
  const ruling: RulingChange[] = await rulingChanges(sides);
  const judges = (file: string): boolean => ['.gitignore', LOCK_FILE].includes(basename(file));
  return {
    policy,
    files: withFilesOf(io, first, judges),
    change: { base, before, settings: first, ruling, all, gaps, brief },
  };
}

/**
 * A base without the policy file that the command line names is judged by the default; so is one whose policy cannot
 * be read, where the change mends it.
 */
async function policyOf(
  before: Io,
  after: Io,
  load: SinceRequest['load'],
): Promise<{ policy: Policy; gap?: Gap }> {
  try {
    return { policy: await load(before) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const policy = preset('recommended');
    if (error.message === 'does not exist') return { policy };
    await load(after);
    const reason = `before the change it cannot be read (${error.message}): the built-in recommended judges`;
    return { policy, gap: { source: error.where ?? 'policy', fact: 'base', reason, required: false } };
  }
}

/** The folders below the scanned one that have a lock file or settings of a manager, relative to it, with `/`. */
function settled(snapshot: Snapshot | undefined, folder: string): string[] {
  if (snapshot === undefined) return [];
  const inside = pathIn(snapshot.root, folder);
  const prefix = inside === undefined || inside === '' ? '' : `${inside}/`;
  const folders = new Set<string>();
  for (const path of snapshot.files.keys()) {
    const slash = path.lastIndexOf('/');
    if (slash < prefix.length || !path.startsWith(prefix) || path.includes('node_modules/')) continue;
    const name = path.slice(slash + 1);
    if (LOCK_FILES.has(name) || SETTINGS.includes(name)) folders.add(path.slice(prefix.length, slash));
  }
  return [...folders].sort();
}
