/** Steps tried out: npm's own resolver at work on a copy of the manifests and the lock file. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type Io, realIo } from '../io.ts';
import type { Tree } from '../model.ts';
import { isObject, type JsonObject } from '../readers/json.ts';
import { lockChanger } from '../readers/npm/arborist.ts';
import { NPM_LOCK_FILES, readNpm } from '../readers/npm/index.ts';
import { isRoot } from './say.ts';
import type { Override, Trial } from './types.ts';

/** All attempts of one plan take about this long at most: npm needs many seconds for a large project. */
const LIMIT_MS = 60_000;

/** With these npm refuses what was typed; anything else may pass: https://docs.npmjs.com/common-errors */
const REFUSALS = new Set(['ERESOLVE', 'ETARGET', 'E404', 'EOVERRIDE', 'EBADENGINE', 'ENOVERSIONS']);

/**
 * A trial for the project of a lock file of npm's; undefined where there is none to copy, or where folders of the
 * project lie outside of it: npm would look for those beside the copy.
 */
export async function trialOf(
  io: Io,
  root: string,
  tree: Tree,
  limit = LIMIT_MS,
): Promise<Trial | undefined> {
  const lock = NPM_LOCK_FILES.find((name) => name === basename(tree.file));
  const importers = [tree.root, ...tree.nodes].filter(({ importer }) => importer);
  if (lock === undefined || importers.some(({ key }) => !isBelow(key))) return undefined;
  const folder = join(root, dirname(tree.file));
  const files = [lock, ...importers.map(({ key }) => (isRoot(key) ? '' : `${key}/`) + 'package.json')];
  const copy = mkdtempSync(join(tmpdir(), 'vakt-trial-'));
  for (const file of new Set(files)) {
    const from = join(folder, file);
    if (io.kind(from) !== 'file') continue;
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), io.readFile(from));
  }
  return tryIn({ copy, folder, files: [...new Set(files)] }, io, performance.now() + limit);
}

// Keys come from the lock file, which anyone may write.
function isBelow(key: string): boolean {
  return !/^\/|\\|:/.test(key) && !key.split('/').includes('..');
}

async function tryIn(
  { copy, folder, files }: { copy: string; folder: string; files: readonly string[] },
  io: Io,
  end: number,
): Promise<Trial> {
  const changer = await lockChanger(copy, folder, io);
  let over = false;
  const kept: Map<string, Buffer>[] = [];
  const undo = () => {
    for (const [file, bytes] of kept.pop() ?? []) writeFileSync(join(copy, file), bytes);
  };
  return {
    async run(attempts) {
      over ||= performance.now() > end;
      if (over) return undefined;
      kept.push(contents(copy, files));
      try {
        for (const { force, command } of attempts) {
          if (force !== undefined) setOverrides(join(copy, 'package.json'), force);
          await changer.run(command);
        }
        return await readNpm({ ...realIo(), cwd: copy }, copy, { root: copy, offline: true });
      } catch (error) {
        undo();
        if (REFUSALS.has(String((error as NodeJS.ErrnoException).code))) return 'fails';
        over = true;
        return undefined;
      }
    },
    undo,
    close() {
      changer.close();
      rmSync(copy, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function contents(copy: string, files: readonly string[]): Map<string, Buffer> {
  const kept = new Map<string, Buffer>();
  for (const file of files) {
    try {
      kept.set(file, readFileSync(join(copy, file)));
    } catch {
      // A member without package.json: npm takes it for an empty one.
    }
  }
  return kept;
}

// As `npm pkg set overrides.below.name=version` does it.
function setOverrides(file: string, overrides: readonly Override[]): void {
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as JsonObject;
  const table = new Map(Object.entries(isObject(manifest.overrides) ? manifest.overrides : {}));
  for (const { name, below, to } of overrides) {
    if (below === undefined) table.set(name, to);
    else {
      const inner = table.get(below);
      table.set(below, { ...(isObject(inner) ? inner : {}), [name]: to });
    }
  }
  writeFileSync(file, JSON.stringify({ ...manifest, overrides: Object.fromEntries(table) }, null, 2));
}
