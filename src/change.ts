/** A change: what a scan compares with, and what stood there before. */
import { resolve } from 'node:path';
import { reasonOf, UserError } from './errors.ts';
import { type LocalFacts, localFacts } from './facts.ts';
import type { Io } from './io.ts';
import type { FactsBefore } from './judge-all.ts';
import type { Advisory, Gap, Package, Tree } from './model.ts';
import type { Policy } from './policy/policy.ts';
import { type ReadAllRequest, type Reading, readAll } from './read.ts';
import type { Base, Facts, RulingChange } from './rules/rule.ts';
import type { WebLoad } from './web.ts';

export interface Change {
  /** Against what, for people: `main (1a2b3c4d5e6f)`. */
  base: string;
  /** The project as it was: once, or for a merge as each parent has it. */
  before: readonly Io[];
  /** Whose registries are the project's own: none that the change itself names. */
  settings: Io;
  /** What the change does to the policy and the SRI lock, none of which judges it. */
  ruling: readonly RulingChange[];
  /** Report also what stood before. */
  all: boolean;
  /** Ask about the packages that changed alone: a commit does not wait for what stood before. */
  brief?: boolean;
  /** What limits the comparison. */
  gaps: readonly Gap[];
}

/** What stood before a change, and what could not be told. */
export interface Before {
  trees: Tree[];
  loads: WebLoad[];
  gaps: Gap[];
}

/**
 * Reads what was scanned as it was before. What cannot be read there counts as not there, and is told: everything
 * that stands there now is then new.
 */
export async function readBefore(change: Change, request: ReadAllRequest, now: Reading): Promise<Before> {
  const trees: Tree[] = [];
  const loads: WebLoad[] = [];
  const gaps: Gap[] = [...change.gaps, ...withoutLock(now)];
  for (const io of change.before) {
    const paths = (request.paths.length === 0 ? ['.'] : request.paths).filter(
      (path) => io.kind(resolve(io.cwd, path)) !== undefined,
    );
    if (paths.length === 0) continue;
    const asked = { ...request, paths, root: now.root, offline: true, progress: () => {} };
    try {
      const reading = await readAll(io, asked);
      trees.push(...reading.trees);
      loads.push(...reading.loads);
      for (const gap of reading.gaps) if (gap.fact === 'files') gaps.push(asBefore(gap.source, gap.reason));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (hasLock(now)) gaps.push(asBefore(error.where ?? 'git', reasonOf(error)));
    }
  }
  return { trees, loads, gaps };
}

function asBefore(source: string, reason: string): Gap {
  const told = `before the change: ${reason}; all that stands there now counts as new`;
  return { source, fact: 'base', reason: told, required: false };
}

// Without a lock file what is installed is what somebody once installed: no commit knows it.
function withoutLock({ trees }: Reading): Gap[] {
  return trees
    .filter(({ format }) => /^(?:node_modules|package\.json) /.test(format))
    .map(({ file }) => ({
      source: file,
      fact: 'base',
      reason: 'there is no lock file, so nobody can tell what the change adds: all counts as new',
      required: false,
    }));
}

function hasLock({ trees }: Reading): boolean {
  return trees.some(({ manager }) => manager !== 'cdn');
}

/** The packages that the base does not have in the same lock file, from the same place, with the same bytes, and as much
 * in production. */
export function changedPackages(packages: readonly Package[], base: Base): Set<Package> {
  const known = new Map<string, Map<string, Package[]>>();
  for (const one of base.packages) {
    let file = known.get(one.tree.file);
    if (file === undefined) {
      file = new Map();
      known.set(one.tree.file, file);
    }
    const group = file.get(one.purl);
    if (group === undefined) file.set(one.purl, [one]);
    else group.push(one);
  }
  const isKnown = (one: Package): boolean =>
    known
      .get(one.tree.file)
      ?.get(one.purl)
      ?.some((other) => isSame(one, other)) === true;
  return new Set(packages.filter((one) => !isKnown(one)));
}

function isSame(a: Package, b: Package): boolean {
  return (
    a.source === b.source &&
    a.integrity === b.integrity &&
    a.resolved === b.resolved &&
    a.checksum === b.checksum &&
    (a.scope === 'dev') === (b.scope === 'dev')
  );
}

/** What is known of the head's packages, said of the same versions in the base. Other versions are none of the head's. */
function advisoriesBefore(
  base: Base,
  head: ReadonlyMap<Package, readonly Advisory[]>,
): Map<Package, readonly Advisory[]> {
  const known = new Map([...head].map(([one, found]) => [versionKey(one), found]));
  const before = new Map<Package, readonly Advisory[]>();
  for (const one of base.packages) {
    const found = known.get(versionKey(one));
    if (found !== undefined) before.set(one, found);
  }
  return before;
}

function versionKey({ tree, purl, source }: Package): string {
  return `${tree.file}\0${purl}\0${source}`;
}

/** Gives the facts as they were before, by what is known now; of the project's own files what these rules need. */
export function factsBefore(
  change: Change,
  before: Before & Base,
  now: {
    root: string;
    policy: Policy;
    known: Omit<Facts, keyof Base | 'trees' | 'base' | 'changed' | 'ruling' | keyof LocalFacts>;
  },
): FactsBefore {
  const { root, policy, known } = now;
  const { trees, packages, loads } = before;
  const nothing = { base: undefined, changed: undefined, ruling: [] };
  return async (rules) => {
    const advisories = advisoriesBefore(before, known.advisories);
    const needed = new Set(rules.flatMap(({ needs }) => needs));
    const [io = change.settings] = change.before;
    const local = await localFacts(io, root, before, policy, { settings: change.settings, needed });
    return { ...known, ...local, advisories, trees, packages, loads, ...nothing };
  };
}
