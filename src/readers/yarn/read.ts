/** Reads yarn.lock, whichever Yarn wrote it. */
import type { Io } from '../../io.ts';
import type { Tree } from '../../model.ts';
import { openProject } from '../manifests.ts';
import { readText } from '../text.ts';
import { readClassic } from './classic.ts';

/** The tree of a yarn.lock of Yarn 1 or of berry (2 and later). Throws UserError with a line when the file cannot
 * be understood. An empty file, as people create it to make Yarn treat a folder as a project, holds nothing. */
export async function readYarn(io: Io, lockFilePath: string, { root }: { root: string }): Promise<Tree> {
  const lock = readText(io, lockFilePath, root, 'yarn install');
  const project = openProject(io, root, lockFilePath, 'yarn');
  // Only berry writes a version table or resolutions with a colon.
  if (/^__metadata:|^ {2}resolution: /m.test(lock.text)) {
    const { readBerry } = await import('./berry.ts');
    return readBerry(io, lock, project, root);
  }
  return readClassic(lock, project);
}
