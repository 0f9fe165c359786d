/** The ranges that nearly every package.json is written in, understood without semver (10 ms to load). */

const VERSION = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})$/;
const ALTERNATIVE = /^(\^|~|>=)?\s?(\d{1,9})(?:\.(\d{1,9}|[x*]))?(?:\.(\d{1,9}|[x*]))?$/;

/** True where the version surely lies in the range; false says nothing: semver has to decide. */
export function isPlainlyIn(range: string, version: string): boolean {
  if (range === version || range === '*' || range === '') return true;
  const has = VERSION.exec(version);
  if (has === null || range.length > 100) return false;
  const found = [Number(has[1]), Number(has[2]), Number(has[3])] as const;
  if (!range.includes('|')) return isIn(range, found);
  return range.split('||').some((alternative) => isIn(alternative.trim(), found));
}

function isIn(range: string, [major, minor, patch]: readonly [number, number, number]): boolean {
  const low = ALTERNATIVE.exec(range);
  if (low === null) return false;
  const [lowMajor, lowMinor, lowPatch] = [Number(low[2]), partOf(low[3]), partOf(low[4])];
  if (lowMinor === undefined && lowPatch !== undefined) return false;
  const least = compare([major, minor, patch], [lowMajor, lowMinor ?? 0, lowPatch ?? 0]);
  if (least < 0) return false;
  if (low[1] === '>=') return true;
  if (major !== lowMajor) return false;
  if (lowMinor === undefined) return true;
  if (low[1] === '^' && major > 0) return true;
  if (minor !== lowMinor) return false;
  // ^0.0.3 is that version alone, ^0.0 any 0.0.
  if (lowPatch === undefined) return true;
  return low[1] === '~' || (low[1] === '^' && minor > 0) || patch === lowPatch;
}

function partOf(text: string | undefined): number | undefined {
  return text === undefined || text === 'x' || text === '*' ? undefined : Number(text);
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
