import type { Issue, Package, Tree } from '../model.ts';
import { plural } from '../plain.ts';
import { defineRule, nameAt, placesOf, relockCommand } from './rule.ts';

export default defineRule({
  id: 'lock-integrity',
  title: 'The lock file does not pin the bytes of a package',
  needs: ['packages'],
  *check({ packages }) {
    const missing = new Map<Tree, Package[]>();
    const weak = new Map<Tree, Package[]>();
    for (const subject of packages) {
      // Bundled packages lie in their parent's tarball; git, file, link and workspace have none by design.
      if (subject.source !== 'registry' && subject.source !== 'tarball') continue;
      // Yarn 2 and later pin their own archive instead; a page has no lock file.
      if (subject.checksum !== undefined || subject.tree.manager === 'cdn') continue;
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
  return { places: placesOf(...group), identity: [what, tree.file], fix: repair(tree) };
}

// Package managers keep what an entry already says; only an entry that is gone is asked for again.
function repair(tree: Tree): string {
  return `delete ${tree.file} and the node_modules folder, then run: ${relockCommand(tree)}`;
}
