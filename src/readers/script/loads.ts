/** From what code loads to loads of a page or source file. */
import type { Location } from '../../model.ts';
import { resolveSpecifier } from '../html/importmap.ts';
import { coverByMap } from '../html/loads.ts';
import type { InlineScript, Load, Page } from '../html/page.ts';
import { isOwnBase, type Origins, resolveUrl } from '../html/urls.ts';
import { hasUrl, isLoader, type LazyAnalyse } from './analyse.ts';
import type { Found } from './found.ts';
import { templateLoads } from './template.ts';

// A foreign base or a map that leads elsewhere makes relative and bare names third-party.
function isSuspect({ text, base, maps }: InlineScript, origins: Origins): boolean {
  return maps.length > 0 || !isOwnBase(base, origins) || hasUrl(text);
}

/** Characters of one script; the words of a larger one would cost minutes. */
const LIMIT = 8 * 1024 * 1024;

/** Adds what the page's inline scripts load to its loads. */
export async function addScriptLoads(page: Page, origins: Origins, analyse: LazyAnalyse): Promise<void> {
  const before = page.loads.length;
  for (const script of page.scripts) {
    if (!isSuspect(script, origins)) continue;
    if (script.text.length > LIMIT) {
      if (!isLoader(script.text)) continue;
      const reason = `${page.file} holds a script of ${script.text.length} characters; vakt looks into ${LIMIT} at most`;
      page.gaps.push({ source: 'html', fact: 'scripts', reason, required: false });
      continue;
    }
    for (const found of await analyse(script.text, script.module ? 'module' : 'classic')) {
      const load = scriptLoad(script, found, origins);
      if (load !== undefined) page.loads.push(load);
    }
  }
  for (const { text, locate } of page.code) {
    for (const found of templateLoads(text)) {
      const load = loadOf(found, found.url, page.url, origins, () => locate(found.index));
      if (load !== undefined) page.loads.push(load);
    }
  }
  if (page.loads.length > before) page.loads.sort((a, b) => a.location.offset - b.location.offset);
}

function scriptLoad(script: InlineScript, found: Found, origins: Origins): Load | undefined {
  const imported = found.via === 'import' || found.via === 'import()';
  let written = found.url;
  if (imported) {
    const resolved = resolveSpecifier(found.url, script.base, script.maps);
    // What the map names is reported where it names it.
    if (resolved === undefined || resolved.mapped) return undefined;
    if (!found.open) written = resolved.url;
  }
  const load = loadOf(found, written, script.base, origins, () => script.locate(found.index));
  if (load === undefined) return undefined;
  if (found.via === 'import') load.kind = 'import';
  if (imported) {
    load.cors = 'anonymous';
    coverByMap(load, script.maps);
  }
  return script.context === undefined ? load : { ...load, context: script.context };
}

/** The load of something found in code; undefined for what is the site's own or goes over no network. */
export function loadOf(
  found: Found,
  written: string,
  base: string,
  origins: Origins,
  locate: () => Location,
): Load | undefined {
  const target = resolveUrl(written, base, origins);
  if (target?.thirdParty !== true) return undefined;
  const { via, destination, integrity, crossorigin, open } = found;
  const load: Load = {
    kind: 'injected',
    destination,
    url: target.url,
    dynamic: target.dynamic || open,
    location: locate(),
    cors:
      crossorigin === undefined ? 'no-cors' : crossorigin === 'use-credentials' ? crossorigin : 'anonymous',
    via,
  };
  if (integrity !== undefined) {
    load.integrity = integrity;
    load.integrityFrom = 'attribute';
  }
  return load;
}
