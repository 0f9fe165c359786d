/** How long a project lets a new release wait, by the settings of its package manager: one truth for rule and advice. */
import { isBerry, type Manager } from './model.ts';
import { always, inForce, never, type Protections, type Setting } from './protection.ts';

const DAY = 86_400;

/** Where a manager reads the waiting time, in which unit (seconds), and since when. */
export interface WaitingWords {
  file: string;
  name: string;
  unit: string;
  seconds: number;
  since: string;
  /** From this version on it waits a day unasked. */
  byDefault?: string;
  /** A week, as it is written there. */
  week: string;
}

/** By manager. */
export const WAITING: Readonly<Record<Exclude<Manager, 'cdn'>, WaitingWords>> = {
  npm: {
    file: '.npmrc',
    name: 'min-release-age',
    unit: 'days',
    seconds: DAY,
    since: '11.10.0',
    week: 'min-release-age=7',
  },
  pnpm: {
    file: 'pnpm-workspace.yaml',
    name: 'minimumReleaseAge',
    unit: 'minutes',
    seconds: 60,
    since: '10.16.0',
    byDefault: '11.0.0',
    week: 'minimumReleaseAge: 10080',
  },
  yarn: {
    file: '.yarnrc.yml',
    name: 'npmMinimalAgeGate',
    unit: 'minutes',
    seconds: 60,
    since: '4.10.0',
    byDefault: '4.15.0',
    week: 'npmMinimalAgeGate: 7d',
  },
  bun: {
    file: 'bunfig.toml',
    name: 'minimumReleaseAge',
    unit: 'seconds',
    seconds: 1,
    since: '1.3.0',
    week: 'minimumReleaseAge = 604800 below [install]',
  },
};

/** What a project makes of new releases. */
export interface Wait {
  seconds: number;
  /** The setting's name. */
  setting: string;
  /** Names, globs and `name@version` that do not wait. */
  except: readonly string[];
}

/** The wait that is in force; undefined where there is none, or what is written means nothing. */
export function waitOf(one: Protections): Wait | undefined {
  const { tree, version, except } = one;
  if (tree.manager === 'cdn' || (tree.manager === 'yarn' && !isBerry(tree))) return undefined;
  const words = WAITING[tree.manager];
  if (never(version, words.since)) return undefined;
  const own = inForce(one, words.name);
  const byDefault = words.byDefault !== undefined && always(version, words.byDefault) ? DAY : 0;
  const seconds = own === undefined ? byDefault : secondsOf(own, words, one);
  if (seconds === undefined || seconds === 0) return undefined;
  return { seconds, setting: words.name, except };
}

const UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: DAY, w: 7 * DAY };

/** How long a setting makes a release wait; undefined where it is no time. */
export function secondsOf(
  { value = '' }: Pick<Setting, 'value'>,
  { seconds }: Pick<WaitingWords, 'seconds'>,
  { tree, version }: Pick<Protections, 'tree' | 'version'>,
): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,15}(?:\.\d+)?)(ms|[smhdw])?$/.exec(value) ?? [];
  if (digits === undefined) return undefined;
  // Yarn 4.10 takes `7d` for no number and waits for nothing; durations came with 4.11. Bun 1.4 has them too.
  const hasUnits = tree.manager === 'bun' || (tree.manager === 'yarn' && !never(version, '4.11.0'));
  if (unit !== '' && !hasUnits) return undefined;
  return Number(digits) * (UNITS[unit] ?? seconds);
}
