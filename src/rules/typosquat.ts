import type { Package } from '../model.ts';
import { defineRule, nameAt, placesOf } from './rule.ts';

/** A shorter name has a neighbour by chance. */
const SHORTEST = 5;
/** Neighbours of the names further down are mostly chance. */
const IMITATED = 8000;

export default defineRule({
  id: 'typosquat',
  title: 'A name that can be taken for one that many use',
  needs: ['packages', 'popular'],
  *check({ packages, popular }) {
    if (popular.size === 0) return;
    const folded = foldedNames(popular);
    const known = new Map<string, Resemblance | undefined>();
    for (const subject of packages) {
      if (!isCandidate(subject, popular)) continue;
      const { name } = subject;
      if (!known.has(name)) known.set(name, resemblance(name, popular, folded));
      const found = known.get(name);
      if (found === undefined) continue;
      yield {
        severity: found.severity,
        message: `${nameAt(subject)} can be taken for ${found.of} (${found.how}), which is among the ${found.rank.toLocaleString('en')} most used packages; ${name} is not`,
        package: subject,
        evidence: { imitates: found.of },
        places: placesOf(subject),
        identity: [name, subject.tree.file],
        fix: `make sure that ${name} is meant, and not ${found.of}`,
      };
    }
  },
});

/** How a name resembles one that many use. */
interface Resemblance {
  of: string;
  how: string;
  rank: number;
  severity: 'moderate' | 'high';
}

function isCandidate({ name, source, importer }: Package, popular: ReadonlyMap<string, number>): boolean {
  return source === 'registry' && !importer && name.length >= SHORTEST && !popular.has(name);
}

function resemblance(
  name: string,
  popular: ReadonlyMap<string, number>,
  folded: ReadonlyMap<string, string>,
): Resemblance | undefined {
  const found: Resemblance[] = [];
  const take = (of: string | undefined, how: string, severity: Resemblance['severity']) => {
    const rank = popular.get(of ?? '');
    if (of !== undefined && of !== name && rank !== undefined && rank <= IMITATED)
      found.push({ of, how, rank, severity });
  };
  const plain = fold(name);
  take(folded.get(plain), 'letters that look alike', 'high');
  take(folded.get(`=${joined(plain)}`), 'the same letters, other separators', 'high');
  for (const [variant, how] of scopeSwaps(name)) take(variant, how, 'moderate');
  for (const [variant, how] of edits(name)) {
    const isNear = how.startsWith('two letters swapped') || how.startsWith('the key beside');
    if (variant.length >= SHORTEST) take(variant, how, isNear ? 'high' : 'moderate');
  }
  return found.sort(
    (a, b) => Number(b.severity === 'high') - Number(a.severity === 'high') || a.rank - b.rank,
  )[0];
}

/** Characters that fonts hardly tell apart, as one of them. Old names may hold any of Unicode. */
const LOOKALIKES: readonly (readonly [RegExp, string])[] = [
  [/0/g, 'o'],
  [/[1|]/g, 'l'],
  [/rn/g, 'm'],
  [/vv/g, 'w'],
  [/\u0430/g, 'a'],
  [/\u0435/g, 'e'],
  [/\u043e/g, 'o'],
  [/\u0440/g, 'p'],
  [/\u0441/g, 'c'],
  [/\u0445/g, 'x'],
  [/\u0443/g, 'y'],
  [/\u0456|\u0131/g, 'i'],
];

function fold(name: string): string {
  let folded = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  for (const [from, to] of LOOKALIKES) folded = folded.replace(from, to);
  return folded;
}

/** `cross-env`, `cross_env` and `cross.env` are one; a scope stays a scope. */
function joined(name: string): string {
  return name.replace(/[-_.]/g, '');
}

/** By form; what is joined begins with an equals sign, which no name has. */
function foldedNames(popular: ReadonlyMap<string, number>): Map<string, string> {
  const names = new Map<string, string>();
  for (const [name, rank] of popular) {
    if (rank > IMITATED) continue;
    const plain = fold(name);
    if (plain.length < SHORTEST) continue;
    for (const form of [plain, `=${joined(plain)}`]) {
      const other = names.get(form);
      const otherRank = other === undefined ? Number.POSITIVE_INFINITY : (popular.get(other) ?? 0);
      if (rank < otherRank || (rank === otherRank && other !== undefined && name < other))
        names.set(form, name);
    }
  }
  return names;
}

/** `@babel/core` ⇄ `babel-core`: who owns a scope does not own the name without it. */
function* scopeSwaps(name: string): Iterable<[string, string]> {
  if (name.startsWith('@')) {
    yield [name.slice(1).replace('/', '-'), 'a scope in place of a hyphen'];
    return;
  }
  for (let at = name.indexOf('-'); at > 0; at = name.indexOf('-', at + 1))
    yield [`@${name.slice(0, at)}/${name.slice(at + 1)}`, 'a hyphen in place of a scope'];
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789-';
const ROWS = ['1234567890-', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

/** Every name one slip away (Damerau's four). Digits are left alone: `es5` and `es6` are two things on purpose. */
function* edits(name: string): Iterable<[string, string]> {
  const start = name.startsWith('@') ? 1 : 0;
  for (let at = start; at <= name.length; at++) {
    const [head, here = '', next = '', tail = name.slice(at + 1)] = [
      name.slice(0, at),
      name[at],
      name[at + 1],
    ];
    if (here === '/') continue;
    const isDigit = /\d/.test(here);
    if (here !== '' && next !== '' && next !== '/' && here !== next && !isDigit && !/\d/.test(next))
      yield [`${head}${next}${here}${name.slice(at + 2)}`, 'two letters swapped'];
    if (here !== '' && !isDigit) yield [head + tail, 'one letter more'];
    for (const letter of LETTERS) {
      if (/\d/.test(letter)) continue;
      yield [head + letter + name.slice(at), 'one letter less'];
      if (here === '' || isDigit || letter === here || here === '-' || letter === '-') continue;
      yield [head + letter + tail, areBeside(here, letter) ? 'the key beside' : 'one letter another'];
    }
  }
}

function areBeside(a: string, b: string): boolean {
  return ROWS.some((row, i) => {
    const at = row.indexOf(a);
    if (at < 0) return false;
    if (row[at - 1] === b || row[at + 1] === b) return true;
    return [ROWS[i - 1], ROWS[i + 1]].some((other) => other?.[at] === b);
  });
}
