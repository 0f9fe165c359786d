/** From what a scan found to the steps that a person can take: the ends of the planner in plan.ts. */
import type { Io } from '../io.ts';
import type { Finding, Package, Tree } from '../model.ts';
import type { Online } from '../online.ts';
import type { AdvisoryRecord } from '../sources/advisories/record.ts';
import { planUpdates } from './plan.ts';
import { type Project, projectOf } from './project.ts';
import type { FixSettings, PublishedPackage, Step } from './types.ts';

export interface AdviseRequest {
  trees: readonly Tree[];
  packages: readonly Package[];
  findings: readonly Finding[];
  recordsOf: (name: string) => readonly AdvisoryRecord[];
  /** What file names are relative to. */
  root: string;
  /** Ids of accepted advisories. */
  accepted: ReadonlySet<string>;
  /** Opens the network; undefined where the registry is not to be asked what is published. */
  open: (() => Promise<Online>) | undefined;
}

/** The steps for findings of packages, most pressing first. A registry that fails leaves existence unchecked. */
export async function stepsFor(io: Io, request: AdviseRequest): Promise<Step[]> {
  const { trees, packages, findings, recordsOf, root, accepted, open } = request;
  const online = await open?.();
  const projects = new Map<Tree, Project>();
  for (const tree of trees) projects.set(tree, await projectOf(io, root, tree));
  const settings: FixSettings = {
    accepted,
    nodeVersion: process.versions.node,
    overridden: (tree) => projects.get(tree)?.overridden ?? new Set(),
    managerVersion: (tree) => projects.get(tree)?.version,
    ...(online === undefined ? { unchecked: 'vakt --online asks' } : {}),
    ...(online?.settings.before !== undefined && { before: online.settings.before }),
  };
  return planUpdates({
    trees,
    packages,
    findings,
    recordsOf,
    published: asker(online),
    now: io.now(),
    settings,
  });
}

function asker(online: Online | undefined): (name: string) => Promise<PublishedPackage | undefined> {
  // Publishing times come with a much larger document; only an age limit needs them.
  const times = online?.settings.before !== undefined;
  return async (name) => {
    const answer = await online?.registry.releases(name, { times });
    if (answer?.ok !== true) return undefined;
    const { tags, versions } = answer.value;
    const latest = tags.get('latest');
    return latest === undefined ? { versions } : { latest, versions };
  };
}
