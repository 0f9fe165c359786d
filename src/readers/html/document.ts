/** What is known of one document while its elements are walked. */
import type { Attribute } from './attributes.ts';
import type { Element } from './elements.ts';
import { locatorOf, type Source } from './locate.ts';
import type { ImportMap, Load, Page } from './page.ts';
import type { Origins } from './urls.ts';

/** What is known while walking one document: a page, or a frame's srcdoc. */
export interface Document {
  page: Page;
  source: Source;
  /** Where a byte of the source's bytes stands in the file: line, column, byte. */
  place(pos: number): Load['location'];
  origins: Origins;
  /** Where relative URLs start; changes at the first base element that has an href. */
  base: string;
  baseFixed: boolean;
  maps: ImportMap[];
  /** A module has been asked for: an import map comes too late for Firefox. */
  moduleSeen: boolean;
  srcdoc: boolean;
  depth: number;
  /** Scripts never run: a frame sandboxed without allow-scripts. */
  inertScripts: boolean;
  /** Reads a frame's srcdoc. */
  frame(document: Document, element: Element, srcdoc: Attribute): void;
}

/** The document of a page, before its elements are walked. */
export function documentOf(page: Page, source: Source, origins: Origins, frame: Document['frame']): Document {
  return {
    page,
    source,
    place: locatorOf(page.file, source),
    origins,
    base: page.url,
    baseFixed: false,
    maps: page.importMaps,
    moduleSeen: false,
    srcdoc: false,
    depth: 0,
    inertScripts: false,
    frame,
  };
}
