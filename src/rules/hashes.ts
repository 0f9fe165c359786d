/** A lock file's hash of a tarball beside the registry's. */
import { type Digest, digestsOf } from '../digests.ts';
import type { Package } from '../model.ts';
import type { PastRelease } from '../sources/history.ts';

/**
 * What a lock file pins and the registry does not promise; `same` where they agree, undefined where they cannot be
 * compared: another source than the registry, Yarn's digest of its own archive, no algorithm in common (npm computes
 * sha512 of old tarballs whose registry knows sha1 alone). One hash too many is a difference: the package manager
 * takes any of them. md5 proves nothing.
 */
export function compare(
  { source, integrity, tree }: Package,
  { integrity: promised = '', shasum = '' }: PastRelease,
): { locked: Digest; served: Digest } | 'same' | undefined {
  if (source !== 'registry' || integrity === undefined || tree.manager === 'cdn') return undefined;
  const served = digestsOf(`${promised} ${shasum}`);
  let agrees = false;
  for (const locked of digestsOf(integrity)) {
    const rivals = served.filter(({ algorithm }) => algorithm === locked.algorithm && algorithm !== 'md5');
    const [first] = rivals;
    if (first === undefined) continue;
    if (!rivals.some(({ hex }) => hex === locked.hex)) return { locked, served: first };
    agrees = true;
  }
  return agrees ? 'same' : undefined;
}
