/** What an SBOM says in either format: the packages of all trees in one graph, each once, below one root. */
import { createHash } from 'node:crypto';
import { toPackages } from '../inventory.ts';
import type { Gap, Package, Tree, TreeNode } from '../model.ts';
import { wellFormed } from '../plain.ts';
import { type Entry, idOf, merge, newEntry } from './entry.ts';

export interface Bill {
  /** The project's name. */
  name: string;
  root: Entry;
  /** All but the root, in the order of their refs. */
  entries: Entry[];
  created: Date;
  /** A UUID made of all that the bill says, so that the same input at the same time gives the same. */
  id: string;
  /** What reading could not learn, for people. */
  gaps: string[];
}

export interface BillRequest {
  /** What to call it where no package.json, or more than one, does. */
  project: string;
  created: Date;
  /** Leaves out what only development needs. */
  omitDev: boolean;
  gaps: readonly Gap[];
}

/** The bill of everything in the trees. */
export function toBill(trees: readonly Tree[], { project, created, omitDev, gaps }: BillRequest): Bill {
  const entries = new Map<string, Entry>();
  const owner = new Map<TreeNode, Entry>();
  const places: Package[] = [];
  for (const tree of trees) {
    for (const one of toPackages(tree)) {
      if (one.environment === true || (omitDev && one.scope === 'dev' && !one.importer)) continue;
      // Pages have no package.json: what they load is what the project itself asks for.
      const isPage = tree.manager === 'cdn' && one.importer;
      const id = isPage ? 'pages' : idOf(one);
      const known = entries.get(id);
      const entry = known ?? newEntry(one);
      if (known !== undefined) merge(known, one);
      entries.set(id, entry);
      for (const node of one.nodes) owner.set(node, entry);
      places.push(one);
    }
  }
  link(places, owner);
  const root = rootOf(trees, owner, wellFormed(project));
  const pages = entries.get('pages');
  if (pages !== undefined && pages !== root) {
    root.dependsOn = unique([...root.dependsOn, ...pages.dependsOn]);
    entries.delete('pages');
  }
  const others = [...entries.values()].filter((entry) => entry !== root);
  giveRefs(root, others);
  others.sort((a, b) => compare(a.ref, b.ref));
  for (const entry of [root, ...others]) entry.dependsOn.sort((a, b) => compare(a.ref, b.ref));
  const all = [...trees.flatMap((tree) => tree.gaps), ...gaps];
  const bill = { name: root.name, root, entries: others, created, gaps: all.map(describe) };
  return { ...bill, id: uuidOf(bill) };
}

function link(places: readonly Package[], owner: ReadonlyMap<TreeNode, Entry>): void {
  const targets = new Map<Entry, Set<Entry>>();
  for (const { nodes } of places) {
    for (const node of nodes) {
      const from = owner.get(node);
      if (from === undefined) continue;
      const known = targets.get(from) ?? new Set();
      targets.set(from, known);
      for (const { to } of node.edges) {
        const target = to === undefined ? undefined : owner.get(to);
        if (target !== undefined && target !== from) known.add(target);
      }
    }
  }
  for (const [from, known] of targets) from.dependsOn = [...known];
}

/** The only project of the lock files; where there are several, something above them all. */
function rootOf(trees: readonly Tree[], owner: ReadonlyMap<TreeNode, Entry>, project: string): Entry {
  const locks = trees.filter(({ manager }) => manager !== 'cdn');
  const roots = unique((locks.length > 0 ? locks : trees).flatMap((tree) => owner.get(tree.root) ?? []));
  const [only] = roots;
  if (roots.length === 1 && only !== undefined) {
    only.name ||= project;
    return only;
  }
  const files = unique(trees.map(({ file }) => file));
  return {
    ref: '',
    name: project,
    version: '',
    source: 'workspace',
    scope: 'prod',
    importer: true,
    files,
    dependsOn: roots,
  };
}

function giveRefs(root: Entry, others: readonly Entry[]): void {
  const taken = new Map<string, number>();
  const byContent = others
    .map((entry) => ({
      entry,
      key: [entry.purl, entry.source, entry.integrity, entry.path, entry.files.join()].join(' '),
    }))
    .sort((a, b) => compare(a.key, b.key));
  for (const entry of [root, ...byContent.map((one) => one.entry)]) {
    const base = entry.purl ?? `project:${encodeURIComponent(entry.name)}`;
    const count = (taken.get(base) ?? 0) + 1;
    taken.set(base, count);
    // A purl holds no bare # but before a subpath, and ours have none.
    entry.ref = count === 1 ? base : `${base}#${count}`;
  }
}

function describe({ source, fact, reason }: Gap): string {
  return `${source}: ${fact}: ${reason}`;
}

/** https://www.rfc-editor.org/rfc/rfc9562#section-5.8: a UUID by a rule of our own. */
function uuidOf(bill: Omit<Bill, 'id'>): string {
  const hash = createHash('sha256').update(`${bill.created.toISOString()}\n${bill.name}\n`);
  for (const { ref, integrity, checksum, license, scope, download, dependsOn } of [
    bill.root,
    ...bill.entries,
  ]) {
    const facts = [ref, integrity, checksum, license, scope, download?.url, ...dependsOn.map((to) => to.ref)];
    hash.update(`${JSON.stringify(facts)}\n`);
  }
  const hex = hash.digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
  ];
  return [...parts, hex.slice(20, 32)].join('-');
}

function unique<T>(list: readonly T[]): T[] {
  return [...new Set(list)];
}

// By code units, so that the order is the same on every machine.
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
