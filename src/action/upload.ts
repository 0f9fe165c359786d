/** SARIF to code scanning. https://docs.github.com/en/rest/code-scanning/code-scanning#upload-an-analysis-as-sarif-data */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { at, text } from '../sources/advisories/shape.ts';
import type { GitHub } from '../sources/github.ts';

export interface UploadRequest {
  owner: string;
  repo: string;
  commit_sha: string;
  /** `refs/heads/…`, `refs/pull/…` or `refs/tags/…`. */
  ref: string;
  sarif: string;
}

/** What GitHub takes, compressed. */
const LIMIT = 10 * 1024 * 1024;

/** The upload's id, or why there is none. */
export async function uploadSarif(
  github: GitHub,
  { sarif, ...place }: UploadRequest,
): Promise<{ id: string } | { reason: string }> {
  const packed = await promisify(gzip)(sarif);
  if (packed.length > LIMIT) return { reason: `it has ${packed.length} bytes, and GitHub takes ${LIMIT}` };
  const told = await github.rest(
    'POST /repos/{owner}/{repo}/code-scanning/sarifs',
    { ...place, sarif: packed.toString('base64'), tool_name: 'vakt' },
    (answer) => text(at(answer, 'id'), 'id'),
  );
  return told.ok ? { id: told.value } : { reason: told.reason };
}
