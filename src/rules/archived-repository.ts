import { knownRepository } from '../repository.ts';
import { day, known } from './past.ts';
import { defineRule, nameAt, placesOf } from './rule.ts';

export default defineRule({
  id: 'archived-repository',
  title: 'Its source repository is closed for good',
  needs: ['histories', 'repositories', 'replacements'],
  *check({ histories, repositories, replacements }) {
    for (const { subject, history } of known({ histories })) {
      const repository = knownRepository(history.repository, repositories);
      if (repository === undefined || !(repository.archived || repository.disabled)) continue;
      const { name, archived, archivedAt } = repository;
      const state = archived ? 'archived by its owner' : 'disabled by its host';
      const since = archived && archivedAt !== undefined ? ` on ${day(archivedAt)}` : '';
      yield {
        // Of what others ask for only they can let go.
        severity: subject.direct === true ? 'moderate' : 'low',
        message: `${nameAt(subject)} has its source in ${name}, which was ${state}${since}: no fix will come from there`,
        package: subject,
        places: placesOf(subject),
        identity: [subject.name, subject.tree.file],
        fix: insteadOf(subject, replacements),
      };
    }
  },
});

/** What to do about a package that nobody will mend. */
export function insteadOf(
  { name, direct }: { name: string; direct: boolean | null },
  replacements: ReadonlyMap<string, string>,
): string {
  const other = replacements.get(name);
  if (other !== undefined) return `replace it by ${other}`;
  return direct === true ? 'look for something that is maintained' : `vakt why ${name}`;
}
