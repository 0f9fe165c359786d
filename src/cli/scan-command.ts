/** What can be typed after `vakt scan`, and given to the Action. */
import { SEVERITIES } from '../model.ts';
import { FORMATS } from '../report/formats.ts';
import type { Command } from './commands.ts';

export const SCAN: Omit<Command, 'load'> = {
  operands: '[paths..]',
  describe: 'Judge packages and pages by the policy',
  options: {
    format: {
      type: 'array',
      offered: Object.keys(FORMATS),
      describe: `Format of the report, or several, each but one with its file (sarif=out.sarif): ${Object.keys(FORMATS).join(', ')}; text where none is named`,
    },
    'output-file': { type: 'string', alias: ['o'], describe: 'Write the report to this file' },
    policy: {
      type: 'string',
      alias: ['c', 'config'],
      describe: 'Policy to judge by: a name or a file; else vakt.yml, else recommended',
    },
    'fail-on': {
      type: 'string',
      choices: [...SEVERITIES, 'medium'],
      describe: 'Fail from this severity on, beside what the policy says',
    },
    advisories: {
      type: 'string',
      choices: ['npm', 'github'],
      describe: 'Ask the registries for advisories, or GitHub beside the database',
    },
    online: {
      type: 'boolean',
      describe: 'Ask the registry: which versions exist, and the past of the packages that matter',
    },
    deep: { type: 'boolean', describe: 'Ask the registry about the past of every package' },
    only: {
      type: 'string',
      choices: ['deps', 'web', 'malware'],
      describe: 'Look at packages, or at pages, or for malware, alone',
    },
    'changed-since': {
      type: 'string',
      describe: 'Judge what the change since this commit or branch adds (its merge base with HEAD)',
    },
    scope: {
      type: 'string',
      choices: ['change', 'all'],
      default: 'change',
      describe: 'With --changed-since: what the change adds, or all that is there',
    },
    history: {
      type: 'string',
      describe: 'Judge each version of the lock files that git has of this time (90d)',
    },
    site: { type: 'string', describe: 'Address that the scanned folder is served at' },
    mirror: { type: 'string', describe: 'Folder of bodies (<host>/<path>) to compare integrity with' },
    ext: { type: 'string', describe: 'More extensions of pages, separated by commas' },
    omit: { type: 'string', choices: ['dev'], describe: 'Leave development packages out' },
    quiet: { type: 'boolean', alias: ['q'], describe: 'Print nothing where the policy is satisfied' },
    all: { type: 'boolean', describe: 'Show what the default report folds away' },
    db: {
      type: 'string',
      describe: 'Advisory database to use instead of the one in the cache folder (VAKT_DB)',
    },
    offline: { type: 'boolean', describe: 'Make no network request' },
  },
  examples: [
    ['vakt', 'scan this folder'],
    ['vakt scan apps/shop apps/admin --format json', 'two projects, for a machine'],
    ['vakt --format text,sarif=out.sarif,html=report.html', 'three reports of one scan'],
  ],
};
