/**
 * Integrity metadata as browsers read it, where they differ from the specification's text (measured in Chromium 156
 * and Firefox 153; web-platform-tests side with the browsers).
 *
 * https://w3c.github.io/webappsec-subresource-integrity/#parse-metadata
 */

/** The algorithms browsers know, from weakest to strongest. */
const STRENGTH = ['sha256', 'sha384', 'sha512'] as const;
export type Algorithm = (typeof STRENGTH)[number];

/** Bytes of a digest. */
const LENGTH: Record<Algorithm, number> = { sha256: 32, sha384: 48, sha512: 64 };

/** One hash that a browser would compare. */
interface Hash {
  algorithm: Algorithm;
  /** As written, without options. */
  value: string;
  /** The digest in hex; undefined when the value cannot be a digest of this algorithm in every browser. */
  digest: string | undefined;
}

/** What an integrity value does. */
export interface Integrity {
  /** Browsers compare the body with something. */
  effective: boolean;
  /** Of the strongest algorithm; any one of them lets the body pass. Empty when nothing is compared. */
  hashes: Hash[];
  /** Why tokens are ignored or treated differently by browsers, in the order written. */
  remarks: string[];
  /** At least one token is an ed25519 key, which only Chromium knows: to be left alone. */
  signed: boolean;
}

/** Reads an integrity value. Never throws. */
export function parseIntegrity(text: string): Integrity {
  const remarks: string[] = [];
  const hashes: Hash[] = [];
  let signed = false;
  const tokens = text.split(/[\t\n\f\r ]+/).filter((token) => token !== '');
  for (const token of tokens) {
    if (token.startsWith('ed25519-')) {
      signed = true;
      continue;
    }
    const hash = hashOf(token);
    if (typeof hash === 'string') remarks.push(hash);
    else hashes.push(hash);
  }
  if (tokens.length === 0) remarks.push('the value is empty');
  if (signed) remarks.push('ed25519 keys are checked by Chromium alone');
  let best = 0;
  for (const { algorithm } of hashes) best = Math.max(best, STRENGTH.indexOf(algorithm));
  const strongest = hashes.filter((hash) => STRENGTH.indexOf(hash.algorithm) === best);
  return { effective: strongest.length > 0, hashes: strongest, remarks, signed };
}

/** Whether the browser would block any body whatever: no token can be a digest. */
export function isImpossible(integrity: Integrity): boolean {
  return integrity.effective && integrity.hashes.every((hash) => hash.digest === undefined);
}

/** Whether every digest consists of one repeated byte: a placeholder that no file hashes to. */
export function isPlaceholder(integrity: Integrity): boolean {
  return (
    integrity.effective &&
    integrity.hashes.every(({ digest }) => digest !== undefined && /^(..)\1+$/.test(digest))
  );
}

/** Whether one of the strongest hashes is that of the body. `digest` gives the hex digest of the body. */
export function matchesBody(integrity: Integrity, digest: (algorithm: Algorithm) => string): boolean {
  return integrity.hashes.some((hash) => hash.digest !== undefined && hash.digest === digest(hash.algorithm));
}

const TOKEN = /^(sha(-?)(?:256|384|512))-([A-Za-z0-9+/_=-]+)(?:\?.*)?$/s;

function hashOf(token: string): Hash | string {
  const shown = token.length > 24 ? `${token.slice(0, 24)}…` : token;
  const found = TOKEN.exec(token);
  if (found === null) return whyIgnored(token, shown);
  const [, prefix = '', dash, value = ''] = found;
  if (dash === '-')
    return `"${shown}" is read by Chromium but ignored by Firefox: write ${prefix.replace('-', '')}-`;
  const algorithm = prefix as Algorithm;
  return { algorithm, value, digest: digestOf(algorithm, value) };
}

function whyIgnored(token: string, shown: string): string {
  const [, algorithm = ''] = /^['"]?(sha-?(?:256|384|512))/i.exec(token) ?? [];
  if (/^['"]/.test(token)) return `"${shown}" stands in quotes, as only Content-Security-Policy wants them`;
  if (algorithm !== '' && algorithm !== algorithm.toLowerCase())
    return `"${shown}" names its algorithm in upper case, which browsers ignore`;
  if (/^(md5|sha1|sha3-|sha-1|sha224)/i.test(token))
    return `"${shown}" uses an algorithm that browsers ignore`;
  if (/[,;]/.test(token)) return `"${shown}" has a comma or semicolon where a space must be`;
  if (algorithm !== '') return `"${shown}" is not base64, so browsers ignore it`;
  return `"${shown}" is no hash that browsers know`;
}

// Base64 or base64url, padded or not. Too much padding and stray characters are judged differently by browsers, so
// one of them blocks the right body: no digest.
function digestOf(algorithm: Algorithm, value: string): string | undefined {
  const bare = value.replace(/=+$/, '');
  const padding = value.length - bare.length;
  const bytes = LENGTH[algorithm];
  if (bare.includes('=') || bare.length !== Math.ceil((bytes * 4) / 3)) return undefined;
  if (padding !== 0 && padding !== (3 - (bytes % 3)) % 3) return undefined;
  return Buffer.from(bare, 'base64').toString('hex');
}
