/**
 * The format of Yarn 1's lock file: entries at column 0, fields two columns in, dependencies four. It looks
 * like YAML and is none. Only what Yarn writes is taken; everything else is an error with a line.
 * https://github.com/yarnpkg/yarn/blob/master/src/lockfile/stringify.js
 */
import { UserError } from '../../errors.ts';
import { type TextFile, where } from '../text.ts';

export interface ClassicEntry {
  /** Offset of the entry in the text. */
  at: number;
  /** `name@spec`, one for each request that this package answers. */
  patterns: string[];
  fields: Map<string, string>;
  dependencies: Map<string, string>;
  optionalDependencies: Map<string, string>;
}

/** The entries of a yarn.lock of Yarn 1. Throws UserError with a line. */
export function parseSyml(lock: TextFile): ClassicEntry[] {
  const { text } = lock;
  const entries: ClassicEntry[] = [];
  let entry: ClassicEntry | undefined;
  let table: Map<string, string> | undefined;
  for (let start = 0; start < text.length; ) {
    let end = text.indexOf('\n', start);
    if (end === -1) end = text.length;
    const next = end + 1;
    const stop = text.charCodeAt(end - 1) === 13 && end > start ? end - 1 : end;
    let begin = start;
    while (begin < stop && text.charCodeAt(begin) === 32) begin++;
    const indent = begin - start;
    if (begin < stop && text.charCodeAt(begin) !== 35) {
      const line = new Line(lock, begin, stop);
      if (indent === 0) {
        entry = {
          at: begin,
          patterns: line.header(),
          fields: new Map(),
          dependencies: new Map(),
          optionalDependencies: new Map(),
        };
        table = undefined;
        entries.push(entry);
      } else if (indent === 2 && entry !== undefined) {
        table = readField(line, entry);
      } else if (indent === 4 && table !== undefined) {
        const name = line.word();
        table.set(name, line.value());
      } else {
        throw line.error('is indented as nothing in a yarn.lock is');
      }
    }
    start = next;
  }
  return entries;
}

// A field, or the head of a table: `dependencies:`.
function readField(line: Line, entry: ClassicEntry): Map<string, string> | undefined {
  const name = line.word();
  if (!line.endsWithColon()) {
    entry.fields.set(name, line.value());
    return undefined;
  }
  if (name === 'dependencies') return entry.dependencies;
  // Tables of other purposes (prebuiltVariants) are read and dropped.
  return name === 'optionalDependencies' ? entry.optionalDependencies : new Map();
}

/** One line, taken word by word. */
class Line {
  readonly #lock: TextFile;
  readonly #stop: number;
  #at: number;

  constructor(lock: TextFile, at: number, stop: number) {
    this.#lock = lock;
    this.#at = at;
    this.#stop = stop;
  }

  /** `a, "b", c:` */
  header(): string[] {
    const patterns = [this.#pattern()];
    while (this.#lock.text.charCodeAt(this.#at) === 44) {
      this.#at++;
      this.#skipSpaces();
      patterns.push(this.#pattern());
    }
    if (!this.endsWithColon())
      throw this.error('is no entry of a yarn.lock: the colon at its end is missing');
    return patterns;
  }

  // Yarn quotes a pattern with a colon; hands do not always.
  #pattern(): string {
    const { text } = this.#lock;
    if (text.charCodeAt(this.#at) === 34) return this.#quoted();
    const from = this.#at;
    while (this.#at < this.#stop - 1 && !' ,"'.includes(text.charAt(this.#at))) this.#at++;
    if (this.#at === from) throw this.error('is no line of a yarn.lock');
    return text.slice(from, this.#at);
  }

  /** A quoted string, or everything up to a blank, comma or colon. */
  word(): string {
    if (this.#lock.text.charCodeAt(this.#at) === 34) return this.#quoted();
    const from = this.#at;
    while (this.#at < this.#stop && !' ,:"'.includes(this.#lock.text.charAt(this.#at))) this.#at++;
    if (this.#at === from) throw this.error('is no line of a yarn.lock');
    return this.#lock.text.slice(from, this.#at);
  }

  /** The value behind a word, which fills the line. */
  value(): string {
    if (this.#lock.text.charCodeAt(this.#at) !== 32) throw this.error('has no value');
    this.#skipSpaces();
    if (this.#lock.text.charCodeAt(this.#at) === 34) {
      const value = this.#quoted();
      if (this.#at !== this.#stop) throw this.error('goes on after its value');
      return value;
    }
    const value = this.#lock.text.slice(this.#at, this.#stop);
    if (value === '' || /[\s",]/.test(value)) throw this.error('has a broken value');
    return value;
  }

  endsWithColon(): boolean {
    return this.#at === this.#stop - 1 && this.#lock.text.charCodeAt(this.#at) === 58;
  }

  error(why: string): UserError {
    return new UserError(`this line ${why}`, {
      where: where(this.#lock, Math.min(this.#at, this.#lock.text.length)),
      hint: 'a cut or hand-edited file? Restore it from git, or write it anew: yarn install',
    });
  }

  #quoted(): string {
    const { text } = this.#lock;
    for (let i = this.#at + 1; i < this.#stop; i++) {
      const c = text.charCodeAt(i);
      if (c === 92) i++;
      if (c !== 34) continue;
      const quoted = text.slice(this.#at, i + 1);
      const value = quoted.includes('\\') ? this.#unescape(quoted) : quoted.slice(1, -1);
      this.#at = i + 1;
      return value;
    }
    throw this.error('has a string without an end');
  }

  #unescape(quoted: string): string {
    try {
      return String(JSON.parse(quoted));
    } catch {
      throw this.error('has a broken string');
    }
  }

  #skipSpaces(): void {
    while (this.#at < this.#stop && this.#lock.text.charCodeAt(this.#at) === 32) this.#at++;
  }
}
