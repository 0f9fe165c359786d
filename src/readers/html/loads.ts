/** From the elements of a document to what it loads, in document order. */
import type { Attribute } from './attributes.ts';
import { cssImports } from './css.ts';
import type { Document } from './document.ts';
import type { Element } from './elements.ts';
import { parseImportMap } from './importmap.ts';
import { textOf } from './locate.ts';
import type { ImportMap, InlineScript, Load } from './page.ts';
import { inQuery } from './query.ts';
import { attributeOf, corsOf, isStyleType, linkLoad, scriptType, valueIn } from './semantics.ts';
import { tagOf, urlStart } from './tag.ts';
import { parseUrl, resolveUrl, type Target } from './urls.ts';

/** Adds what the elements load to the page. */
export function collectLoads(document: Document, elements: readonly Element[]): void {
  for (const element of elements) {
    if (element.inert) continue;
    if (element.name === 'script') scriptElement(document, element);
    else if (element.name === 'link') linkElement(document, element);
    else if (element.name === 'style') styleElement(document, element);
    else if (element.name === 'base') baseElement(document, element);
    else if (element.name === 'meta') metaElement(document, element);
    else frameElement(document, element);
  }
}

function scriptElement(document: Document, element: Element): void {
  // In noscript it is text while scripts are on, and does not run while they are off; unclosed, it never runs.
  if (element.noscript || !element.closed || document.inertScripts) return;
  const type = scriptType(element);
  if (type === 'data') return;
  const source = element.svg
    ? (attributeOf(element, 'href') ?? attributeOf(element, 'xlink:href'))
    : attributeOf(element, 'src');
  const { source: bytes } = document;
  if (source === undefined) {
    const { text, at } = textOf(bytes, element);
    if (type === 'importmap') addMap(document, text, element, at);
    else addScript(document, element, { text, module: type === 'module', at });
    return;
  }
  if (type === 'importmap' || source.value === '') return;
  if (type === 'module') seeModule(document, element);
  const nomodule = type === 'classic' && !element.svg && attributeOf(element, 'nomodule') !== undefined;
  const kind = element.svg ? 'svg-script' : type === 'module' ? 'module' : 'script';
  addTag(document, element, source, { kind, destination: 'script' }, nomodule ? 'nomodule' : undefined);
}

// In noscript it asks for something only where no module runs.
function seeModule(document: Document, element: Element): void {
  if (element.noscript) return;
  document.moduleSeen = true;
  const { page, source, srcdoc } = document;
  if (!srcdoc) page.firstModule ??= { start: source.toFile(element.start), foreign: element.svg };
}

function addScript(
  document: Document,
  element: Element,
  script: { text: string; module: boolean; at: (index: number) => number },
): void {
  const { text, module, at } = script;
  if (module) seeModule(document, element);
  const locate = (index: number) => document.place(at(index));
  const start = document.source.toFile(element.start);
  const { base, maps } = document;
  const inline: InlineScript = { text, module, start, foreign: element.svg, locate, base, maps: [...maps] };
  const context = contextOf(document, element);
  document.page.scripts.push(context === undefined ? inline : { ...inline, context });
}

/** Each script is held against all that stand before it. Pages have one. */
const MOST_MAPS = 1000;

function addMap(document: Document, text: string, element: Element, at: (index: number) => number): void {
  const { maps, base, page } = document;
  if (maps.length >= MOST_MAPS) {
    const reason = `${page.file} has more than ${MOST_MAPS} import maps; the rest is not looked at`;
    if (page.gaps.some((gap) => gap.reason === reason)) return;
    page.gaps.push({ source: 'html', fact: 'pages', reason, required: false });
    return;
  }
  const parsed = parseImportMap(text, base);
  const honoured = maps.length === 0 && !document.moduleSeen;
  const { toFile } = document.source;
  const map: ImportMap = {
    start: toFile(element.end),
    end: toFile(element.textEnd),
    text,
    honoured,
    imports: parsed?.imports ?? new Map(),
    integrity: parsed?.integrity ?? new Map(),
    covered: [],
    broken: parsed === undefined,
    at: (index) => toFile(at(index)),
  };
  maps.push(map);
  for (const [entries, loads] of [
    [parsed?.entries ?? [], document.page.loads],
    [parsed?.covered ?? [], map.covered],
  ] as const) {
    for (const { url, index } of entries) {
      const load = written(document, element, url, at(index), MAP_ENTRY);
      if (load === undefined) continue;
      // Where the map counts for nothing its entries lead nowhere either.
      coverByMap(load, [{ ...map, honoured: true }]);
      loads.push(load);
    }
  }
}

const MAP_ENTRY = { kind: 'map-entry', destination: 'script', cors: 'anonymous' } as const;
const CSS_IMPORT = { kind: 'css-import', destination: 'style', cors: 'no-cors' } as const;

