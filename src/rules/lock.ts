/** What the rules on lock files share: the words of whoever writes the file. */
import { isBerry, type Tree } from '../model.ts';

interface Writer {
  /** Brings the lock file in line with package.json. */
  sync: string;
  /** Writes hashes that are not there. */
  mend(file: string): string;
}

const again = (command: string) => (file: string) =>
  `delete ${file} and the node_modules folder, then run: ${command}`;

// npm and Bun keep what an entry already says; only an entry that is gone is asked for again.
const npm: Writer = {
  sync: 'npm install --package-lock-only',
  mend: again('npm install --package-lock-only'),
};
const pnpm: Writer = {
  sync: 'pnpm install --lockfile-only --no-frozen-lockfile',
  mend: again('pnpm install --lockfile-only'),
};
// Yarn 1 adds hashes only where it is told that it may, and downloads again.
const yarn: Writer = {
  sync: 'yarn install',
  mend: () => 'write unsafe-disable-integrity-migration false into .yarnrc, then run: yarn install --force',
};
// https://yarnpkg.com/cli/install: the mode fetches what has no checksum, and links nothing.
const berry: Writer = {
  sync: 'yarn install --mode=update-lockfile',
  mend: () => 'yarn install --mode=update-lockfile',
};
const bun: Writer = {
  sync: 'bun install --lockfile-only',
  mend: again('bun install --lockfile-only'),
};

/** Who writes a tree's lock file. */
function writerOf(tree: Tree): Writer {
  if (tree.manager === 'pnpm') return pnpm;
  if (tree.manager === 'bun') return bun;
  if (tree.manager === 'yarn') return isBerry(tree) ? berry : yarn;
  return npm;
}

/** What makes a lock file say what package.json asks for, to be typed in its folder. */
export function syncWith(tree: Tree): string {
  return inFolder(tree, writerOf(tree).sync);
}

/** What gives the packages of a lock file their hashes. */
export function mendHashes(tree: Tree): string {
  const name = tree.file.slice(tree.file.lastIndexOf('/') + 1);
  return inFolder(tree, writerOf(tree).mend(name));
}

function inFolder({ file }: Tree, command: string): string {
  const slash = file.lastIndexOf('/');
  return slash === -1 ? command : `in ${file.slice(0, slash)}: ${command}`;
}
