/** HTML that cannot be broken out of: whatever is put into a template is escaped, unless it is markup itself. */
import { oneLine, wellFormed } from '../../plain.ts';

export interface Markup {
  readonly markup: string;
}

type Part = string | number | Markup | readonly Markup[] | false | undefined;

/** A template of markup; text in it, also in quoted attributes, stays text. False and undefined print nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const pieces: string[] = [];
  for (const [i, string] of strings.entries()) {
    pieces.push(string);
    const part = parts[i];
    if (part !== undefined && part !== false) pieces.push(printed(part));
  }
  return { markup: pieces.join('') };
}

function printed(part: Exclude<Part, false | undefined>): string {
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escaped(part);
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('');
}

function escaped(text: string): string {
  return wellFormed(oneLine(text)).replace(/[&<>"']/g, (c) => `&#${c.codePointAt(0)};`);
}

/** A link where the address is one that a browser may follow from here, else its text alone. */
export function link(url: string, text: string): Markup {
  if (!/^https:/i.test(url) || !URL.canParse(url)) return html`${text}`;
  return html`<a href="${new URL(url).href}" target="_blank" rel="noopener noreferrer">${text}</a>`;
}
