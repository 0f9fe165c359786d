/** What a page loads, as plain data: what the rules judge and what an editor needs to touch nothing else. */
import type { Gap, Location } from '../../model.ts';
import type { Attribute } from './attributes.ts';

/**
 * How something is loaded. `map-entry`: a URL an import map names; `import`: an import of an inline module;
 * `injected`: code that adds a script or style, or imports a URL; `css-import`: `@import` in a style element.
 */
type LoadKind =
  | 'script'
  | 'module'
  | 'style'
  | 'preload'
  | 'modulepreload'
  | 'svg-script'
  | 'css-import'
  | 'map-entry'
  | 'import'
  | 'injected';

/** The start tag that loads. All positions are bytes of the file, a byte order mark included. */
export interface Tag {
  name: string;
  start: number;
  /** Where the name ends: the place to insert an attribute. */
  nameEnd: number;
  /** Behind the `>`. */
  end: number;
  selfClosing: boolean;
  /** First of each name only, as browsers count them. */
  attributes: Attribute[];
}

/** One thing a page loads. */
export interface Load {
  kind: LoadKind;
  /** Whether the body is executed or applied as a style: what a preload is for. */
  destination: 'script' | 'style';
  /** The absolute URL; as written where template syntax stands in it. */
  url: string;
  /** Template syntax (`{{ }}`, `<% %>`, `<? ?>`, `{% %}`, `${}`) stands in the URL. */
  dynamic: boolean;
  /** Of the tag's `<`; of the URL's first byte where no tag of the page loads it. */
  location: Location;
  /** Absent where it is not one tag of the page: import maps, imports, `@import`, srcdoc, code. */
  tag?: Tag;
  /** The metadata that counts: the attribute's, else the import map's. */
  integrity?: string;
  /** Where `integrity` stands. */
  integrityFrom?: 'attribute' | 'import-map';
  /** The request's mode and credentials: without `crossorigin` a classic script or style is `no-cors`. */
  cors: 'no-cors' | 'anonymous' | 'use-credentials';
  /** When only some browsers load it: scripts off, no module support, enabled later by code. */
  condition?: 'noscript' | 'nomodule' | 'disabled';
  context?: 'srcdoc' | 'shadow';
  /** The import map that has its hash is a second or late one, which Firefox ignores. */
  mapIgnored?: boolean;
  /** For `injected`: what loads it (`document.write`, `import()` …). */
  via?: string;
}

/** An inline import map. */
export interface ImportMap {
  /** Its text, in bytes of the file. */
  start: number;
  end: number;
  text: string;
  /** The first of its document, and before everything that needs it. */
  honoured: boolean;
  /** Specifiers to absolute URLs; a specifier that ends in `/` maps a folder. */
  imports: Map<string, string>;
  /** Absolute URLs to metadata. */
  integrity: Map<string, string>;
  /** What its integrity names, as loads: of the page where nothing else in it names them. */
  covered: Load[];
  /** It is no valid JSON object of the shape that browsers demand, so they ignore it. */
  broken: boolean;
  /** The byte of the file for an index of `text`. */
  at(index: number): number;
}

/** Code in a page, to be looked at for what it loads. */
export interface InlineScript {
  text: string;
  module: boolean;
  /** The `<` of its tag, in bytes of the file. */
  start: number;
  /** The place in the file of an index of `text`. */
  locate(index: number): Location;
  base: string;
  /** The import maps that stand before it. */
  maps: ImportMap[];
  context?: 'srcdoc' | 'shadow';
}

/** Code of a template engine in a page: it may write markup. */
interface TemplateCode {
  text: string;
  /** The place in the file of an index of `text`. */
  locate(index: number): Location;
}

/** One page. */
export interface Page {
  /** Relative to the scanned root, with `/`. */
  file: string;
  /** Where browsers find it. */
  url: string;
  encoding: string;
  /** Bytes of its byte order mark. */
  bom: number;
  /** In the order of the file. */
  loads: Load[];
  /** Of the page itself, not of its frames. */
  importMaps: ImportMap[];
  /** The base element that counts, where the page has one. */
  base?: { url: string; start: number };
  /** Content security policies in meta elements, with the place of the tag. */
  policies: { content: string; start: number }[];
  scripts: InlineScript[];
  code: TemplateCode[];
  /** The first tag that asks for a module, whoever's, in bytes of the file: import maps must stand before it. `svg`:
   * it is an SVG script, before which no HTML can be put. */
  firstModule?: { start: number; svg: boolean };
  gaps: Gap[];
}
