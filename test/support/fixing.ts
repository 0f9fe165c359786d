/** What the tests of advice share: findings of a project folder, and the registry that npm is configured with. */
import { execFileSync } from 'node:child_process';
import type { PublishedPackage, PublishedVersion } from '../../src/fix/types.ts';
import { toPackages } from '../../src/inventory.ts';
import { realIo } from '../../src/io.ts';
import { judge } from '../../src/judge.ts';
import type { Finding, Package, Tree } from '../../src/model.ts';
import { preset } from '../../src/policy/presets.ts';
import { readNpm } from '../../src/readers/npm/index.ts';
import knownVulnerability from '../../src/rules/known-vulnerability.ts';
import malware from '../../src/rules/malware.ts';
import { matchAdvisories } from '../../src/sources/advisories/match.ts';
import type { AdvisoryRecord } from '../../src/sources/advisories/record.ts';
import { facts } from '../builders.ts';

export interface Found {
  tree: Tree;
  packages: Package[];
  findings: Finding[];
}

export type RecordsOf = (name: string) => readonly AdvisoryRecord[];

/** Reads and judges the lock file of a folder. */
export async function findIn(folder: string, recordsOf: RecordsOf): Promise<Found> {
  const tree = await readNpm({ ...realIo(), cwd: folder }, folder, { root: folder, offline: true });
  return findingsOf(tree, recordsOf);
}

/** Judges a tree by the policy `recommended`. */
export function findingsOf(tree: Tree, recordsOf: RecordsOf): Found {
  const packages = toPackages(tree).filter(({ importer }) => !importer);
  const { advisories } = matchAdvisories(packages, recordsOf, { privateHosts: new Set(), internal: [] });
  const found = facts(packages, { trees: [tree], advisories });
  const issues = [...knownVulnerability.check(found), ...malware.check(found)];
  return { tree, packages, findings: judge(issues, preset('recommended')) };
}

/** Asks the registry that npm is configured with; its answers are kept. */
export function registry(): (name: string) => Promise<PublishedPackage | undefined> {
  const base = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' })
    .trim()
    .replace(/\/?$/, '/');
  const known = new Map<string, Promise<PublishedPackage | undefined>>();
  let running = 0;
  const waiting: (() => void)[] = [];
  const inTurn = async (name: string) => {
    if (running >= CONCURRENCY) await new Promise<void>((resolve) => waiting.push(resolve));
    running++;
    try {
      return await ask(base, name);
    } finally {
      running--;
      waiting.shift()?.();
    }
  };
  return (name) => {
    const asked = known.get(name) ?? inTurn(name);
    known.set(name, asked);
    return asked;
  };
}

const CONCURRENCY = 8;

interface Packument {
  'dist-tags'?: { latest?: string };
  versions?: Record<
    string,
    PublishedVersion & { bundleDependencies?: unknown; bundledDependencies?: unknown }
  >;
}

async function ask(base: string, name: string): Promise<PublishedPackage | undefined> {
  const response = await fetch(base + name.replace('/', '%2f'));
  if (!response.ok) return undefined;
  const { versions = {}, 'dist-tags': tags = {} } = (await response.json()) as Packument;
  const made: PublishedPackage = { versions: new Map() };
  for (const [version, facts] of Object.entries(versions)) {
    const { bundleDependencies: one, bundledDependencies: other } = facts;
    const bundles = [one, other].some((list) => list === true || (Array.isArray(list) && list.length > 0));
    (made.versions as Map<string, PublishedVersion>).set(version, { ...facts, bundles });
  }
  if (tags.latest !== undefined) made.latest = tags.latest;
  return made;
}
