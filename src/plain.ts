/** Nothing that was read may steer the terminal. */

// Controls, and the format marks that hide or reorder text (CVE-2021-42574).
const UNSAFE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** The text with every control and format character but newline spelled out as `\u{…}`. */
export function plain(text: string): string {
  return text.replace(UNSAFE, (c) => (c === '\n' ? c : `\\u{${c.codePointAt(0)?.toString(16)}}`));
}

/** The same on one line. */
export function oneLine(text: string): string {
  return plain(text.replace(/\s*\n\s*/g, ' '));
}

/** 1234567 as `1,234,567`. (toLocaleString costs 13 ms: it loads the locales.) */
export function count(n: number): string {
  return String(n).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 package`, `2,000 packages`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** The text with U+FFFD for each half of a surrogate pair, as JSON may hold and no encoding can. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd');
}
