/** From trees to packages, and the ways through a tree that explain a package. */
import type { Package, Tree, TreeNode } from './model.ts';
import { toPurl } from './purl.ts';
import { strongerScope } from './scopes.ts';
import { registryAlias } from './url.ts';

/**
 * One entry per (purl, source, integrity, or registry where there is none) of a tree, in the order of the purls; the root and workspace members are
 * there with `importer`. The strongest scope of the places wins; it is direct when any place is, unknown when none is
 * known to be and one is unknown. The alias is kept only when all places have the same one: with a place under its
 * own name the package is known by that. A place says nothing on a fact (licence, deprecation, install script): the
 * first that does counts.
 */
export function toPackages(tree: Tree): Package[] {
  const packages: Package[] = [];
  const firsts = new Map<string, Package>();
  // Of those that only their source or integrity tells from an earlier one: the few for which an id has to be made.
  const others = new Map<string, Package>();
  const add = (node: TreeNode) => {
    const purl = toPurl(node.name, node.version);
    let known = firsts.get(purl);
    let id: string | undefined;
    if (known !== undefined && (known.source !== node.source || pinOf(known) !== pinOf(node))) {
      id = `${purl} ${node.source} ${pinOf(node)}`;
      known = others.get(id);
    }
    if (known !== undefined) return addPlace(known, node);
    const made = newPackage(tree, node, purl);
    packages.push(made);
    if (id === undefined) firsts.set(purl, made);
    else others.set(id, made);
  };
  add(tree.root);
  for (const node of tree.nodes) add(node);
  return packages.sort(byPurl);
}

// Folders have no version: only where they lie tells two of one name apart. Without a hash nobody knows whether two
// registries serve the same.
function pinOf({ version, integrity, checksum, resolved }: Package | TreeNode): string {
  if (integrity !== undefined) return integrity;
  if (version === '' || resolved === undefined) return resolved ?? '';
  return checksum === undefined ? registryOf(resolved) : '';
}

/** What an address of a package has in front of its name, without the protocol; an alias of a registry. */
export function registryOf(resolved: string): string {
  const address = /^https?:\/\/(.*)$/.exec(resolved)?.[1];
  if (address === undefined) return registryAlias(resolved);
  const dash = address.lastIndexOf('/-/');
  return dash === -1 ? address : address.slice(0, dash);
}

function newPackage(tree: Tree, node: TreeNode, purl: string): Package {
  const { name, version, scope, direct, source, installScript, importer } = node;
  const made: Package = {
    name,
    version,
    purl,
    scope,
    direct,
    source,
    installScript,
    importer,
    tree,
    nodes: [node],
  };
  if (node.alias !== undefined) made.alias = node.alias;
  if (node.environment) made.environment = true;
  copyFacts(made, node);
  return made;
}

function addPlace(known: Package, node: TreeNode): void {
  known.nodes.push(node);
  known.scope = strongerScope(known.scope, node.scope);
  if (node.direct === true || (node.direct === null && known.direct === false)) known.direct = node.direct;
  if (known.alias !== node.alias) delete known.alias;
  known.importer ||= node.importer;
  if (!node.environment) delete known.environment;
  if (node.installScript === true) known.installScript = true;
  else known.installScript ??= node.installScript;
  copyFacts(known, node);
}

function copyFacts(to: Package, { resolved, integrity, checksum, license, deprecated }: TreeNode): void {
  if (resolved !== undefined) to.resolved ??= resolved;
  if (integrity !== undefined) to.integrity ??= integrity;
  if (checksum !== undefined) to.checksum ??= checksum;
  if (license !== undefined) to.license ??= license;
  if (deprecated !== undefined) to.deprecated ??= deprecated;
}

// By code units, so that the order is the same on every machine.
function byPurl(a: Package, b: Package): number {
  if (a.purl !== b.purl) return a.purl < b.purl ? -1 : 1;
  return a.source < b.source ? -1 : a.source > b.source ? 1 : 0;
}

/** What an inventory lists: the project's packages, its own folders only on demand. */
export function ownInventory(packages: readonly Package[], withImporters: boolean): Package[] {
  return packages.filter(({ importer, environment }) => environment !== true && (withImporters || !importer));
}

