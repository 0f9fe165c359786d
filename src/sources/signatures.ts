/**
 * Registry signatures: ECDSA over `name@version:integrity`, by keys that the registry publishes.
 * https://docs.npmjs.com/about-registry-signatures
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Http } from '../http.ts';
import { list, object, text } from './advisories/shape.ts';
import type { PastRelease } from './history.ts';
import type { Answer } from './registry.ts';

interface Key {
  key: KeyObject;
  /** What was published later must not be signed with it. */
  expires: Date | undefined;
}

/** By id; only keys of the one scheme that registries use. */
export type Keys = ReadonlyMap<string, Key>;

/** `unknown`: signed with keys that are not published, or nobody can say whether the key was still good; `why` is said of
 * the registry. */
export type Verdict = { state: 'valid' | 'unsigned' } | { state: 'invalid' | 'unknown'; why: string };

const SCHEME = 'ecdsa-sha2-nistp256';
const LIMIT = 1024 * 1024;

/** Asks a registry (its URL ends in a slash) for its keys. */
export function registryKeys(http: Http, registry: string): Promise<Answer<Keys>> {
  const url = `${registry}-/npm/v1/keys`;
  return http.json({ url, limit: LIMIT, cache: true, service: 'keys' }, readKeys);
}

/** Reads `{ keys: [{ keyid, scheme, key, expires }] }`. Throws Misshapen. A key that cannot be one is left out: nobody
 * is to blame for what it signed. */
function readKeys(value: unknown): Keys {
  const keys = new Map<string, Key>();
  for (const one of list(object(value, 'the answer').keys, 'keys')) {
    const { keyid, scheme, key, expires } = object(one, 'a key');
    if (scheme !== SCHEME) continue;
    const id = text(keyid, 'the id of a key');
    const found = keyOf(Buffer.from(text(key, 'a key'), 'base64'));
    const date = expires === null || expires === undefined ? undefined : new Date(String(expires));
    const isDate = date === undefined || (typeof expires === 'string' && !Number.isNaN(date.getTime()));
    if (found !== undefined && isDate) keys.set(id, { key: found, expires: date });
  }
  return keys;
}

/** A public key on the curve of SCHEME; undefined for anything else. */
function keyOf(der: Buffer): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Holds a release against a registry's keys: each signature by a known key must be right. */
export function verifyRelease(name: string, release: PastRelease, keys: Keys): Verdict {
  const { version, published, signatures = [] } = release;
  // Of what was published before there was an integrity the sha1 is signed, as npm writes it.
  const integrity = release.integrity ?? release.shasum;
  if (signatures.length === 0) return { state: 'unsigned' };
  if (integrity === undefined)
    return { state: 'invalid', why: 'it signs an integrity that it does not tell' };
  const message = Buffer.from(`${name}@${version}:${integrity}`);
  let known = 0;
  let why = 'does not publish the keys of these signatures';
  for (const { keyid, sig } of signatures) {
    const found = keys.get(keyid);
    if (found === undefined) continue;
    if (found.expires !== undefined && published === undefined) {
      why = 'does not tell whether these came before their key expired';
      continue;
    }
    known++;
    if (found.expires !== undefined && published !== undefined && published > found.expires) {
      const day = found.expires.toISOString().slice(0, 10);
      return { state: 'invalid', why: `its key ${keyid} had expired (${day}) when it was published` };
    }
    if (!isRight(message, found.key, sig))
      return { state: 'invalid', why: `the signature by ${keyid} is not over this version and its hash` };
  }
  return known > 0 ? { state: 'valid' } : { state: 'unknown', why };
}

function isRight(message: Buffer, key: KeyObject, sig: string): boolean {
  try {
    return verify('sha256', message, key, Buffer.from(sig, 'base64'));
  } catch {
    return false;
  }
}
