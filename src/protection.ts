/**
 * The settings by which package managers protect a project: their names, where they are read, and by which versions.
 * Each line was tried with the managers themselves against a registry of our own: npm 10.9 to 12.2, pnpm 9.15 to 12.21,
 * Yarn 4.9 to 4.18, Bun 1.3 and 1.4.
 */
import { isBerry, type Location, type Manager, type Tree } from './model.ts';

/** `age`: a new release waits. `scripts`: what may run on install. `trust`: no release in a less safe way than before.
 * `exotic`: no git or tarball below a dependency. `lock`: lock files of strangers are checked. */
export type Topic = 'age' | 'scripts' | 'trust' | 'exotic' | 'lock';

export type Home = '.npmrc' | 'package.json' | 'pnpm-workspace.yaml' | '.yarnrc.yml' | 'bunfig.toml';

/** A setting as its manager documents it. */
export interface KnownKey {
  manager: Manager;
  name: string;
  topic: Topic;
  home: Home;
  /** The first version that reads it there. */
  since?: string;
  /** The first version that reads something else in its place. */
  until?: string;
  /** pnpm up to 10 reads it below `pnpm` of package.json too. */
  inManifest?: true;
}

const npm = { manager: 'npm', home: '.npmrc' } as const;
const pnpm = { manager: 'pnpm', home: 'pnpm-workspace.yaml' } as const;
const yarn = { manager: 'yarn', home: '.yarnrc.yml' } as const;
const builds = { ...pnpm, topic: 'scripts', inManifest: true } as const;

/** pnpm reads settings in pnpm-workspace.yaml since 10.5; its lists of packages that may run scripts gave way to
 * allowBuilds in 11. https://pnpm.io/settings https://pnpm.io/migration */
export const KEYS: readonly KnownKey[] = [
  { ...npm, name: 'min-release-age', topic: 'age', since: '11.10.0' },
  { ...npm, name: 'min-release-age-exclude', topic: 'age' },
  { ...npm, name: 'before', topic: 'age' },
  { ...npm, name: 'ignore-scripts', topic: 'scripts' },
  { ...npm, name: 'allow-scripts', topic: 'scripts', since: '11.16.0' },
  { ...npm, name: 'strict-allow-scripts', topic: 'scripts', since: '11.16.0' },
  { ...npm, name: 'dangerously-allow-all-scripts', topic: 'scripts', since: '11.16.0' },
  { ...npm, name: 'allowScripts', topic: 'scripts', home: 'package.json', since: '11.16.0' },
  { ...pnpm, name: 'minimumReleaseAge', topic: 'age', since: '10.16.0' },
  { ...pnpm, name: 'minimumReleaseAgeExclude', topic: 'age', since: '10.16.0' },
  { ...pnpm, name: 'trustPolicy', topic: 'trust', since: '10.21.0' },
  { ...pnpm, name: 'trustPolicyExclude', topic: 'trust', since: '10.22.0' },
  { ...pnpm, name: 'trustPolicyIgnoreAfter', topic: 'trust', since: '10.27.0' },
  { ...pnpm, name: 'blockExoticSubdeps', topic: 'exotic', since: '10.26.0' },
  { ...pnpm, name: 'ignoreScripts', topic: 'scripts', since: '10.5.0' },
  { ...pnpm, name: 'strictDepBuilds', topic: 'scripts', since: '10.5.0' },
  { ...pnpm, name: 'dangerouslyAllowAllBuilds', topic: 'scripts', since: '10.9.0' },
  { ...builds, name: 'allowBuilds', since: '10.26.0' },
  { ...builds, name: 'onlyBuiltDependencies', since: '10.5.0', until: '11.0.0' },
  { ...builds, name: 'neverBuiltDependencies', since: '10.5.0', until: '11.0.0' },
  { ...builds, name: 'ignoredBuiltDependencies', since: '10.5.0', until: '11.0.0' },
  { ...yarn, name: 'npmMinimalAgeGate', topic: 'age', since: '4.10.0' },
  { ...yarn, name: 'npmPreapprovedPackages', topic: 'age', since: '4.10.0' },
  { ...yarn, name: 'enableScripts', topic: 'scripts' },
  { ...yarn, name: 'enableHardenedMode', topic: 'lock', since: '4.0.0' },
  { manager: 'bun', home: 'bunfig.toml', name: 'minimumReleaseAge', topic: 'age', since: '1.3.0' },
];

/** One line of configuration. */
export interface Setting {
  known: KnownKey;
  /** As written. */
  name: string;
  /** As written; undefined for what is a list or a map. */
  value?: string;
  /** The names that a list holds, and a map with what it says of each. */
  members: ReadonlyMap<string, string>;
  /** Where no version of its manager looks: `below settings`, `under another name`. */
  misplaced?: string;
  file: Home;
  at: Location;
}

/** The versions that a project lets its package manager have. */
export interface ManagerVersion {
  /** As people write it: `11.4.2`, `^10.0.0`. */
  text: string;
  least: string;
  /** The first version that is none of them any more; absent where there is no end. */
  below?: string;
}

/** What one project's files say. */
export interface Protections {
  tree: Tree;
  /** Of the manager of the lock file, where package.json or Yarn's settings name it. */
  version: ManagerVersion | undefined;
  settings: readonly Setting[];
  /** Packages that need not wait, as written: names, globs, `name@version`. */
  except: readonly string[];
  /** Where a setting would be added. */
  home: Location;
}

/** Whether every version that the project allows is at least this one. False where none is known. */
export function always(version: ManagerVersion | undefined, least: string): boolean {
  return version !== undefined && atLeast(version.least, least);
}

/** Whether no version that the project allows is this one or later. False where none is known. */
export function never(version: ManagerVersion | undefined, least: string): boolean {
  return version?.below !== undefined && atLeast(least, version.below);
}

/** Whether `a.b.c` is at least the other; both have three numbers. */
function atLeast(version: string, least: string): boolean {
  const [a, b] = [version, least].map((text) => text.split('.').map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (a?.[i] ?? 0) - (b?.[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** Why the manager of the lock file makes nothing of a setting; undefined where it reads it, as far as is known. */
export function whyInert(setting: Setting, { tree, version }: Protections): string | undefined {
  const { known, misplaced, file } = setting;
  const { manager, name, home, since, until } = known;
  if (manager === 'yarn' && tree.manager === 'yarn' && !isBerry(tree)) return 'Yarn 1 reads no .yarnrc.yml';
  const reads = `${manager} reads ${name} in ${home}`;
  if (manager !== tree.manager) return `it is a setting of ${manager}`;
  if (misplaced !== undefined) return `it stands ${misplaced}, and ${reads}`;
  const older = `${manager} ${version?.text}`;
  if (file !== home && always(version, '11.0.0')) {
    if (file === '.npmrc')
      return `since 11 pnpm takes registries and credentials alone from there, and ${reads}`;
    return `since 11 pnpm reads no settings there, and ${reads}`;
  }
  if (until !== undefined && always(version, until)) return `since 11 pnpm reads allowBuilds in its place`;
  // In package.json these lists are older than any pnpm that is still used.
  const isOlder = file === 'package.json' && until !== undefined;
  if (since === undefined || isOlder || !never(version, since)) return undefined;
  return until === undefined
    ? `${older} does not know it, ${since} is the first that does`
    : `${older} reads it below pnpm in package.json, ${since} is the first that reads it in ${home}`;
}

/** The setting of a name that is in force, as far as is known. */
export function inForce(one: Protections, name: string): Setting | undefined {
  return one.settings.find((setting) => setting.known.name === name && whyInert(setting, one) === undefined);
}
