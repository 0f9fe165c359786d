import type { Issue, Location } from '../model.ts';
import { isBerry } from '../model.ts';
import type { Protections, Setting } from '../readers/protections.ts';
import { atLeast, isRead, secondsOf, WAITING, type WaitingWords } from '../release-age.ts';
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
  needs: ['protections'],
  *check({ protections }) {
    for (const one of protections) {
      yield* waiting(one);
      yield* scripts(one);
    }
  },
});

type Found = Omit<Issue, 'rule'>;

function* waiting(one: Protections): Iterable<Found> {
  const { tree, version, settings } = one;
  if (tree.manager === 'cdn') return;
  const words = WAITING[tree.manager];
  if (tree.manager === 'yarn' && !isBerry(tree)) return;
  const ages = settings.filter(({ key }) => key === 'age');
  const own = ages.find((setting) => isRead(setting, one));
  if (own !== undefined) {
    const wrong = wrongWith(own, words, one);
    // A zero is a decision; whatever else is wrong is an accident.
    const severity = wrong === OFF ? 'low' : 'moderate';
    if (wrong !== undefined) yield finding(one, severity, `${saying(own)} ${wrong}`, own.at, 'age', words);
    return;
  }
  const stray = ages[0];
  if (stray !== undefined) {
    const why = stray.misplaced ?? `a setting of ${stray.manager}`;
    const message = `${saying(stray)} does nothing: it stands ${why}, and ${tree.manager} reads ${words.name} in ${words.file}`;
    yield finding(
      one,
      'moderate',
      stray.misplaced === undefined ? message.replace('it stands', 'it is') : message,
      stray.at,
      'age',
      words,
    );
    return;
  }
  if (words.byDefault !== undefined && version !== undefined && atLeast(version, words.byDefault)) return;
  const message = `${tree.manager} installs a release the minute it is published: ${words.name} is not set`;
  yield finding(one, 'low', message, one.home, 'age', words);
}

function wrongWith(
  setting: Setting,
  words: WaitingWords,
  { tree, version }: Protections,
): string | undefined {
  if (version !== undefined && !atLeast(version, words.since))
    return `does nothing: ${tree.manager} ${version} does not know it, ${words.since} is the first that does`;
  const seconds = secondsOf(setting, words);
  if (seconds === undefined) return `is no number of ${words.unit}`;
  if (seconds === 0) return OFF;
  if (seconds < SHORTEST)
    return `waits ${setting.value} ${words.unit} alone: the unit of ${tree.manager} is ${words.unit}`;
  if (seconds > LONGEST)
    return `waits ${Math.round(seconds / DAY / 365)} years: the unit of ${tree.manager} is ${words.unit}`;
  return undefined;
}

function* scripts(one: Protections): Iterable<Found> {
  for (const setting of one.settings) {
    const { key, manager, name, value, misplaced, at } = setting;
    if (key !== 'scripts' || manager !== one.tree.manager || misplaced !== undefined) continue;
    const isOff =
      value === (name === 'dangerouslyAllowAllBuilds' || name === 'enableScripts' ? 'true' : 'false');
    if (!isOff) continue;
    yield {
      severity: 'moderate',
      message: `${saying(setting)} lets every package run scripts on install`,
      places: () => [at],
      identity: [one.tree.file, 'scripts'],
      fix: 'take the line out, and allow the few packages that need a script by name',
    };
  }
}

function finding(
  { tree }: Protections,
  severity: Issue['severity'],
  message: string,
  at: Location,
  topic: string,
  { file, week }: WaitingWords,
): Found {
  const fix = `write ${week} in ${file}: most malware is found within days`;
  return { severity, message, places: () => [at], identity: [tree.file, topic], fix };
}

function saying({ name, value, at }: Setting): string {
  return `${name} = ${value} in ${at.file}`;
}
