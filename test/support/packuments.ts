/** Packuments as npm's registry serves them, with what a test wants of them. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import npm from '@npmcli/config/lib/definitions/index.js';

/** What npm asks where nothing is configured. */
export const PUBLIC_REGISTRY = String(npm.defaults.registry);

export interface Published {
  day: string;
  publisher?: string;
  trusted?: boolean;
  attested?: boolean;
  deprecated?: string;
  /** Signs by this key; `wrong` puts the signature of another version there. */
  key?: RegistryKey;
  wrong?: boolean;
}

export interface RegistryKey {
  /** As `/-/npm/v1/keys` has it. */
  public: { keyid: string; keytype: string; scheme: string; key: string; expires: string | null };
  sign(text: string): string;
}

/** A fresh P-256 key; `expires` is a day. */
export function registryKey(keyid: string, expires: string | null = null): RegistryKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const scheme = 'ecdsa-sha2-nistp256';
  const key = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  return {
    public: { keyid, keytype: scheme, scheme, key, expires: expires && `${expires}T00:00:00.000Z` },
    sign: (text) => sign('sha256', Buffer.from(text), privateKey).toString('base64'),
  };
}

/** What the lock file of an honest project pins. */
export function integrityOf(name: string, version: string): string {
  return `sha512-${createHash('sha512').update(`${name} ${version}`).digest('base64')}`;
}

/** The document of a package with these versions, the last of them tagged as latest. */
export function packument(name: string, versions: Record<string, Published>, over: object = {}): object {
  const list = Object.entries(versions);
  return {
    name,
    'dist-tags': { latest: list.at(-1)?.[0] },
    maintainers: [{ name: 'ann', email: 'ann@example.test' }],
    time: Object.fromEntries(list.map(([version, { day }]) => [version, `${day}T00:00:00.000Z`])),
    versions: Object.fromEntries(list.map(([version, one]) => [version, manifest(name, version, one)])),
    ...over,
  };
}

function manifest(name: string, version: string, one: Published): object {
  const integrity = integrityOf(name, version);
  const signed = one.wrong === true ? `${name}@0.0.0:${integrity}` : `${name}@${version}:${integrity}`;
  return {
    name,
    version,
    ...(one.deprecated !== undefined && { deprecated: one.deprecated }),
    description: 'not needed '.repeat(20),
    _npmUser: {
      name: one.publisher ?? 'ann',
      email: 'ann@example.test',
      ...(one.trusted && { trustedPublisher: { id: 'github', oidcConfigId: 'oidc:1' } }),
    },
    dist: {
      integrity,
      shasum: createHash('sha1').update(`${name} ${version}`).digest('hex'),
      tarball: `https://registry.example.test/${name}/-/${name.replace(/^.*\//, '')}-${version}.tgz`,
      ...(one.key !== undefined && {
        signatures: [{ keyid: one.key.public.keyid, sig: one.key.sign(signed) }],
      }),
      ...(one.attested && {
        attestations: {
          url: 'https://x.test',
          provenance: { predicateType: 'https://slsa.dev/provenance/v1' },
        },
      }),
    },
  };
}

/** A package-lock.json (v3) of these packages, all direct unless `direct` says which; integrity by name@version. */
export function lockOf(
  specs: readonly string[],
  { direct = specs, integrity = {} }: { direct?: readonly string[]; integrity?: Record<string, string> } = {},
): { 'package.json': string; 'package-lock.json': string } {
  const parts = specs.map((spec) => {
    const at = spec.lastIndexOf('@');
    return { spec, name: spec.slice(0, at), version: spec.slice(at + 1) };
  });
  const rest = parts.filter(({ spec }) => !direct.includes(spec));
  const asked = (some: typeof parts) => Object.fromEntries(some.map(({ name, version }) => [name, version]));
  const dependencies = asked(parts.filter(({ spec }) => direct.includes(spec)));
  const root = { name: 'shop', version: '1.0.0', dependencies };
  const packages: Record<string, object> = { '': root };
  parts.forEach(({ spec, name, version }, i) => {
    packages[`node_modules/${name}`] = {
      version,
      resolved: `${PUBLIC_REGISTRY}${name}/-/${name.replace(/^.*\//, '')}-${version}.tgz`,
      integrity: integrity[spec] ?? integrityOf(name, version),
      ...(i === 0 && rest.length > 0 && { dependencies: asked(rest) }),
    };
  });
  const lock = { name: 'shop', version: '1.0.0', lockfileVersion: 3, requires: true, packages };
  return { 'package.json': JSON.stringify(root), 'package-lock.json': JSON.stringify(lock) };
}
