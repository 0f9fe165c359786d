/**
 * Whether somebody looks after a package. Old is not unmaintained: what has nothing open against it is at worst slow.
 */
import type { Advisory } from '../model.ts';
import { plural } from '../plain.ts';
import type { Repository } from '../repository.ts';
import type { History } from '../sources/history.ts';
import type { RuleOptions } from './options.ts';
import { DAY, day, newest } from './past.ts';

type HealthVerdict = 'maintained' | 'slow' | 'stale' | 'abandoned';

export interface Health {
  /** Absent where nothing is known that tells. */
  verdict?: HealthVerdict;
  /** In words and numbers; the weightiest first. */
  reasons: string[];
  /** What would have counted, and is not known. */
  unknown: string[];
  /** Advisories for which no published version is known as the fix. */
  open: readonly Advisory[];
  /** The last sign of work: a release, or a commit on the default branch. */
  lastSign?: Date;
}

const YEAR = 365.25 * DAY;

/**
 * - abandoned: its repository is archived or disabled, its newest version is deprecated, or an advisory without a fix
 *   is open and nothing was released or committed for `limits.abandoned` days;
 * - stale: the same for `limits.stale` days;
 * - slow: nothing for more than `limits.slow` days, and none of that;
 * - maintained: anything else that is known.
 * `advisories` are those of the version in use.
 */
export function healthOf(
  history: History | undefined,
  repository: Repository | undefined,
  advisories: readonly Advisory[],
  now: Date,
  limits: RuleOptions['unmaintained'],
): Health {
  const open = advisories.filter((one) => isOpen(one, history));
  const lastSign = latest([...releaseDates(history), repository?.lastCommit, repository?.lastRelease]);
  const closed = closures(history, repository);
  const health: Health = {
    reasons: [...closed, ...openReasons(open), ...activity(history, repository, now)],
    unknown: unknownOf(history, repository),
    open,
    ...(lastSign !== undefined && { lastSign }),
  };
  const verdict = closed.length > 0 ? 'abandoned' : byAge(lastSign, open.length > 0, now, limits);
  return verdict === undefined ? health : { ...health, verdict };
}

function byAge(
  lastSign: Date | undefined,
  isOpenOne: boolean,
  now: Date,
  { slow, stale, abandoned }: RuleOptions['unmaintained'],
): HealthVerdict | undefined {
  if (lastSign === undefined) return undefined;
  const days = (now.getTime() - lastSign.getTime()) / DAY;
  if (isOpenOne && days > abandoned) return 'abandoned';
  if (isOpenOne && days > stale) return 'stale';
  return days > slow ? 'slow' : 'maintained';
}

// Malware is no matter of maintenance; a fix that was never published is none.
function isOpen({ malware, disputed, fixed }: Advisory, history: History | undefined): boolean {
  if (malware || disputed) return false;
  return history === undefined ? fixed.length === 0 : !fixed.some((version) => history.releases.has(version));
}

function closures(history: History | undefined, repository: Repository | undefined): string[] {
  const reasons: string[] = [];
  if (repository?.archived === true) {
    const since = repository.archivedAt === undefined ? '' : ` since ${day(repository.archivedAt)}`;
    reasons.push(`its repository ${repository.name} is archived${since}`);
  }
  if (repository?.disabled === true) reasons.push(`its repository ${repository.name} is disabled`);
  const last = history && newest(history);
  if (last?.deprecated !== undefined) reasons.push(`its newest version, ${last.version}, is deprecated`);
  return reasons;
}

function openReasons(open: readonly Advisory[]): string[] {
  if (open.length === 0) return [];
  const some = open.slice(0, 3).map(({ id }) => id);
  const count = plural(open.length, 'advisory', 'advisories');
  return [`${count} without a published fix (${some.join(', ')}${open.length > some.length ? ' …' : ''})`];
}

function activity(history: History | undefined, repository: Repository | undefined, now: Date): string[] {
  const reasons: string[] = [];
  const released = latest(releaseDates(history));
  if (released !== undefined) reasons.push(`last release ${day(released)}, ${ago(released, now)}`);
  if (repository === undefined) return reasons;
  if (repository.lastCommit !== undefined)
    reasons.push(`last commit ${day(repository.lastCommit)}, ${ago(repository.lastCommit, now)}`);
  if (repository.commits !== undefined)
    reasons.push(`${plural(repository.commits, 'commit')} in the last year`);
  return reasons;
}

function unknownOf(history: History | undefined, repository: Repository | undefined): string[] {
  const unknown: string[] = [];
  if (history === undefined)
    unknown.push('releases, maintainers and deprecation (the registry did not tell)');
  else if (!releaseDates(history).some((date) => date !== undefined))
    unknown.push(
      history.releases.size > 0
        ? 'when its releases were published (the registry tells no times)'
        : 'any release: all of them were withdrawn',
    );
  if (repository === undefined) unknown.push('the state of its repository and its commits');
  return unknown;
}

function releaseDates(history: History | undefined): (Date | undefined)[] {
  return history === undefined ? [] : [...history.releases.values()].map(({ published }) => published);
}

function latest(dates: readonly (Date | undefined)[]): Date | undefined {
  let last: Date | undefined;
  for (const date of dates) if (date !== undefined && (last === undefined || date > last)) last = date;
  return last;
}

/** How long ago, roughly: `3 days ago`, `5 months ago`, `8.5 years ago`. Clocks differ; what lies a day ahead is no slip. */
export function ago(date: Date, now: Date): string {
  if (date.getTime() - now.getTime() > DAY) return "which lies ahead of this machine's clock";
  const ms = Math.max(0, now.getTime() - date.getTime());
  if (ms >= 2 * YEAR) return `${(ms / YEAR).toFixed(1)} years ago`;
  const months = Math.floor(ms / (YEAR / 12));
  return months >= 2 ? `${months} months ago` : `${plural(Math.floor(ms / DAY), 'day')} ago`;
}
