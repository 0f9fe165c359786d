/**
 * What npm itself would use: .npmrc of project, user and machine, and the environment, read by npm's own library.
 * https://docs.npmjs.com/cli/v11/configuring-npm/npmrc
 */
import { dirname, join } from 'node:path';
import { UserError } from './errors.ts';
import type { Network } from './http/wire.ts';
import type { Io } from './io.ts';
import { networkOf } from './npm-network.ts';

export interface NpmSettings {
  /** Options as arborist and pacote take them, with time limits that suit a guard. */
  flat: Readonly<Record<string, unknown>>;
  /** The registry of names without a scope of their own; ends in a slash, as all registries here. */
  registry: string;
  /** The one that npm uses where nothing is configured. */
  publicRegistry: string;
  /** Registries by scope: `@acme`. */
  scopes: ReadonlyMap<string, string>;
  /** Where a package of this name comes from. */
  registryFor(name: string): string;
  /** Versions published after this may not be installed: `before`, `min-release-age`. */
  before: Date | undefined;
  /** Names and globs that `before` leaves alone. */
  beforeExcept: readonly string[];
  /** Connections as configured; `hosts` are URLs that the user named beside. */
  network(urls?: readonly string[]): Network;
}

/** An answer later than this is none; npm's own default of five minutes is no time for a guard. */
const TIMEOUT_MS = 30_000;
const RETRY_MS = 1000;
const LONGEST_RETRY_MS = 3000;

/** Reads what applies in `folder`. Throws UserError for a registry that is no URL: npm would ask another one. */
export async function readNpmrc(
  io: Pick<Io, 'env' | 'kind' | 'readFile'>,
  folder: string,
): Promise<NpmSettings> {
  const [{ default: Config }, { default: npm }] = await Promise.all([
    import('@npmcli/config'),
    import('@npmcli/config/lib/definitions/index.js'),
  ]);
  const config = new Config({
    definitions: npm.definitions,
    shorthands: npm.shorthands,
    flatten: npm.flatten,
    npmPath: npmFolder(io),
    argv: [],
    env: { ...io.env },
    cwd: folder,
    warn: false,
  });
  await config.load();
  const flat: Record<string, unknown> = { ...config.flat };
  const retry = { ...(flat.retry as Record<string, unknown> | undefined) };
  if (config.isDefault('fetch-retry-mintimeout')) retry.minTimeout = RETRY_MS;
  if (config.isDefault('fetch-retry-maxtimeout')) retry.maxTimeout = LONGEST_RETRY_MS;
  if (config.isDefault('fetch-timeout')) flat.timeout = TIMEOUT_MS;
  return settings(io, { ...flat, retry }, String(npm.defaults.registry));
}

// Where the npm of this Node lies: packagers put an npmrc there.
function npmFolder(io: Pick<Io, 'kind'>): string {
  const bin = dirname(process.execPath);
  const unix = join(dirname(bin), 'lib', 'node_modules', 'npm');
  return io.kind(unix) === 'directory' ? unix : join(bin, 'node_modules', 'npm');
}

function settings(
  io: Pick<Io, 'env' | 'readFile'>,
  flat: Readonly<Record<string, unknown>>,
  publicRegistry: string,
): NpmSettings {
  const registry = registryUrl(flat.registry, 'registry');
  const scopes = new Map<string, string>();
  for (const [key, value] of Object.entries(flat)) {
    const scope = /^(@[^/:]+):registry$/i.exec(key)?.[1];
    if (scope !== undefined) scopes.set(scope, registryUrl(value, key));
  }
  const { before, minReleaseAgeExclude: except } = flat;
  const registries = [registry, ...scopes.values()];
  return {
    flat,
    registry,
    publicRegistry: slashed(publicRegistry),
    scopes,
    registryFor: (name) => scopes.get(scopeOf(name)) ?? registry,
    before: before instanceof Date && !Number.isNaN(before.getTime()) ? before : undefined,
    beforeExcept: Array.isArray(except) ? except.map(String) : [],
    network: (urls = []) => networkOf(io, flat, registries, urls),
  };
}

/** `@acme` of `@acme/ui`; empty for a name without a scope. */
export function scopeOf(name: string): string {
  const slash = name.indexOf('/');
  return name.startsWith('@') && slash > 1 ? name.slice(0, slash) : '';
}

function registryUrl(value: unknown, key: string): string {
  const text = String(value).trim();
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return slashed(text);
  throw new UserError(`has a value that is no http or https URL: ${key}`, {
    where: '.npmrc',
    hint: `correct it with \`npm config set ${key} <url>\`, or in the environment`,
  });
}

function slashed(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
