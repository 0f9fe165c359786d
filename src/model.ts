/**
 * The words of the domain. This file imports nothing; everything else imports it.
 *
 * read → enrich → judge → report: readers make trees, the inventory makes packages of them, sources add
 * facts and gaps, rules turn facts into findings, the policy gives each finding a level.
 */

/** From harmless to worst; the index is the order. */
export const SEVERITIES = ['info', 'low', 'moderate', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What the policy decided for a finding: fails the run, is shown as work, is counted only, is dropped. */
export type Level = 'block' | 'todo' | 'fold' | 'off';

/** From strongest to weakest claim that the code runs in production; the index is the order. */
export const SCOPES = ['prod', 'optional', 'peer', 'dev'] as const;
export type Scope = (typeof SCOPES)[number];

/** Where a package's files come from. Only `registry` and `bundled` are npm's package of that name. */
export type Source =
  | 'registry'
  | 'git'
  | 'tarball'
  | 'file'
  | 'link'
  | 'portal'
  | 'patch'
  | 'workspace'
  | 'bundled';

/** A place in a file. `file` is relative to the scanned root with `/`; line and column start at 1, the
 * column counts UTF-16 units; `offset` counts bytes, a byte order mark included. */
export interface Location {
  file: string;
  line: number;
  column: number;
  offset: number;
}

export type EdgeType = 'prod' | 'dev' | 'optional' | 'peer' | 'peerOptional' | 'workspace';

/** One declared dependency of a node: what it asks for, and which node answers (absent: nothing does). */
export interface Edge {
  /** The name under which the dependency is asked for; behind an alias this is the alias. */
  name: string;
  spec: string;
  type: EdgeType;
  to?: TreeNode;
}

/** One place in a dependency tree, as a lock file or a node_modules folder has it. */
export interface TreeNode {
  /** The lock file's own key, unique in its tree: `node_modules/a/node_modules/b`, `b@1.0.0(react@18.2.0)`. */
  key: string;
  /** The real name, also behind an alias. */
  name: string;
  /** Empty where the lock file gives none (some git, file and link entries). */
  version: string;
  /** The name it is installed under, where that is not its own. */
  alias?: string;
  source: Source;
  scope: Scope;
  /** Asked for by the root or by a workspace member; null where the files at hand do not say. */
  direct: boolean | null;
  /** The root project or a workspace member: our own code. */
  importer: boolean;
  /** Installed by the package manager for itself and not by the project (pnpm's configuration dependencies and
   * its own executable): judged like the rest, but no part of the project's inventory. */
  environment?: true;
  /** Where the lock file says it was downloaded from. */
  resolved?: string;
  /** Subresource-integrity string of the tarball as the lock file has it. */
  integrity?: string;
  /** Yarn's digest of its own archive of the package: two installs can be compared by it, a tarball cannot. */
  checksum?: string;
  /** For some systems only: Yarn 2 and later fetch it on those alone and keep no checksum of it. */
  conditional?: true;
  license?: string;
  deprecated?: string;
  /** Whether it runs a script on install; null where the lock file does not say. */
  installScript: boolean | null;
  edges: Edge[];
}

/** Who put the packages of a tree together; `cdn`: a page, which loads them from other people's servers. */
export type Manager = 'npm' | 'yarn' | 'pnpm' | 'bun' | 'cdn';

/** What one lock file (or node_modules folder) says. */
export interface Tree {
  /** Relative to the scanned root, with `/`. */
  file: string;
  manager: Manager;
  /** For people: `package-lock v3`. */
  format: string;
  root: TreeNode;
  /** All nodes but the root, in the file's order; workspace members included. */
  nodes: TreeNode[];
  /** Where a node stands in `file`. Computed when asked: most nodes are never pointed at. */
  locate(node: TreeNode): Location;
  /** What reading could not learn. */
  gaps: Gap[];
  /** What the project's own package.json files ask for and the lock file does not deliver. */
  drift: Drift[];
}

/** A disagreement between package.json and the lock file: input of the rule lock-out-of-sync. */
export interface Drift {
  /** The package.json that asks, relative to the scanned root. */
  manifest: string;
  name: string;
  /** What package.json asks for; absent when only the lock file knows the dependency. */
  wanted?: string;
  /** What the lock file holds for it (a version or a spec); absent when it has nothing. */
  locked?: string;
  /** What is installed is what package.json allows all the same: npm ci goes on, the next npm install mends it. */
  harmless?: boolean;
  /** One package asks for another, and the manager installs what the lock file holds without comparing. */
  tolerated?: boolean;
  location: Location;
}

/** One entry of the inventory: a package of one lock file, however many places of the tree hold it.
 * Entries differ in purl, source or integrity. */
export interface Package {
  name: string;
  version: string;
  purl: string;
  alias?: string;
  scope: Scope;
  direct: boolean | null;
  source: Source;
  resolved?: string;
  integrity?: string;
  license?: string;
  deprecated?: string;
  /** Yarn's digest of its own archive: pins the bytes, but is no hash of the tarball. */
  checksum?: string;
  installScript: boolean | null;
  importer: boolean;
  /** The package manager's own, not the project's. */
  environment?: true;
  tree: Tree;
  nodes: TreeNode[];
}

/** A vulnerability or a malware report as it concerns one package version; records that are aliases of
 * each other are one advisory. */
export interface Advisory {
  id: string;
  /** The other ids of the same thing, sorted. */
  aliases: string[];
  severity: Severity;
  /** False where no source gives a severity and `high` was assumed. */
  rated: boolean;
  title: string;
  url: string;
  /** The versions meant, for people and for semver: `>=1.0.0 <1.2.3 || =2.0.0`. */
  affected: string;
  /** Versions that the records name as first fixed, ascending. */
  fixed: string[];
  malware: boolean;
  /** Malware whose record covers every version and also names some, when this is none of those. */
  disputed: boolean;
}

/** Something that could not be checked. */
export interface Gap {
  /** Who could not answer: a source's or a reader's name. */
  source: string;
  /** What is missing: `advisories`, `packages`, `drift` … */
  fact: string;
  reason: string;
  /** Set by the policy: an open required gap makes the report incomplete. */
  required: boolean;
}

/** The facts that a finding rests on, for machines: each rule gives those that it judged by. */
export interface Evidence {
  /** When the version was published, ISO 8601. */
  published?: string;
  publisher?: string;
  /** Who published the releases before. */
  publishers?: string[];
  /** The earlier version that it is compared with. */
  against?: string;
  /** What it lacks that the earlier version has. */
  lost?: 'attestation' | 'signature';
  latest?: string;
  /** Major versions and years behind `latest`. */
  majors?: number;
  years?: number;
  /** The publisher's words. */
  deprecation?: string;
  /** What they name in its place. */
  successor?: { name?: string; version?: string };
  maintainers?: string[];
  /** Hex digests, as `sha512:…`: what the lock file pins and what the registry promises. */
  locked?: string;
  served?: string;
  /** The name that it can be taken for. */
  imitates?: string;
}

/** What a rule found, before the policy judged it. */
export interface Issue {
  rule: string;
  severity: Severity;
  message: string;
  package?: Package;
  advisory?: Advisory;
  /** Of the script or style a web rule found. */
  url?: string;
  /** Where it stands; worked out only where somebody wants to know. */
  places: () => Location[];
  /** What to do, in words or as a command. */
  fix?: string;
  /** Whether a published version is said to be free of it. */
  fixable?: boolean;
  disputed?: boolean;
  evidence?: Evidence;
  /** What tells this finding from others of its rule over line moves; never a line number. */
  identity: string[];
}

/** An issue with the policy's decision. */
export interface Finding extends Issue {
  level: Level;
  /** Hex digest of rule and identity. */
  fingerprint: string;
  /** Only where a change is judged: whether it brings the finding, or makes it worse than it was. */
  added?: boolean;
}

export type Verdict = 'pass' | 'fail' | 'incomplete';

/** Exit codes; when several apply the precedence is bug, usage, fail, incomplete, pass. */
export const EXIT = { pass: 0, fail: 1, usage: 2, incomplete: 3, bug: 70 } as const;

/** Negative when `a` is less severe than `b`. */
export function compareSeverity(a: Severity, b: Severity): number {
  return SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b);
}

/** Whether Yarn 2 or later wrote a tree's lock file: another program than Yarn 1, with words of its own. */
export function isBerry({ manager, format }: Pick<Tree, 'manager' | 'format'>): boolean {
  return manager === 'yarn' && format.startsWith('yarn.lock berry');
}
