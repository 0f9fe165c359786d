/** The ranges that nearly every package.json is written in, understood without semver (10 ms to load). */

type Numbers = readonly [major: number, minor: number, patch: number];

/** One alternative of a range; what it leaves open is undefined. */
interface Plain {
  operator: string | undefined;
  major: number;
  minor: number | undefined;
  patch: number | undefined;
}

const VERSION = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})$/;
const ALTERNATIVE = /^(\^|~|>=)?\s?(\d{1,9})(?:\.(\d{1,9}|[x*]))?(?:\.(\d{1,9}|[x*]))?$/;

/** Lock files ask for the same few ranges and versions many times over. */
const versions = new Map<string, Numbers | undefined>();
const ranges = new Map<string, readonly Plain[]>();
/** A bound for what hostile files ask for; no honest project comes near it. */
const LIMIT = 20_000;

/** True where the version surely lies in the range; false says nothing: semver has to decide. */
export function isPlainlyIn(range: string, version: string): boolean {
  if (range === version || range === '*' || range === '') return true;
  let has = versions.get(version);
  if (has === undefined && !versions.has(version)) {
    has = numbersOf(version);
    remember(versions, version, has);
  }
  if (has === undefined) return false;
  let alternatives = ranges.get(range);
  if (alternatives === undefined) {
    alternatives = alternativesOf(range);
    remember(ranges, range, alternatives);
  }
  for (const low of alternatives) if (isIn(low, has)) return true;
  return false;
}

function remember<T>(known: Map<string, T>, text: string, value: T): void {
  if (known.size >= LIMIT) known.clear();
  known.set(text, value);
}

function numbersOf(version: string): Numbers | undefined {
  const found = VERSION.exec(version);
  return found === null ? undefined : [Number(found[1]), Number(found[2]), Number(found[3])];
}

/** Those that are plain; none of a long text. */
function alternativesOf(range: string): readonly Plain[] {
  if (range.length > 100) return [];
  const found: Plain[] = [];
  for (const text of range.includes('|') ? range.split('||') : [range]) {
    const low = ALTERNATIVE.exec(range === text ? text : text.trim());
    if (low === null) continue;
    const [minor, patch] = [partOf(low[3]), partOf(low[4])];
    if (minor === undefined && patch !== undefined) continue;
    found.push({ operator: low[1], major: Number(low[2]), minor, patch });
  }
  return found;
}

function partOf(text: string | undefined): number | undefined {
  return text === undefined || text === 'x' || text === '*' ? undefined : Number(text);
}

function isIn(low: Plain, [major, minor, patch]: Numbers): boolean {
  const { operator } = low;
  const above = major - low.major || minor - (low.minor ?? 0) || patch - (low.patch ?? 0);
  if (above < 0) return false;
  if (operator === '>=') return true;
  if (major !== low.major) return false;
  if (low.minor === undefined) return true;
  if (operator === '^' && major > 0) return true;
  if (minor !== low.minor) return false;
  // ^0.0.3 is that version alone, ^0.0 any 0.0.
  if (low.patch === undefined) return true;
  return operator === '~' || (operator === '^' && minor > 0) || patch === low.patch;
}
