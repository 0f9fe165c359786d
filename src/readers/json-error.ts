/**
 * Where a text stops being JSON. JSON.parse says it in words that differ between releases of Node and not always
 * with a position, so the text is read once more by the grammar of RFC 8259.
 */

interface JsonError {
  offset: number;
  message: string;
}

const SPACE = /[ \t\n\r]*/y;
// Everything from the space on but the quote and the backslash.
const PLAIN = /[ !#-[\]-\uffff]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;

/** The first place where `text` breaks the grammar; its end when it merely stops too early. */
export function firstJsonError(text: string): JsonError {
  let at = 0;
  // What each open bracket is; the grammar needs no more memory than this.
  const open: ('{' | '[')[] = [];
  let expect: 'value' | 'value or ]' | 'key' | 'key or }' | 'comma' = 'value';
  for (;;) {
    at = after(SPACE, text, at) ?? at;
    const char = text[at];
    const top = open.at(-1);
    if (expect === 'comma') {
      if (top === undefined) return fail(text, at, 'the end of the file');
      if (char === (top === '{' ? '}' : ']')) open.pop();
      else if (char === ',') expect = top === '{' ? 'key' : 'value';
      else return fail(text, at, top === '{' ? '"," or "}"' : '"," or "]"');
      at++;
      continue;
    }
    if ((expect === 'key or }' && char === '}') || (expect === 'value or ]' && char === ']')) {
      open.pop();
      at++;
      expect = 'comma';
      continue;
    }
    if (expect === 'key' || expect === 'key or }') {
      if (char !== '"') return fail(text, at, 'a key in double quotes');
      const end = stringEnd(text, at);
      if (typeof end !== 'number') return end;
      at = after(SPACE, text, end) ?? end;
      if (text[at] !== ':') return fail(text, at, '":"');
      at++;
      expect = 'value';
      continue;
    }
    if (char === '{' || char === '[') {
      open.push(char);
      at++;
      expect = char === '{' ? 'key or }' : 'value or ]';
      continue;
    }
    const end = char === '"' ? stringEnd(text, at) : (after(NUMBER, text, at) ?? after(WORD, text, at));
    if (end === undefined) return fail(text, at, 'a value');
    if (typeof end !== 'number') return end;
    at = end;
    expect = 'comma';
  }
}

function stringEnd(text: string, at: number): number | JsonError {
  // A loop, not one pattern with a repeated group: that one keeps a backtracking state for each round.
  let end = at + 1;
  for (let next: number | undefined = end; next !== undefined; next = after(ESCAPE, text, end)) {
    end = after(PLAIN, text, next) ?? next;
  }
  if (text[end] === '"') return end + 1;
  if (end >= text.length) return { offset: end, message: 'the file ends inside a string' };
  const what = text[end] === '\\' ? 'an unknown escape' : 'a control character';
  return { offset: end, message: `${what} inside a string` };
}

function fail(text: string, offset: number, expected: string): JsonError {
  if (offset >= text.length) return { offset, message: `the file ends where ${expected} is expected` };
  const found = JSON.stringify(String.fromCodePoint(text.codePointAt(offset) ?? 0));
  return { offset, message: `${expected} is expected, but ${found} was found` };
}

// Where the sticky `pattern` ends when it matches at `at`.
function after(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
