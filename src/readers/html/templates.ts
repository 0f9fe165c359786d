/**
 * Template syntax of server-side engines in a page: PHP, Blade, ERB, EJS, JSP, Handlebars, Liquid, Jinja, Twig, template
 * literals. To the tokenizer a block is an opaque run of bytes, so that a `>` or a quote in it neither ends a tag nor
 * begins one; what the code of a block writes is looked into apart (../script/template.ts).
 */

/** A stretch of template syntax in bytes of the document. `code`: it may write markup itself. */
export interface Block {
  start: number;
  end: number;
  code: boolean;
}

/** Stands for template syntax: an ordinary character in text, in names and in values. */
export const OPAQUE = 0x01;

/** Sought by their rarer half: most pages have none, while every tag begins with `<`. */
const SIGNS = ['?>', '%>', '%}', '}}', '!!}', '${', '<?php', '<?='];

/** The longest opening first. */
const KINDS = [
  { open: '<?', close: '?>' },
  { open: '<%--', close: '--%>' },
  { open: '<%', close: '%>' },
  { open: '{{!--', close: '--}}' },
  { open: '{{--', close: '--}}' },
  { open: '{{', close: '}}' },
  { open: '{!!', close: '!!}' },
  { open: '{%', close: '%}' },
  { open: '{#', close: '#}' },
  { open: '${', close: '}' },
] as const;

const COMMENT = /^(?:<%--|<%#|\{\{!|\{\{--|\{#)/;
const SERVER = /<\?(?:php|=)|<%[=\-#@ \n]|\{%-?\s*\w/;
/** Markup that decides: braces around it are an accident of a page's text or script, and hide nothing. */
const MARKUP =
  /<\/?(?:script|link|style|base|meta|iframe|template|noscript|svg|math|textarea|title|xmp|plaintext|body|head)\b|<!--|-->/gi;
/** No page has as many; a file made to fill memory does. What stands behind them is read as it is. */
export const MOST_BLOCKS = 500_000;
/** Liquid's filters that write a tag around a URL. */
const TAG_FILTER = /\|\s*(?:script_tag|stylesheet_tag)\b/;
const PHP = /^<\?(?:php|=)/i;

/** The template blocks of a document from `from` on, in its order. `engine`: the file is a template by its name, so
 * that PHP may run to the end of the file and template comments hide what stands in them. */
export function templateBlocks(bytes: Buffer, from: number, engine: boolean): Block[] {
  if (!SIGNS.some((text) => bytes.includes(text, from, 'latin1'))) return [];
  const text = bytes.toString('latin1');
  const server = engine || SERVER.test(text);
  const blocks: Block[] = [];
  const next = seeker(text);
  let strings = true;
  const opener = /<[?%]|\{(?:[{%#]|!!)|\$\{/g;
  opener.lastIndex = from;
  for (
    let match = opener.exec(text);
    match !== null && blocks.length < MOST_BLOCKS;
    match = opener.exec(text)
  ) {
    const start = match.index;
    const kind = KINDS.find(({ open }) => text.startsWith(open, start));
    if (kind === undefined) continue;
    const { open, close } = kind;
    const php = PHP.test(text.slice(start, start + 5));
    // Elsewhere a processing instruction is a comment to browsers, which ends at the first ">".
    if (open === '<?' && !php && !/\s/.test(text[start + 2] ?? '')) continue;
    let at = php && strings ? phpEnd(text, start + 2) : -1;
    // Strings that never end: they are sought once.
    if (php && at === -1) strings = false;
    if (at === -1) at = next(close, start + open.length);
    let end = at === -1 ? -1 : at + close.length;
    if (end === -1 && php && engine) end = text.length;
    if (end === -1) continue;
    if (close === '}}' && text[start + 2] === '{' && text[end] === '}') end++;
    const filter = open === '{{' && end - start < 1000 && TAG_FILTER.test(text.slice(start, end));
    const code = open === '<?' || open === '<%' || filter;
    const comment = COMMENT.test(text.slice(start, start + 4));
    const markup = next('markup', start);
    if (comment ? !server : !code && markup !== -1 && markup < end) continue;
    blocks.push({ start, end, code: code && !comment });
    opener.lastIndex = end;
  }
  return server ? withComments(text, blocks) : blocks;
}

// The next place of a text or of markup: asked for ascending places, each stretch is searched once.
function seeker(text: string): (wanted: string, from: number) => number {
  const known = new Map<string, number>();
  return (wanted, from) => {
    let at = known.get(wanted);
    if (at !== undefined && (at === -1 || at >= from)) return at;
    if (wanted === 'markup') {
      MARKUP.lastIndex = from;
      at = MARKUP.exec(text)?.index ?? -1;
    } else {
      at = text.indexOf(wanted, from);
    }
    known.set(wanted, at);
    return at;
  };
}

// "?>" counts in a line comment, not in a string or a block comment: https://www.php.net/manual/en/language.basic-syntax.comments.php
function phpEnd(text: string, from: number): number {
  const token =
    /\?>|<<<[ \t]*(["']?)(\w+)\1\r?\n[\s\S]*?(?:\n[ \t]*\2\b|$)|'(?:[^'\\]|\\[\s\S])*(?:'|$)|"(?:[^"\\]|\\[\s\S])*(?:"|$)|\/\*[\s\S]*?(?:\*\/|$)|(?:\/\/|#)(?:(?!\?>)[^\n])*/g;
  token.lastIndex = from;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    if (match[0] === '?>') return match.index;
  }
  return -1;
}

// `{% comment %} … {% endcomment %}` is one block, and so is what Liquid keeps for itself; one that is not closed hides
// nothing.
function withComments(text: string, blocks: Block[]): Block[] {
  const joined: Block[] = [];
  let from = -1;
  let kind = '';
  for (const block of blocks) {
    const head = text.slice(block.start, Math.min(block.end, block.start + 40));
    const [, name = ''] = /^\{%-?\s*(comment|schema|doc|endcomment|endschema|enddoc)\b/.exec(head) ?? [];
    if (from === -1 && /^[csd]/.test(name)) {
      from = joined.length;
      kind = name;
    }
    joined.push(block);
    if (from === -1 || name !== `end${kind}`) continue;
    const start = joined[from]?.start ?? block.start;
    joined.splice(from, joined.length - from, { start, end: block.end, code: false });
    from = -1;
  }
  return joined;
}

/** The document with its template blocks made opaque; as long as before. */
export function withoutTemplates(bytes: Buffer, blocks: readonly Block[]): Buffer {
  if (blocks.length === 0) return bytes;
  const masked = Buffer.from(bytes);
  for (const { start, end } of blocks) masked.fill(OPAQUE, start, end);
  return masked;
}
