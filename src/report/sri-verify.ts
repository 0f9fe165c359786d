/** What sri-verify found, for people and for machines. */
import { oneLine, plural } from '../plain.ts';
import type { SriVerifyResult } from '../sri-fix/verify.ts';
import { wrap } from './layout.ts';
import { SCHEMA } from './report.ts';

const FIX =
  'Find out who changed it before anybody loads it: this may be an attack. Browsers that have the integrity block it. ' +
  'If the change is meant, vakt sri-fix --update writes the new hash.';

type Url = SriVerifyResult['urls'][number];

/** For people: what changed, what could not be learnt, and a summary, in lines of at most `width` columns. */
export function sriVerifyText({ file, urls }: SriVerifyResult, width: number): string {
  const drifted = urls.filter(({ state }) => state === 'drift');
  const unknown = urls.filter(({ state }) => state === 'unknown');
  const lines: string[] = [];
  for (const one of drifted) lines.push(...driftText(file, one));
  if (drifted.length > 0) lines.push(...wrap(`  ${FIX}`, width, '  '));
  for (const { url, line, reason = '' } of unknown)
    lines.push(`UNKNOWN  ${url}`, `  ${file}:${line}`, ...wrap(oneLine(`  ${reason}`), width, '  '));
  const parts = [
    `${plural(urls.length, 'URL')} of ${file}, ${urls.length - drifted.length - unknown.length} as pinned`,
  ];
  if (drifted.length > 0) parts.push(`${drifted.length} CHANGED`);
  if (unknown.length > 0) parts.push(`${unknown.length} could not be learnt`);
  lines.push(parts.join('; '));
  // URLs and hashes are never cut: people compare and copy them.
  return `${lines.map(oneLine).join('\n')}\n`;
}

function driftText(file: string, { url, line, pinned, delivered }: Url): string[] {
  const { integrity, from, seen } = pinned;
  return [
    `CHANGED  ${url}`,
    `  ${file}:${line}, pinned ${seen} from ${from === url ? 'itself' : from}`,
    `  pinned     ${sized(pinned.size)}${integrity}`,
    `  delivered  ${sized(delivered?.size)}${delivered?.integrity ?? ''}`,
  ];
}

function sized(size: number | undefined): string {
  return size === undefined ? '' : `${plural(size, 'byte')}  `;
}

/** For machines: `{ version, exitCode, lock, checked, findings, unknown }`. */
export function sriVerifyJson({ file, urls, exitCode }: SriVerifyResult): string {
  const findings = urls.flatMap(({ state, url, line, column, pinned, delivered }) => {
    if (state !== 'drift') return [];
    const { imports, ...was } = pinned;
    const location = { file, line, column };
    return [{ rule: 'sri-drift', severity: 'critical', url, location, pinned: was, delivered, fix: FIX }];
  });
  const unknown = urls.flatMap(({ state, url, line, column, reason }) =>
    state === 'unknown' ? [{ url, location: { file, line, column }, reason }] : [],
  );
  const document = { schema: SCHEMA, exitCode, lock: file, checked: urls.length, findings, unknown };
  return `${JSON.stringify(document, null, 2)}\n`;
}
