/** Queries of URLs in pages that are not in UTF-8: https://url.spec.whatwg.org/#query-state */
import { decoderOf } from './encoding.ts';

const tables = new Map<string, Map<string, string>>();

/** The URL with what is not ASCII in its query percent-encoded in the page's encoding, as browsers ask for it. Browsers
 * take UTF-8 where the page is in UTF-8 or UTF-16; what the encoding lacks becomes a character reference. */
export function inQuery(url: string, encoding: string): string {
  if (encoding.startsWith('utf-') || !/\?[^#]*[^\0-\x7f]/.test(url)) return url;
  let table = tables.get(encoding);
  if (table === undefined) {
    table = tableOf(encoding);
    tables.set(encoding, table);
  }
  const known = table;
  const start = url.indexOf('?');
  const hash = url.indexOf('#', start);
  const end = hash === -1 ? url.length : hash;
  const query = url.slice(start, end).replace(/[^\0-\x7f]/gu, (c) => known.get(c) ?? reference(c));
  return url.slice(0, start) + query + url.slice(end);
}

function reference(character: string): string {
  return `%26%23${character.codePointAt(0)}%3B`;
}

// Every character that one or two bytes stand for; of several ways to write it the first counts.
function tableOf(encoding: string): Map<string, string> {
  const decode = decoderOf(encoding);
  const table = new Map<string, string>();
  const note = (bytes: number[]) => {
    const text = decode(Uint8Array.from(bytes));
    if ([...text].length === 1 && text !== '\ufffd' && !table.has(text)) table.set(text, written(bytes));
  };
  for (let byte = 0x80; byte < 0x100; byte++) note([byte]);
  if (!/^(?:gb|big5|euc-|shift_jis)/.test(encoding)) return table;
  for (let lead = 0x81; lead < 0xff; lead++) for (let byte = 0x40; byte < 0xff; byte++) note([lead, byte]);
  return table;
}

function written(bytes: number[]): string {
  return bytes
    .map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase()}`))
    .join('');
}
