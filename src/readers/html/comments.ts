/** Where a page's comments stand: what template code writes into one loads nothing. */
import { lowerCased } from './attributes.ts';
import { rawTextEnd, scriptTextEnd } from './rawtext.ts';
import { commentEnd, cursorAt, nextTag } from './tokenizer.ts';

const RAW = new Set(['style', 'xmp', 'iframe', 'noembed', 'noframes', 'textarea', 'title']);

/** The comments of a document whose template syntax is opaque: start and end of each, ascending. */
export function commentsIn(markup: Buffer, from: number): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  const cursor = cursorAt(markup, from);
  let open = markup.indexOf('<!--', from, 'latin1');
  for (let more = true; more && open !== -1; ) {
    const gap = cursor.pos;
    more = nextTag(cursor, false);
    const until = more ? cursor.start : markup.length;
    if (open < gap) open = markup.indexOf('<!--', gap, 'latin1');
    while (open !== -1 && open < until) {
      const end = commentEnd(markup, open + 4);
      found.push({ start: open, end });
      open = markup.indexOf('<!--', end, 'latin1');
    }
    if (cursor.closing || !more) continue;
    const name = lowerCased(markup.toString('latin1', cursor.nameStart, cursor.nameEnd));
    if (name === 'script') cursor.pos = scriptTextEnd(markup, cursor.pos);
    else if (RAW.has(name)) cursor.pos = rawTextEnd(markup, cursor.pos, name);
  }
  return found;
}
