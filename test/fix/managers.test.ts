/**
 * The printed commands of the other managers, run by the real ones against the configured registry. Their lock files
 * are made from the same registry without the fixes. Not in CI:
 * `VAKT_REAL_REGISTRY=1 VAKT_CORPUS=… node --import tsx test/run.ts fix/managers`.
 */
import { exec } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { planUpdates } from '../../src/fix/plan.ts';
import { projectOf } from '../../src/fix/project.ts';
import { realIo } from '../../src/io.ts';
import type { Finding } from '../../src/model.ts';
import { readProject } from '../../src/readers/read.ts';
import { compileDatabase } from '../../src/sources/advisories/compile.ts';
import { openDatabase } from '../../src/sources/advisories/database.ts';
import { assert, inTemporaryFolder, suite, testWith } from '../helpers.ts';
import { type Found, findingsOf, type RecordsOf, registry } from '../support/fixing.ts';
import { type PastRegistry, pastRegistry } from '../support/past.ts';

const corpus = process.env.VAKT_CORPUS;
const missing =
  corpus === undefined || process.env.VAKT_REAL_REGISTRY !== '1'
    ? 'VAKT_CORPUS and VAKT_REAL_REGISTRY=1'
    : undefined;

/** Released behind the lock files. */
const LATER = {
  axios: '>0.19.2',
  lodash: '>4.17.15',
  minimist: '>=0.2.1 <1 || >1.2.0',
  mkdirp: '>0.5.1 <1',
  express: '>4.16.1',
  qs: '>6.5.2 <6.6 || >6.7.0',
  braces: '>2.3.2 <3 || >3.0.2',
  'brace-expansion': '>1.1.11 <2',
  'form-data': '>2.3.3',
  handlebars: '>4.7.3',
  mocha: '>7.0.0',
  minimatch: '>3.0.4',
  'tough-cookie': '>2.5.0',
};

/** A manager: its npm package, what makes a lock file, and the environment that both hold for. */
interface Tool {
  spec: string;
  lock: string;
  env: Record<string, string>;
}

const TOOLS: Record<string, (url: string) => Tool> = {
  'Yarn 1': (url) => ({
    spec: 'yarn@1.22.22',
    lock: 'yarn install',
    env: { YARN_IGNORE_SCRIPTS: '1', YARN_REGISTRY: url },
  }),
  'Yarn 4': (url) => ({
    spec: '@yarnpkg/cli-dist@4.18.1',
    lock: 'yarn install',
    env: {
      YARN_ENABLE_SCRIPTS: '0',
      YARN_ENABLE_TELEMETRY: '0',
      YARN_ENABLE_IMMUTABLE_INSTALLS: '0',
      YARN_NODE_LINKER: 'node-modules',
      YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
      YARN_NPM_REGISTRY_SERVER: url,
    },
  }),
  'pnpm 10': (url) => ({
    spec: 'pnpm@10.34.8',
    lock: 'pnpm install',
    env: { npm_config_ignore_scripts: 'true', npm_config_lockfile_only: 'true', npm_config_registry: url },
  }),
  'Bun 1.3': (url) => ({
    spec: 'bun@1.3.9',
    lock: 'bun install --ignore-scripts',
    env: { BUN_CONFIG_REGISTRY: url },
  }),
};

type Files = Record<string, object>;
const PROJECTS: Record<string, Files> = {
  'one package': {
    'package.json': {
      dependencies: { axios: '^0.19.0', express: '^4.16.0', lodash: '^4.17.4', mkdirp: '0.5.1' },
      devDependencies: { mocha: '^7.0.0' },
    },
  },
  'exact, aliased, overridden': {
    'package.json': {
      dependencies: { lo: 'npm:lodash@^4.17.4', request: '^2.88.0' },
      devDependencies: { handlebars: '4.7.3' },
      optionalDependencies: { minimist: '~1.2.0' },
    },
  },
  workspaces: {
    'package.json': { workspaces: ['packages/*'], devDependencies: { minimist: '^1.2.0' } },
    'packages/a/package.json': { name: '@acme/a', dependencies: { lodash: '^4.17.4', axios: '0.19.0' } },
    'packages/b/package.json': { name: '@acme/b', dependencies: { express: '^4.16.0' } },
  },
};

