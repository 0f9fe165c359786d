/**
 * What the package managers themselves would use: .npmrc of project, user and machine, and the environment, read by
 * npm's own library, and what the project's manager has beside it.
 * https://docs.npmjs.com/cli/v11/configuring-npm/npmrc
 */
import { dirname, join, parse, posix } from 'node:path';
import { UserError } from './errors.ts';
import type { Network } from './http/wire.ts';
import type { HttpOptions } from './http.ts';
import type { Io } from './io.ts';
import { networkOf } from './npm-network.ts';
import { npmrcRegistries } from './registries/npm.ts';
import { managerRegistries } from './registries/read.ts';

export interface NpmSettings {
  /** Options as arborist and pacote take them, with time limits that suit a guard. */
  flat: Readonly<Record<string, unknown>>;
  /** The registry of names without a scope of their own; ends in a slash, as all registries here. */
  registry: string;
  /** The one that npm uses where nothing is configured. */
  publicRegistry: string;
  /** Registries by scope: `@acme`. */
  scopes: ReadonlyMap<string, string>;
  /** Every registry that is configured, also for lock files further down, and the public one under its names. */
  registries: readonly string[];
  /** Where a package of this name comes from. What the settings beside `lockFile` (relative to the folder) say counts
   * first, so that nobody else learns the name; `resolved` tells the named registry of a package of pnpm's. */
  registryFor(name: string, lockFile?: string, resolved?: string): string;
  /** Whether the scope of a name has a registry of its own. */
  hasOwnRegistry(name: string, lockFile?: string): boolean;
  /** Versions published after this may not be installed: `before`, `min-release-age`. */
  before: Date | undefined;
  /** The days of `min-release-age`, where `before` comes from it. */
  minReleaseAge: number | undefined;
  /** Names and globs that `before` leaves alone. */
  beforeExcept: readonly string[];
  /** `fetch-timeout` and `fetch-retries`, where somebody set them. */
  limits: NonNullable<HttpOptions['limits']>;
  /** Connections as configured; `hosts` are URLs that the user named beside. */
  network(urls?: readonly string[]): Network;
}

/** An answer later than this is none; npm's own default of five minutes is no time for a guard. */
const TIMEOUT_MS = 30_000;
const RETRY_MS = 1000;
const LONGEST_RETRY_MS = 3000;

type SettingsIo = Pick<Io, 'cwd' | 'env' | 'kind' | 'readFile' | 'snapshot'>;

/** The public registry under the name that a manager has for it, of its own domain: Yarn's lock files are full of it.
 * https://classic.yarnpkg.com/en/docs/faq */
const registryUnder = (manager: string): string => `https://registry.${manager}pkg.com/`;
export const YARN_REGISTRY = registryUnder('yarn');

/** One folder's registries. */
interface Local {
  registry: string;
  scopes: Map<string, string>;
  named: string[];
  flat: Record<string, unknown>;
  limits: NpmSettings['limits'];
}

/**
 * Reads what applies in `folder`, and beside the lock files further down, relative to it. Throws UserError for a
 * registry that is no URL, or a file that cannot be read: the manager would ask another one.
 */
export async function readNpmrc(
  io: SettingsIo,
  folder: string,
  lockFiles: readonly string[] = [],
): Promise<NpmSettings> {
  const [own, publicRegistry] = await readLocal(io, folder);
  const below = new Map<string, Local>();
  for (const lockFile of lockFiles) {
    const part = posix.dirname(lockFile);
    if (part === '.' || below.has(part) || io.kind(join(folder, part)) !== 'directory') continue;
    const [local] = await readLocal(io, join(folder, part));
    below.set(part, local);
  }
  return settings(io, own, below, slashed(publicRegistry));
}

