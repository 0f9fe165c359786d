/** From what a scan found to the steps that a person can take: the ends of the planner in plan.ts. */
import type { Io } from '../io.ts';
import type { Finding, Package, Tree } from '../model.ts';
import type { Online } from '../online.ts';
import type { AdvisoryRecord } from '../sources/advisories/record.ts';
import type { Privacy } from '../sources/advisories/registry-package.ts';
import { parseVersion } from '../sources/advisories/version.ts';
import { agesOf } from './ages.ts';
import { planUpdates } from './plan.ts';
import { type Project, projectOf } from './project.ts';
import { asker, isClosed } from './published.ts';
import type { FixSettings, Step, Trial } from './types.ts';

export interface AdviseRequest {
  trees: readonly Tree[];
  packages: readonly Package[];
  findings: readonly Finding[];
  recordsOf: (name: string) => readonly AdvisoryRecord[];
  /** Asks about further versions; true where `recordsOf` tells more now. Undefined where it tells all. */
  learn: ((versions: ReadonlyMap<string, ReadonlySet<string>>) => Promise<boolean>) | undefined;
  /** What file names are relative to. */
  root: string;
  /** Ids of accepted advisories. */
  accepted: ReadonlySet<string>;
  /** What may go to its own registry alone. */
  privacy: Privacy;
  /** Opens the network; undefined where the registry is not to be asked what is published. */
  open: (() => Promise<Online>) | undefined;
}

/** How often new advisories may change where steps go. */
const ROUNDS = 4;

/** The steps for findings of packages, most pressing first. A registry that fails leaves existence unchecked. */
export async function stepsFor(io: Io, asked: AdviseRequest): Promise<Step[]> {
  const { trees, packages, findings, recordsOf, learn, root, accepted, open } = asked;
  const online = await open?.();
  const projects = new Map<Tree, Project>();
  for (const tree of trees) projects.set(tree, await projectOf(io, root, tree));
  const ages = online === undefined ? new Map() : await agesOf(io, root, trees, online.settings);
  const settings: FixSettings = {
    accepted,
    nodeVersion: process.versions.node,
    overridden: (tree) => projects.get(tree)?.overridden ?? new Set(),
    managerVersion: (tree) => projects.get(tree)?.version,
    ...(online === undefined ? { unchecked: 'vakt --online' } : {}),
    releaseAge: (tree) => ages.get(tree),
  };
  const now = io.now();
  const published = asker(online, asked.privacy, ages.size > 0);
  const request = { trees, packages, findings, recordsOf, published, now, settings };
  // A registry tells of a version only what it is asked: where a step would go, and then it may have to go elsewhere.
  for (let round = 0; round < ROUNDS && learn !== undefined; round++) {
    if (!(await learn(targetsOf(await planUpdates(request))))) break;
  }
  if (online === undefined) return planUpdates(request);
  const trial = (tree: Tree) => trialFor(io, asked, tree, online);
  return planUpdates({ ...request, settings: { ...settings, trial } });
}

function targetsOf(steps: readonly Step[]): Map<string, Set<string>> {
  const targets = new Map<string, Set<string>>();
  for (const { name, to } of steps.flatMap(({ moves }) => moves)) {
    if (parseVersion(to) !== undefined) targets.set(name, (targets.get(name) ?? new Set()).add(to));
  }
  return targets;
}

/** npm's resolver asks for any name of the tree: not where one of them must not go to the registry it would ask. */
async function trialFor(
  io: Io,
  { root, privacy }: AdviseRequest,
  tree: Tree,
  { settings }: Online,
): Promise<Trial | undefined> {
  if (tree.manager !== 'npm' || isClosed(tree, settings, privacy)) return undefined;
  const { trialOf } = await import('./trial.ts');
  return trialOf(io, root, tree);
}
