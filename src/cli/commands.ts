/**
 * What can be typed: one table, from which the fast parser, yargs' help, errors and completion all derive.
 */
import type { Io } from '../io.ts';
import { HOOK } from './hook-command.ts';
import { SCAN } from './scan-command.ts';
import { WHY } from './why-command.ts';

export interface Option {
  type: 'string' | 'boolean' | 'array';
  alias?: readonly string[];
  describe: string;
  choices?: readonly string[];
  /** What completion offers, where more than that can be typed. */
  offered?: readonly string[];
  default?: string | boolean;
}

/** Values by option name: what was typed, or the option's default, or undefined. */
export type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

export interface Command {
  /** What stands after the command, as yargs spells it: `[paths..]`. */
  operands?: string;
  describe: string;
  options: Readonly<Record<string, Option>>;
  examples?: readonly (readonly [string, string])[];
  /** Imports the code: a command loads only what it needs. */
  load(): Promise<{ run(operands: readonly string[], values: Values, io: Io): Promise<number> }>;
}

const DB: Option = {
  type: 'string',
  describe: 'Advisory database to use instead of the one in the cache folder (VAKT_DB)',
};
const OFFLINE: Option = { type: 'boolean', describe: 'Make no network request' };
const PRIVATE: Option = {
  type: 'array',
  describe: 'Host of your own network that may be asked for scripts and styles; repeatable',
};
const OUTPUT: Option = { type: 'string', alias: ['o'], describe: 'Write the report to this file' };