/** One folder's settings, and the registry that npm asks where nothing is said. */
async function readLocal(io: SettingsIo, folder: string): Promise<[Local, string]> {
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
    // npm's library reads the disk: of another state it gets user and machine alone.
    cwd: io.snapshot === true ? parse(folder).root : folder,
    warn: false,
  });
  await config.load();
  const { options, named } = await managerRegistries(io, folder);
  const own = io.snapshot === true ? npmrcRegistries(io, folder) : new Map<string, string>();
  for (const key of own.keys()) if (['cli', 'env'].includes(config.find(key) ?? '')) own.delete(key);
  const flat: Record<string, unknown> = {
    ...config.flat,
    ...Object.fromEntries(own),
    ...Object.fromEntries(options),
  };
  flat.minReleaseAge = ageBehind(flat.before, config.get('min-release-age'));
  const retry = { ...(flat.retry as Record<string, unknown> | undefined) };
  if (config.isDefault('fetch-retry-mintimeout')) retry.minTimeout = RETRY_MS;
  if (config.isDefault('fetch-retry-maxtimeout')) retry.maxTimeout = LONGEST_RETRY_MS;
  if (config.isDefault('fetch-timeout')) flat.timeout = TIMEOUT_MS;
  flat.retry = retry;
  const scopes = new Map<string, string>();
  for (const [key, value] of Object.entries(flat)) {
    const scope = /^(@[^/:]+):registry$/i.exec(key)?.[1];
    if (scope !== undefined) scopes.set(scope, registryUrl(value, key));
  }
  const registry = registryUrl(flat.registry, 'registry');
  const chosen = (key: string) => (config.isDefault(key) ? undefined : config.get(key));
  const limits = limitsBy(chosen('fetch-timeout'), chosen('fetch-retries'));
  return [
    { registry, scopes, named: [...named.values()].map(slashed), flat, limits },
    String(npm.defaults.registry),
  ];
}

/** npm's own default, and the longest that a project's file can make anybody wait for one answer. */
const LONGEST_MS = 300_000;
const MOST_RETRIES = 10;
/** As `windowMs` where nothing is set. */
const WINDOW_MS = 5000;

// https://docs.npmjs.com/cli/v11/using-npm/config#fetch-timeout; zero is for ever there, and nothing said here.
function limitsBy(timeout: unknown, retries: unknown): NpmSettings['limits'] {
  const limits: NpmSettings['limits'] = {};
  if (typeof timeout === 'number' && timeout > 0) {
    const ms = Math.min(timeout, LONGEST_MS);
    Object.assign(limits, {
      headersMs: ms,
      failingMs: ms,
      totalMs: ms,
      windowMs: Math.min(ms / 2, WINDOW_MS),
    });
  }
  if (typeof retries === 'number' && retries >= 0) limits.repetitions = Math.min(retries, MOST_RETRIES);
  return limits;
}

// The days that made npm's date, unless another setting did.
function ageBehind(before: unknown, days: unknown): number | undefined {
  if (typeof days !== 'number' || !(before instanceof Date)) return undefined;
  return Math.abs(Date.now() - days * 86_400_000 - before.getTime()) < 60_000 ? days : undefined;
}

// Where the npm of this Node lies: packagers put an npmrc there.
function npmFolder(io: Pick<Io, 'kind'>): string {
  const bin = dirname(process.execPath);
  const unix = join(dirname(bin), 'lib', 'node_modules', 'npm');
  return io.kind(unix) === 'directory' ? unix : join(bin, 'node_modules', 'npm');
}

function settings(
  io: SettingsIo,
  own: Local,
  below: ReadonlyMap<string, Local>,
  publicRegistry: string,
): NpmSettings {
  const locals = [own, ...below.values()];
  // Credentials are told apart by their address, so that all can stand together.
  const flat = Object.assign({}, ...locals.map((local) => local.flat).reverse());
  const { before, minReleaseAge, minReleaseAgeExclude: except } = flat;
  const configured = locals.flatMap(({ registry, scopes, named }) => [
    registry,
    ...scopes.values(),
    ...named,
  ]);
  const localOf = (lockFile = '') => below.get(posix.dirname(lockFile)) ?? own;
  return {
    flat,
    registry: own.registry,
    publicRegistry,
    scopes: own.scopes,
    limits: own.limits,
    registries: [...new Set([...configured, publicRegistry, YARN_REGISTRY])],
    registryFor(name, lockFile, resolved) {
      const { named, scopes, registry } = localOf(lockFile);
      const scope = scopeOf(name);
      const its = named.find((url) => resolved?.startsWith(url));
      return its ?? scopes.get(scope) ?? otherScope(locals, scope) ?? registry;
    },
    hasOwnRegistry(name, lockFile) {
      const scope = scopeOf(name);
      return localOf(lockFile).scopes.has(scope) || otherScope(locals, scope) !== undefined;
    },
    before: before instanceof Date && !Number.isNaN(before.getTime()) ? before : undefined,
    minReleaseAge: typeof minReleaseAge === 'number' ? minReleaseAge : undefined,
    beforeExcept: Array.isArray(except) ? except.map(String) : [],
    network: (urls = []) => networkOf(io, flat, configured, urls),
  };
}

// A scope that is private in one part of a repository is no affair of the public registry in another.
function otherScope(locals: readonly Local[], scope: string): string | undefined {
  return locals.find(({ scopes }) => scopes.has(scope))?.scopes.get(scope);
}

/** `@acme` of `@acme/ui`; empty for a name without a scope. */
function scopeOf(name: string): string {
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
