/**
 * npm's own tree builder, for projects without a lock file. Slow to load (0.2 s) and to run, so it is imported only
 * when it is needed. What it finds comes back as the lock file npm would write, for our own reader.
 * https://github.com/npm/cli/tree/latest/workspaces/arborist
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ArboristTree } from '@npmcli/arborist';

type Environment = Readonly<Record<string, string | undefined>>;

/** An answer later than this is none; npm's own default of five minutes is no time for a guard. */
const TIMEOUT_MS = 30_000;
const RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 3_000;

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
export async function lockOfIdeal(folder: string, env: Environment): Promise<string> {
  const { default: Arborist } = await import('@npmcli/arborist');
  const cache = mkdtempSync(join(tmpdir(), 'vakt-npm-'));
  try {
    const options = await npmOptions(folder, env);
    const ideal = { ...options, path: folder, cache, ignoreScripts: true, audit: false, global: false };
    return lockText(await new Arborist(ideal).buildIdealTree());
  } finally {
    rmSync(cache, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function npmOptions(folder: string, env: Environment): Promise<Record<string, unknown>> {
  const [{ default: Config }, { default: npm }] = await Promise.all([
    import('@npmcli/config'),
    import('@npmcli/config/lib/definitions/index.js'),
  ]);
  const config = new Config({
    definitions: npm.definitions,
    shorthands: npm.shorthands,
    flatten: npm.flatten,
    npmPath: dirname(process.execPath),
    argv: [],
    env: { ...env },
    cwd: folder,
    warn: false,
  });
  await config.load();
  const options = { ...config.flat };
  const retry = { ...(options.retry as Record<string, unknown> | undefined) };
  if (config.isDefault('fetch-retry-mintimeout')) retry.minTimeout = RETRY_MS;
  if (config.isDefault('fetch-retry-maxtimeout')) retry.maxTimeout = LONGEST_RETRY_MS;
  if (config.isDefault('fetch-timeout')) options.timeout = TIMEOUT_MS;
  return { ...options, retry };
}

function lockText(tree: ArboristTree): string {
  return JSON.stringify(tree.meta.toJSON());
}
