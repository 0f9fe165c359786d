/** What can be typed after `vakt why`. */
import type { Command } from './commands.ts';

export const WHY: Command = {
  operands: '[what] [paths..]',
  describe: 'Show each way by which the project comes to a package',
  options: {
    health: {
      type: 'boolean',
      describe: 'Show who looks after it: every signal of the registry and GitHub, and a verdict',
    },
    format: {
      type: 'string',
      choices: ['text', 'json'],
      default: 'text',
      describe: 'Format of what --health shows',
    },
    policy: {
      type: 'string',
      alias: ['c', 'config'],
      describe: 'Policy with thresholds and internal names, for --health',
    },
    advisories: {
      type: 'string',
      choices: ['npm', 'github'],
      describe: 'Ask the registries for advisories, or GitHub beside the database, for --health',
    },
    db: { type: 'string', describe: 'Advisory database to use, for --health (VAKT_DB)' },
    'output-file': { type: 'string', alias: ['o'], describe: 'Write the report to this file' },
    offline: { type: 'boolean', describe: 'Make no network request' },
  },
  examples: [
    ['vakt why braces', 'and vakt why braces@3.0.2 packages/app'],
    ['vakt why --health request', 'is it looked after, and by whom'],
  ],
  load: () => import('./why.ts'),
};
