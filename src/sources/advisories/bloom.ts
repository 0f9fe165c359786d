/**
 * A Bloom filter over package names: it answers "surely absent" or "perhaps there" from a few bits a name, so
 * that nearly all lookups of a scan touch no block of the database.
 */

const BITS_PER_NAME = 12;
/** Best for 12 bits a name: 0.3 % of absent names cost a needless block. */
const PROBES = 8;

/** An empty filter for so many names. */
export function emptyFilter(names: number): Uint32Array {
  return new Uint32Array(Math.ceil((names * BITS_PER_NAME) / 32) + 1);
}

export function addName(filter: Uint32Array, name: string): void {
  for (const bit of probes(filter, name)) {
    const word = bit >>> 5;
    filter[word] = (filter[word] ?? 0) | (1 << (bit & 31));
  }
}

/** False when the name was never added. */
export function mayHold(filter: Uint32Array, name: string): boolean {
  for (const bit of probes(filter, name)) {
    if (((filter[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return false;
  }
  return true;
}

function probes(filter: Uint32Array, name: string): number[] {
  const bits = filter.length * 32;
  let [bit, step] = hashes(name);
  const found: number[] = [];
  for (let i = 0; i < PROBES; i++) {
    found.push(bit % bits);
    bit = (bit + step) >>> 0;
    step = (step + i) >>> 0;
  }
  return found;
}

// FNV-1a over UTF-16 units, and a finishing mix of it as the second hash (enhanced double hashing).
function hashes(name: string): [number, number] {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return [hash >>> 0, ((mixed ^ (mixed >>> 16)) >>> 0) | 1];
}
