/** Edits of one start tag's attributes: what is there is replaced in its place, what is new stands behind the name. */
import type { Tag } from '../readers/html/page.ts';
import { attributeOf } from '../readers/html/semantics.ts';
import { type Edit, encoded } from './edits.ts';

/** Attribute names with values that need no escaping between quotes. */
export type Wanted = readonly (readonly [name: string, value: string])[];

/** The edits that give a tag these attributes, in this order. `encoding` as the page has it. */
export function attributeEdits(tag: Tag, wanted: Wanted, encoding: string): Edit[] {
  const edits: Edit[] = [];
  let inserted = '';
  for (const [name, value] of wanted) {
    const found = attributeOf(tag, name);
    if (found === undefined) {
      inserted += ` ${name}="${value}"`;
      continue;
    }
    if (found.value === value) continue;
    const { start, end, valueStart, valueEnd } = found;
    const quoted = end > valueEnd;
    if (valueStart === -1) edits.push({ start, end, text: encoded(`${name}="${value}"`, encoding) });
    else
      edits.push({
        start: valueStart,
        end: valueEnd,
        text: encoded(quoted ? value : `"${value}"`, encoding),
      });
  }
  const { nameEnd } = tag;
  if (inserted !== '') edits.push({ start: nameEnd, end: nameEnd, text: encoded(inserted, encoding) });
  return edits;
}
