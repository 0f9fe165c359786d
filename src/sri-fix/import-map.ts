/** The import map's `integrity`: entries added to the first map of a page, or a map put before the first module. */

import { urlLike } from '../readers/html/importmap.ts';
import type { ImportMap, Page } from '../readers/html/page.ts';
import { type ObjectPlaces, objectAt } from '../readers/json-members.ts';
import { hashToAllow, inlineAllowed } from './csp.ts';
import { type Edit, encoded } from './edits.ts';

/** What to write into the page, or why nothing can be written. */
export type MapChange = { ok: true; edits: Edit[] } | { ok: false; reason: string; advice: string };

/** URLs with the metadata that they must have, and the key under which the map is to name them. */
export type Entries = ReadonlyMap<string, { key: string; integrity: string }>;

/** The page's map that counts in every browser; undefined where none does. */
export function countingMap({ importMaps: [first] }: Page): ImportMap | undefined {
  return first?.honoured === true ? first : undefined;
}

/** The edits by which the page's modules are covered. `anchor`: where a new map must stand, in bytes of the file; `base`:
 * the base URL of the page's map. */
export function mapChange(
  page: Page,
  bytes: Buffer,
  entries: Entries,
  anchor: number | undefined,
  base: string,
): MapChange {
  const [first] = page.importMaps;
  if (first?.broken === true)
    return no('the import map is no valid JSON object of objects', 'correct it, then run sri-fix again');
  const map = countingMap(page);
  if (map !== undefined) return extend(page, map, entries, base);
  if (anchor === undefined)
    return no('no place for an import map was found', 'write one before the first module');
  if (page.firstModule?.svg === true && page.firstModule.start === anchor)
    return no('the first module is an SVG script', 'put an import map before the svg element');
  const text = `{"integrity":{${listed(entries, '', isXml(page))}}}`;
  const blocked = blockedBy(page, anchor, text, undefined);
  if (blocked !== undefined) return blocked;
  const tag = `<script type="importmap">${text}</script>${lineBefore(page, bytes, anchor)}`;
  return { ok: true, edits: [{ start: anchor, end: anchor, text: encoded(tag, page.encoding) }] };
}

function isXml({ file }: Page): boolean {
  return /\.(?:xhtml|xht)$/i.test(file);
}

function extend(page: Page, map: ImportMap, entries: Entries, base: string): MapChange {
  const changes = changesOf(map, entries, base, isXml(page));
  if (changes === undefined) return no('its "integrity" is no object', 'correct the import map');
  let text = map.text;
  for (const { start, end, piece } of [...changes].reverse())
    text = text.slice(0, start) + piece + text.slice(end);
  const blocked = blockedBy(page, map.start, text, map.text);
  if (blocked !== undefined) return blocked;
  const edits = changes.map(({ start, end, piece }) => ({
    start: map.at(start),
    end: map.at(end),
    text: encoded(piece, page.encoding),
  }));
  return { ok: true, edits };
}

/** Changes to the map's text, ascending. */
interface Change {
  start: number;
  end: number;
  piece: string;
}

function changesOf({ text }: ImportMap, entries: Entries, base: string, xml: boolean): Change[] | undefined {
  const open = text.indexOf('{');
  const top = objectAt(text, open);
  const integrity = top.members.get('integrity');
  if (integrity === undefined) {
    const space = spaceBeforeLast(text, top);
    const inner = deeper(space);
    const closing = space.includes('\n') ? space : '';
    const colon = inner === '' ? ':' : ': ';
    return [
      appended(text, open, top, `"integrity"${colon}{${inner}${listed(entries, inner, xml)}${closing}}`),
    ];
  }
  if (text[integrity.value] !== '{') return undefined;
  const object = objectAt(text, integrity.value);
  const changes: Change[] = [];
  const added = new Map(entries);
  for (const [key, { value, end }] of object.members) {
    const url = urlLike(key, base);
    const wanted = url === undefined ? undefined : entries.get(url);
    if (url === undefined || wanted === undefined) continue;
    added.delete(url);
    changes.push({ start: value, end, piece: JSON.stringify(wanted.integrity) });
  }
  if (added.size > 0)
    changes.push(appended(text, integrity.value, object, listed(added, spaceBeforeLast(text, object), xml)));
  return changes.sort((a, b) => a.start - b.start);
}

function appended(text: string, open: number, object: ObjectPlaces, members: string): Change {
  const last = lastOf(object);
  if (last === undefined) return { start: open + 1, end: open + 1, piece: members };
  return { start: last.end, end: last.end, piece: `,${spaceBeforeLast(text, object)}${members}` };
}

function lastOf({ members }: ObjectPlaces): { key: number; end: number } | undefined {
  let last: { key: number; end: number } | undefined;
  for (const member of members.values()) if (member.end > (last?.end ?? -1)) last = member;
  return last;
}

// The white space with which the object sets its members apart.
function spaceBeforeLast(text: string, object: ObjectPlaces): string {
  const last = lastOf(object);
  if (last === undefined) return '';
  let start = last.key;
  while (/[\t\n\r ]/.test(text[start - 1] ?? '')) start--;
  return text.slice(start, last.key);
}

function deeper(space: string): string {
  const [indent = ''] = /[\t ]*$/.exec(space) ?? [];
  return space.includes('\n') ? `${space}${indent.slice(0, 8) || '  '}` : '';
}

function listed(entries: Entries, space: string, xml: boolean): string {
  const colon = space === '' ? ':' : ': ';
  return [...entries.values()]
    .map(({ key, integrity }) => `${quoted(key, xml)}${colon}${quoted(integrity, xml)}`)
    .join(`,${space}`);
}

// Nothing in a script's text may look like markup; in XML neither like a reference.
function quoted(text: string, xml: boolean): string {
  const json = JSON.stringify(text).replaceAll('<', '\\u003c');
  return xml ? json.replaceAll('&', '\\u0026') : json;
}

function blockedBy(page: Page, at: number, text: string, old: string | undefined): MapChange | undefined {
  for (const { content, start } of page.policies) {
    if (start > at) continue;
    const answer = inlineAllowed(content, text);
    // A map that stands there and may be changed freely has its nonce already.
    if (
      answer === true ||
      (answer === 'nonce' && old !== undefined && inlineAllowed(content, old) === 'nonce')
    )
      continue;
    const hash = hashToAllow(text);
    return no(
      'the content security policy would block the import map',
      `allow ${hash} in script-src, then run again`,
    );
  }
  return undefined;
}

// A new line like the one that the anchor's tag begins, where it begins one.
function lineBefore({ encoding, bom }: Page, bytes: Buffer, anchor: number): string {
  if (encoding.startsWith('utf-16')) return '';
  let start = anchor;
  while (start > bom && (bytes[start - 1] === 0x20 || bytes[start - 1] === 0x09)) start--;
  if (bytes[start - 1] !== 0x0a) return '';
  const end = bytes[start - 2] === 0x0d ? '\r\n' : '\n';
  return `${end}${bytes.toString('latin1', start, anchor)}`;
}

function no(reason: string, advice: string): MapChange {
  return { ok: false, reason, advice };
}
