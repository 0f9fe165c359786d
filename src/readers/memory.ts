/** Lock files that stand in a change's base as they stand now: read once, since reading one takes longer than comparing. */
import { UserError } from '../errors.ts';
import type { Entry, Io } from '../io.ts';
import type { Tree } from '../model.ts';

/** What was read, and whether another world would give the same. */
interface Known {
  trees: readonly Tree[];
  holdsIn(io: Io): boolean;
}

/** What was read so far, by where it stands. */
export type Memory = Map<string, Known>;

/** `read`, or what it gave before where this world has all that it looked at as it was then; without a memory just `read`. */
export async function remembered(
  io: Io,
  place: string,
  memory: Memory | undefined,
  read: (io: Io) => Promise<readonly Tree[]>,
): Promise<readonly Tree[]> {
  if (memory === undefined) return read(io);
  const known = memory.get(place);
  if (known?.holdsIn(io) === true) return known.trees;
  const witness = witnessOf(io);
  const trees = await read(witness.io);
  // What is installed is read by npm's own library, behind the witness's back.
  if (known === undefined && trees.every(({ format }) => !/^(?:node_modules|package\.json) /.test(format)))
    memory.set(place, { trees, holdsIn: witness.holdsIn });
  return trees;
}

/** A world that remembers what readers of lock files ask it. */
function witnessOf(io: Io): { io: Io; holdsIn(other: Io): boolean } {
  const kinds = new Map<string, Entry['kind'] | undefined>();
  const lists = new Map<string, string>();
  const files = new Map<string, Buffer>();
  const watched: Io = {
    ...io,
    kind(file) {
      const kind = io.kind(file);
      kinds.set(file, kind);
      return kind;
    },
    list(folder) {
      const entries = io.list(folder);
      lists.set(folder, spelled(entries));
      return entries;
    },
    readFile(file, limit) {
      const content = io.readFile(file, limit);
      files.set(file, content);
      return content;
    },
  };
  const holdsIn = (other: Io): boolean => {
    for (const [file, kind] of kinds) if (other.kind(file) !== kind) return false;
    for (const [folder, list] of lists) if (spelled(other.list(folder)) !== list) return false;
    for (const [file, content] of files) if (!isContent(other, file, content)) return false;
    return true;
  };
  return { io: watched, holdsIn };
}

function isContent(io: Io, file: string, content: Buffer): boolean {
  try {
    return content.equals(io.readFile(file));
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/** Readers list folders to find members and settings of theirs; what is installed they find in the lock file. */
const SETTINGS = /\.(?:json|ya?ml|toml|lockb?|c?js)$|^\.[a-z]+rc$/;

function spelled(entries: readonly Entry[]): string {
  const counting = entries.filter(({ name, kind }) =>
    kind === 'file' ? SETTINGS.test(name) : name !== 'node_modules' && name !== '.git',
  );
  return JSON.stringify(counting.map(({ name, kind, link }) => [name, kind, link === true]).sort());
}