export const COMMANDS: Readonly<Record<string, Command>> = {
  scan: { ...SCAN, load: () => import('./scan.ts') },
  'sri-fix': {
    operands: '[paths..]',
    describe: 'Add integrity to the third-party scripts and styles of pages, and repair it',
    options: {
      format: {
        type: 'string',
        choices: ['text', 'json'],
        default: 'text',
        describe: 'Format of the report',
      },
      'output-file': OUTPUT,
      site: { type: 'string', describe: 'Address that the folder is served at' },
      mirror: { type: 'string', describe: 'Folder of bodies (<host>/<path>) to take hashes from' },
      local: { type: 'boolean', describe: "Cover the site's own files too, lazy chunks included" },
      root: { type: 'string', describe: 'Folder that is served at the site; default: the folder named' },
      pin: { type: 'boolean', describe: 'Write the exact version into URLs that have none' },
      verify: { type: 'boolean', describe: 'Compare each hash with what the server delivers' },
      paranoid: { type: 'boolean', describe: 'Ask each server twice, and refuse what differs' },
      'allow-private': PRIVATE,
      update: { type: 'boolean', describe: 'Replace wrong hashes, and ask anew for what the lock knows' },
      check: { type: 'boolean', describe: 'Change nothing; exit code 1 where something would change' },
      'dry-run': { type: 'boolean', describe: 'Change nothing; print the changes as a diff' },
      lock: { type: 'boolean', describe: 'Begin an SRI lock (sri-lock.json) where there is none' },
      algorithm: {
        type: 'string',
        choices: ['sha256', 'sha384', 'sha512'],
        default: 'sha384',
        describe: 'Algorithm of new hashes',
      },
      ext: { type: 'string', describe: 'More extensions of pages, separated by commas' },
      offline: OFFLINE,
    },
    examples: [
      ['vakt sri-fix dist', 'every page below dist, after the build'],
      ['vakt sri-fix --check dist', 'for CI'],
    ],
    load: () => import('./sri-fix.ts'),
  },
  'sri-verify': {
    operands: '[paths..]',
    describe: 'Fetch what the SRI lock names again, and report what has changed',
    options: {
      format: {
        type: 'string',
        choices: ['text', 'json'],
        default: 'text',
        describe: 'Format of the report',
      },
      'output-file': OUTPUT,
      site: { type: 'string', describe: 'Address of the site, which servers may ask for' },
      'allow-private': PRIVATE,
    },
    examples: [['vakt sri-verify', 'every night: exit code 1 where a script is another than the pinned one']],
    load: () => import('./sri-verify.ts'),
  },
  inventory: {
    operands: '[paths..]',
    describe: 'List every package that the lock files hold',
    options: {
      format: { type: 'string', choices: ['text', 'json'], default: 'text', describe: 'Format of the list' },
      'output-file': OUTPUT,
      'include-workspace': { type: 'boolean', describe: 'List the root and the workspace members too' },
      offline: OFFLINE,
    },
    examples: [['vakt inventory --format json', 'for a machine; names and versions as text without it']],
    load: () => import('./inventory.ts'),
  },
  sbom: {
    operands: '[paths..]',
    describe: 'Write a software bill of materials: CycloneDX 1.6 or SPDX 2.3, as JSON',
    options: {
      format: {
        type: 'string',
        choices: ['cyclonedx', 'spdx'],
        default: 'cyclonedx',
        describe: 'Format of the bill',
      },
      'output-file': OUTPUT,
      omit: { type: 'string', choices: ['dev'], describe: 'Leave out what only development needs' },
      offline: OFFLINE,
    },
    examples: [['vakt sbom --format spdx -o shop.spdx.json', 'what production runs: add --omit dev']],
    load: () => import('./sbom.ts'),
  },
  why: WHY,
  explain: {
    operands: '[what]',
    describe: 'Say what a rule or an advisory is about, and what to do',
    options: { db: DB },
    examples: [['vakt explain missing-sri', 'or vakt explain CVE-2021-23337']],
    load: () => import('./explain.ts'),
  },
  ignore: {
    operands: '[what]',
    describe: 'Accept a finding, by advisory or fingerprint, until a day',
    options: {
      reason: { type: 'string', describe: 'Why this is acceptable' },
      owner: {
        type: 'string',
        describe: 'Who answers for it; GIT_AUTHOR_EMAIL, EMAIL or USER where not given',
      },
      until: { type: 'string', default: '90d', describe: 'Last day, or a number of days' },
      all: { type: 'boolean', describe: 'Accept all that is open now: a baseline for an old project' },
      db: DB,
      offline: OFFLINE,
    },
    examples: [
      ['vakt ignore CVE-2024-4068 --reason "only our own globs" --until 90d', 'writes it into vakt.yml'],
    ],
    load: () => import('./ignore.ts'),
  },
  hook: { ...HOOK, load: () => import('./hook.ts') },
  init: {
    describe: 'Write a policy, a workflow or a git hook to start from',
    options: {
      policy: { type: 'boolean', describe: 'Write vakt.yml' },
      workflow: { type: 'boolean', describe: 'Write .github/workflows/vakt.yml' },
      action: {
        type: 'string',
        describe: 'Where the workflow takes the Action from, as owner/repository@commit; else npx',
      },
      hook: { type: 'boolean', describe: 'Write .githooks/pre-commit' },
      extends: { type: 'string', default: 'recommended', describe: 'Policy to start from' },
      yes: { type: 'boolean', alias: ['y'], describe: 'Ask nothing: policy and workflow' },
    },
    examples: [['vakt init --yes --extends strict', 'asks nothing; never writes over a file']],
    load: () => import('./init.ts'),
  },
  'db update': {
    describe: 'Build the advisory database',
    options: {
      from: {
        type: 'string',
        describe: 'Zip or folder of OSV records, or a compiled database; else it is fetched',
      },
      source: {
        type: 'string',
        choices: ['npm', 'osv'],
        describe: 'Fetch from the npm package vakt-advisories, or from the OSV archive, alone',
      },
      package: { type: 'string', describe: 'Name of the npm package, if not vakt-advisories' },
      archive: { type: 'string', describe: 'Address of the OSV archive, if a mirror has it' },
      db: DB,
    },
    examples: [['vakt db update --from all.zip', "from a copy of OSV's npm archive"]],
    load: () => import('./db-update.ts'),
  },
  'db pack': {
    describe: 'Write the advisory database as a package that npm publish takes',
    options: {
      from: { type: 'string', describe: 'Zip or folder of OSV records, or a compiled database' },
      to: { type: 'string', describe: 'Folder to write' },
      name: { type: 'string', describe: 'Name of the package; vakt-advisories where none is given' },
      repository: { type: 'string', describe: 'URL of the repository that publishes it' },
    },
    examples: [['vakt db pack --from all.zip --to package', 'then: npm publish package']],
    load: () => import('./db-pack.ts'),
  },
  'db info': {
    describe: 'Say what the advisory database holds',
    options: { verify: { type: 'boolean', describe: 'Read and check every block' }, db: DB },
    examples: [['vakt db info --verify', 'after a copy by hand']],
    load: () => import('./db-info.ts'),
  },
};
