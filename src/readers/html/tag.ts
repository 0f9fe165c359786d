/** Start tags as whoever edits a page needs them. */
import type { Attribute } from './attributes.ts';
import type { Element } from './elements.ts';
import type { Source } from './locate.ts';
import type { Tag } from './page.ts';

/** The start tag with its places in bytes of the file. */
export function tagOf({ toFile, same }: Source, element: Element): Tag {
  const { name, start, nameEnd, end, selfClosing, attributes } = element;
  if (same) return { name, start, nameEnd, end, selfClosing, attributes };
  const place = (pos: number) => (pos === -1 ? -1 : toFile(pos));
  return {
    name,
    start: place(start),
    nameEnd: place(nameEnd),
    end: place(end),
    selfClosing,
    attributes: attributes.map((attribute) => ({
      ...attribute,
      start: place(attribute.start),
      end: place(attribute.end),
      valueStart: place(attribute.valueStart),
      valueEnd: place(attribute.valueEnd),
    })),
  };
}

/** The first byte of a URL in an attribute, behind the white space that browsers drop. */
export function urlStart({ bytes }: Source, attribute: Attribute): number {
  let pos = attribute.valueStart;
  while (pos < attribute.valueEnd && (bytes[pos] ?? 0) <= 0x20) pos++;
  return pos;
}
