/**
 * A Bloom filter over package names: it answers "surely absent" or "perhaps there" from a few bits a name, so
 * that nearly all lookups of a scan touch no block of the database.
 */

const BITS_PER_NAME = 12;
/** Best for 12 bits a name: 0.3 % of absent names cost a needless block. */
const PROBES = 8;

/** An empty filter for so many names. */
export function emptyFilter(names: number): Int32Array {
  return new Int32Array(Math.ceil((names * BITS_PER_NAME) / 32) + 1);
}

/** Puts a name into the filter. */
export function addName(filter: Int32Array, name: string): void {
  probe(filter, name, true);
}

/** False when the name was never added. */
export function mayHold(filter: Int32Array, name: string): boolean {
  return probe(filter, name, false);
}

// Looks at (or sets) the bits of a name: enhanced double hashing of FNV-1a over UTF-16 units and a finishing mix
// of it. All numbers stay within 32 signed bits, which spares V8 a heap object for each: lookups run cold.
function probe(filter: Int32Array, name: string, set: boolean): boolean {
  const bits = filter.length * 32;
  let hash = 0x811c9dc5 | 0;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  let step = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  step = Math.imul(step ^ (step >>> 13), 0xc2b2ae35) | 1;
  for (let i = 0; i < PROBES; i++) {
    const at = (hash & 0x7fffffff) % bits;
    const word = filter[at >> 5] ?? 0;
    const bit = 1 << (at & 31);
    if (set) filter[at >> 5] = word | bit;
    else if ((word & bit) === 0) return false;
    hash = (hash + step) | 0;
    step = (step + i) | 0;
  }
  return true;
}
