/** Accepted findings: which entry covers which finding, and which entries have outlived their use. */
import type { Finding, TreeNode } from '../model.ts';
import { satisfies } from '../semver.ts';
import { type Ignore, isProduction } from './policy.ts';

export interface Accepted {
  finding: Finding;
  ignore: Ignore;
}

/** An entry that somebody should look at. */
export interface StaleIgnore {
  ignore: Ignore;
  /** Its last day has passed; nothing matches it; it ends within a fortnight; a fixed version exists. */
  why: 'ended' | 'unused' | 'ends soon' | 'fixed';
}

export interface Acceptance {
  open: Finding[];
  accepted: Accepted[];
  stale: StaleIgnore[];
}

/** All ways by which the project comes to the finding's package, or undefined where they are too many to list. */
export type PathsOf = (finding: Finding) => readonly (readonly TreeNode[])[] | undefined;

const SOON_DAYS = 14;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Sorts the findings by the entries, as of `now`. The first entry that covers a finding accepts it. */
export function accept(
  findings: readonly Finding[],
  ignores: readonly Ignore[],
  pathsOf: PathsOf,
  now: Date,
): Acceptance {
  const open: Finding[] = [];
  const accepted: Accepted[] = [];
  const used = new Set<Ignore>();
  const outdone = new Set<Ignore>();
  for (const finding of findings) {
    let by: Ignore | undefined;
    for (const ignore of ignores) {
      if (!covers(ignore, finding, pathsOf)) continue;
      used.add(ignore);
      if (ignore.fixed === true && finding.fixable === true) outdone.add(ignore);
      else if (daysLeft(ignore, now) >= 0) by ??= ignore;
    }
    if (by === undefined) open.push(finding);
    else accepted.push({ finding, ignore: by });
  }
  const stale = ignores.flatMap((ignore): StaleIgnore[] => {
    const left = daysLeft(ignore, now);
    if (left < 0) return [{ ignore, why: 'ended' }];
    if (!used.has(ignore)) return [{ ignore, why: 'unused' }];
    if (outdone.has(ignore)) return [{ ignore, why: 'fixed' }];
    return left <= SOON_DAYS ? [{ ignore, why: 'ends soon' }] : [];
  });
  return { open, accepted, stale };
}

/** Whole days until the entry ends; 0 on its last day, negative afterwards. Days are UTC. */
function daysLeft({ until }: Ignore, now: Date): number {
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  return Math.round((Date.parse(`${until}T00:00:00Z`) - today) / DAY_MS);
}

function covers(ignore: Ignore, finding: Finding, pathsOf: PathsOf): boolean {
  const { rule, id, fingerprint, scope } = ignore;
  if (rule !== undefined && rule !== finding.rule) return false;
  if (fingerprint !== undefined && fingerprint !== finding.fingerprint) return false;
  if (ignore.url !== undefined && (finding.url === undefined || !matchText(ignore.url, finding.url)))
    return false;
  if (id !== undefined && !idsOf(finding).includes(id.toLowerCase())) return false;
  if (scope !== undefined && (scope === 'production') !== isProduction(finding)) return false;
  if (ignore.package !== undefined && !isPackage(ignore.package, finding)) return false;
  if (ignore.path === undefined && ignore.workspace === undefined) return hasMatcher(ignore);
  // Accepted by one way is not accepted by another: each way has to fit, and all have to be known.
  const paths = pathsOf(finding);
  return paths !== undefined && paths.length > 0 && paths.every((path) => isPath(ignore, path));
}

/** An entry without any key would accept everything. */
function hasMatcher({ rule, id, fingerprint, package: name, scope, url }: Ignore): boolean {
  return [rule, id, fingerprint, name, scope, url].some((one) => one !== undefined);
}

function idsOf({ advisory }: Finding): string[] {
  return advisory === undefined ? [] : [advisory.id, ...advisory.aliases].map((one) => one.toLowerCase());
}

function isPackage(wanted: string, { package: subject }: Finding): boolean {
  if (subject === undefined) return false;
  const at = wanted.indexOf('@', 1);
  const name = at < 0 ? wanted : wanted.slice(0, at);
  return name === subject.name && (at < 0 || satisfies(subject.version, wanted.slice(at + 1)));
}

function isPath({ path, workspace }: Ignore, nodes: readonly TreeNode[]): boolean {
  const [importer, ...rest] = nodes;
  if (workspace !== undefined && workspace !== importer?.name && workspace !== (importer?.key || '.'))
    return false;
  return (
    path === undefined ||
    matchPath(
      path,
      rest.map(({ name }) => name),
    )
  );
}

/**
 * Whether a glob such as `webpack > ** > braces` fits a path of names. `**` stands for any number of names, `*`
 * within a name for any characters but `/`. Linear in pattern × path.
 */
export function matchPath(glob: string, names: readonly string[]): boolean {
  const parts = glob.split('>').map((part) => part.trim());
  let reached = new Set([0]);
  for (const part of parts) {
    const next = new Set<number>();
    for (const i of reached) {
      if (part === '**') for (let j = i; j <= names.length; j++) next.add(j);
      else if (i < names.length && matchName(part, names[i] ?? '')) next.add(i + 1);
    }
    reached = next;
  }
  return reached.has(names.length);
}

function matchName(glob: string, name: string): boolean {
  if (!matchText(glob, name)) return false;
  // A star stays within a scope or a name.
  return glob.includes('/') || !glob.includes('*') || !name.includes('/');
}

function matchText(glob: string, name: string): boolean {
  const pieces = glob.split('*');
  if (pieces.length === 1) return glob === name;
  const [first = '', ...rest] = pieces;
  const last = rest.pop() ?? '';
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length)
    return false;
  let at = first.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found < 0 || found + piece.length > name.length - last.length) return false;
    at = found + piece.length;
  }
  return true;
}