/** The purls of the packages and importers that have an edge to each package, sorted, each once. */
export function dependentsOf(packages: readonly Package[]): Map<Package, string[]> {
  const owner = new Map<TreeNode, Package>();
  for (const found of packages) for (const node of found.nodes) owner.set(node, found);
  const dependents = new Map<Package, Set<string>>(packages.map((found) => [found, new Set()]));
  for (const from of packages) {
    for (const { edges } of from.nodes) {
      for (const { to } of edges) {
        const target = to === undefined ? undefined : owner.get(to);
        if (target !== undefined) dependents.get(target)?.add(from.purl);
      }
    }
  }
  return new Map([...dependents].map(([found, purls]) => [found, [...purls].sort()]));
}

/** How many edges one search for paths may look at; far beyond what any real tree needs for a screen of paths. */
const SEARCH_LIMIT = 50_000;

/**
 * At most `limit` shortest paths to `node`, each from an importer (first) to the node (last), shortest first. No path
 * passes an importer on its way or a node twice, and no two read the same to people: places of one package count as
 * that package. However dense the tree is, the search is bounded.
 */
export function pathsTo(tree: Tree, node: TreeNode, limit: number): TreeNode[][] {
  return pathFinder(tree)(node, limit);
}

/** `pathsTo` for many nodes of one tree: who depends on whom is worked out once. */
export function pathFinder(tree: Tree): (node: TreeNode, limit: number) => TreeNode[][] {
  const { parents, distance } = waysThrough(tree);
  return (node, limit) => {
    const paths: TreeNode[][] = [];
    const seen = new Set<string>();
    let budget = SEARCH_LIMIT;
    // Walks back from the node. Each round finds the paths of one length: a step is taken when what is walked and the
    // shortest way that remains make no more than that, and waits for its round otherwise.
    let waiting: Step[] = [{ node, next: undefined, length: 0 }];
    for (let total = distance.get(node) ?? Infinity; total < Infinity; ) {
      const work = waiting.reverse();
      waiting = [];
      let following = Infinity;
      for (let step = work.pop(); step !== undefined; step = work.pop()) {
        if (step.node.importer) {
          const path = nodesOf(step);
          const text = path.map((place) => `${place.name}@${place.version}`).join(' ');
          if (!seen.has(text) && paths.push(path) >= limit) return paths;
          seen.add(text);
          continue;
        }
        let waits = false;
        const onward: Step[] = [];
        for (const parent of parents.get(step.node) ?? []) {
          if (budget-- <= 0) return paths;
          const sum = step.length + 1 + (distance.get(parent) ?? Infinity);
          // What made no more than an earlier round's length was taken in that round, unless the step is new.
          if (sum <= (step.round ?? -1) || isOn(step, parent)) continue;
          if (sum <= total) onward.push({ node: parent, next: step, length: step.length + 1 });
          else if (sum < Infinity) {
            waits = true;
            following = Math.min(following, sum);
          }
        }
        for (const taken of onward.reverse()) work.push(taken);
        if (waits) waiting.push({ ...step, round: total });
      }
      total = following;
    }
    return paths;
  };
}

interface Step {
  node: TreeNode;
  next: Step | undefined;
  length: number;
  /** The length up to which the ways from here are taken already. */
  round?: number;
}

function nodesOf(first: Step): TreeNode[] {
  const nodes: TreeNode[] = [];
  for (let step: Step | undefined = first; step !== undefined; step = step.next) nodes.push(step.node);
  return nodes;
}

function isOn(first: Step, node: TreeNode): boolean {
  for (let step: Step | undefined = first; step !== undefined; step = step.next) {
    if (step.node === node) return true;
  }
  return false;
}

/** Who depends on each node, and how many edges away the nearest importer is. */
function waysThrough(tree: Tree): { parents: Map<TreeNode, TreeNode[]>; distance: Map<TreeNode, number> } {
  const nodes = [tree.root, ...tree.nodes];
  const parents = new Map<TreeNode, TreeNode[]>();
  for (const from of nodes) {
    for (const { to } of from.edges) {
      if (to === undefined) continue;
      const known = parents.get(to);
      if (known === undefined) parents.set(to, [from]);
      else if (known.at(-1) !== from) known.push(from);
    }
  }
  const distance = new Map<TreeNode, number>();
  let heads = nodes.filter((node) => node.importer);
  for (let away = 0; heads.length > 0; away++) {
    const next: TreeNode[] = [];
    for (const node of heads) {
      if (distance.has(node)) continue;
      distance.set(node, away);
      for (const { to } of node.edges) if (to !== undefined && !distance.has(to)) next.push(to);
    }
    heads = next;
  }
  return { parents, distance };
}
