/** What a package says of its licence, held against SPDX. https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/ */
import parse, { type Info } from 'spdx-expression-parse';
import satisfies from 'spdx-satisfies';

export interface License {
  /** `id`: one licence of SPDX's list; `expression`: several, or one of its own naming; `name`: anything else. */
  kind: 'id' | 'expression' | 'name';
  text: string;
}

/** Longer than any expression that people write; the parser recurses. */
const LIMIT = 1000;

/** Sorts a licence text as package.json files have it into what SPDX knows. */
export function readLicense(text: string): License {
  const wanted = text.trim();
  // A DocumentRef names another document, which no lock file brings along.
  if (wanted.length > LIMIT || wanted.includes('DocumentRef-')) return { kind: 'name', text: wanted };
  try {
    const read = parse(wanted);
    const isPlain = 'license' in read && read.license === wanted && !wanted.startsWith('LicenseRef-');
    return { kind: isPlain ? 'id' : 'expression', text: wanted };
  } catch {
    return { kind: 'name', text: wanted };
  }
}

/** What the policy's lists make of a licence text. */
export type LicenseVerdict = 'allowed' | 'denied' | 'not-allowed' | 'unreadable';

export interface LicenseLists {
  /** SPDX expressions, or texts as packages write them; anything not denied where it is empty. */
  allow: readonly string[];
  deny: readonly string[];
}

/**
 * Judges a licence text: of `A OR B` the better counts, of `A AND B` the worse. A text that is no SPDX expression is
 * unreadable unless a list holds it as it is written. https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/
 */
export function judgeLicense(text: string, { allow, deny }: LicenseLists): LicenseVerdict {
  const wanted = text.trim();
  if (deny.includes(wanted)) return 'denied';
  if (allow.includes(wanted)) return 'allowed';
  if (readLicense(wanted).kind === 'name') return 'unreadable';
  const lists = { allow: allow.filter(isSpdx), deny: deny.filter(isSpdx) };
  return verdictOf(parse(wanted), lists, allow.length > 0);
}

const ORDER: readonly LicenseVerdict[] = ['allowed', 'not-allowed', 'denied'];

function verdictOf(info: Info, lists: LicenseLists, hasAllowed: boolean): LicenseVerdict {
  if ('conjunction' in info) {
    const sides = [verdictOf(info.left, lists, hasAllowed), verdictOf(info.right, lists, hasAllowed)];
    const ranks = sides.map((side) => ORDER.indexOf(side));
    return ORDER[info.conjunction === 'or' ? Math.min(...ranks) : Math.max(...ranks)] ?? 'denied';
  }
  const exception = info.exception === undefined ? '' : ` WITH ${info.exception}`;
  const one = `${info.license}${info.plus ? '+' : ''}${exception}`;
  if (lists.deny.length > 0 && satisfies(one, lists.deny)) return 'denied';
  return hasAllowed && !(lists.allow.length > 0 && satisfies(one, lists.allow)) ? 'not-allowed' : 'allowed';
}

// The library takes single licences alone, and throws for what it cannot read.
function isSpdx(text: string): boolean {
  return readLicense(text).kind !== 'name' && !/\s(?:AND|OR)\s|LicenseRef-/i.test(text);
}
