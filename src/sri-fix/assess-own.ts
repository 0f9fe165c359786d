/** What is to be done about one load of the site's own. */
import type { Load } from '../readers/html/page.ts';
import { isTemplated, parseUrl } from '../readers/html/urls.ts';
import { isImpossible, isPlaceholder, parseIntegrity } from '../sri.ts';
import type { WebLoad } from '../web.ts';
import type { Assessed } from './assess.ts';
import type { OwnFiles } from './own.ts';

/** What loads without integrity whatever anybody writes: nothing to say about it. */
const NEVER: ReadonlySet<string | undefined> = new Set(['Worker', 'importScripts']);

/** Whether a load of the site's own is something to pin or to speak of. */
export function isOwnMatter({ kind, via }: Load): boolean {
  return kind !== 'css-import' && !NEVER.has(via);
}

/**
 * Assesses a load of the site's own. `update`: a wrong hash is replaced. Integrity without CORS is as good as none: an
 * Integrity-Policy takes only requests of the modes cors and same-origin.
 * https://w3c.github.io/webappsec-subresource-integrity/#should-request-be-blocked-by-integrity-policy-section
 */
export function assessOwn(load: Load, files: OwnFiles, update: boolean): Assessed {
  const made = described(load);
  const { metadata } = made;
  const refusal = refusalOf(made);
  if (refusal !== undefined) return { load: made, action: 'refused', own: true, ...refusal };
  const answer = files.learn(load.url);
  if (!answer.ok) {
    const { refused, reason, advice } = answer;
    if (metadata?.effective === true) return { load: made, action: 'keep', own: true, unheld: reason };
    const said = { reason, ...(advice === undefined ? {} : { advice }) };
    return { load: made, action: refused ? 'refused' : 'unlearned', own: true, ...said };
  }
  const known = { load: made, learned: answer, own: true } as const;
  if (metadata !== undefined && !update) {
    const differs = metadata.effective && files.agrees(load.url, metadata) === false;
    if (differs || isImpossible(metadata) || isPlaceholder(metadata)) {
      const reason = `its integrity is not that of ${answer.from}: ${answer.integrity}`;
      return { ...known, action: 'wrong', reason, advice: WRONG };
    }
  }
  const right = metadata?.effective === true && files.agrees(load.url, metadata) === true;
  if (!right || load.mapIgnored === true) return { ...known, action: 'set' };
  return load.cors === 'no-cors'
    ? { ...known, action: 'set', hashStays: true }
    : { ...known, action: 'keep' };
}

const WRONG = 'build again; where the file was changed by hand and that is right, sri-fix --local --update';

function described(load: Load): WebLoad {
  const made: WebLoad = { ...load, host: parseUrl(load.url)?.hostname ?? '' };
  if (load.integrity !== undefined && !isTemplated(load.integrity))
    made.metadata = parseIntegrity(load.integrity);
  return made;
}

function refusalOf({
  kind,
  via,
  dynamic,
  context,
  integrity,
  metadata,
}: WebLoad): { reason: string; advice: string } | undefined {
  if (kind === 'svg-script')
    return {
      reason: 'browsers check no integrity of SVG scripts',
      advice: 'load it with an HTML script element',
    };
  if (kind === 'injected' && via !== 'import()')
    return {
      reason: `code adds it (${via ?? 'at run time'})`,
      advice: 'set integrity and crossOrigin in that code',
    };
  if (context === 'srcdoc')
    return {
      reason: 'it stands in srcdoc, which is not rewritten',
      advice: 'write integrity and crossorigin there by hand',
    };
  if (dynamic || (integrity !== undefined && metadata === undefined))
    return {
      reason: 'template syntax stands in it',
      advice: 'run sri-fix on the pages that the templates make',
    };
  return undefined;
}
