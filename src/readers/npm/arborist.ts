/**
 * npm's own tree builder, for projects without a lock file. Slow to load (0.2 s) and to run, so it is imported only
 * when it is needed. What it finds comes back as the lock file npm would write, for our own reader.
 * https://github.com/npm/cli/tree/latest/workspaces/arborist
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArboristTree } from '@npmcli/arborist';
import { readNpmrc } from '../../npmrc.ts';

type SettingsIo = Parameters<typeof readNpmrc>[0];

/** The packages under `folder`/node_modules, as text of a lock file. Reads only. Rejects when they cannot be read. */
export async function lockOfInstalled(folder: string): Promise<string> {
  const { default: Arborist } = await import('@npmcli/arborist');
  return lockText(await new Arborist({ path: folder }).loadActual());
}

/**
 * What npm would install for the package.json in `folder`, as text of a lock file: resolved through the registries
 * of .npmrc, with its scopes, credentials, proxies and certificates. Installs nothing, runs no script and leaves no
 * file behind. Rejects with npm's own errors.
 */
export async function lockOfIdeal(folder: string, io: SettingsIo): Promise<string> {
  const { default: Arborist } = await import('@npmcli/arborist');
  const cache = mkdtempSync(join(tmpdir(), 'vakt-npm-'));
  try {
    const { flat } = await readNpmrc(io, folder);
    const ideal = { ...flat, path: folder, cache, ignoreScripts: true, audit: false, global: false };
    return lockText(await new Arborist(ideal).buildIdealTree());
  } finally {
    rmSync(cache, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** What `npm update` or `npm install` is told, in the words of their options. */
export interface LockCommand {
  /** Names as installed. */
  update?: readonly string[];
  /** Specifiers as typed: `a@1.2.3`. */
  add?: readonly string[];
  saveType?: 'dev' | 'optional' | 'peer';
  /** What stands before a version in package.json: empty, `~`. */
  savePrefix?: string;
  /** Names of members that it is for; none: the root. */
  workspaces?: readonly string[];
}

export interface LockChanger {
  /** Writes package.json and lock file as the command would and nothing else. Rejects with npm's own errors. */
  run(command: LockCommand): Promise<void>;
  close(): void;
}

/**
 * npm at work on the manifests and the lock file in `copy`, a folder of our own, with the settings that hold in
 * `folder`. Nothing is installed and no script runs. What the registry answered is kept until `close`.
 * https://docs.npmjs.com/cli/v11/commands/npm-install#package-lock-only
 */
export async function lockChanger(copy: string, folder: string, io: SettingsIo): Promise<LockChanger> {
  const { default: Arborist } = await import('@npmcli/arborist');
  const { flat } = await readNpmrc(io, folder);
  const cache = mkdtempSync(join(tmpdir(), 'vakt-npm-'));
  const fixed = { path: copy, cache, packumentCache: new Map(), ...QUIET };
  return {
    async run(command) {
      // `npm update` leaves package.json as it is: https://docs.npmjs.com/cli/v11/commands/npm-update#save
      const options = { ...flat, save: command.add !== undefined, ...command, ...fixed };
      await new Arborist(options).reify(options);
    },
    close: () => rmSync(cache, { recursive: true, force: true, maxRetries: 3 }),
  };
}

const QUIET = { packageLockOnly: true, dryRun: false, ignoreScripts: true, audit: false, global: false };

function lockText(tree: ArboristTree): string {
  const lock = tree.meta.toJSON();
  const packages = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify({ ...lock, packages: Object.fromEntries(packages) });
}
