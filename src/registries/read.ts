/** The registry settings of whichever manager's lock file lies in a folder. */
import { join } from 'node:path';
import type { Io } from '../io.ts';
import { nothingSaid, type Said } from './words.ts';

/** Long enough for the mark that tells Yarn 1 from what came after it. */
const BERRY = /^__metadata:/m;

/**
 * What the managers in `folder` are told beside .npmrc, in npm's words. Only those whose lock file lies there are
 * asked: a file left over from another says nothing about what is installed. Throws UserError for files that cannot
 * be read, since their packages would be asked for elsewhere.
 */
export async function managerRegistries(
  io: Pick<Io, 'cwd' | 'env' | 'kind' | 'readFile'>,
  folder: string,
): Promise<Said> {
  const all = nothingSaid();
  const has = (name: string) => io.kind(join(folder, name)) === 'file';
  const add = ({ options, named }: Said) => {
    for (const [key, value] of options) if (!all.options.has(key)) all.options.set(key, value);
    for (const [key, value] of named) if (!all.named.has(key)) all.named.set(key, value);
  };
  if (has('pnpm-lock.yaml')) add(await (await import('./pnpm.ts')).pnpmRegistries(io, folder));
  if (has('yarn.lock')) {
    const { berryRegistries, classicRegistries } = await import('./yarn.ts');
    const isBerry = BERRY.test(io.readFile(join(folder, 'yarn.lock')).toString('latin1'));
    add(isBerry ? await berryRegistries(io, folder) : classicRegistries(io, folder));
  }
  if (has('bun.lock') || has('bun.lockb')) add((await import('./bun.ts')).bunRegistries(io, folder));
  return all;
}
