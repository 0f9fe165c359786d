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

/** `unknown`: signed with keys that are not published, or nobody can say whether the key was still good. */
export type Verdict = { state: 'valid' | 'unsigned' | 'unknown' } | { state: 'invalid'; why: string };

const SCHEME = 'ecdsa-sha2-nistp256';
const LIMIT = 1024 * 1024;

/** Asks a registry (its URL ends in a slash) for its keys. */
export function registryKeys(http: Http, registry: string): Promise<Answer<Keys>> {
  const url = `${registry}-/npm/v1/keys`;
  return http.json({ url, limit: LIMIT, cache: true, service: 'keys' }, readKeys);
}

/** Reads `{ keys: [{ keyid, scheme, key, expires }] }`. Throws Misshapen, and for a key that is none. */
function readKeys(value: unknown): Keys {
  const keys = new Map<string, Key>();
  for (const one of list(object(value, 'the answer').keys, 'keys')) {
    const { keyid, scheme, key, expires } = object(one, 'a key');
    if (scheme !== SCHEME) continue;
    const der = Buffer.from(text(key, 'a key'), 'base64');
    const date = typeof expires === 'string' ? new Date(expires) : undefined;
    keys.set(text(keyid, 'the id of a key'), {
      key: createPublicKey({ key: der, format: 'der', type: 'spki' }),
      // A date that is none ends the key's life at once.
      expires: date !== undefined && Number.isNaN(date.getTime()) ? new Date(0) : date,
    });
  }
  return keys;
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
  for (const { keyid, sig } of signatures) {
    const found = keys.get(keyid);
    if (found === undefined || (found.expires !== undefined && published === undefined)) continue;
    known++;
    if (found.expires !== undefined && published !== undefined && published > found.expires) {
      const day = found.expires.toISOString().slice(0, 10);
      return { state: 'invalid', why: `its key ${keyid} had expired (${day}) when it was published` };
    }
    if (!isRight(message, found.key, sig))
      return { state: 'invalid', why: `the signature by ${keyid} is not over this version and its hash` };
  }
  return { state: known > 0 ? 'valid' : 'unknown' };
}

function isRight(message: Buffer, key: KeyObject, sig: string): boolean {
  try {
    return verify('sha256', message, key, Buffer.from(sig, 'base64'));
  } catch {
    return false;
  }
}
