/** Files of npm packages, out of tarballs that fit what the registry promises. */
import { reasonOf, UserError } from '../errors.ts';
import type { Registry } from '../sources/registry.ts';
import { readTarball } from '../tarball.ts';

const LIMITS = { file: 32 * 1024 * 1024, total: 512 * 1024 * 1024 };
const TARBALL_LIMIT = 64 * 1024 * 1024;
/** Tarballs kept at a time: a page mostly takes several files of one package. */
const KEPT = 12;

/** `absent`: the tarball was read and holds no such file; `tampered`: it is not what the registry promises. */
export type NpmFile =
  | { ok: true; body: Buffer }
  | { ok: false; reason: string; absent: boolean; tampered?: boolean };

type Download = { ok: true; tgz: Buffer } | { ok: false; reason: string; tampered?: boolean };

/** Looks files up; each tarball is downloaded once as long as it is asked for again soon. */
export function npmFiles(
  registry: Registry,
): (name: string, version: string, file: string) => Promise<NpmFile> {
  const tarballs = new Map<string, Promise<Download>>();
  return async (name, version, file) => {
    const key = `${name}@${version}`;
    const known = tarballs.get(key) ?? download(registry, name, version);
    tarballs.delete(key);
    tarballs.set(key, known);
    const [oldest] = tarballs.keys();
    if (tarballs.size > KEPT && oldest !== undefined) tarballs.delete(oldest);
    const got = await known;
    if (!got.ok) return { ...got, reason: `npm ${key}: ${got.reason}`, absent: false };
    try {
      const body = (await readTarball(got.tgz, (path) => path === file, LIMITS, key)).get(file);
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

async function download(registry: Registry, name: string, version: string): Promise<Download> {
  const releases = await registry.releases(name);
  if (!releases.ok) return { ok: false, reason: `${releases.host}: ${releases.reason}` };
  const release = releases.value.versions.get(version);
  if (release === undefined) return { ok: false, reason: 'is no version that the registry has' };
  const tarball = await registry.tarball(name, release, TARBALL_LIMIT);
  if (tarball.ok) return { ok: true, tgz: tarball.value.bytes };
  const { host, reason, tampered = false } = tarball;
  return { ok: false, reason: `${host}: ${reason}`, tampered };
}