/** The load of a URL in an element's text, where it is a third party's. */
function written(
  document: Document,
  element: Element,
  url: string,
  at: number,
  what: Pick<Load, 'kind' | 'destination' | 'cors'>,
): Load | undefined {
  const target = resolveUrl(url, document.base, document.origins);
  if (target?.thirdParty !== true) return undefined;
  const { url: href, dynamic } = target;
  return withContext(document, element, { ...what, url: href, dynamic, location: document.place(at) });
}

function linkElement(document: Document, element: Element): void {
  const href = attributeOf(element, 'href');
  const load = linkLoad(element);
  if (href === undefined || href.value === '' || load === undefined) return;
  if (load.kind === 'modulepreload') seeModule(document, element);
  const disabled = load.kind === 'style' && attributeOf(element, 'disabled') !== undefined;
  addTag(document, element, href, load, disabled ? 'disabled' : undefined);
}

function styleElement(document: Document, element: Element): void {
  if (!isStyleType(valueIn(element, 'type'))) return;
  if (!/[@&\\]/.test(document.source.bytes.toString('latin1', element.end, element.textEnd))) return;
  const { text, at } = textOf(document.source, element);
  for (const { url, index } of cssImports(text)) {
    const load = written(document, element, url, at(index), CSS_IMPORT);
    if (load === undefined) continue;
    if (element.noscript) load.condition = 'noscript';
    document.page.loads.push(load);
  }
}

// https://html.spec.whatwg.org/multipage/semantics.html#set-the-frozen-base-url; one in noscript or in a shadow tree
// is not the document's.
function baseElement(document: Document, element: Element): void {
  const href = valueIn(element, 'href');
  if (href === undefined || document.baseFixed || element.noscript || element.shadow) return;
  document.baseFixed = true;
  const { page, source, srcdoc } = document;
  const url = parseUrl(href, document.base);
  if (url !== undefined && url.protocol !== 'data:' && url.protocol !== 'javascript:')
    document.base = url.href;
  if (!srcdoc) page.base = { url: document.base, start: source.toFile(element.start) };
}

function metaElement(document: Document, element: Element): void {
  if (valueIn(element, 'http-equiv')?.toLowerCase() !== 'content-security-policy' || document.srcdoc) return;
  const { page, source } = document;
  page.policies.push({ content: valueIn(element, 'content') ?? '', start: source.toFile(element.start) });
}

function frameElement(document: Document, element: Element): void {
  const srcdoc = attributeOf(element, 'srcdoc');
  if (srcdoc !== undefined) document.frame(document, element, srcdoc);
}

function addTag(
  document: Document,
  element: Element,
  source: Attribute,
  load: Pick<Load, 'kind' | 'destination'>,
  condition: Load['condition'],
): void {
  const { others = [] } = source;
  for (const one of [source, ...others]) addUrl(document, element, one, load, condition, others.length > 0);
}

// `branches`: template code chooses among several URLs, so that no one hash fits the tag.
function addUrl(
  document: Document,
  element: Element,
  source: Attribute,
  load: Pick<Load, 'kind' | 'destination'>,
  condition: Load['condition'],
  branches: boolean,
): void {
  const { srcdoc, page, base, origins } = document;
  const target = resolveUrl(inQuery(source.value, srcdoc ? 'utf-8' : page.encoding), base, origins);
  if (target?.thirdParty !== true) return;
  const module = load.kind === 'module' || load.kind === 'modulepreload';
  const made: Load = {
    kind: load.kind,
    destination: load.destination,
    url: target.url,
    dynamic: target.dynamic,
    location: document.place(srcdoc ? urlStart(document.source, source) : element.start),
    cors: load.kind === 'svg-script' ? 'no-cors' : corsOf(element, module),
  };
  if (!srcdoc && !branches) made.tag = tagOf(document.source, element);
  const when = element.noscript ? 'noscript' : condition;
  if (when !== undefined) made.condition = when;
  protect(document, element, target, made, module);
  document.page.loads.push(withContext(document, element, made));
}

// The attribute counts, even an empty one; without it the import map covers modules.
function protect(document: Document, element: Element, target: Target, load: Load, module: boolean): void {
  const integrity = valueIn(element, 'integrity');
  if (integrity !== undefined) {
    load.integrity = integrity;
    load.integrityFrom = 'attribute';
  } else if (module && !target.dynamic) {
    coverByMap(load, document.maps);
  }
}

/** Gives a module load what the import maps say about its URL. */
export function coverByMap(load: Load, maps: readonly ImportMap[]): void {
  for (const map of maps) {
    const metadata = map.integrity.get(load.url);
    if (metadata === undefined) continue;
    load.integrity = metadata;
    load.integrityFrom = 'import-map';
    if (!map.honoured) load.mapIgnored = true;
    return;
  }
}

function withContext(document: Document, element: Element, load: Load): Load {
  const context = contextOf(document, element);
  return context === undefined ? load : Object.assign(load, { context });
}

function contextOf(document: Document, element: Element): Load['context'] {
  return document.srcdoc ? 'srcdoc' : element.shadow ? 'shadow' : undefined;
}
