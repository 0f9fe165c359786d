import type { Package } from '../model.ts';
import { plural } from '../plain.ts';
import type { History } from '../sources/history.ts';
import { ago } from './health.ts';
import { DAY, day } from './past.ts';
import { defineRule, type Facts, nameAt, placesOf } from './rule.ts';

/** A shorter name has a neighbour by chance. */
const SHORTEST = 5;
/** Neighbours of the names further down are mostly chance, but for slips that nobody makes on purpose. */
const IMITATED = 8000;
/** The longest that a malicious package was found to stay unreported (Ohm et al., Backstabber's Knife Collection, 2020). */
const OLD = 1216 * DAY;

export default defineRule({
  id: 'typosquat',
  title: 'A name that can be taken for one that many use',
  needs: ['packages', 'popular', 'histories', 'changed', 'base', 'now'],
  *check({ packages, popular, histories, changed, base, now }) {
    if (popular.size === 0) return;
    const candidates = packages.filter((one) => isCandidate(one, popular) && isNew(one, changed, base));
    const alike = lookalikes(new Set(candidates.map(({ name }) => name)), popular);
    const known = new Map<string, Resemblance | undefined>();
    for (const subject of candidates) {
      const { name } = subject;
      if (!known.has(name)) known.set(name, resemblance(name, popular, alike));
      const found = known.get(name);
      if (found === undefined) continue;
      const past = pastOf(histories.get(subject), now);
      yield {
        severity: past.isOld ? MILDER[found.severity] : found.severity,
        message: `${nameAt(subject)} can be taken for ${found.of} (${found.how}), which is among the ${found.rank.toLocaleString('en')} most used packages; ${name} is not, and ${past.words}`,
        package: subject,
        evidence: { imitates: found.of, ...past.evidence },
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

const MILDER = { high: 'moderate', moderate: 'low' } as const;

interface NamePast {
  words: string;
  isOld: boolean;
  evidence: { firstPublished?: string; releases?: number };
}

/** Since when there is such a package: what imitates is young, or was looked at long ago. */
function pastOf(history: History | undefined, now: Date): NamePast {
  const dates = [...(history?.releases.values() ?? [])].flatMap(({ published }) => published ?? []);
  const [first = history?.created] = dates.sort((a, b) => a.getTime() - b.getTime());
  if (history === undefined || first === undefined)
    return { words: 'since when there is one is not known', isOld: false, evidence: {} };
  const { size } = history.releases;
  const words = `was first published ${ago(first, now)}, on ${day(first)} (${plural(size, 'release')} since)`;
  const evidence = { firstPublished: first.toISOString(), releases: size };
  return { words, isOld: now.getTime() - first.getTime() > OLD, evidence };
}

function isCandidate({ name, source, importer }: Package, popular: ReadonlyMap<string, number>): boolean {
  return source === 'registry' && !importer && name.length >= SHORTEST && !popular.has(name);
}

// A new version of a name that is there was looked at as a name.
function isNew(subject: Package, changed: Facts['changed'], base: Facts['base']): boolean {
  if (changed === undefined) return true;
  return changed.has(subject) && base?.packages.some(({ name }) => name === subject.name) !== true;
}

function resemblance(
  name: string,
  popular: ReadonlyMap<string, number>,
  alike: ReadonlyMap<string, string>,
): Resemblance | undefined {
  const found: Resemblance[] = [];
  const take = (of: string | undefined, how: string, severity: Resemblance['severity']) => {
    const rank = popular.get(of ?? '');
    if (of === undefined || of === name || rank === undefined) return;
    if (rank <= IMITATED || severity === 'high') found.push({ of, how, rank, severity });
  };
  const plain = fold(name);
  take(alike.get(plain), 'letters that look alike', 'high');
  take(alike.get(`=${joined(plain)}`), 'the same letters, other separators', 'high');
  for (const [variant, how] of scopeSwaps(name)) take(variant, how, 'moderate');
  for (const bare of withoutKind(name))
    if (bare.length >= SHORTEST) take(bare, 'with a word for JavaScript or Node.js', 'moderate');
  for (const [variant, how] of edits(name)) {
    const isNear = how.startsWith('two letters swapped') || how.startsWith('the key beside');
    if (variant.length >= SHORTEST) take(variant, how, isNear ? 'high' : 'moderate');
  }
  return found.sort(
    (a, b) => Number(b.severity === 'high') - Number(a.severity === 'high') || a.rank - b.rank,
  )[0];
}

/** `mongoose.js` and `node-fabric` were published to be taken for `mongoose` and `fabric` (hacktask, 2017). */
function withoutKind(name: string): string[] {
  return [name.replace(/(?:[-.]?js|-node|-npm)$/, ''), name.replace(/^node-?/, '')];
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

/** What none of these could change. */
const PLAIN = /^(?:(?!rn|vv)[a-z2-9@/._-])*$/;

function fold(name: string): string {
  if (PLAIN.test(name)) return name;
  let folded = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  for (const [from, to] of LOOKALIKES) folded = folded.replace(from, to);
  return folded;
}

/** `cross-env`, `cross_env` and `cross.env` are one; a scope stays a scope. */
function joined(name: string): string {
  return name.replace(/[-_.]/g, '');
}

/**
 * The most used name of each form that one of `names` has; what is joined begins with an equals sign, which no name has.
 * Goes through the many names once and keeps few: an index of all of them takes longer than a commit should.
 */
function lookalikes(names: ReadonlySet<string>, popular: ReadonlyMap<string, number>): Map<string, string> {
  const forms = new Set<string>();
  let shortest = Number.POSITIVE_INFINITY;
  let longest = 0;
  for (const name of names) {
    const plain = fold(name);
    const bare = joined(plain);
    forms.add(plain).add(`=${bare}`);
    shortest = Math.min(shortest, bare.length);
    longest = Math.max(longest, plain.length + MOST_SEPARATORS);
  }
  const found = new Map<string, string>();
  for (const [name, rank] of popular) {
    if (name.length < shortest || name.length > longest) continue;
    const plain = fold(name);
    if (plain.length < SHORTEST) continue;
    for (const form of [plain, `=${joined(plain)}`]) {
      if (!forms.has(form)) continue;
      const other = found.get(form);
      const otherRank = other === undefined ? Number.POSITIVE_INFINITY : (popular.get(other) ?? 0);
      if (rank < otherRank || (rank === otherRank && other !== undefined && name < other))
        found.set(form, name);
    }
  }
  return found;
}

/** More than any well-known name has. */
const MOST_SEPARATORS = 8;

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
