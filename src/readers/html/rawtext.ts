/** Where the text of raw text elements and of scripts ends: https://html.spec.whatwg.org/multipage/parsing.html#rawtext-state and following */

const BANG = 0x21;
const DASH = 0x2d;
const SLASH = 0x2f;
const LESS = 0x3c;
const GREATER = 0x3e;

/** Where text that only `</name` ends (RCDATA, RAWTEXT) ends: the `<` of that end tag, or the end of the
 * document. `name` in lower case. */
export function rawTextEnd(bytes: Buffer, pos: number, name: string): number {
  let less = bytes.indexOf(LESS, pos);
  while (less !== -1) {
    if (bytes[less + 1] === SLASH && isNamed(bytes, less + 2, name)) return less;
    less = bytes.indexOf(LESS, less + 1);
  }
  return bytes.length;
}

/** The same for a script's text, where `<!-- <script>` begins a part whose `</script>` does not count (the
 * script data escaped and double escaped states). */
export function scriptTextEnd(bytes: Buffer, pos: number): number {
  let less = bytes.indexOf(LESS, pos);
  while (less !== -1) {
    const next = bytes[less + 1];
    if (next === SLASH && isNamed(bytes, less + 2, 'script')) return less;
    if (next === BANG && bytes[less + 2] === DASH && bytes[less + 3] === DASH) {
      const escaped = escapedTextEnd(bytes, less + 4);
      if (escaped.ends) return escaped.pos;
      less = bytes.indexOf(LESS, escaped.pos);
    } else {
      less = bytes.indexOf(LESS, less + 1);
    }
  }
  return bytes.length;
}

// From behind "<!--" in script text: either the script ends inside, or "-->" leads back to plain script text.
function escapedTextEnd(bytes: Buffer, from: number): { pos: number; ends: boolean } {
  let double = false;
  let dashes = 2;
  let i = from;
  while (i < bytes.length) {
    const byte = bytes[i];
    if (byte === DASH) {
      dashes++;
    } else if (byte === GREATER && dashes >= 2) {
      return { pos: i + 1, ends: false };
    } else {
      dashes = 0;
      if (byte === LESS) {
        const closing = bytes[i + 1] === SLASH;
        if (isNamed(bytes, closing ? i + 2 : i + 1, 'script')) {
          if (closing && !double) return { pos: i, ends: true };
          // "<script" doubles the escape, "</script" undoes it; the delimiter is consumed with the name.
          if (closing === double) {
            double = !double;
            i += closing ? 8 : 7;
          }
        }
      }
    }
    i++;
  }
  return { pos: bytes.length, ends: true };
}

/** Whether `name` stands at `pos` in any case and ends there: before white space, `/` or `>`. */
function isNamed(bytes: Buffer, pos: number, name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    if (((bytes[pos + i] ?? 0) | 0x20) !== name.charCodeAt(i)) return false;
  }
  const end = bytes[pos + name.length] ?? 0;
  return end === GREATER || end === SLASH || isSpace(end);
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x09 || byte === 0x0d || byte === 0x0c;
}
