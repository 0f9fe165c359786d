/** Files of npm packages, out of tarballs that fit what the registry promises. */
import { reasonOf, UserError } from '../errors.ts';
import type { Registry } from '../sources/registry.ts';
import { readTarball } from '../tarball.ts';

const LIMITS = { file: 32 * 1024 * 1024, total: 512 * 1024 * 1024 };
const TARBALL_LIMIT = 64 * 1024 * 1024;
/** Tarballs kept at a time: a page mostly takes several files of one package. */
const KEPT = 12;

/** `absent`: the tarball was read and holds no such file. */
export type NpmFile = { ok: true; body: Buffer } | { ok: false; reason: string; absent: boolean };

/** Looks files up; each tarball is downloaded once as long as it is asked for again soon. */
export function npmFiles(
  registry: Registry,
): (name: string, version: string, file: string) => Promise<NpmFile> {
  const tarballs = new Map<string, Promise<Buffer | string>>();
  return async (name, version, file) => {
    const key = `${name}@${version}`;
    const known = tarballs.get(key) ?? download(registry, name, version);
    tarballs.delete(key);
    tarballs.set(key, known);
    const [oldest] = tarballs.keys();
    if (tarballs.size > KEPT && oldest !== undefined) tarballs.delete(oldest);
    const tgz = await known;
    if (typeof tgz === 'string') return { ok: false, reason: `npm ${key}: ${tgz}`, absent: false };
    try {
      const body = (await readTarball(tgz, (path) => path === file, LIMITS, key)).get(file);
      if (body !== undefined) return { ok: true, body };
      return { ok: false, reason: `npm's ${key} holds no ${file}`, absent: true };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { ok: false, reason: `npm ${key} ${reasonOf(error)}`, absent: false };
    }
  };
}

/** The file that a package's own package.json names as `unpkg`; undefined where it names none, and the host chooses by rules
 * that have changed. */
export async function entryOf(
  npm: (name: string, version: string, file: string) => Promise<NpmFile>,
  name: string,
  version: string,
): Promise<string | undefined> {
  const found = await npm(name, version, 'package.json');
  if (!found.ok) return undefined;
  try {
    const { unpkg }: { unpkg?: unknown } = JSON.parse(found.body.toString());
    return typeof unpkg === 'string' ? unpkg.replace(/^\.?\/*/, '') : undefined;
  } catch {
    return undefined;
  }
}

async function download(registry: Registry, name: string, version: string): Promise<Buffer | string> {
  const releases = await registry.releases(name);
  if (!releases.ok) return `${releases.host}: ${releases.reason}`;
  const release = releases.value.versions.get(version);
  if (release === undefined) return 'is no version that the registry has';
  const tarball = await registry.tarball(name, release, TARBALL_LIMIT);
  return tarball.ok ? tarball.value.bytes : `${tarball.host}: ${tarball.reason}`;
}
