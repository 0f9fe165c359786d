import type { Drift, Severity, Tree } from '../model.ts';
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
          severity: severityOf(drift),
          message: `${describe(drift, tree.file)}${meaning(drift, tree)}`,
          places: () => [drift.location],
          identity: [drift.manifest, drift.name, tree.file],
          fix: syncWith(tree),
        };
      }
    }
  },
});

// Honest lock files of npm hold what is tolerated, from `install --force` or an update of a part.
function severityOf({ harmless, tolerated }: Drift): Severity {
  if (tolerated === true) return 'info';
  return harmless === true ? 'low' : 'high';
}

function meaning({ harmless, tolerated }: Drift, { manager }: Tree): string {
  if (tolerated === true) return `, and ${manager} installs that all the same`;
  if (harmless === true) return `; nothing else would be installed, but ${manager} would write it anew`;
  return ': what was reviewed is not what gets installed';
}

function describe({ manifest, name, wanted, locked }: Drift, file: string): string {
  if (wanted === undefined) return `${file} holds ${name} for ${manifest}, which does not ask for it`;
  if (locked === undefined) return `${manifest} asks for ${name} ${wanted}, which ${file} does not hold`;
  return `${manifest} asks for ${name} ${wanted}, ${file} holds ${locked}`;
}
