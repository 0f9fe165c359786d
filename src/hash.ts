/** Digests of bodies. The only importer of ssri. */
import * as ssri from 'ssri';
import type { Algorithm } from './sri.ts';

/** The integrity string of a body: `sha384-…`. */
export function integrityOf(body: Buffer, algorithm: Algorithm): string {
  return ssri.fromData(body, { algorithms: [algorithm] }).toString();
}

/** The digest of a body in hex. */
export function digestOf(body: Buffer, algorithm: Algorithm): string {
  return ssri.fromData(body, { algorithms: [algorithm] }).hexDigest();
}
