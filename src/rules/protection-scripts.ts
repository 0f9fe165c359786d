/** Who may run scripts on install: the half of protection-off that is about lists and switches of scripts. */
import { type Issue, isBerry, type Location, type Manager } from '../model.ts';
import { always, inForce, never, type Protections, type Setting, whyInert } from '../protection.ts';

export type Found = Omit<Issue, 'rule'>;

/** Whether the project lets no script run at all. */
export const ignoresScripts = (one: Protections): boolean =>
  inForce(one, one.tree.manager === 'pnpm' ? 'ignoreScripts' : 'ignore-scripts')?.value === 'true';

/** What becomes of the lists of packages that may run scripts, and whether anything asks before scripts run. */
export function* scripts(one: Protections): Iterable<Found> {
  const { manager } = one.tree;
  const lists = one.settings.filter(
    ({ known, members }) => known.manager === manager && LISTS.has(known.name) && members.size > 0,
  );
  const [acts] = lists.filter((setting) => whyInert(setting, one) === undefined);
  const [stray] = lists;
  if (stray !== undefined && acts === undefined) {
    yield about(one, stray, 'moderate', `does nothing: ${whyInert(stray, one)}`, HOW[manager] ?? '');
    return;
  }
  if (manager === 'npm') yield* npmScripts(one, acts);
  if (manager === 'pnpm') yield* pnpmScripts(one);
  const first = FIRST[manager];
  if (first === undefined || !never(one.version, first) || acts !== undefined || ignoresScripts(one)) return;
  if (manager === 'yarn' && (!isBerry(one.tree) || inForce(one, 'enableScripts') !== undefined)) return;
  if (inForce(one, 'strict-allow-scripts')?.value === 'true' || one.settings.some(isOn)) return;
  const message = `${manager} ${one.version?.text} lets every package run scripts on install: ${first} is the first that asks`;
  yield finding(one, 'scripts', 'low', message, one.home, HOW[manager] ?? '');
}

/** Said already. */
const isOn = ({ known, value }: Setting): boolean => known.name === 'ignore-scripts' && value === 'false';

/** Who may run scripts. */
const LISTS = new Set([
  'allowScripts',
  'allow-scripts',
  'allowBuilds',
  'onlyBuiltDependencies',
  'neverBuiltDependencies',
  'ignoredBuiltDependencies',
]);
/** From this version on nothing runs unasked. */
const FIRST: Readonly<Partial<Record<Manager, string>>> = { npm: '12.0.0', pnpm: '10.0.0', yarn: '4.14.0' };
const HOW: Readonly<Partial<Record<Manager, string>>> = {
  npm: 'write ignore-scripts=true in .npmrc, or move to npm 12, which runs what allowScripts in package.json names',
  pnpm: 'name the packages that need a script under allowBuilds in pnpm-workspace.yaml (since pnpm 10.26)',
  yarn: 'write enableScripts: false in .yarnrc.yml, and allow single packages by dependenciesMeta',
};

function* npmScripts(one: Protections, list: Setting | undefined): Iterable<Found> {
  const { version } = one;
  if (ignoresScripts(one) || always(version, '12.0.0')) return;
  const isStrict = inForce(one, 'strict-allow-scripts')?.value === 'true' && always(version, '11.16.0');
  const off = inForce(one, 'ignore-scripts');
  if (off?.value === 'false' && !isStrict && list === undefined && never(version, '12.0.0')) {
    yield about(one, off, 'moderate', 'lets every package run scripts on install', HOW.npm ?? '');
    return;
  }
  if (list === undefined || isStrict) return;
  const ignored = [...list.members].find(([key, value]) => value === 'false' && !isPinned(key));
  if (ignored !== undefined) {
    const message = `${list.name} in ${list.at.file} denies ${ignored[0]}, which npm ignores: it takes names and exact versions alone`;
    yield finding(one, 'scripts', 'moderate', message, list.at, 'deny the bare name');
    return;
  }
  if (
    !always(version, '11.16.0') ||
    !never(version, '12.0.0') ||
    ![...list.members.values()].includes('true')
  )
    return;
  const message = `${list.name} in ${list.at.file} keeps nothing from running: npm ${version?.text} warns of the packages that it does not name, and runs their scripts`;
  yield finding(
    one,
    'scripts',
    'moderate',
    message,
    list.at,
    'write strict-allow-scripts=true in .npmrc, or move to npm 12',
  );
}

/** `name`, `name@*`, `name@1.2.3 || 1.2.4`, or an address. */
function isPinned(key: string): boolean {
  const at = key.indexOf('@', 1);
  if (at < 0 || key.includes(':')) return true;
  return /^(?:\*|\s*v?\d+\.\d+\.\d+[\w.+-]*\s*(?:\|\|\s*v?\d+\.\d+\.\d+[\w.+-]*\s*)*)?$/.test(
    key.slice(at + 1),
  );
}

function* pnpmScripts(one: Protections): Iterable<Found> {
  const denied = inForce(one, 'neverBuiltDependencies');
  if (denied === undefined || !always(one.version, '10.0.0') || ignoresScripts(one)) return;
  yield about(
    one,
    denied,
    'moderate',
    'lets every package that it does not name run scripts on install',
    HOW.pnpm ?? '',
  );
}

/** A finding about one setting, in words that go on after its name. */
export function about(
  one: Protections,
  setting: Setting,
  severity: Issue['severity'],
  what: string,
  fix: string,
): Found {
  const { name, value, at, known } = setting;
  const said = value === undefined ? name : `${name} = ${value}`;
  return finding(one, known.topic, severity, `${said} in ${at.file} ${what}`, at, fix);
}

/** A finding of this rule; one for each lock file and topic. */
export function finding(
  { tree }: Protections,
  topic: string,
  severity: Issue['severity'],
  message: string,
  at: Location,
  fix: string,
): Found {
  return { severity, message, places: () => [at], identity: [tree.file, topic], fix };
}
