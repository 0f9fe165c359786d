/** Integrity strings taken apart, without any library: for whoever compares hashes or writes them out. */

export interface Digest {
  algorithm: 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512';
  /** Lower case. */
  hex: string;
}

const HEX_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['md5', 32],
  ['sha1', 40],
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
]);

/** Each hash of an integrity string in hex, each once, in the string's order; what is no hash is left out. */
export function digestsOf(integrity: string): Digest[] {
  const digests = new Map<string, Digest>();
  for (const token of integrity.split(/\s+/)) {
    const [algorithm = '', rest = ''] = token.split('-', 2);
    const length = HEX_LENGTHS.get(algorithm);
    const base64 = rest.replace(/\?.*$/s, '');
    if (length === undefined || !/^[\w+/]+={0,2}$/.test(base64)) continue;
    const hex = Buffer.from(base64, 'base64').toString('hex');
    const key = `${algorithm}-${hex}`;
    if (hex.length === length) digests.set(key, { algorithm: algorithm as Digest['algorithm'], hex });
  }
  return [...digests.values()];
}
