/** Hashes of downloads and of what pages load, as integrity strings. https://www.w3.org/TR/SRI/ */
import ssri from 'ssri';
import type { Algorithm } from './sri.ts';

/** From strongest to weakest; md5 proves nothing. sha1 is all that packages from before 2017 may have. */
const ALGORITHMS = ['sha512', 'sha384', 'sha256', 'sha1'];

/**
 * Whether bytes are what an integrity string says, by the strongest algorithm it has; false too where it has none
 * that proves anything.
 */
export function fits(bytes: Uint8Array, integrity: string): boolean {
  const parsed = ssri.parse(integrity);
  const usable =
    parsed === null ? [] : ALGORITHMS.filter((algorithm) => (parsed[algorithm] ?? []).length > 0);
  const [strongest] = usable;
  if (strongest === undefined) return false;
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return ssri.checkData(data, parsed?.[strongest]?.join(' ') ?? '') !== false;
}

/** `sha1-…` of a hex digest, as old packuments have it in `shasum`; undefined when it is none. */
export function fromShasum(shasum: string): string | undefined {
  return /^[0-9a-f]{40}$/i.test(shasum) ? ssri.fromHex(shasum, 'sha1').toString() : undefined;
}

/** The integrity string of a body: `sha384-…`. */
export function integrityOf(body: Buffer, algorithm: Algorithm): string {
  return ssri.fromData(body, { algorithms: [algorithm] }).toString();
}

/** The digest of a body in hex. */
export function digestOf(body: Buffer, algorithm: Algorithm): string {
  return ssri.fromData(body, { algorithms: [algorithm] }).hexDigest();
}
