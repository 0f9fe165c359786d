/** What planning is given and what it gives. */
import type { EdgeType, Finding, Package, Scope, Severity, Tree } from '../model.ts';
import type { LockCommand } from '../readers/npm/arborist.ts';
import type { AdvisoryRecord } from '../sources/advisories/record.ts';
import type { Release } from '../sources/registry.ts';

/** One published version, as far as the registry tells. */
export type PublishedVersion = Omit<Release, 'version' | 'integrity' | 'tarball'>;

export interface PublishedPackage {
  /** The dist-tag `latest`: npm prefers it where a range admits it. */
  latest?: string;
  versions: ReadonlyMap<string, PublishedVersion>;
}

/** Asks the registries of a name in a tree; undefined where they may not be asked, fail, or do not know it. */
export type Published = (name: string, tree: Tree) => Promise<PublishedPackage | undefined>;

export interface FixSettings {
  /** What keeps new releases out of a project; undefined: nothing does. */
  releaseAge?: (tree: Tree) => ReleaseAge | undefined;
  /** Ids of accepted advisories: a version that only these mean is good enough. */
  accepted?: ReadonlySet<string>;
  /** The version of Node that npm runs on: npm prefers what fits it. */
  nodeVersion?: string;
  /** Names that the `overrides` of a project's package.json speak of: those alone decide on their versions. */
  overridden?: (tree: Tree) => ReadonlySet<string>;
  /** The version of the package manager that a project's package.json names (`packageManager`). */
  managerVersion?: (tree: Tree) => string | undefined;
  /** Why existence cannot be checked, in a word: `offline`. */
  unchecked?: string;
  /** Lets npm itself try what is planned; undefined where that cannot be. */
  trial?: (tree: Tree) => Promise<Trial | undefined>;
}

/** What keeps new releases out. */
export interface ReleaseAge {
  /** The name of the setting. */
  setting: string;
  /** A fixed day: nothing published later is installed. */
  before?: Date;
  /** How long a release has to wait, in seconds. */
  seconds?: number;
  /** Whether a version need not wait. */
  excepts(name: string, version: string): boolean;
}

/** One command of npm, for its resolver. */
export interface Attempt {
  /** Set in package.json first. */
  force?: readonly Override[];
  command: LockCommand;
}

export interface Trial {
  /**
   * The tree that the commands lead to. Otherwise all is as it was: `fails` where npm refuses them, undefined where it
   * could not be found out (no answer, time is up), and from then on always.
   */
  run(attempts: readonly Attempt[]): Promise<Tree | 'fails' | undefined>;
  /** Takes the last run back. */
  undo(): void;
  close(): void;
}

export interface PlanRequest {
  trees: readonly Tree[];
  packages: readonly Package[];
  /** Those of packages with an advisory are planned for. */
  findings: readonly Finding[];
  /** All advisory records of a name. */
  recordsOf: (name: string) => readonly AdvisoryRecord[];
  published: Published;
  now: Date;
  settings: FixSettings;
}

export type StepKind = 'update' | 'install' | 'parent' | 'override' | 'none';

/** A package that a step takes from one version to another. */
export interface Move {
  name: string;
  /** The name it is installed under, where that is not its own. */
  alias?: string;
  from: string;
  /** A version, or a range where only that is known to be free of the advisories; empty where there is none. */
  to: string;
  /** True where `to` is the first that helps and npm may take a later one. */
  orLater: boolean;
  /** Leaves the range that a caret on `from` would allow. */
  major: boolean;
  direct: boolean;
  scope: Scope;
  /** Of the worst finding that this move clears; absent for packages moved for the sake of others. */
  severity?: Severity;
  title?: string;
  /** How many findings it clears beside the worst. */
  more: number;
}

/** One action that a person can type. */
export interface Step {
  kind: StepKind;
  /** At most 60 characters. */
  title: string;
  /** To be run in the scanned folder; empty where nothing can be done by command. */
  command: string;
  /** The package.json (or lock file) that it changes, relative to the scanned root. */
  manifest: string;
  moves: Move[];
  /** What is gone afterwards, when all earlier steps were taken too. */
  clears: Finding[];
  /** Whether npm's own resolver says so (`clears` is exact), or only what is known of the tree. */
  tried: boolean;
  /** Those of `clears` that need a version of which nobody knows whether it exists. */
  hopes: Finding[];
  /** What it concerns and does not clear. */
  leaves: Finding[];
  major: boolean;
  /** At most 78 characters each. */
  notes: string[];
}

/** A new version for what an importer asks for. */
export interface Install {
  /** The importer's key in its tree: empty for the root. */
  importer: string;
  /** The importer's own name. */
  member: string;
  /** The name it is asked for under. */
  as: string;
  name: string;
  type: EdgeType;
  /** What package.json has now. */
  spec: string;
  /** The version; where it is not known to exist, the first that helps. */
  to: string;
  /** What to ask npm for: a version, or a range where no version is known. */
  ask: string;
}

/** A version forced on all that ask for a package, or only on those named. */
export interface Override {
  name: string;
  to: string;
  /** Only below this package; undefined: everywhere. */
  below: string | undefined;
}
