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

function lockText(tree: ArboristTree): string {
  const lock = tree.meta.toJSON();
  const packages = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify({ ...lock, packages: Object.fromEntries(packages) });
}
