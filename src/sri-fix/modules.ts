/** The modules that a page's modules import, as far as their bodies are known: third-party ones statically. */
import type { Location } from '../model.ts';
import { resolveSpecifier } from '../readers/html/importmap.ts';
import { coverByMap } from '../readers/html/loads.ts';
import type { Load, Page } from '../readers/html/page.ts';
import { type Origins, parseUrl, resolveUrl } from '../readers/html/urls.ts';
import type { ImportsOf } from '../readers/script/imports.ts';
import { shownUrl } from '../site-address.ts';
import type { WebLoad } from '../web.ts';
import { type Assessed, isImport } from './assess.ts';
import type { Learned } from './learn.ts';
import type { ContentKind } from './resource.ts';

/** More modules than a page loads without a bundler. */
const MOST = 1000;
/** More own ones than a build makes. */
const MOST_OWN = 20_000;
/** Bytes of a module that is looked into. */
const LIMIT = 8 * 1024 * 1024;

export interface Follow {
  page: Page;
  origins: Origins;
  imports: ImportsOf;
  assess(load: Load): Promise<Assessed>;
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
  const open = roots.filter(isFollowed);
  let own = 0;
  // The tags of third-party modules have their hashes; own ones stand in the map too, whoever asks for them first.
  for (const root of open) if (root.own !== true || isImport(root.load)) seen.add(root.load.url);
  const meet = async (made: Load) => {
    seen.add(made.url);
    const assessed = await follow.assess(made);
    if (assessed.own) own++;
    found.push(assessed);
    if (isFollowed(assessed)) open.push(assessed);
  };
  // It grows meanwhile; taking from its front would move all the rest each time.
  for (const [at, next] of open.entries()) {
    const { load, learned } = next;
    const why = unknownImports(next);
    if (why !== undefined) unknown.add(`${shownUrl(load.url)}: ${why}, so what it imports was not looked at`);
    if (learned === undefined) continue;
    for (const specifier of specifiersOf(learned, follow.imports)) {
      const made = importLoad(specifier, load, follow);
      if (made === undefined || seen.has(made.url)) continue;
      if (seen.size - own >= MOST || own >= MOST_OWN)
        return { assessed: found, unknown: [...unknown, TOO_MANY] };
      await meet(made);
    }
    if (open.length > at + 1 || own === 0) continue;
    const left = roots.filter((root) => root.own === true && isModuleTag(root) && !seen.has(root.load.url));
    for (const { load } of left) await meet(importOf(load.url, load.location, follow.page));
  }
  return { assessed: found, unknown: [...unknown] };
}

function isModuleTag({ load: { kind, destination } }: Assessed): boolean {
  return destination === 'script' && (kind === 'module' || kind === 'modulepreload');
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

// An own script that is no module may import() some.
function isFollowed({ load, own }: Assessed): boolean {
  return isModule(load) || (own === true && load.kind === 'script');
}

/** Whether a load is a module of code, whose imports are loaded with it. */
export function isModule(load: WebLoad): boolean {
  const { kind, via } = load;
  if (typeOf(load) !== 'script') return false;
  if (kind === 'injected') return via === 'import()';
  return kind === 'module' || kind === 'modulepreload' || kind === 'map-entry' || kind === 'import';
}

/** As what its server must send a load. Imports of JSON and CSS modules are told by the name: who writes neither in the
 * import gets code. https://html.spec.whatwg.org/#module-type-from-module-request */
export function typeOf({ kind, destination, via, url }: WebLoad): ContentKind {
  if (kind !== 'import' && kind !== 'map-entry' && via !== 'import()') return destination;
  const { pathname = '' } = parseUrl(url) ?? {};
  if (/\.json$/i.test(pathname)) return 'json';
  return /\.css$/i.test(pathname) ? 'style' : destination;
}

const known = new WeakMap<Buffer, string[]>();

/** What a module imports statically, as written, in its order and once each. */
export function specifiersOf({ body, imports = [] }: Learned, read: ImportsOf): readonly string[] {
  if (body === undefined || body.length > LIMIT) return imports;
  let specifiers = known.get(body);
  if (specifiers === undefined) {
    specifiers = read(body.toString()).fixed;
    known.set(body, specifiers);
  }
  return specifiers;
}

function importLoad(specifier: string, from: WebLoad, follow: Follow): Load | undefined {
  const resolved = resolveSpecifier(specifier, from.url, follow.page.importMaps);
  if (resolved === undefined || parseUrl(resolved.url) === undefined) return undefined;
  const target = resolveUrl(resolved.url, from.url, follow.origins);
  return target?.thirdParty === true ? importOf(target.url, from.location, follow.page) : undefined;
}

/** The import of a module by code that stands at a place of the page. */
export function importOf(url: string, location: Location, page: Page): Load {
  const load: Load = {
    kind: 'import',
    destination: 'script',
    url,
    dynamic: false,
    location,
    cors: 'anonymous',
  };
  coverByMap(load, page.importMaps);
  return load;
}
