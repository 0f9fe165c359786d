/** The modules that a page's third-party modules import statically, as far as their bodies are known. */

import { resolveSpecifier } from '../readers/html/importmap.ts';
import { coverByMap } from '../readers/html/loads.ts';
import type { ImportMap, Load, Page } from '../readers/html/page.ts';
import { type Origins, parseUrl, resolveUrl } from '../readers/html/urls.ts';
import type { Analyse } from '../readers/script/analyse.ts';
import type { WebLoad } from '../web.ts';
import type { Assessed } from './assess.ts';
import type { Learned } from './learn.ts';

/** More modules than a page loads without a bundler. */
const MOST = 1000;
/** Bytes of a module that is looked into. */
const LIMIT = 8 * 1024 * 1024;

export interface Follow {
  page: Page;
  origins: Origins;
  analyse: Analyse;
  judge(load: Load): WebLoad;
  assess(load: WebLoad): Promise<Assessed>;
}

/** Assesses what the roots import, what that imports, and so on; each URL once. `unknown`: modules whose imports nobody
 * knows, and why; what they import stays without integrity. */
export async function importsOf(
  roots: readonly Assessed[],
  follow: Follow,
): Promise<{ assessed: Assessed[]; unknown: string[] }> {
  const found: Assessed[] = [];
  const unknown = new Set<string>();
  const seen = new Set<string>();
  const open = roots.filter(({ load }) => isModule(load));
  for (const { load } of open) seen.add(load.url);
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const { load, learned } = next;
    const why = unknownImports(next);
    if (why !== undefined) unknown.add(`${load.url}: ${why}, so what it imports was not looked at`);
    if (learned === undefined) continue;
    for (const specifier of specifiersOf(learned, follow.analyse)) {
      const made = importLoad(specifier, load, follow);
      if (made === undefined || seen.has(made.url)) continue;
      if (seen.size >= MOST) return { assessed: found, unknown: [...unknown, TOO_MANY] };
      seen.add(made.url);
      const assessed = await follow.assess(follow.judge(made));
      found.push(assessed);
      open.push(assessed);
    }
  }
  return { assessed: found, unknown: [...unknown] };
}

const TOO_MANY = 'loads modules that import more modules than are followed';

// What is refused, wrong or unlearned is told by itself already.
function unknownImports({ action, learned, unheld }: Assessed): string | undefined {
  if (action !== 'keep' && action !== 'set') return undefined;
  if (learned === undefined) return unheld ?? 'its body is unknown';
  const { body, imports } = learned;
  if (imports !== undefined) return undefined;
  if (body === undefined) return 'its body is unknown';
  return body.length > LIMIT ? `it has ${body.length} bytes` : undefined;
}

/** Whether a load is a module, whose imports are loaded with it. */
export function isModule({ kind, destination, via }: WebLoad): boolean {
  if (kind === 'injected') return via === 'import()';
  return destination === 'script' && ['module', 'modulepreload', 'map-entry', 'import'].includes(kind);
}

const known = new WeakMap<Buffer, string[]>();

/** What a module imports statically, as written, in its order and once each. */
export function specifiersOf({ body, imports = [] }: Learned, analyse: Analyse): readonly string[] {
  if (body === undefined || body.length > LIMIT) return imports;
  let specifiers = known.get(body);
  if (specifiers === undefined) {
    const all = body.includes('import') || body.includes('from') ? analyse(body.toString(), 'module') : [];
    const fixed = all.filter(({ via, open }) => via === 'import' && !open);
    specifiers = [...new Set(fixed.map(({ url }) => url))];
    known.set(body, specifiers);
  }
  return specifiers;
}

function importLoad(specifier: string, from: WebLoad, { page, origins }: Follow): Load | undefined {
  const maps: ImportMap[] = page.importMaps;
  const resolved = resolveSpecifier(specifier, from.url, maps);
  if (resolved === undefined || parseUrl(resolved.url) === undefined) return undefined;
  const target = resolveUrl(resolved.url, from.url, origins);
  if (target?.thirdParty !== true) return undefined;
  const { url, dynamic } = target;
  const { location } = from;
  const load: Load = { kind: 'import', destination: 'script', url, dynamic, location, cors: 'anonymous' };
  coverByMap(load, maps);
  return load;
}
