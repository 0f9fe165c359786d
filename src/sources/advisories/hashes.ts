/** Whether a tarball is the one that records mean, by the hashes that some malware records carry. */
import type { AdvisoryRecord } from './record.ts';

/**
 * `same` or `differs` when the lock file and the records give hashes of one algorithm for this version,
 * `unknown` otherwise. Records of one alias group mean one tarball, so that one hash speaks for all.
 */
export function hashVerdict(
  records: readonly AdvisoryRecord[],
  version: string,
  integrity: string | undefined,
): 'same' | 'differs' | 'unknown' {
  if (integrity === undefined) return 'unknown';
  const own = tokens(integrity);
  let verdict: 'differs' | 'unknown' = 'unknown';
  for (const { hashes } of records) {
    for (const hash of hashes) {
      if (hash.version !== version) continue;
      if (own.includes(hash.integrity)) return 'same';
      if (own.some((token) => algorithm(token) === algorithm(hash.integrity))) verdict = 'differs';
    }
  }
  return verdict;
}

// https://www.w3.org/TR/SRI/#the-integrity-attribute: tokens with options behind a question mark.
function tokens(integrity: string): string[] {
  return integrity
    .trim()
    .split(/\s+/)
    .map((token) => token.replace(/\?.*$/s, ''));
}

function algorithm(token: string): string {
  return token.slice(0, token.indexOf('-'));
}