suite('fix plan with real managers', (test) => {
  for (const [manager, toolFor] of Object.entries(TOOLS)) {
    for (const [project, files] of Object.entries(PROJECTS)) {
      testWith(missing, test, `${manager}, ${project}: each command clears what it claims`, () =>
        inTemporaryFolder(async (folder) => {
          const io = realIo();
          const to = join(folder, 'advisories');
          await compileDatabase(io, { from: join(corpus ?? '', 'osv-npm.zip'), to, now: new Date() });
          const past = await pastRegistry(LATER);
          const database = openDatabase(io, to);
          const run = await installed(folder, toolFor, past);
          const start = join(folder, 'start');
          try {
            makeProject(start, files, manager);
            await run(toolFor(past.url).lock, start, past.url);
            for (const online of [false, true]) {
              const copy = join(folder, online ? 'online' : 'offline');
              makeProject(copy, filesIn(start, past), manager);
              assert.equal(await tryPlan(copy, database.lookup, online, run), [], manager);
            }
          } finally {
            database.close();
            past.close();
          }
        }),
      );
    }
  }
});

type Run = (command: string, cwd: string, registry?: string) => Promise<void>;

/** Installs the manager; what it gives runs a command line and throws where that fails. */
async function installed(folder: string, toolFor: (url: string) => Tool, past: PastRegistry): Promise<Run> {
  const { spec } = toolFor(past.url);
  const home = join(folder, 'tool');
  mkdirSync(home);
  // Not the one that waits: the registry is served by this process.
  const shell = promisify(exec);
  await shell(`npm i --prefix . --no-audit --no-fund ${spec}`, { cwd: home });
  const its = join(home, 'node_modules', 'bun');
  if (existsSync(its)) await shell('node install.js', { cwd: its });
  const PATH = `${join(home, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`;
  return async (command, cwd, url = past.real) => {
    await shell(command, { cwd, env: { ...process.env, PATH, HOME: home, CI: '', ...toolFor(url).env } });
  };
}

function makeProject(folder: string, files: Record<string, object | string>, manager: string): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    const text =
      typeof content === 'string' ? content : JSON.stringify({ private: true, ...content }, null, 2);
    writeFileSync(join(folder, name), text);
  }
  if (manager === 'Yarn 4') writeFileSync(join(folder, 'yarn.lock'), files['yarn.lock']?.toString() ?? '');
  if (!manager.startsWith('pnpm')) return;
  const file = join(folder, 'package.json');
  const root = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...root, packageManager: 'pnpm@10.34.8' }, null, 2));
  if ('workspaces' in root) writeFileSync(join(folder, 'pnpm-workspace.yaml'), 'packages:\n  - packages/*\n');
}

/** The text files of a project, with the addresses that its lock file would have had. */
function filesIn(folder: string, { url, real }: PastRegistry): Record<string, string> {
  rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
  const files: Record<string, string> = {};
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/package\.json$|\.lock$|-lock\.yaml$/.test(name) || name.includes('node_modules')) continue;
    files[name] = readFileSync(join(folder, name), 'utf8').replaceAll(url, real);
  }
  return files;
}

async function findIn(folder: string, recordsOf: RecordsOf): Promise<Found> {
  const options = { root: folder, offline: true, progress: () => {} };
  const [tree] = await readProject({ ...realIo(), cwd: folder }, folder, options);
  if (tree === undefined) throw new Error(`nothing in ${folder}`);
  return findingsOf(tree, recordsOf);
}

/** Runs the steps one after the other; what differs from their claims, in words. Nothing may be worse than said. */
async function tryPlan(folder: string, recordsOf: RecordsOf, online: boolean, run: Run): Promise<string[]> {
  const { tree, packages, findings } = await findIn(folder, recordsOf);
  const { overridden, version } = await projectOf(realIo(), folder, tree);
  const settings = {
    nodeVersion: process.versions.node,
    overridden: () => overridden,
    managerVersion: () => version,
    ...(online ? {} : { unchecked: 'offline' }),
  };
  const now = new Date();
  const known = { trees: [tree], packages, findings, recordsOf, published: registry(), now };
  const steps = await planUpdates({ ...known, settings });
  const wrong: string[] = [];
  let left = new Set(findings.map(trouble));
  if (!steps.some(({ command }) => command !== '')) wrong.push('no command at all');
  for (const { command, clears, hopes, notes } of steps) {
    if (command === '') continue;
    await run(command, folder);
    const gone = clears.filter((one) => !hopes.includes(one)).map(trouble);
    const is = new Set((await findIn(folder, recordsOf)).findings.map(trouble));
    const brings = notes.some((note) => note.startsWith('brings '));
    for (const one of gone) if (is.has(one)) wrong.push(`${command}: leaves ${one}`);
    for (const one of is) if (!left.has(one) && !brings) wrong.push(`${command}: brings ${one}`);
    left = is;
  }
  return wrong;
}

function trouble({ advisory, package: subject }: Finding): string {
  return `${advisory?.id} ${subject?.name}@${subject?.version.split('.')[0]}`;
}
