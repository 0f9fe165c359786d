import type { Drift } from '../model.ts';
import { syncWith } from './lock.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'lock-out-of-sync',
  title: 'package.json and the lock file disagree',
  needs: ['trees'],
  *check({ trees }) {
    for (const tree of trees) {
      for (const drift of tree.drift) {
        yield {
          severity: drift.harmless === true ? 'low' : 'high',
          message:
            drift.harmless === true
              ? `${describe(drift, tree.file)}; nothing else would be installed, but ${tree.manager} would write it anew`
              : `${describe(drift, tree.file)}: what was reviewed is not what gets installed`,
          places: () => [drift.location],
          identity: [drift.manifest, drift.name, tree.file],
          fix: syncWith(tree),
        };
      }
    }
  },
});

function describe({ manifest, name, wanted, locked }: Drift, file: string): string {
  if (wanted === undefined) return `${file} holds ${name} for ${manifest}, which does not ask for it`;
  if (locked === undefined) return `${manifest} asks for ${name} ${wanted}, which ${file} does not hold`;
  return `${manifest} asks for ${name} ${wanted}, ${file} holds ${locked}`;
}
