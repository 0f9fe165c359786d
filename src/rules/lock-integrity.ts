import type { Digest } from '../digests.ts';
import type { Issue, Package, Tree, TreeNode } from '../model.ts';
import { plural } from '../plain.ts';
import type { History } from '../sources/history.ts';
import { compare } from './hashes.ts';
import { mendHashes } from './lock.ts';
import { defineRule, nameAt, placesOf } from './rule.ts';
import { otherPackage } from './tarball-url.ts';

export default defineRule({
  id: 'lock-integrity',
  title: 'The lock file does not pin the bytes of a package',
  needs: ['packages', 'histories'],
  *check({ packages, histories }) {
    yield* differences(histories);
    const missing = new Map<Tree, Package[]>();
    const weak = new Map<Tree, Package[]>();
    for (const subject of packages) {
      // A page has no lock file.
      if (subject.tree.manager === 'cdn') continue;
      const swapped = swappedIn(subject);
      if (swapped !== undefined) yield* swaps(subject, swapped);
      // Bundled packages lie in their parent's tarball; git, file, link and workspace have none by design.
      if (subject.source !== 'registry' && subject.source !== 'tarball') continue;
      // Yarn 2 and later pin their own archive instead, of what they fetch on every system.
      if (subject.checksum !== undefined) continue;
      if (subject.integrity?.startsWith('sha512-')) continue;
      if (subject.nodes.every(({ conditional }) => conditional)) continue;
      if (subject.integrity === undefined) push(missing, subject);
      else if (!/(?:^|\s)sha(?:256|384|512)-/.test(subject.integrity)) push(weak, subject);
    }
    for (const [tree, group] of missing) {
      yield {
        ...common(tree, group, 'missing'),
        severity: 'moderate',
        message: `${plural(group.length, 'package')} of ${tree.file} without integrity (${some(group)}): whoever answers the download decides what is installed`,
      };
    }
    for (const [tree, group] of weak) {
      yield {
        ...common(tree, group, 'weak'),
        severity: 'low',
        message: `${plural(group.length, 'package')} of ${tree.file} pinned by sha1 or md5 only (${some(group)}): both can be forged`,
      };
    }
  },
});

/** Entries whose hash is not the registry's: edited by hand, or the registry serves something else today. */
function* differences(histories: ReadonlyMap<Package, History>): Iterable<Omit<Issue, 'rule'>> {
  for (const [subject, history] of histories) {
    const release = history.releases.get(subject.version);
    const found = release === undefined ? undefined : compare(subject, release);
    if (found === undefined || found === 'same') continue;
    const { tree } = subject;
    yield {
      severity: 'critical',
      message: `${tree.file} pins other bytes of ${nameAt(subject)} than ${history.registry} serves: ${shown(found.locked)} instead of ${shown(found.served)}`,
      package: subject,
      places: placesOf(subject),
      evidence: { locked: whole(found.locked), served: whole(found.served) },
      identity: ['differs', tree.file, nameAt(subject), shown(found.locked)],
      fix: `find out who changed ${tree.file}, or the registry; do not install before`,
    };
  }
}

function whole({ algorithm, hex }: Digest): string {
  return `${algorithm}:${hex}`;
}

function shown({ algorithm, hex }: Digest): string {
  return `${algorithm} ${hex.slice(0, 12)}…`;
}

type Swapped = ReadonlyMap<string, readonly TreeNode[]>;

/** The places whose address is that of another package or version, by that; undefined where there are none. */
function swappedIn({ name, version, source, nodes }: Package): Swapped | undefined {
  if (source !== 'registry' && source !== 'patch') return undefined;
  let swapped: Map<string, TreeNode[]> | undefined;
  for (const node of nodes) {
    const other = node.resolved === undefined ? undefined : otherPackage(node.resolved, name, version);
    if (other === undefined) continue;
    swapped ??= new Map();
    swapped.set(other, [...(swapped.get(other) ?? []), node]);
  }
  return swapped;
}

/** The hash beside the address of another package fits the wrong bytes. */
function* swaps(subject: Package, swapped: Swapped): Iterable<Omit<Issue, 'rule'>> {
  const { tree } = subject;
  for (const [other, nodes] of swapped) {
    yield {
      severity: 'high',
      message: `${tree.file} says ${nameAt(subject)} and downloads ${other}: what was reviewed is not what gets installed`,
      package: subject,
      places: () => nodes.map((node) => tree.locate(node)),
      identity: ['swapped', tree.file, nameAt(subject), other],
      fix: `find out who changed ${tree.file}; do not install before`,
    };
  }
}

function push(groups: Map<Tree, Package[]>, subject: Package): void {
  const group = groups.get(subject.tree);
  if (group === undefined) groups.set(subject.tree, [subject]);
  else group.push(subject);
}

function some(group: readonly Package[]): string {
  return group.slice(0, 3).map(nameAt).join(', ') + (group.length > 3 ? ' …' : '');
}

function common(
  tree: Tree,
  group: readonly Package[],
  what: string,
): Pick<Issue, 'places' | 'identity' | 'fix'> {
  return { places: placesOf(...group), identity: [what, tree.file], fix: mendHashes(tree) };
}
