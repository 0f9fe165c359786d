/** Policies out of npm packages: fetched from the configured registry, verified, and kept for use without a network. */
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import type { Registry, Release, Releases } from '../sources/registry.ts';
import { readTarball } from '../tarball.ts';
import type { FetchPackage } from './load.ts';

export interface PolicyPackages {
  io: Pick<Io, 'kind' | 'readFile' | 'writeFile'>;
  /** Where copies are kept; what lies there was verified when it came. */
  folder: string;
  /** Undefined: no network; only copies are used. Asked for when a package is. */
  registry: (() => Promise<Registry>) | undefined;
}

/** A copy of a policy, as it is kept. */
interface Copy {
  name: string;
  version: string;
  integrity: string;
  /** The policy's path inside the package. */
  file: string;
  text: string;
}

const LIMITS = { file: 1024 * 1024, total: 64 * 1024 * 1024 };
const DOWNLOAD_LIMIT = 16 * 1024 * 1024;
/** Tried in this order where package.json has no field `vakt`. */
const NAMES = ['vakt.yml', 'policy.yml', 'index.yml'];

/**
 * The way to the policy of `name`, `name@version` or `name@tag` (without either: `latest`). It is the file that
 * package.json names in its field `vakt`, else the first of vakt.yml, policy.yml, index.yml. The tarball must fit
 * the registry's integrity, and a version once fetched must keep it. When the registry cannot be asked, the copy
 * that was fetched last is used, and `from` says so. Throws UserError.
 */
export function policyPackages(context: PolicyPackages): FetchPackage {
  return async (spec) => {
    const at = spec.indexOf('@', 1);
    const name = at === -1 ? spec : spec.slice(0, at);
    const wanted = at === -1 ? 'latest' : spec.slice(at + 1);
    const kept = readCopy(context, name, wanted);
    if (context.registry === undefined) {
      if (kept === undefined)
        throw unavailable(spec, 'there is no copy of it here, and no network to be used');
      return told(kept, '');
    }
    const registry = await context.registry();
    const releases = await registry.releases(name);
    if (!releases.ok) {
      // A name that is gone is an answer; silence is not.
      if (kept === undefined || releases.status === 404)
        throw unavailable(spec, `${releases.host}: ${releases.reason}`);
      return told(kept, `, a kept copy: ${releases.host}: ${releases.reason}`);
    }
    const release = resolve(releases.value, wanted, spec);
    const known = readCopy(context, name, release.version);
    if (known !== undefined && known.integrity !== release.integrity) throw changed(context, known, release);
    if (known !== undefined) return told(remember(context, known, wanted), '');
    return told(remember(context, await download(registry, name, release), wanted), '');
  };
}

function told({ name, version, integrity, file, text }: Copy, note: string): { text: string; from: string } {
  return { text, from: `${name}@${version} (${integrity}${note}) ${file}` };
}

function resolve({ name, tags, versions }: Releases, wanted: string, spec: string): Release {
  const release = versions.get(wanted) ?? versions.get(tags.get(wanted) ?? '');
  if (release !== undefined) return release;
  const newest = [...versions.keys()].slice(-3).join(', ') || 'none';
  throw new UserError(`is not published: ${name} has no version or tag ${wanted}`, {
    where: spec,
    hint: `name one that exists (the last: ${newest}); ranges are not taken`,
  });
}

async function download(registry: Registry, name: string, release: Release): Promise<Copy> {
  const called = `${name}@${release.version}`;
  const tarball = await registry.tarball(name, release, DOWNLOAD_LIMIT);
  if (!tarball.ok) throw unavailable(called, `${tarball.host}: ${tarball.reason}`);
  const { bytes, integrity } = tarball.value;
  const wanted = (path: string) => path === 'package.json' || /\.ya?ml$/i.test(path);
  const files = await readTarball(bytes, wanted, LIMITS, called);
  const file = policyFile(files, called);
  const text = (files.get(file) ?? Buffer.alloc(0)).toString('utf8');
  return { name, version: release.version, integrity, file, text };
}

function policyFile(files: ReadonlyMap<string, Buffer>, called: string): string {
  const named = fieldOf(files.get('package.json'), called);
  if (named !== undefined) {
    const path = named.replace(/^(?:\.\/)+/, '');
    if (files.has(path)) return path;
    throw new UserError(`names "${named}" as its policy, which is no YAML file of it`, {
      where: `${called}/package.json`,
      hint: 'set its field "vakt" to the path of a .yml file in the package, and publish a new version',
    });
  }
  const found = NAMES.find((name) => files.has(name));
  if (found !== undefined) return found;
  throw new UserError(`holds no policy: none of ${NAMES.join(', ')}, and no field "vakt" in package.json`, {
    where: called,
    hint: 'publish a version of it that has one of them',
  });
}

function fieldOf(manifest: Buffer | undefined, called: string): string | undefined {
  try {
    const value: unknown = JSON.parse(manifest?.toString('utf8') ?? '{}');
    const field = new Map(Object.entries(value ?? {})).get('vakt');
    return typeof field === 'string' ? field : undefined;
  } catch {
    throw new UserError('has a package.json that is no JSON', {
      where: called,
      hint: 'publish a new version',
    });
  }
}

// One file by version and one by what was asked for, so that both are found without a network.
function remember(context: PolicyPackages, copy: Copy, wanted: string): Copy {
  const text = `${JSON.stringify(copy, null, 2)}\n`;
  for (const key of new Set([copy.version, wanted])) {
    const file = placeOf(context, copy.name, key);
    const same =
      context.io.kind(file) === 'file' &&
      context.io.readFile(file, LIMITS.file * 8).toString('utf8') === text;
    if (!same) context.io.writeFile(file, text);
  }
  return copy;
}

function readCopy(context: PolicyPackages, name: string, wanted: string): Copy | undefined {
  const file = placeOf(context, name, wanted);
  if (context.io.kind(file) !== 'file') return undefined;
  const damaged = () =>
    new UserError('is a damaged copy of a policy', { where: file, hint: 'delete it; it is fetched again' });
  let value: unknown;
  try {
    value = JSON.parse(context.io.readFile(file, LIMITS.file * 8).toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged();
    throw error;
  }
  const fields = new Map(Object.entries(value ?? {}));
  const field = (key: string): string => {
    const found: unknown = fields.get(key);
    if (typeof found === 'string') return found;
    throw damaged();
  };
  const copy = {
    name: field('name'),
    version: field('version'),
    integrity: field('integrity'),
    file: field('file'),
    text: field('text'),
  };
  if (copy.name !== name) throw damaged();
  return copy;
}

function placeOf({ folder }: PolicyPackages, name: string, key: string): string {
  return join(folder, `${encodeURIComponent(name)}@${encodeURIComponent(key)}.json`);
}

function changed(context: PolicyPackages, { name, version, integrity }: Copy, release: Release): UserError {
  return new UserError(
    `has another content than when it was fetched before: ${release.integrity ?? 'none'} instead of ${integrity}`,
    {
      where: `${name}@${version}`,
      hint: `a published version never changes: ask the operator of the registry; to trust the new one, delete ${placeOf(context, name, version)}`,
    },
  );
}

function unavailable(spec: string, why: string): UserError {
  return new UserError(`is a policy that could not be fetched: ${why}`, {
    where: spec,
    hint: 'check the registry in .npmrc, or run `vakt` once where it can be reached, so that a copy is kept',
  });
}
