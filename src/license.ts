/** What a package says of its licence, held against SPDX. https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/ */
import exceptions from 'spdx-exceptions' with { type: 'json' };
import parse, { type Info, type LicenseInfo } from 'spdx-expression-parse';
import current from 'spdx-license-ids' with { type: 'json' };
import deprecated from 'spdx-license-ids/deprecated.json' with { type: 'json' };
import ranges from 'spdx-ranges' with { type: 'json' };

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
 * unreadable unless a list holds it. Identifiers count in any case (SPDX 2.3, Annex D.2), and so do all other texts.
 * https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/
 */
export function judgeLicense(text: string, { allow, deny }: LicenseLists): LicenseVerdict {
  const wanted = text.trim().toLowerCase();
  if (deny.some((one) => one.trim().toLowerCase() === wanted)) return 'denied';
  if (allow.some((one) => one.trim().toLowerCase() === wanted)) return 'allowed';
  const info = infoOf(text);
  if (info === undefined) return 'unreadable';
  return verdictOf(
    info,
    { allow: allow.flatMap(choicesOf), deny: deny.flatMap(choicesOf) },
    allow.length > 0,
  );
}

const ORDER: readonly LicenseVerdict[] = ['allowed', 'not-allowed', 'denied'];

interface Lists {
  allow: readonly LicenseInfo[];
  deny: readonly LicenseInfo[];
}

function verdictOf(info: Info, lists: Lists, hasAllowed: boolean): LicenseVerdict {
  if ('conjunction' in info) {
    const sides = [verdictOf(info.left, lists, hasAllowed), verdictOf(info.right, lists, hasAllowed)];
    const ranks = sides.map((side) => ORDER.indexOf(side));
    return ORDER[info.conjunction === 'or' ? Math.min(...ranks) : Math.max(...ranks)] ?? 'denied';
  }
  if (lists.deny.some((listed) => isMeant(info, listed))) return 'denied';
  return hasAllowed && !lists.allow.some((listed) => isMeant(info, listed)) ? 'not-allowed' : 'allowed';
}

/** The licences of a list's line: each of `A OR B`; of `A AND B` none, since neither is meant alone. */
function choicesOf(text: string): LicenseInfo[] {
  const choices = (info: Info): LicenseInfo[] => {
    if (!('conjunction' in info)) return [info];
    return info.conjunction === 'or' ? [...choices(info.left), ...choices(info.right)] : [];
  };
  const info = infoOf(text);
  return info === undefined ? [] : choices(info);
}

function infoOf(text: string): Info | undefined {
  const canonical = text
    .trim()
    .slice(0, LIMIT + 1)
    .replace(/[a-z\d.-]+/gi, (word) => IDS.get(word.toLowerCase()) ?? word);
  return readLicense(canonical).kind === 'name' ? undefined : parse(canonical);
}

/** Identifiers as SPDX writes them, by their lower case. */
const IDS: ReadonlyMap<string, string> = new Map(
  [...deprecated, ...current, ...exceptions].map((id) => [id.toLowerCase(), id]),
);

/** Whether a licence is the listed one, or a version of it that the listed one takes in. */
function isMeant(license: LicenseInfo, listed: LicenseInfo): boolean {
  if (license.exception !== listed.exception) return false;
  const [own, its] = [rangeOf(license), rangeOf(listed)];
  if (own.id === its.id) return true;
  const versions = ranges
    .map((range) => range.map((one) => [one].flat()))
    .find((range) => placeIn(range, own.id) >= 0);
  const [from, to] = [placeIn(versions ?? [], own.id), placeIn(versions ?? [], its.id)];
  if (from < 0 || to < 0) return false;
  if (own.plus && its.plus) return true;
  return (its.plus && from >= to) || (own.plus && to >= from) || from === to;
}

const placeIn = (range: readonly (readonly string[])[], id: string): number =>
  range.findIndex((same) => same.includes(id));

// `GPL-2.0-only` and `GPL-2.0-or-later` are the names of today for `GPL-2.0` and `GPL-2.0+`.
function rangeOf({ license, plus }: LicenseInfo): { id: string; plus: boolean } {
  return {
    id: license.replace(/-(?:only|or-later)$/, ''),
    plus: plus === true || license.endsWith('-or-later'),
  };
}
