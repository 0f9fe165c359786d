/**
 * A rule is one plain object with one pure function: facts in, issues out. No disk, no network, no clock, and
 * no knowledge of the policy. `needs` types what it is given and tells the pipeline what to gather.
 */
import type { LicenseVerdict } from '../license.ts';
import type { Advisory, Issue, Location, Package, Severity, Tree } from '../model.ts';
import type { Protections } from '../protection.ts';
import type { Repository } from '../repository.ts';
import type { History } from '../sources/history.ts';
import type { WebLoad } from '../web.ts';
import type { RuleOptions } from './options.ts';

/** Everything that rules can ask for. */
export interface Facts {
  trees: readonly Tree[];
  /** The inventory without our own code (root and workspace members). */
  packages: readonly Package[];
  advisories: ReadonlyMap<Package, readonly Advisory[]>;
  /** Hosts of the registries that .npmrc configures, and npm's own. Empty where no lock file needs to know. */
  registryHosts: ReadonlySet<string>;
  /** What pages and sources load from other people's servers. */
  loads: readonly WebLoad[];
  /** Hosts that the policy allows scripts from; all where it names none. `*.x.test` means its subdomains. */
  allowedHosts: readonly string[];
  /** What the registries tell, of the packages that they were asked about and answered for. */
  histories: ReadonlyMap<Package, History>;
  /** What GitHub tells of repositories, by `owner/name` in lower case. */
  repositories: ReadonlyMap<string, Repository>;
  /** What can stand in for packages, in words, by name; of those that are deprecated or were asked about. */
  replacements: ReadonlyMap<string, string>;
  /** Why the registry's signature of a package is wrong. */
  badSignatures: ReadonlyMap<Package, string>;
  /** Packages whose version an advisory names as its fix. */
  fixes: ReadonlySet<Package>;
  options: RuleOptions;
  now: Date;
  /** What the policy's lists make of a licence text; of none anything where it has no lists. */
  licenses: (text: string) => LicenseVerdict | undefined;
  /** Packages whose names the policy calls internal, and where they come from when that is not a registry of the
   * policy's or of .npmrc. */
  internal: ReadonlyMap<Package, { host: string; isPublic: boolean }>;
  /** What each project's files say about its package manager's own protection. */
  protections: readonly Protections[];
  /** The names that most projects use, and among how many most used ones each is; empty where no rule asks. */
  popular: ReadonlyMap<string, number>;
  /** What stood there before the change that is judged; undefined where no change is judged. */
  base: Base | undefined;
  /** The packages that are new or different against the base; undefined without one. */
  changed: ReadonlySet<Package> | undefined;
  /** What the change does to what judges it; nothing without a base. */
  ruling: readonly RulingChange[];
}

/** The inventory before a change. */
export interface Base {
  packages: readonly Package[];
  loads: readonly WebLoad[];
}

/** A change to the policy, its accepted findings, or the SRI lock. */
export interface RulingChange {
  message: string;
  severity: Severity;
  place: Location;
  identity: string[];
}

export interface Rule {
  id: string;
  title: string;
  needs: readonly (keyof Facts)[];
  /** Findings in no particular order. */
  check(facts: Facts): Iterable<Issue>;
}

/** Types a rule by its own `needs`: it is given those facts and no others. */
export function defineRule<const N extends keyof Facts>(rule: {
  id: string;
  title: string;
  needs: readonly N[];
  check(facts: Pick<Facts, N>): Iterable<Omit<Issue, 'rule'>>;
}): Rule {
  return {
    id: rule.id,
    title: rule.title,
    needs: rule.needs,
    *check(facts) {
      for (const issue of rule.check(facts)) yield { rule: rule.id, ...issue };
    },
  };
}

/** What of a base the packages that changed can be compared with: those of the same names. */
export function namesakes({ packages }: Base, changed: ReadonlySet<Package>): Package[] {
  const names = new Set<string>();
  for (const { name } of changed) names.add(name);
  return packages.filter(({ name }) => names.has(name));
}

/** Where packages stand: each of their places in the lock files. */
export function placesOf(...subjects: Package[]): Issue['places'] {
  return () => subjects.flatMap(({ tree, nodes }) => nodes.map((node) => tree.locate(node)));
}

/** `name@version`, as people read it. */
export function nameAt(subject: { name: string; version: string }): string {
  return subject.version === '' ? subject.name : `${subject.name}@${subject.version}`;
}
