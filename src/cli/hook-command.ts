/** What `vakt hook` takes: apart from the other commands, since the hook's own program has none of those. */
import type { Command } from './commands.ts';

export const HOOK: Omit<Command, 'load'> = {
  operands: '[paths..]',
  describe: 'Judge what the commit at hand changes, as it is staged (for git hooks)',
  options: {
    only: { type: 'string', choices: ['deps', 'web'], describe: 'Lock files, or pages, alone' },
    fix: { type: 'boolean', describe: 'Add integrity to the pages that are staged, in the work tree alone' },
    policy: {
      type: 'string',
      alias: ['c', 'config'],
      describe: 'Policy to judge by: a name or a file; else vakt.yml, else recommended',
    },
    db: {
      type: 'string',
      describe: 'Advisory database to use instead of the one in the cache folder (VAKT_DB)',
    },
  },
  examples: [['vakt hook', 'in .git/hooks/pre-commit; docs/hooks.md has the others']],
};
