import type { Issue, Manager } from '../model.ts';
import { isBerry } from '../model.ts';
import {
  always,
  inForce,
  never,
  type Protections,
  type Setting,
  type Topic,
  whyInert,
} from '../protection.ts';
import { secondsOf, WAITING, type WaitingWords } from '../release-age.ts';
import { about, type Found, finding, ignoresScripts, scripts } from './protection-scripts.ts';
import { defineRule } from './rule.ts';

const DAY = 86_400;
/** Shorter than this no wait helps: malware is found within hours, not minutes. */
const SHORTEST = 3600;
/** Longer than this nobody means: it is the number of another unit. */
const LONGEST = 730 * DAY;
const OFF = 'switches the waiting time off';

export default defineRule({
  id: 'protection-off',
  title: "The package manager's own protection does not act, or is missing",
  needs: ['protections', 'now'],
  *check({ protections, now }) {
    for (const one of protections) {
      yield* waiting(one, now);
      yield* switches(one);
      yield* scripts(one);
      yield* trust(one);
    }
  },
});

function* waiting(one: Protections, now: Date): Iterable<Found> {
  const { tree, version } = one;
  if (tree.manager === 'cdn') return;
  const words = WAITING[tree.manager];
  const fix = `write ${words.week} in ${words.file}: most malware is found within days`;
  const own = inForce(one, words.name);
  if (own !== undefined) {
    const wrong = wrongWait(own, words, one, now);
    // A zero is a decision; whatever else is wrong is an accident.
    if (wrong !== undefined) yield about(one, own, wrong === OFF ? 'low' : 'moderate', wrong, fix);
    else yield* everybody(one, 'age', 'nobody waits');
    return;
  }
  const stray = one.settings.find(({ known }) => WAITS.has(known.name));
  if (stray !== undefined) {
    const why = whyInert(stray, one);
    const hint =
      stray.known.manager === tree.manager
        ? ''
        : `, and ${tree.manager} reads ${words.name} in ${words.file}`;
    yield about(one, stray, 'moderate', `does nothing: ${why}${hint}`, fix);
    return;
  }
  // Newer versions wait unasked, and Yarn 1 cannot.
  if (words.byDefault !== undefined && !never(version, words.byDefault)) return;
  if (tree.manager === 'yarn' && !isBerry(tree)) return;
  const message = `${tree.manager} installs a release the minute it is published: ${words.name} is not set`;
  yield finding(one, 'age', 'low', message, one.home, fix);
}

const WAITS = new Set(Object.values(WAITING).map(({ name }) => name));

function wrongWait(setting: Setting, words: WaitingWords, one: Protections, now: Date): string | undefined {
  const { manager } = one.tree;
  const value = setting.value ?? '';
  // What a variable holds is known where it is set.
  if (value.includes('${')) return undefined;
  const before = inForce(one, 'before')?.value;
  if (manager === 'npm' && before !== undefined && Date.parse(before) > now.getTime())
    return `does nothing: before = ${before} beside it wins, and lets everything in until then`;
  const seconds = secondsOf(setting, words, one);
  if (seconds === undefined) {
    const isLater = manager === 'yarn' && /^\d+[a-z]+$/.test(value);
    return `is no number of ${words.unit}${isLater ? `: Yarn reads durations since 4.11.0` : ''}`;
  }
  if (seconds === 0) return OFF;
  if (seconds < SHORTEST) {
    const waits = /^[\d.]+$/.test(value) ? `${value} ${words.unit}` : value;
    return `waits ${waits} alone: the unit of ${manager} is ${words.unit}`;
  }
  if (seconds > LONGEST)
    return `waits ${Math.round(seconds / DAY / 365)} years: the unit of ${manager} is ${words.unit}`;
  return undefined;
}

/** Lists of exceptions that leave nothing to protect. */
function* everybody(one: Protections, topic: Topic, what: string): Iterable<Found> {
  for (const setting of one.settings) {
    const isList = /exclude|preapproved/i.test(setting.known.name) && setting.known.topic === topic;
    const all = ['*', '**'].find((pattern) => setting.members.has(pattern));
    if (!isList || all === undefined || whyInert(setting, one) !== undefined) continue;
    const message = `${setting.name} in ${setting.at.file} holds ${all}: ${what}`;
    yield finding(
      one,
      `${topic} exceptions`,
      'moderate',
      message,
      setting.at,
      'name the packages that are meant',
    );
  }
}

/** What a setting of one name and value does to a protection that is there without it. */
const SWITCHES: readonly [Manager, string, string, Issue['severity'], string][] = [
  ['pnpm', 'blockExoticSubdeps', 'false', 'low', 'lets dependencies bring in git repositories and tarballs'],
  ['yarn', 'enableHardenedMode', 'false', 'low', 'lets lock files of strangers pass unchecked'],
  ['yarn', 'enableScripts', 'true', 'moderate', 'lets every package run scripts on install'],
  ['npm', 'dangerously-allow-all-scripts', 'true', 'moderate', 'lets every package run scripts on install'],
  ['pnpm', 'dangerouslyAllowAllBuilds', 'true', 'moderate', 'lets every package run scripts on install'],
];

function* switches(one: Protections): Iterable<Found> {
  const fix = 'take the line out, and allow the few packages that need a script by name';
  const isSilent = ignoresScripts(one);
  for (const [manager, name, value, severity, what] of SWITCHES) {
    const setting = inForce(one, name);
    if (manager !== one.tree.manager || setting?.value !== value) continue;
    const { topic } = setting.known;
    if (topic === 'scripts' && isSilent) continue;
    yield about(one, setting, severity, what, topic === 'scripts' ? fix : 'take the line out');
  }
}

const MONTH_MINUTES = 43_200;

function* trust(one: Protections): Iterable<Found> {
  if (one.tree.manager !== 'pnpm') return;
  const all = one.settings.filter(({ known }) => known.name === 'trustPolicy');
  const fix = 'write trustPolicy: no-downgrade in pnpm-workspace.yaml';
  const own = inForce(one, 'trustPolicy');
  const [stray] = all;
  if (own === undefined) {
    if (stray !== undefined)
      yield about(one, stray, 'moderate', `does nothing: ${whyInert(stray, one)}`, fix);
    else if (always(one.version, '10.21.0'))
      yield finding(
        one,
        'trust',
        'low',
        'pnpm installs releases that were published in a less safe way than those before: trustPolicy is not set',
        one.home,
        fix,
      );
    return;
  }
  if (own.value === 'off') yield about(one, own, 'low', 'switches the check off', fix);
  else if (own.value !== 'no-downgrade')
    yield about(one, own, 'moderate', 'does nothing: it is neither no-downgrade nor off', fix);
  else {
    yield* everybody(one, 'trust', 'no release is checked');
    const after = inForce(one, 'trustPolicyIgnoreAfter');
    const minutes = Number(after?.value);
    if (after === undefined || !(minutes < DAY / 60)) return;
    const message = `leaves out whatever is older than ${after.value} minutes: the unit of pnpm is minutes`;
    yield about(one, after, 'moderate', message, `write ${MONTH_MINUTES} for a month`);
  }
}
